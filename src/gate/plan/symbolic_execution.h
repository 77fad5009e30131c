#pragma once

#include <span>
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
/// before it brought about. Where there is one plain way it repairs: a step that is missing (walk
/// there, pick it up, put it down first), a pick-up that comes too late, a speed or a time that is
/// more than allowed.
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

  /// Takes the proposed plan, once.
  void run(std::span<const PlanStep> proposed);

  [[nodiscard]] const std::vector<PlanStep>& steps() const { return steps_; }
  /// Of each of steps(), the index of the proposed step that it stems from.
  [[nodiscard]] const std::vector<int>& origins() const { return origins_; }
  [[nodiscard]] const std::vector<VerdictReason>& reasons() const { return reasons_; }
  [[nodiscard]] bool is_refused() const { return is_refused_; }
  [[nodiscard]] bool is_repaired() const { return is_repaired_; }
  [[nodiscard]] const Situation& situation() const { return situation_; }

 private:
  void take(PlanStep step);
  /// May limit what there is too much of.
  bool check_types(const Skill& skill, PlanStep& step);
  bool check_argument(const Skill& skill, const Parameter& parameter, Argument& argument);
  bool check_name(const Skill& skill, const Parameter& parameter, const std::string& name);
  bool check_policy(const std::string& name);
  void keep_bounds(PlanStep& step);
  bool meet_preconditions(const Skill& skill, const PlanStep& step);
  bool meet(Precondition precondition, const Skill& skill, const PlanStep& step);
  void apply_effects(const Skill& skill, const PlanStep& step);
  bool check_way(const std::string& place_id);
  bool insert_walk(const std::string& place_id);
  bool insert_fetch(const std::string& object);
  /// Puts what is held down where the robot stands. False: there is nothing to put it on.
  bool insert_put_down();
  /// The later proposed step that picks this up, where no other names it; -1: there is none.
  [[nodiscard]] int later_pick_up(const std::string& object) const;
  /// Places with a surface, in words.
  [[nodiscard]] std::string surfaces() const;
  void append(const PlanStep& step, const Skill& skill);

  void refuse(const std::string& rule, Placeholders values);
  void note_repair(const std::string& rule, Placeholders values);
  void add_reason(const std::string& rule, Placeholders values);

  const RulePack& rules_;
  const world::World& world_;
  bool practice_;
  Situation situation_;
  world::WayFinder way_finder_;
  std::span<const PlanStep> proposed_;
  std::vector<bool> is_done_;  ///< of the proposed steps: moved to an earlier place
  std::vector<PlanStep> steps_;
  std::vector<int> origins_;
  std::vector<VerdictReason> reasons_;
  int index_ = -1;  ///< of the step in the proposed plan
  std::string skill_name_;
  bool is_refused_ = false;
  bool is_repaired_ = false;
};

}  // namespace longmen::gate::plan
