#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace longmen::policy {

/// What stands between the process of a motion policy and everything else.
enum Wall : std::uint8_t {
  kNoNewPrivileges = 1,  ///< no program that it starts has more rights than it has
  kResources = 2,        ///< bounded memory and processor time, no file of any size
  kFiles = 4,            ///< Landlock: reads what it needs, writes nothing
  kCalls = 8,            ///< seccomp: no network, no new process, no look into others
};
inline constexpr std::uint8_t kAllWalls = kNoNewPrivileges | kResources | kFiles | kCalls;

struct WallsConfig {
  std::vector<std::filesystem::path> readable{};  ///< files, and folders with all below them
  std::uint64_t memory_max_bytes = 256ull << 20;  ///< of addresses; 0: unbounded
  std::uint64_t processor_max_s = 3600;
  bool starts_program = false;  ///< execve once more, into what `readable` holds
};

/// Puts the calling process behind its walls for good, and with it whatever it starts. Returns the
/// walls that stand: an old kernel has no Landlock. Error: kIo when one that the kernel has was
/// refused.
Result<std::uint8_t> enter_walls(const WallsConfig& config);

/// "no_new_privs, rlimits, landlock, seccomp", for people and records.
[[nodiscard]] std::string wall_names(std::uint8_t walls);

}  // namespace longmen::policy
