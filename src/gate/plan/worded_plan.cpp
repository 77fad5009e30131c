#include "gate/plan/worded_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/skill_catalogue.h"

namespace longmen::gate::plan {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kJson_max_bytes = 1u << 20;
constexpr int kDepth_max = 8;

Result<OrderedJson> parse(const std::string& text, const std::string& where) {
  if (text.size() > kJson_max_bytes)
    return fail(ErrorCode::kInvalidArgument, "larger than 1 MiB", where);
  int depth_max = 0;
  int depth = 0;
  for (const char c : text) {  // bounds the parser's recursion; braces in strings only add to it
    depth += (c == '{' || c == '[') ? 1 : (c == '}' || c == ']') ? -1 : 0;
    depth_max = std::max(depth_max, depth);
  }
  if (depth_max > 64) return fail(ErrorCode::kParse, "nested too deeply", where);
  try {
    return OrderedJson::parse(text);
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::kParse, error.what(), where);
  }
}

Result<std::string> word_of(const OrderedJson& node, const std::string& where, int depth) {
  if (node.is_string()) return node.get<std::string>();
  if (node.is_number()) return fmt::format("{:g}", node.get<double>());
  if (node.is_boolean() || node.is_null()) return std::string();
  if (depth > kDepth_max) return fail(ErrorCode::kParse, "nested too deeply", where);
  std::string all;
  for (const auto& part : node) {
    auto word = word_of(part, where, depth + 1);
    if (!word) return word;
    all += (all.empty() ? "" : " ") + *word;
  }
  return all;
}

Result<std::vector<std::string>> texts_of(const OrderedJson& root, const char* key,
                                          const std::string& where) {
  std::vector<std::string> texts;
  if (!root.contains(key) || root[key].is_null()) return texts;
  if (!root[key].is_array())
    return fail(ErrorCode::kInvalidArgument, "must be a list", where + ": " + key);
  for (const auto& node : root[key]) {
    auto text = word_of(node, where + ": " + key, 0);
    if (!text) return tl::make_unexpected(text.error());
    texts.push_back(std::move(*text));
  }
  return texts;
}

/// {"steps": [...]} or [...], whose typed steps have no keys but skill and args.
Result<OrderedJson> parse_plan_file(const std::string& json, const std::string& where) {
  auto root = parse(json, where);
  if (!root) return root;
  if (root->is_array()) root = OrderedJson{{"steps", *root}};
  if (!root->is_object() || !root->contains("steps"))
    return fail(ErrorCode::kMissingKey, "'steps' is missing", where);
  for (auto& step : (*root)["steps"]) {
    if (!step.is_object()) continue;
    for (const auto& [key, value] : step.items())
      if (key != "skill" && key != "args")
        return fail(ErrorCode::kUnknownKey,
                    "unknown key '" + key + "' of a step; valid ones: skill, args", where);
  }
  return root;
}

std::string without_quotes(std::string text) {
  for (const char* mark : {"\"", "\u201c", "\u201d", "\u300c", "\u300d", "\u300e", "\u300f"})
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.replace(at, std::string_view(mark).size(), " ");
  return text;
}

const world::Names* names_of(const world::World& world, const std::string& id) {
  if (const auto* place = world.place(id)) return &place->names;
  if (const auto* object = world.object(id)) return &object->names;
  if (const auto* person = world.person(id)) return &person->names;
  return nullptr;
}

}  // namespace

Result<void> check_instruction(const std::string& instruction, const std::string& where) {
  if (instruction.find_first_not_of(" \t\r\n") == std::string::npos)
    return fail(ErrorCode::kInvalidArgument, "is empty; there is nothing to judge", where);
  return {};
}

Result<WordedPlan> parse_worded_plan(const std::string& json, const std::string& where) {
  const auto root = parse(json, where);
  if (!root) return tl::make_unexpected(root.error());
  if (!root->is_object()) return fail(ErrorCode::kParse, "must be an object", where);
  if (!root->contains("instruction"))
    return fail(ErrorCode::kMissingKey, "'instruction' is missing", where);
  if (!(*root)["instruction"].is_string())
    return fail(ErrorCode::kInvalidArgument, "must be a text", where + ": instruction");
  WordedPlan plan;
  plan.instruction = (*root)["instruction"].get<std::string>();
  if (auto said = check_instruction(plan.instruction, where + ": instruction"); !said)
    return tl::make_unexpected(said.error());
  if (root->contains("scene") && !(*root)["scene"].is_null()) {
    if (!(*root)["scene"].is_string())
      return fail(ErrorCode::kInvalidArgument, "must be a text", where + ": scene");
    plan.scene = (*root)["scene"].get<std::string>();
  }
  const std::pair<const char*, std::vector<std::string>*> lists[] = {{"steps", &plan.steps},
                                                                     {"objects", &plan.objects},
                                                                     {"facts", &plan.facts},
                                                                     {"context", &plan.context}};
  for (const auto& [key, list] : lists) {
    auto texts = texts_of(*root, key, where);
    if (!texts) return tl::make_unexpected(texts.error());
    *list = std::move(*texts);
  }
  return plan;
}

Result<std::vector<std::string>> parse_steps(const std::string& json, const std::string& where) {
  const auto root = parse_plan_file(json, where);
  if (!root) return tl::make_unexpected(root.error());
  return texts_of(*root, "steps", where);
}

Result<std::optional<std::string>> plan_message_of(const std::string& json,
                                                   const std::string& instruction,
                                                   const std::string& model,
                                                   const std::string& where) {
  const auto root = parse_plan_file(json, where);
  if (!root) return tl::make_unexpected(root.error());
  const OrderedJson& steps = (*root)["steps"];
  const bool is_typed = steps.is_array() && !steps.empty() &&
                        std::all_of(steps.begin(), steps.end(),
                                    [](const OrderedJson& step) { return step.is_object(); });
  if (!is_typed) return std::optional<std::string>();
  const OrderedJson message = {
      {"id", "check"}, {"model", model}, {"text", instruction}, {"steps", steps}};
  return message.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string words_of_step(const PlanStep& step, const world::World* world) {
  std::string words = step.skill;
  std::replace(words.begin(), words.end(), '_', ' ');
  for (const auto& [name, value] : step.args) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) continue;
    const Skill* skill = find_skill(step.skill);
    const Parameter* parameter = skill == nullptr ? nullptr : find_parameter(*skill, name);
    const bool is_of_rules = parameter != nullptr && (parameter->kind == ParameterKind::kPolicy ||
                                                      parameter->kind == ParameterKind::kBounds);
    if (is_of_rules) continue;  // names that the rules gave, not the plan
    if (parameter != nullptr && parameter->kind == ParameterKind::kText) {
      words += " \"" + without_quotes(*text) + "\"";  // speech: said, not done
      continue;
    }
    const world::Names* names = world == nullptr ? nullptr : names_of(*world, *text);
    const bool is_place = world != nullptr && world->place(*text) != nullptr;
    const bool is_person = world != nullptr && world->person(*text) != nullptr;
    words += is_person ? " to " : is_place && name == "place" ? " on " : " ";
    words += names == nullptr ? *text : names->first_en();
  }
  return words;
}

WordedPlan words_of_plan(const Plan& plan, const world::World& world) {
  WordedPlan worded;
  worded.instruction = plan.text;
  for (const PlanStep& step : plan.steps) worded.steps.push_back(words_of_step(step, &world));
  add_world(worded, world);
  return worded;
}

void add_world(WordedPlan& plan, const world::World& world) {
  plan.scene += " " + world.name + " " + world.title.en;
  for (const auto& object : world.objects) plan.objects.push_back(object.names.first_en());
}

std::string answer_json(const Verdict& verdict) {
  OrderedJson reasons = OrderedJson::array();
  for (const VerdictReason& reason : verdict.reasons)
    reasons.push_back({{"rule", reason.rule},
                       {"step", reason.step < 0 ? OrderedJson() : OrderedJson(reason.step)},
                       {"facts", reason.facts},
                       {"text_en", reason.text.en},
                       {"text_zh", reason.text.zh}});
  return OrderedJson{{"verdict", name_of(verdict.status)}, {"reasons", std::move(reasons)}}.dump(
      -1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace longmen::gate::plan
