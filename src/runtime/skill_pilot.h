#pragma once

#include <optional>
#include <utility>

#include "runtime/pilot.h"
#include "skills/plan_executor.h"

namespace longmen::runtime {

/// Lets the skills of an approved plan drive; without a plan the robot stands.
class SkillPilot final : public Pilot {
 public:
  /// Between ticks. A plan that still runs is replaced.
  void start(skills::PlanExecutor executor) { executor_.emplace(std::move(executor)); }

  [[nodiscard]] const Goal& tick(const View& view) noexcept override {
    if (!executor_) return stand_;
    return executor_->tick({view.state, view.world, view.standing, view.rung, view.rest});
  }

  [[nodiscard]] const skills::PlanExecutor* executor() const {
    return executor_ ? &*executor_ : nullptr;
  }
  [[nodiscard]] skills::PlanExecutor* executor() { return executor_ ? &*executor_ : nullptr; }

 private:
  std::optional<skills::PlanExecutor> executor_;
  Goal stand_;
};

}  // namespace longmen::runtime
