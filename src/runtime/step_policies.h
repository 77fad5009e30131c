#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/motion_policy.h"
#include "core/plan.h"
#include "gate/motion/motion_gate.h"
#include "gate/plan/rule_pack.h"
#include "record/tick_record.h"
#include "runtime/policy_seat.h"
#include "skills/plan_executor.h"

namespace longmen::runtime {

/// The motion policies of a plan: a process and a seat for each step that lets one drive. What
/// becomes of a policy is an input of the run, so that a replay, which starts none and takes the
/// proposals out of the record, gets the same bits.
class StepPolicies final : public ProposalTap {
 public:
  struct Setup {
    std::filesystem::path folder;  ///< of the policies' files
    bool starts_processes = true;
    bool lock_step = true;
  };
  /// What has become of the present step's policy.
  struct News {
    record::Event::Policy policy;
    std::string_view reason;
  };

  /// `loop` and `robot` must outlive this.
  StepPolicies(const Loop& loop, const model::RobotModel& robot, Setup setup)
      : loop_(loop), robot_(robot), setup_(std::move(setup)) {}

  /// For a plan that the gate has let through, between ticks; the processes of the plan before it
  /// end. A policy that cannot start has lost its seat before its step begins.
  void start(const Plan& plan, const gate::plan::RulePack& rules);

  /// Before each tick: finds the policy of the present step. What is new of it the session takes up
  /// as an input.
  [[nodiscard]] std::optional<News> look(const skills::PlanExecutor* executor) noexcept;
  void take(const record::Event::Policy& news) noexcept;
  /// What the step sees of its policy, and the motion gate.
  [[nodiscard]] skills::PolicyState state() const noexcept;
  [[nodiscard]] gate::ForeignShares shares() const noexcept;

  /// Whether it is the present step's policy that proposes in this tick. Once the skills have run.
  [[nodiscard]] bool proposes() const noexcept {
    return present_ != nullptr && executor_->lets_policy_in();
  }
  /// Whoever else touches the proposals comes first; nullptr: nobody.
  void after(ProposalTap* tap) noexcept { first_ = tap; }
  void touch(ProposedCommand& proposal) noexcept override;
  /// After each tick: how often the policy drove, by the motion gate's own word.
  void watch() noexcept;

 private:
  struct StepPolicy {
    PolicyBounds bounds;
    std::unique_ptr<PolicySeat> seat;  ///< none in a replay, nor where it could not start
    std::string why_no_seat;
    PolicyStanding standing = PolicyStanding::kStarting;
    std::int64_t ticks = 0;         ///< that it was let in
    std::int64_t driven_ticks = 0;  ///< of these
  };
  [[nodiscard]] Result<std::unique_ptr<PolicySeat>> seat_of(
      const gate::plan::RulePack::Policy& policy, const PolicyBounds& bounds) const;

  const Loop& loop_;
  const model::RobotModel& robot_;
  Setup setup_;
  std::map<int, StepPolicy> policies_;  ///< by their steps
  const skills::PlanExecutor* executor_ = nullptr;
  StepPolicy* present_ = nullptr;
  ProposalTap* first_ = nullptr;
};

}  // namespace longmen::runtime
