#pragma once

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/gate_report.h"
#include "io/sim/limit_monitor.h"
#include "io/sim/sim_plant.h"
#include "runtime/policy_seat.h"
#include "trial/metrics.h"
#include "trial/percentiles.h"

namespace longmen::trial {

/// A value as JSON, or null where there is none.
template <typename T>
nlohmann::ordered_json or_null(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

/// Parts of a control tick, as they are timed; `wbc` is assemble and solve together.
enum class TickPart : std::uint8_t {
  kTotal,
  kEstimator,
  kPlanner,
  kWbc,
  kAssemble,
  kSolve,
  kGate,
  kRecord
};
inline constexpr std::array<std::string_view, 8> kTickPartNames{
    "total", "estimator", "planner", "wbc", "wbc_assemble", "wbc_solve", "gate", "record"};

struct GateCounts {
  std::int64_t ticks = 0;
  std::int64_t changed = 0;                       ///< the proposal did not leave with the same bits
  std::int64_t stopped = 0;                       ///< a rung of the stop ladder was active
  std::map<MotionRule, std::int64_t> changed_by;  ///< ticks changed, by the rule that bound most

  void watch(const GateReport& report) {
    if (report.changed) ++changed_by[report.rule];
  }
};

/// All that a scenario run reports; docs/scenarios.md defines each figure.
struct EpisodeResult {
  std::uint64_t seed = 0;
  BodyMetrics body;
  io::LimitViolations violations;
  io::PeopleTouched people;
  std::int64_t links_touched = 0;     ///< times that links of the robot came to touch, until a fall
  double range_margin_min_rad = 0.0;  ///< of any joint to an end of its range; negative: beyond
  double speed_share_max = 0.0;       ///< of any joint, of its limit
  std::int64_t unsolved_physics_steps = 0;  ///< SimPlant::unsolved_steps
  GateCounts gate;
  std::optional<runtime::PolicySeat::Report> policy;
  bool is_timed = true;  ///< false: tick_us and plant_step_us were not taken
  std::array<Percentiles, kTickPartNames.size()> tick_us;
  Percentiles plant_step_us;  ///< of the simulated robot: physics, sensors, motors
  double real_time_factor = 0.0;
  std::optional<std::uint64_t> allocations_in_loop;  ///< absent where they cannot be counted
  std::string state_hash;
};

[[nodiscard]] nlohmann::ordered_json to_json(const GateCounts& counts);
[[nodiscard]] nlohmann::ordered_json to_json(const io::PeopleTouched& people);
[[nodiscard]] nlohmann::ordered_json to_json(const runtime::PolicySeat::Report& policy);
[[nodiscard]] nlohmann::ordered_json to_json(const EpisodeResult& result);

}  // namespace longmen::trial
