#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/approved_plan.h"
#include "core/verdict.h"
#include "gate/plan/model_register.h"
#include "gate/plan/rule_pack.h"
#include "gate/plan/situation.h"
#include "world/world.h"

namespace longmen::gate::plan {

/// What an approval is good for.
struct ApprovalTerms {
  Authority authority = Authority::kRehearsal;
  Tick now = 0;
  double period_s = 0.001;  ///< of a tick
  bool practice = false;    ///< simulation only: a model that is not registered may act
};

struct Approval {
  Verdict verdict;
  std::optional<ApprovedPlan> plan;  ///< only if approved or repaired
};

/// The first gate: judges whole plans before anything moves. Types every step by the catalogue,
/// looks its names up in the world, executes the plan symbolically (preconditions, effects),
/// repairs what has one plain repair, and refuses the rest with reasons. No language model decides.
class PlanGate {
 public:
  PlanGate(RulePack rules, std::shared_ptr<const ModelRegister> models)
      : rules_(std::move(rules)), models_(std::move(models)) {}

  /// Says what the gate would do; approves nothing.
  [[nodiscard]] Verdict judge(const Plan& plan, const world::World& world,
                              const Situation& situation, bool practice = false) const;

  /// Reads a plan message, judges it, and, if it may run, makes the only thing that skills accept.
  [[nodiscard]] Approval approve(std::string_view message, const world::World& world,
                                 const Situation& situation, const ApprovalTerms& terms) const;

  [[nodiscard]] const RulePack& rules() const { return rules_; }

 private:
  RulePack rules_;
  std::shared_ptr<const ModelRegister> models_;
};

}  // namespace longmen::gate::plan
