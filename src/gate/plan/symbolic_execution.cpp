#include "gate/plan/symbolic_execution.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/utf8.h"

namespace longmen::gate::plan {
namespace {

std::string text_of(const PlanStep& step, const char* name) {
  return std::get<std::string>(step.args.at(name));
}

template <typename T>
std::string ids_of(const std::vector<T>& things) {
  std::vector<std::string> ids;
  for (const T& thing : things) ids.push_back(thing.names.id);
  return ids.empty() ? "-" : fmt::format("{}", fmt::join(ids, ", "));
}

template <typename T>
std::string names_of(const std::map<std::string, T>& named) {
  std::vector<std::string> names;
  for (const auto& [name, value] : named) names.push_back(name);
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ", "));
}

std::string known_names(const world::World& world, ParameterKind kind) {
  switch (kind) {
    case ParameterKind::kPlace:
      return ids_of(world.places);
    case ParameterKind::kObject:
      return ids_of(world.objects);
    case ParameterKind::kPerson:
      return ids_of(world.people);
    default:
      return fmt::format("{}; {}; {}", ids_of(world.places), ids_of(world.objects),
                         ids_of(world.people));
  }
}

}  // namespace

Situation Situation::at_start(const world::World& world) {
  Situation situation;
  situation.p_WB_m = world.spawn.p_WB_m;
  for (const world::Object& object : world.objects)
    if (!object.at.empty()) situation.object_at[object.names.id] = object.at;
  return situation;
}

void SymbolicExecution::run(std::span<const PlanStep> proposed) {
  proposed_ = proposed;
  is_done_.assign(proposed.size(), false);
  for (const PlanStep& step : proposed) {
    ++index_;
    if (!is_done_[static_cast<std::size_t>(index_)]) take(step);
  }
}

void SymbolicExecution::take(PlanStep step) {
  skill_name_ = step.skill;
  const Skill* skill = find_skill(step.skill);
  if (skill == nullptr) {
    std::vector<std::string_view> names;
    for (const Skill& known : skill_catalogue()) names.push_back(known.name);
    refuse("plan.skill", {{"known", fmt::format("{}", fmt::join(names, ", "))}});
    return;
  }
  if (!check_types(*skill, step)) return;
  if (skill->id == SkillId::kRunPolicy) keep_bounds(step);
  if (skill->id == SkillId::kWalkTo && !check_way(text_of(step, "place"))) return;
  if (!meet_preconditions(*skill, step)) return;
  append(step, *skill);
}

bool SymbolicExecution::check_types(const Skill& skill, PlanStep& step) {
  const auto is_known = [&](const auto& arg) {
    return find_parameter(skill, arg.first) != nullptr;
  };
  if (step.args.size() != skill.parameters.size() ||
      !std::all_of(step.args.begin(), step.args.end(), is_known)) {
    std::vector<std::string_view> wanted;
    for (const Parameter& parameter : skill.parameters) wanted.push_back(parameter.name);
    std::vector<std::string> given;
    for (const auto& [name, value] : step.args) given.push_back(name);
    refuse("plan.argument", {{"known", fmt::format("{}", fmt::join(wanted, ", "))},
                             {"value", fmt::format("{}", fmt::join(given, ", "))}});
    return false;
  }
  bool is_good = true;
  for (const Parameter& parameter : skill.parameters)
    is_good =
        check_argument(skill, parameter, step.args.at(std::string(parameter.name))) && is_good;
  return is_good;
}

bool SymbolicExecution::check_argument(const Skill& skill, const Parameter& parameter,
                                       Argument& argument) {
  const std::string name(parameter.name);
  const std::string limit =
      fmt::format("{:g} … {:g} {}", parameter.min, parameter.max, parameter.unit);
  const auto* text = std::get_if<std::string>(&argument);
  if (parameter.kind == ParameterKind::kNumber) {
    if (text != nullptr) {
      refuse("plan.type", {{"name", name}, {"known", "number / 数字"}});
      return false;
    }
    const double value = std::get<double>(argument);
    // Less speed and less time are what was asked for, only less of it. An angle is not.
    const bool is_of_less = parameter.unit == "m/s" || parameter.unit == "s";
    if (is_of_less && std::isfinite(value) && value > parameter.max) {
      argument = parameter.max;
      note_repair("repair.limit",
                  {{"name", name},
                   {"value", fmt::format("{:g} {}", value, parameter.unit)},
                   {"limit", fmt::format("{:g} {}", parameter.max, parameter.unit)}});
      return true;
    }
    if (!(value >= parameter.min && value <= parameter.max)) {
      refuse("plan.limit",
             {{"name", name}, {"value", fmt::format("{:g}", value)}, {"limit", limit}});
      return false;
    }
    return true;
  }
  if (text == nullptr) {
    refuse("plan.type", {{"name", name}, {"known", "text / 文本"}});
    return false;
  }
  if (parameter.kind != ParameterKind::kText) return check_name(skill, parameter, *text);
  const auto length = static_cast<double>(count_code_points(*text));
  const bool is_printable = std::none_of(text->begin(), text->end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (!is_valid_utf8(*text) || !is_printable) {
    refuse("plan.type", {{"name", name}, {"known", "printable text / 可打印的文本"}});
    return false;
  }
  if (length < parameter.min || length > parameter.max) {
    refuse("plan.limit",
           {{"name", name}, {"value", fmt::format("{:g}", length)}, {"limit", limit}});
    return false;
  }
  return true;
}

bool SymbolicExecution::check_name(const Skill&, const Parameter& parameter,
                                   const std::string& name) {
  if (parameter.kind == ParameterKind::kPolicy) return check_policy(name);
  if (parameter.kind == ParameterKind::kBounds) {
    const bool is_in_rules = rules_.policy_bounds().contains(name);
    if (!is_in_rules)
      refuse("plan.name", {{"name", name}, {"known", names_of(rules_.policy_bounds())}});
    return is_in_rules;
  }
  const bool is_place = world_.place(name) != nullptr;
  const bool is_object = world_.object(name) != nullptr;
  const bool is_person = world_.person(name) != nullptr;
  bool is_known = false;
  switch (parameter.kind) {
    case ParameterKind::kPlace:
      is_known = is_place;
      break;
    case ParameterKind::kObject:
      is_known = is_object;
      break;
    case ParameterKind::kPerson:
      is_known = is_person;
      break;
    default:
      is_known = is_place || is_object || is_person;
  }
  if (!is_known)
    refuse("plan.name", {{"name", name}, {"known", known_names(world_, parameter.kind)}});
  return is_known;
}

/// A motion policy drives when it is registered; one that nobody vouches for, in practice alone.
bool SymbolicExecution::check_policy(const std::string& name) {
  const auto policy = rules_.policies().find(name);
  if (policy == rules_.policies().end()) {
    refuse("plan.policy", {{"name", name}, {"known", names_of(rules_.policies())}});
    return false;
  }
  if (policy->second.practice && !practice_) {
    refuse("plan.practice", {{"name", name}});
    return false;
  }
  return true;
}

/// A policy is asked for no more than its bounds allow.
void SymbolicExecution::keep_bounds(PlanStep& step) {
  const PolicyBounds& bounds = rules_.policy_bounds().at(text_of(step, "bounds"));
  const auto limit = [&](const char* what, double most, const char* unit) {
    double& value = std::get<double>(step.args.at(what));
    if (std::abs(value) <= most) return;
    note_repair("repair.limit", {{"name", what},
                                 {"value", fmt::format("{:g} {}", value, unit)},
                                 {"limit", fmt::format("{:g} {}", most, unit)}});
    value = std::copysign(most, value);
  };
  limit("speed_m_s", bounds.speed_m_s, "m/s");
  limit("time_limit_s", bounds.time_s, "s");
}

bool SymbolicExecution::meet_preconditions(const Skill& skill, const PlanStep& step) {
  return std::all_of(skill.preconditions.begin(), skill.preconditions.end(),
                     [&](Precondition p) { return meet(p, skill, step); });
}

/// Makes a precondition hold, with an inserted step where there is one plain way.
bool SymbolicExecution::meet(Precondition precondition, const Skill&, const PlanStep& step) {
  switch (precondition) {
    case Precondition::kHandsFree:
      if (situation_.holding.empty() || insert_put_down()) return true;
      refuse("plan.hands", {{"value", situation_.holding}, {"known", surfaces()}});
      return false;
    case Precondition::kHoldsObject: {
      const std::string object = text_of(step, "object");
      if (situation_.holding == object) return true;
      if (!situation_.holding.empty() && !insert_put_down()) {
        refuse("plan.holds",
               {{"name", object}, {"value", situation_.holding}, {"known", surfaces()}});
        return false;
      }
      return insert_fetch(object);
    }
    case Precondition::kAtObject: {
      const std::string object = text_of(step, "object");
      const auto at = situation_.object_at.find(object);
      if (at == situation_.object_at.end() || world_.place(at->second) == nullptr) {
        refuse("plan.pose", {{"name", object}});
        return false;
      }
      return situation_.at == at->second || insert_walk(at->second);
    }
    case Precondition::kAtPlace: {
      const std::string place = text_of(step, "place");
      return situation_.at == place || insert_walk(place);
    }
    case Precondition::kPlaceHolds: {
      const std::string place = text_of(step, "place");
      if (world_.place(place)->surface_height_m) return true;
      refuse("plan.surface", {{"name", place}, {"known", surfaces()}});
      return false;
    }
  }
  return false;
}

bool SymbolicExecution::insert_walk(const std::string& place_id) {
  if (!check_way(place_id)) return false;
  const Skill& walk = skill(SkillId::kWalkTo);
  append({std::string(walk.name), {{"place", place_id}}}, walk);
  note_repair("repair.walk", {{"name", place_id}});
  return true;
}

bool SymbolicExecution::insert_fetch(const std::string& object) {
  const Skill& pick_up = skill(SkillId::kPickUp);
  const PlanStep step{std::string(pick_up.name), {{"object", object}}};
  if (!meet(Precondition::kAtObject, pick_up, step)) return false;
  append(step, pick_up);
  const int later = later_pick_up(object);
  if (later < 0) {
    note_repair("repair.fetch", {{"name", object}});
    return true;
  }
  is_done_[static_cast<std::size_t>(later)] = true;
  note_repair("repair.order", {{"name", object}, {"value", std::to_string(later + 1)}});
  return true;
}

int SymbolicExecution::later_pick_up(const std::string& object) const {
  int found = -1;
  for (std::size_t i = static_cast<std::size_t>(index_) + 1; i < proposed_.size(); ++i) {
    const PlanStep& step = proposed_[i];
    const auto arg = step.args.find("object");
    const auto* name = arg == step.args.end() ? nullptr : std::get_if<std::string>(&arg->second);
    if (name == nullptr || *name != object || is_done_[i]) continue;
    const bool is_pick_up = step.skill == skill(SkillId::kPickUp).name && step.args.size() == 1;
    if (!is_pick_up || found >= 0) return -1;  // something is done with it then
    found = static_cast<int>(i);
  }
  return found;
}

bool SymbolicExecution::insert_put_down() {
  const std::string object = situation_.holding;
  const std::string place = situation_.at;
  const world::Place* here = place.empty() ? nullptr : world_.place(place);
  if (here == nullptr || !here->surface_height_m || world_.object(object) == nullptr) return false;
  const Skill& put = skill(SkillId::kPlace);
  append({std::string(put.name), {{"object", object}, {"place", place}}}, put);
  note_repair("repair.put_down", {{"name", object}, {"value", place}});
  return true;
}

std::string SymbolicExecution::surfaces() const {
  std::vector<std::string> ids;
  for (const world::Place& place : world_.places)
    if (place.surface_height_m) ids.push_back(place.names.id);
  return ids.empty() ? "-" : fmt::format("{}", fmt::join(ids, ", "));
}

void SymbolicExecution::append(const PlanStep& step, const Skill& skill) {
  steps_.push_back(step);
  origins_.push_back(index_);
  if (!skill.body_can) {
    const std::string skill_name = std::exchange(skill_name_, std::string(skill.name));
    refuse("plan.body", {});
    skill_name_ = skill_name;
  }
  apply_effects(skill, step);
}

void SymbolicExecution::apply_effects(const Skill& skill, const PlanStep& step) {
  for (const Effect effect : skill.effects) {
    switch (effect) {
      case Effect::kAtPlace: {
        situation_.at = text_of(step, "place");
        const auto& stand = world_.place(situation_.at)->stand;
        situation_.p_WB_m = stand ? std::optional(stand->p_WB_m) : std::nullopt;
        break;
      }
      case Effect::kFacingLost:
        // A whole turn leads back to the facing that the place asks for.
        if (std::fmod(std::get<double>(step.args.at("angle_deg")), 360.0) != 0.0)
          situation_.at.clear();
        break;
      case Effect::kPlaceLost:
        situation_.at.clear();
        situation_.p_WB_m.reset();
        break;
      case Effect::kHoldsObject:
        situation_.holding = text_of(step, "object");
        situation_.object_at.erase(situation_.holding);
        break;
      case Effect::kObjectAtPlace:
        situation_.object_at[text_of(step, "object")] = text_of(step, "place");
        situation_.holding.clear();
        break;
      case Effect::kObjectAtPerson:
        situation_.holding.clear();
        break;
    }
  }
}

/// There must be a way over the free floor, as wide as the rules ask.
bool SymbolicExecution::check_way(const std::string& place_id) {
  const world::Place& place = *world_.place(place_id);
  if (!place.stand) {
    refuse("plan.pose", {{"name", place_id}});
    return false;
  }
  if (!situation_.p_WB_m) return true;
  const double clearance_m = rules_.limits().way_clearance_m;
  const world::WayStatus found = way_finder_.find({.from_W_m = *situation_.p_WB_m,
                                                   .to_W_m = place.stand->p_WB_m,
                                                   .clearance_m = clearance_m,
                                                   .goal_clearance_m = clearance_m},
                                                  {});
  if (found == world::WayStatus::kFound) return true;
  if (way_finder_.blocked_by() == world::kBlockedByEdge) {
    refuse("plan.edge", {{"name", place_id}, {"limit", fmt::format("{:.2f} m", clearance_m)}});
    return false;
  }
  const world::Barrier& barrier =
      way_finder_.space().barriers()[static_cast<std::size_t>(way_finder_.blocked_by())];
  refuse(barrier.is_zone ? "plan.zone" : "plan.way", {{"name", place_id}, {"value", barrier.id}});
  return false;
}

void SymbolicExecution::refuse(const std::string& rule, Placeholders values) {
  is_refused_ = true;
  add_reason(rule, std::move(values));
}

void SymbolicExecution::note_repair(const std::string& rule, Placeholders values) {
  is_repaired_ = true;
  add_reason(rule, std::move(values));
}

void SymbolicExecution::add_reason(const std::string& rule, Placeholders values) {
  values.emplace_back("step", std::to_string(index_ + 1));
  values.emplace_back("skill", skill_name_);
  VerdictReason reason{rule, index_, rules_.sentence(rule, values), {}};
  reason.facts = {"at = " + situation_.at, "holding = " + situation_.holding};
  reasons_.push_back(std::move(reason));
}

}  // namespace longmen::gate::plan
