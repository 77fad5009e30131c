#pragma once

#include <string>
#include <vector>

#include "core/plan.h"
#include "core/skill_catalogue.h"
#include "core/verdict.h"
#include "gate/plan/rule_pack.h"
#include "gate/plan/situation.h"
#include "world/way_finder.h"
#include "world/world.h"

namespace longmen::gate::plan {

/// Runs a plan on symbols: checks each step against the catalogue, the world and what the steps
/// before it brought about; inserts the one step that is plainly missing (walk there, pick it up).
class SymbolicExecution {
 public:
  /// @param practice  in simulation, with what nobody vouches for
  SymbolicExecution(const RulePack& rules, const world::World& world, Situation situation,
                    bool practice)
      : rules_(rules),
        world_(world),
        practice_(practice),
        situation_(std::move(situation)),
        way_finder_(world::FreeSpace(world)) {}

  /// Takes the next step of the proposed plan.
  void take(const PlanStep& step);

  [[nodiscard]] const std::vector<PlanStep>& steps() const { return steps_; }
  /// Of each of steps(), the index of the proposed step that it stems from.
  [[nodiscard]] const std::vector<int>& origins() const { return origins_; }
  [[nodiscard]] const std::vector<VerdictReason>& reasons() const { return reasons_; }
  [[nodiscard]] bool is_refused() const { return is_refused_; }
  [[nodiscard]] bool is_repaired() const { return is_repaired_; }
  [[nodiscard]] const Situation& situation() const { return situation_; }

 private:
  bool check_types(const Skill& skill, const PlanStep& step);
  bool check_argument(const Skill& skill, const Parameter& parameter, const Argument& argument);
  bool check_name(const Skill& skill, const Parameter& parameter, const std::string& name);
  bool check_policy(const std::string& name);
  bool check_bounds(const PlanStep& step);
  bool meet_preconditions(const Skill& skill, const PlanStep& step);
  bool meet(Precondition precondition, const Skill& skill, const PlanStep& step);
  void apply_effects(const Skill& skill, const PlanStep& step);
  bool check_way(const std::string& place_id);
  bool insert_walk(const std::string& place_id);
  bool insert_fetch(const std::string& object);
  void append(const PlanStep& step, const Skill& skill);

  void refuse(const std::string& rule, Placeholders values);
  void note_repair(const std::string& rule, Placeholders values);
  void add_reason(const std::string& rule, Placeholders values);

  const RulePack& rules_;
  const world::World& world_;
  bool practice_;
  Situation situation_;
  world::WayFinder way_finder_;
  std::vector<PlanStep> steps_;
  std::vector<int> origins_;
  std::vector<VerdictReason> reasons_;
  int index_ = -1;  ///< of the step in the proposed plan
  std::string skill_name_;
  bool is_refused_ = false;
  bool is_repaired_ = false;
};

}  // namespace longmen::gate::plan
