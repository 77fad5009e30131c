#include "world/step_sentence.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>

#include "core/skill_catalogue.h"

namespace longmen::world {
namespace {

const Names* find_names(const World& world, const std::string& id) {
  if (const Place* place = world.place(id)) return &place->names;
  if (const Object* object = world.object(id)) return &object->names;
  if (const Person* person = world.person(id)) return &person->names;
  return nullptr;
}

/// "the shelf", but "Li" and "home".
std::string with_article(const std::string& name) {
  const bool is_proper = std::isupper(static_cast<unsigned char>(name.front())) != 0;
  return is_proper || name == "home" ? name : "the " + name;
}

Bilingual quantity(double value, std::string_view unit) {
  if (unit == "deg") {
    const bool left = value >= 0.0;
    return {fmt::format("{:g}° to the {}", std::abs(value), left ? "left" : "right"),
            fmt::format("向{} {:g}°", left ? "左" : "右", std::abs(value))};
  }
  if (unit == "s") return {fmt::format("{:g} s", value), fmt::format("{:g} 秒", value)};
  return {fmt::format("{:g} {}", value, unit), fmt::format("{:g} {}", value, unit)};
}

Bilingual words_of(const Argument& argument, const Parameter& parameter, const World& world) {
  if (const auto* number = std::get_if<double>(&argument)) return quantity(*number, parameter.unit);
  const auto& text = std::get<std::string>(argument);
  const Names* names = parameter.kind == ParameterKind::kText ? nullptr : find_names(world, text);
  if (names == nullptr) return {text, text};
  return {with_article(names->first_en()), names->first_zh()};
}

void put_in(std::string& sentence, std::string_view parameter, const std::string& words) {
  const std::string slot = fmt::format("{{{}}}", parameter);
  if (const auto at = sentence.find(slot); at != std::string::npos)
    sentence.replace(at, slot.size(), words);
}

}  // namespace

Bilingual step_sentence(const PlanStep& step, const World& world) {
  const Skill* skill = find_skill(step.skill);
  if (skill == nullptr) return {step.skill, step.skill};
  Bilingual sentence{std::string(skill->sentence_en), std::string(skill->sentence_zh)};
  for (const auto& [name, argument] : step.args) {
    const Parameter* parameter = find_parameter(*skill, name);
    if (parameter == nullptr) continue;
    const Bilingual words = words_of(argument, *parameter, world);
    put_in(sentence.en, name, words.en);
    put_in(sentence.zh, name, words.zh);
  }
  return sentence;
}

}  // namespace longmen::world
