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

  /// From outside; heard only while a step of the plan lets it in.
  void command(const StreamCommand& command) noexcept { stream_ = command; }

  [[nodiscard]] const Goal& tick(const View& view) noexcept override {
    if (!executor_) return stand_;
    return executor_->tick({view.state, view.world, view.standing, view.rung, view.rest, &stream_,
                            view.rule, policy_});
  }

  /// How things stand with the motion policy of the present step.
  void tell(const skills::PolicyState& policy) noexcept { policy_ = policy; }

  [[nodiscard]] const skills::PlanExecutor* executor() const {
    return executor_ ? &*executor_ : nullptr;
  }
  [[nodiscard]] skills::PlanExecutor* executor() { return executor_ ? &*executor_ : nullptr; }

 private:
  std::optional<skills::PlanExecutor> executor_;
  StreamCommand stream_;
  skills::PolicyState policy_;
  Goal stand_;
};

}  // namespace longmen::runtime
