#pragma once

#include <vector>

#include "core/plan.h"
#include "core/verdict.h"
#include "gate/monitor/temporal_rules.h"
#include "gate/plan/situation.h"
#include "world/world.h"

namespace longmen::gate::plan {

/// What the temporal rules find in a plan that has not run: the moments that its steps are expected
/// to make, a second apart, from the situation it starts in. One reason for each rule that is
/// broken, at the step in which it first is. @param steps  typed and executable.
[[nodiscard]] std::vector<VerdictReason> judge_over_time(const std::vector<PlanStep>& steps,
                                                         const world::World& world,
                                                         const Situation& situation,
                                                         const monitor::TemporalRules& rules);

}  // namespace longmen::gate::plan
