#include "agent/plan_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/plan_message.h"
#include "core/skill_catalogue.h"
#include "core/utf8.h"

namespace longmen::agent {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> names_of(ParameterKind kind, const world::World& world) {
  std::vector<std::string> names;
  const auto add = [&](const auto& things) {
    for (const auto& thing : things) names.push_back(thing.names.id);
  };
  if (kind == ParameterKind::kPlace || kind == ParameterKind::kTarget) add(world.places);
  if (kind == ParameterKind::kObject || kind == ParameterKind::kTarget) add(world.objects);
  if (kind == ParameterKind::kPerson || kind == ParameterKind::kTarget) add(world.people);
  return names;
}

Result<Argument> read_argument(const Json& value, const Parameter& parameter,
                               const world::World& world, const std::string& where) {
  if (parameter.kind == ParameterKind::kNumber) {
    if (!value.is_number()) return fail(ErrorCode::kInvalidArgument, "is no number", where);
    const double number = value.get<double>();
    if (!(number >= parameter.min && number <= parameter.max))
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{:g} is outside {:g} to {:g} {}", number, parameter.min,
                              parameter.max, parameter.unit),
                  where);
    return Argument(number);
  }
  if (!value.is_string()) return fail(ErrorCode::kInvalidArgument, "is no text", where);
  const std::string text = value.get<std::string>();
  if (parameter.kind == ParameterKind::kText) {
    if (!is_valid_utf8(text) || !(static_cast<double>(count_code_points(text)) >= parameter.min &&
                                  static_cast<double>(count_code_points(text)) <= parameter.max))
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("needs {:g} to {:g} characters", parameter.min, parameter.max),
                  where);
    return Argument(text);
  }
  const std::vector<std::string> valid = names_of(parameter.kind, world);
  if (std::find(valid.begin(), valid.end(), text) == valid.end())
    return fail(ErrorCode::kUnknownName,
                fmt::format("'{}'; valid: {}", text.substr(0, 60), fmt::join(valid, ", ")), where);
  return Argument(text);
}

}  // namespace

Result<std::vector<PlanStep>> read_steps(std::string_view text, const world::World& world) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("steps") || !json["steps"].is_array())
    return fail(ErrorCode::kParse, "is no JSON object with a list of steps", "answer");
  if (json["steps"].empty() || json["steps"].size() > kPlanMessageLimits.steps_max)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} steps; 1 to {} are possible", json["steps"].size(),
                            kPlanMessageLimits.steps_max),
                "answer");
  std::vector<PlanStep> steps;
  for (const Json& item : json["steps"]) {
    const std::string where = fmt::format("answer, step {}", steps.size() + 1);
    if (!item.is_object() || !item.contains("skill") || !item["skill"].is_string())
      return fail(ErrorCode::kMissingKey, "names no skill", where);
    const std::string name = item["skill"].get<std::string>();
    const Skill* skill = find_skill(name);
    if (skill == nullptr)
      return fail(ErrorCode::kUnknownName,
                  fmt::format("'{}' is no skill of the catalogue", name.substr(0, 60)), where);
    const Json args = item.value("args", Json::object());
    if (!args.is_object() || args.size() != skill->parameters.size())
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' takes {} arguments", name, skill->parameters.size()), where);
    PlanStep step{name, {}};
    for (const Parameter& parameter : skill->parameters) {
      const std::string key(parameter.name);
      if (!args.contains(key))
        return fail(ErrorCode::kMissingKey, fmt::format("'{}' needs '{}'", name, key), where);
      auto argument = read_argument(args[key], parameter, world, where + ", " + key);
      if (!argument) return tl::make_unexpected(argument.error());
      step.args.emplace(key, std::move(*argument));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

std::string answer_schema(const world::World& world) {
  Json any = Json::array();
  for (const Skill& skill : skill_catalogue()) {
    if (!skill.is_asked_in_words()) continue;
    Json properties = Json::object();
    Json required = Json::array();
    bool is_possible = true;
    for (const Parameter& parameter : skill.parameters) {
      const std::string name(parameter.name);
      required.push_back(name);
      if (parameter.kind == ParameterKind::kNumber)
        properties[name] = {
            {"type", "number"}, {"minimum", parameter.min}, {"maximum", parameter.max}};
      else if (parameter.kind == ParameterKind::kText)
        properties[name] = {{"type", "string"}, {"maxLength", parameter.max}};
      else
        properties[name] = {{"type", "string"}, {"enum", names_of(parameter.kind, world)}};
      is_possible =
          is_possible && !(properties[name].contains("enum") && properties[name]["enum"].empty());
    }
    if (is_possible)
      any.push_back({{"type", "object"},
                     {"properties",
                      {{"skill", {{"const", skill.name}}},
                       {"args",
                        {{"type", "object"},
                         {"properties", properties},
                         {"required", required},
                         {"additionalProperties", false}}}}},
                     {"required", {"skill", "args"}},
                     {"additionalProperties", false}});
  }
  const Json schema = {{"type", "object"},
                       {"properties",
                        {{"steps",
                          {{"type", "array"},
                           {"items", {{"anyOf", any}}},
                           {"maxItems", kPlanMessageLimits.steps_max}}},
                         {"ask", {{"type", "string"}, {"maxLength", 300}}},
                         {"cannot", {{"type", "string"}, {"maxLength", 300}}}}},
                       {"required", {"steps", "ask", "cannot"}},
                       {"additionalProperties", false}};
  return schema.dump();
}

}  // namespace longmen::agent
