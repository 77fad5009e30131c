#include "agent/resolver.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "agent/reasons.h"
#include "core/plan_message.h"
#include "core/utf8.h"

namespace longmen::agent {
namespace {

constexpr int kRepetitions_max = 20;

class Resolver {
 public:
  explicit Resolver(const world::World& world) : world_(world) {}

  Resolution run(const std::vector<Clause>& clauses) {
    for (const Clause& clause : clauses) {
      take(clause);
      if (refusal_) return {{}, false, refusal_};
    }
    if (steps_.empty()) refuse(reasons::only_prohibitions());
    for (const auto& [step, words] : forbidden_)
      if (std::find(steps_.begin(), steps_.end(), step) != steps_.end())
        refuse(reasons::contradiction(words));
    for (const auto& [name, words] : forbidden_skills_)
      if (std::any_of(steps_.begin(), steps_.end(),
                      [&, &skill = name](const PlanStep& step) { return step.skill == skill; }))
        refuse(reasons::contradiction(words));
    if (refusal_) return {{}, false, refusal_};
    return {std::move(steps_), confirm_, std::nullopt};
  }

 private:
  void take(const Clause& clause) {
    if (clause.is_there && (mentioned_places_.empty() || !now_.location ||
                            *now_.location != mentioned_places_.back())) {
      refuse(reasons::unresolved(clause.words));
      return;
    }
    if (!(clause.count >= 1.0 && clause.count <= kRepetitions_max &&
          clause.count == std::floor(clause.count))) {
      refuse(reasons::bad_count(clause.count, kRepetitions_max));
      return;
    }
    if (clause.is_prohibition) {
      forbid(clause);
      return;
    }
    std::vector<PlanStep> made;
    if (clause.at_place) be_at(made, *clause.at_place);
    for (int i = 0; i < static_cast<int>(clause.count); ++i) {
      const std::vector<PlanStep> once =
          clause.phrase->meaning == Meaning::kRepeat ? last_steps_ : steps_of(clause);
      if (refusal_) return;
      made.insert(made.end(), once.begin(), once.end());
      if (steps_.size() + made.size() > kPlanMessageLimits.steps_max) {
        refuse(reasons::too_many_steps(steps_.size() + made.size(), kPlanMessageLimits.steps_max));
        return;
      }
    }
    if (clause.phrase->meaning == Meaning::kRepeat && made.empty()) {
      refuse(reasons::unresolved(clause.words));
      return;
    }
    steps_.insert(steps_.end(), made.begin(), made.end());
    last_steps_ = std::move(made);
  }

  /// What is asked for happens at a place: goes there, unless the plan is there already.
  void be_at(std::vector<PlanStep>& steps, const Reference& reference) {
    const std::string place = resolve_place(reference);
    if (refusal_ || now_.location == place) return;
    confirm_ = true;  // the text does not say to go there
    go(steps, place);
  }

  /// A prohibition changes nothing; its last step is what must not happen.
  void forbid(const Clause& clause) {
    if (clause.phrase->meaning == Meaning::kForbidOnly) {
      for (const SkillId id : clause.phrase->forbidden)
        forbidden_skills_.emplace_back(skill(id).name, clause.words);
      return;
    }
    const State before = now_;
    const bool confirm = confirm_;
    const std::vector<PlanStep> steps = steps_of(clause);
    now_ = before;
    confirm_ = confirm;
    if (!refusal_ && !steps.empty()) forbidden_.emplace_back(steps.back(), clause.words);
  }

  std::vector<PlanStep> steps_of(const Clause& clause) {
    const Bindings& b = clause.bindings;
    const bool is_return = clause.phrase->phrase->preset == "place=home";
    // Coming back is to the start, unless the plan has been at several places before.
    const bool is_open = is_return ? now_.walks > 1 : clause.phrase->meaning != Meaning::kBeAt;
    if ((clause.phrase->phrase->is_assumed && is_open) || is_described(b)) confirm_ = true;
    located_at_ = b.object ? b.object->located_at : std::nullopt;
    if (b.who) resolve_person(*b.who, true);
    switch (clause.phrase->meaning) {
      case Meaning::kSkill:
        return skill_steps(clause);
      case Meaning::kTransport: {
        const std::string object = object_of(clause);
        const std::string place = resolve_place(*b.place);
        return bring_to_place(object, b.source, place);
      }
      case Meaning::kBring: {
        const std::string object = object_of(clause);
        const std::string person = resolve_person(*b.person, false);
        return bring_to_person(object, b.source, person);
      }
      case Meaning::kWalkFromTo:
      case Meaning::kWalkVia: {
        std::vector<PlanStep> steps;
        go(steps, resolve_place(*b.source));
        go(steps, resolve_place(*b.place), true);
        return steps;
      }
      case Meaning::kBeAt: {
        std::vector<PlanStep> steps;
        be_at(steps, *b.place);
        return steps;
      }
      case Meaning::kWaitBefore:
        return {{std::string(skill(SkillId::kWait).name), {{"duration_s", duration_of(clause)}}}};
      case Meaning::kRepeat:
      case Meaning::kForbidOnly:
        break;
    }
    return {};
  }

  /// The clause's object; where it is left out, what is in hand.
  std::string object_of(const Clause& clause) {
    if (clause.bindings.object) return resolve_object(*clause.bindings.object, false);
    if (now_.holding) return *now_.holding;
    refuse(reasons::unresolved(clause.words));
    return {};
  }

  std::vector<PlanStep> skill_steps(const Clause& clause) {
    const Bindings& b = clause.bindings;
    const Skill& skill = *clause.phrase->skill;
    std::vector<PlanStep> steps;
    if (b.place && (skill.id == SkillId::kWait || skill.id == SkillId::kStand))
      be_at(steps, *b.place);
    switch (skill.id) {
      case SkillId::kWalkTo:
        go(steps, b.place ? resolve_place(*b.place) : home(), true);
        break;
      case SkillId::kTurn:
        steps.push_back({std::string(skill.name), {{"angle_deg", angle_of(clause)}}});
        break;
      case SkillId::kWait:
        steps.push_back({std::string(skill.name), {{"duration_s", duration_of(clause)}}});
        break;
      case SkillId::kSay:
        steps.push_back({std::string(skill.name), {{"text", text_of(*b.text)}}});
        break;
      case SkillId::kPointAt:
        steps.push_back({std::string(skill.name), {{"target", resolve_target(*b.target)}}});
        break;
      case SkillId::kPickUp:
        steps = take_up(resolve_object(*b.object, false), b.source);
        break;
      case SkillId::kPlace: {
        const std::string object = resolve_object(*b.object, true);
        const std::string place = b.place ? resolve_place(*b.place) : now_.location.value_or("");
        if (place.empty() && !refusal_) refuse(reasons::place_missing(clause.words));
        steps = bring_to_place(object, b.source, place);
        break;
      }
      case SkillId::kHandOver: {
        const std::string object = resolve_object(*b.object, true);
        steps = bring_to_person(object, b.source, resolve_person(*b.person, false));
        break;
      }
      case SkillId::kStand:
      case SkillId::kWave:
      case SkillId::kStop:
        steps.push_back({std::string(skill.name), {}});
        break;
      case SkillId::kFollowStream:  // no words ask for these
      case SkillId::kRunPolicy:
        break;
    }
    return steps;
  }

  // ---- building steps, with what they change ----

  /// Walks there unless the plan is there already; an explicit request walks in any case.
  void go(std::vector<PlanStep>& steps, const std::string& place, bool is_explicit = false) {
    if (refusal_ || (!is_explicit && now_.location == place)) return;
    steps.push_back({"walk_to", {{"place", place}}});
    ++now_.walks;
    now_.location = place;
  }

  /// Goes where the object is, as far as that is known, and takes it.
  std::vector<PlanStep> take_up(const std::string& object, const std::optional<Reference>& source) {
    std::vector<PlanStep> steps;
    if (refusal_) return steps;
    if (source)
      go(steps, resolve_place(*source));
    else if (located_at_)
      go(steps, *located_at_);
    else if (const auto at = place_where(object))
      go(steps, *at);
    steps.push_back({"pick_up", {{"object", object}}});
    now_.holding = object;
    return steps;
  }

  std::vector<PlanStep> in_hand(const std::string& object, const std::optional<Reference>& source) {
    return now_.holding == object ? std::vector<PlanStep>{} : take_up(object, source);
  }

  std::vector<PlanStep> bring_to_place(const std::string& object,
                                       const std::optional<Reference>& source,
                                       const std::string& place) {
    // Saying where a thing goes after it has been brought there says it twice.
    const PlanStep put{"place", {{"object", object}, {"place", place}}};
    if (!steps_.empty() && steps_.back() == put) return {};
    std::vector<PlanStep> steps = in_hand(object, source);
    if (refusal_) return {};
    go(steps, place);
    steps.push_back(put);
    now_.holding.reset();
    now_.moved[object] = place;
    return steps;
  }

  std::vector<PlanStep> bring_to_person(const std::string& object,
                                        const std::optional<Reference>& source,
                                        const std::string& person) {
    std::vector<PlanStep> steps = in_hand(object, source);
    if (refusal_) return {};
    steps.push_back({"hand_over", {{"object", object}, {"person", person}}});
    now_.holding.reset();
    now_.moved[object] = "";
    return steps;
  }

  /// The place where an object is by now, if it is known.
  [[nodiscard]] std::optional<std::string> place_where(const std::string& object) const {
    const auto moved = now_.moved.find(object);
    const world::Object* thing = world_.object(object);
    if (thing == nullptr) return std::nullopt;
    const std::string at = moved != now_.moved.end() ? moved->second : thing->at;
    if (world_.place(at) == nullptr) return std::nullopt;
    return at;
  }

  // ---- what names and pronouns mean ----

  static bool is_described(const Bindings& b) {
    for (const auto* reference : {&b.place, &b.object, &b.person, &b.target, &b.source, &b.who})
      if (*reference && (*reference)->is_described) return true;
    return false;
  }

  std::string resolve_place(const Reference& reference) {
    if (reference.entities.empty()) return mention_place(place_of_pronoun(reference));
    if (const Entity* one = only(reference, reference.entities); one != nullptr) {
      if (one->kind == kPlaces) return mention_place(one->id);
      mention(mentioned_objects_, one->id);
      const auto at = place_where(one->id);
      if (!at) refuse(reasons::place_of_thing_unknown(world_.object(one->id)->names));
      confirm_ = true;  // the text names a thing, not the place where it is said to be
      return mention_place(at.value_or(""));
    }
    return {};
  }

  std::string place_of_pronoun(const Reference& reference) {
    switch (reference.pronoun) {
      case Pronoun::kPlace:
        if (mentioned_places_.size() == 1 ||
            (!mentioned_places_.empty() && now_.location == mentioned_places_.back()))
          return mentioned_places_.back();
        break;
      case Pronoun::kHere:
        if (now_.location) return *now_.location;
        break;
      case Pronoun::kThing:
        if (mentioned_places_.size() == 1 && mentioned_objects_.empty())
          return mentioned_places_.back();
        if (mentioned_objects_.size() == 1 && mentioned_places_.empty())
          if (const auto at = place_where(mentioned_objects_.back())) {
            confirm_ = true;
            return *at;
          }
        break;
      case Pronoun::kSpeaker:
        refuse(reasons::speaker_unknown(reference.words));
        return {};
      default:
        break;
    }
    refuse(reasons::unresolved(reference.words));
    return {};
  }

  /// @param is_in_hand  the object is put or handed: "it" is what the robot holds.
  std::string resolve_object(const Reference& reference, bool is_in_hand) {
    if (reference.entities.empty()) {
      if (is_in_hand && now_.holding) return *now_.holding;
      if (mentioned_objects_.size() == 1) return mentioned_objects_.front();
      refuse(reasons::unresolved(reference.words));
      return {};
    }
    const Entity* one = only(reference, reference.entities);
    if (one == nullptr || !check_located(reference, one->id)) return {};
    return mention(mentioned_objects_, one->id);
  }

  /// "the box on the shelf": the facts must not say otherwise.
  bool check_located(const Reference& reference, const std::string& object) {
    if (!reference.located_at) return true;
    const auto at = place_where(object);
    mention_place(*reference.located_at);
    if (!at || *at == *reference.located_at) return true;
    refuse(reasons::elsewhere(world_.object(object)->names, world_.place(*at)->names));
    return false;
  }

  std::string resolve_person(const Reference& reference, bool may_be_speaker) {
    if (reference.entities.empty()) {
      if (reference.pronoun == Pronoun::kSpeaker) {
        if (!may_be_speaker) refuse(reasons::speaker_unknown(reference.words));
        return {};
      }
      if (mentioned_people_.size() == 1) return mentioned_people_.front();
      refuse(reasons::unresolved(reference.words));
      return {};
    }
    const Entity* one = only(reference, reference.entities);
    return one == nullptr ? "" : mention(mentioned_people_, one->id);
  }

  std::string resolve_target(const Reference& reference) {
    if (reference.entities.empty()) {
      switch (reference.pronoun) {
        case Pronoun::kPlace:
        case Pronoun::kHere:
          return resolve_place(reference);
        case Pronoun::kPerson:
        case Pronoun::kSpeaker:
          return resolve_person(reference, false);
        default:
          break;
      }
      const std::size_t things =
          mentioned_places_.size() + mentioned_objects_.size() + mentioned_people_.size();
      if (things == 1)
        for (const auto* mentioned : {&mentioned_places_, &mentioned_objects_, &mentioned_people_})
          if (!mentioned->empty()) return mentioned->front();
      refuse(reasons::unresolved(reference.words));
      return {};
    }
    const Entity* one = only(reference, reference.entities);
    if (one == nullptr) return {};
    if (one->kind == kObjects && !check_located(reference, one->id)) return {};
    auto& mentioned = one->kind == kPlaces    ? mentioned_places_
                      : one->kind == kObjects ? mentioned_objects_
                                              : mentioned_people_;
    return mention(mentioned, one->id);
  }

  /// The one thing that is meant; a place before what is at a place.
  const Entity* only(const Reference& reference, const std::vector<Entity>& entities) {
    if (entities.size() == 1) return &entities.front();
    std::vector<std::string> ids;
    for (const Entity& entity : entities) ids.push_back(entity.id);
    refuse(reasons::ambiguous(reference.words, ids));
    return nullptr;
  }

  std::string home() {
    for (const world::Place& place : world_.places) {
      const auto is_home = [](const std::string& name) {
        return name == "home" || name == "start";
      };
      if (is_home(place.names.id) ||
          std::any_of(place.names.en.begin(), place.names.en.end(), is_home))
        return mention_place(place.names.id);
    }
    refuse(reasons::no_home(world_));
    return {};
  }

  static std::string mention(std::vector<std::string>& mentioned, const std::string& id) {
    std::erase(mentioned, id);
    mentioned.push_back(id);
    return id;
  }
  std::string mention_place(const std::string& id) {
    return id.empty() ? id : mention(mentioned_places_, id);
  }

  // ---- quantities and words ----

  double angle_of(const Clause& clause) {
    const Bindings& b = clause.bindings;
    double angle_deg = 0.0;
    if (b.angle_deg) {
      angle_deg = b.angle_deg->value;
      if (b.angle_deg->is_unit_assumed) confirm_ = true;
    } else {
      angle_deg = preset_of(*clause.phrase->phrase);
    }
    if (b.side && angle_deg < 0.0) refuse(reasons::contradicts_side(clause.words));
    if (b.side) angle_deg *= *b.side;
    // Without a side a turn to where both sides lead is clear, and so is a negative angle.
    const bool is_same_both_ways = std::fmod(angle_deg, 180.0) == 0.0;
    if (!b.side && angle_deg > 0.0 && !is_same_both_ways) confirm_ = true;
    return limited(*clause.phrase->skill, "angle_deg", angle_deg);
  }

  double duration_of(const Clause& clause) {
    const auto& duration_s = clause.bindings.duration_s;
    if (!duration_s) {
      refuse(reasons::needs_quantity(Slot::kDuration, clause.words));
      return 0.0;
    }
    if (duration_s->is_unit_assumed) confirm_ = true;
    return limited(skill(SkillId::kWait), "duration_s", duration_s->value);
  }

  double limited(const Skill& skill, std::string_view name, double value) {
    const Parameter& parameter = *find_parameter(skill, name);
    if (!(value >= parameter.min && value <= parameter.max))
      refuse(reasons::beyond_limits(skill, parameter, value));
    return value;
  }

  std::string text_of(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\n\r");
    const std::size_t last = text.find_last_not_of(" \t\n\r");
    const std::string trimmed =
        first == std::string::npos ? "" : text.substr(first, last - first + 1);
    limited(skill(SkillId::kSay), "text", static_cast<double>(count_code_points(trimmed)));
    return trimmed;
  }

  static double preset_of(const Phrase& phrase) {
    const std::string_view number = phrase.preset.substr(phrase.preset.find('=') + 1);
    double value = 0.0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    return value;
  }

  void refuse(Bilingual reason) {
    if (!refusal_) refusal_ = std::move(reason);
  }

  const world::World& world_;
  std::vector<PlanStep> steps_;
  std::vector<PlanStep> last_steps_;
  std::vector<std::pair<PlanStep, std::string>> forbidden_;
  std::vector<std::pair<std::string_view, std::string>> forbidden_skills_;
  /// What the steps so far bring about.
  struct State {
    std::optional<std::string> location;
    std::optional<std::string> holding;
    std::map<std::string, std::string> moved;  ///< object -> place where the plan has put it
    int walks = 0;
  };
  State now_;
  std::vector<std::string> mentioned_places_;  ///< each once, the last one mentioned at the end
  std::vector<std::string> mentioned_objects_;
  std::vector<std::string> mentioned_people_;
  std::optional<std::string> located_at_;  ///< where the present clause says that its object is
  bool confirm_ = false;
  std::optional<Bilingual> refusal_;
};

}  // namespace

Resolution resolve(const std::vector<Clause>& clauses, const world::World& world) {
  return Resolver(world).run(clauses);
}

}  // namespace longmen::agent
