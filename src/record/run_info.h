#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace longmen::record {

/// What a record says about its run before the first tick.
struct RunInfo {
  using NamedValues = std::vector<std::pair<std::string, std::string>>;

  std::string robot;
  std::string world;
  std::uint64_t seed = 0;
  std::string log;  ///< origin of the run's checkpoints, one for each run; empty: not signed
  std::int64_t period_ns = 1'000'000;  ///< length of a tick
  bool real_time = false;              ///< false: lock-step
  std::vector<std::string> joints;     ///< order of every array over joints
  NamedValues notes;                   ///< anything for people: the instruction, the date
  std::string configuration;           ///< effective configuration as text; its SHA-256 goes along
  NamedValues versions;                ///< program, compiler, MuJoCo, hashes of model and rules

  bool operator==(const RunInfo&) const = default;
};

}  // namespace longmen::record
