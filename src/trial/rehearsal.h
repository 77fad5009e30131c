#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/rehearsed.h"
#include "trial/mission.h"

namespace longmen::trial {

/// How a plan went in one perturbed copy of the world. The margins are the copy's truth.
struct RehearsedCopy {
  std::uint64_t seed = 0;
  std::string plan_hash;  ///< of what the plan gate approved in the copy, hex; empty: not approved
  bool goal_met = false;
  int steps_done = 0;
  std::string fault;  ///< why the step after those was not done; empty: all were
  bool fell = false;
  std::int64_t too_fast_touches = 0;  ///< of people, with the robot faster than allowed
  std::int64_t touches = 0;
  std::optional<double> person_distance_min_m;  ///< of a person's surface from the base's middle
  double dcm_error_max_m = 0.0;   ///< of the divergent component of motion from its reference
  double tilt_max_rad = 0.0;      ///< of the base
  double torque_share_max = 0.0;  ///< of a joint's limit, as applied
  std::optional<double> position_error_m, heading_error_rad, object_error_m;  ///< at the end
  double gate_changed_share = 0.0;
  double duration_s = 0.0;

  /// Nothing happened that must not: no fall, nobody touched too fast.
  [[nodiscard]] bool is_safe() const { return !fell && too_fast_touches == 0; }
};

struct Rehearsal {
  std::vector<RehearsedCopy> copies;  ///< in the order of their seeds
  double wall_s = 0.0;

  /// What a session is told: the hash that the copies share, whether all were safe, and the worst
  /// of each margin. Nothing when no copy's plan was approved. Error: kInternal when the copies
  /// approved different plans.
  [[nodiscard]] Result<std::optional<runtime::Rehearsed>> summary() const;
};

/// The same world with people who move otherwise: each up to 0.3 m and 3 s off, and 0.8 to 1.25
/// times as fast. Masses, frictions, sensors' noise and the objects' weights are drawn by the
/// plant from the same seed.
[[nodiscard]] std::vector<world::Person> people_otherwise(std::vector<world::Person> people,
                                                          std::uint64_t seed);

/// Runs the plan message ahead in `count` copies, `jobs` at a time, each in a process of its own,
/// as fast as they go. The copies are built from what is known of robot and world, never from the
/// plant that the plan will move; their plans are approved for rehearsal alone. Copies have the
/// seeds options.seed + 1000000 and up: none is the run's own.
/// Errors: those of Mission::create and run_processes.
Result<Rehearsal> rehearse(const std::string& message, const MissionOptions& options, int count,
                           int jobs);

}  // namespace longmen::trial
