#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/result.h"
#include "record/record_reader.h"

namespace longmen::record {

/// What a record says of its run in numbers: what statements about a robot are summed up from.
///
/// - An intervention is a rule of the motion gate that begins to bind while the robot is armed; one
///   that binds again within 0.5 s is the same. That a stop was asked for, or the robot disarmed,
///   is none.
/// - A stop is an armed, free robot that comes to hold or a higher rung, or is disarmed.
/// - A fall is an estimated tilt of the base above 1 rad; the next can begin below 0.5 rad.
struct RunTally {
  /// In the name of one model: from when a plan of it was let through until the next plan was.
  struct Model {
    double armed_s = 0.0;
    std::int64_t plans = 0, refused = 0, asked = 0;  ///< judged; of them refused, and asked back
    std::int64_t interventions = 0, stops = 0, falls = 0;
    Model& operator+=(const Model& other);
  };

  double duration_s = 0.0;
  double armed_s = 0.0;
  std::int64_t gap_ticks = 0;           ///< whose bulk streams were dropped: no fall is seen there
  std::map<std::string, Model> models;  ///< "": before any plan was let through
  std::map<std::string, std::int64_t> interventions;  ///< by the motion gate's rules
  std::map<std::string, std::int64_t> stops;          ///< by the highest rung that was reached
  std::map<std::string, std::int64_t> stop_causes;    ///< asked, emergency, given_back, gate
  std::map<std::string, std::int64_t> refusals;  ///< by the plan gate's rules, of refused plans

  RunTally& operator+=(const RunTally& other);
  [[nodiscard]] Model total() const;
};

/// Reads a record to its end. Errors: those of the reader.
Result<RunTally> tally(RecordReader& reader);

}  // namespace longmen::record
