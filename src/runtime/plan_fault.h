#pragma once

#include <algorithm>

#include "core/approved_plan.h"

namespace longmen::runtime {

/// Breaks an approved plan on its way from the gate to the skills, for tests: the steps are other
/// ones, each of them good, and the hash is that of the plan that was approved. Nothing but the
/// hash tells them apart, and no such plan runs.
class PlanFault {
 public:
  static void corrupt(ApprovedPlan& approved) {
    std::vector<PlanStep>& steps = approved.plan_.steps;
    if (steps.size() > 1)
      std::rotate(steps.begin(), steps.begin() + 1, steps.end());
    else if (!steps.empty())
      steps.push_back(steps.front());
  }
};

}  // namespace longmen::runtime
