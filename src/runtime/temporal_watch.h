#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "gate/monitor/temporal_rules.h"
#include "model/robot_model.h"
#include "runtime/loop.h"
#include "skills/palms.h"
#include "skills/plan_executor.h"
#include "world/world.h"

namespace longmen::runtime {

/// Holds a run to the temporal rules, 50 times a second, from what is estimated. A rule that is
/// broken asks for its rung of the stop ladder: long enough that the plan ends, or until it is kept
/// again if that is sooner. Then the robot may move again, for a broken rule may need a plan to
/// mend it; it asks anew when it has been kept in between. Deterministic; all memory is taken in
/// create().
class TemporalWatch {
 public:
  using Tell = std::function<void(const gate::monitor::TemporalRule&)>;

  /// `rules` and `world` must outlive the watch. Errors: those of the monitors.
  static Result<TemporalWatch> create(const gate::monitor::TemporalRules& rules,
                                      const world::World& world, const model::RobotModel& model,
                                      double period_s);

  /// Before each tick, with what the loop has estimated in the last one: what the rules ask for.
  /// `executor` may be null. Tells a rule when it is first broken. Real-time safe.
  StopRung look(const Loop& loop, const skills::PlanExecutor* executor, Tick now,
                const Tell& tell) noexcept;

 private:
  struct Kept {
    const gate::monitor::TemporalRule* rule;
    gate::monitor::Monitor monitor;
    double broken_s = 0.0;  ///< for how long; 0: kept
  };
  TemporalWatch() = default;
  [[nodiscard]] gate::monitor::Sample sample(const Loop& loop,
                                             const skills::PlanExecutor* executor) const noexcept;

  const world::World* world_ = nullptr;
  std::optional<skills::Palms> palms_;  ///< absent: the robot has none, and touches nobody
  std::vector<Kept> kept_;
  StopRung asked_ = StopRung::kNone;
  int ticks_ = 1;
  double period_s_ = 0.0;
};

}  // namespace longmen::runtime
