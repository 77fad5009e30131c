#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/approved_plan.h"
#include "core/verdict.h"
#include "gate/monitor/temporal_rules.h"
#include "gate/plan/hazard_judge.h"
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
/// repairs what has one plain repair, holds it to the rules over time, asks the rule packs about
/// its words (the sentence and the steps), and refuses the rest with reasons. No language model
/// decides.
class PlanGate {
 public:
  PlanGate(RulePack rules, std::shared_ptr<const HazardJudge> words,
           monitor::TemporalRules temporal, std::shared_ptr<const ModelRegister> models)
      : rules_(std::move(rules)),
        words_(std::move(words)),
        temporal_(std::move(temporal)),
        models_(std::move(models)) {}

  /// Reads a folder of rules. What the rule packs are compiled to is kept for the gates after it,
  /// of this process and of those that it forks: it takes a third of a second. May propose: the
  /// models that plan.yaml names and those of `admitted`. Errors: those of PackFiles::load,
  /// RulePack::parse, TemporalRules::parse and HazardJudge::of.
  static Result<PlanGate> load(const std::filesystem::path& rules,
                               const std::vector<std::string>& admitted = {});

  /// Says what the gate would do; approves nothing.
  [[nodiscard]] Verdict judge(const Plan& plan, const world::World& world,
                              const Situation& situation, bool practice = false) const;

  /// Reads a plan message, judges it, and, if it may run, makes the only thing that skills accept.
  [[nodiscard]] Approval approve(std::string_view message, const world::World& world,
                                 const Situation& situation, const ApprovalTerms& terms) const;

  [[nodiscard]] const RulePack& rules() const { return rules_; }
  /// The part that judges words that no world types.
  [[nodiscard]] const HazardJudge& words() const { return *words_; }
  /// The rules over time; a run is held to them as well.
  [[nodiscard]] const monitor::TemporalRules& temporal() const { return temporal_; }

 private:
  RulePack rules_;
  std::shared_ptr<const HazardJudge> words_;
  monitor::TemporalRules temporal_;
  std::shared_ptr<const ModelRegister> models_;
};

}  // namespace longmen::gate::plan
