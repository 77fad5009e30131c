#include "core/plan_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/utf8.h"

namespace longmen {
namespace {

using Json = nlohmann::json;
constexpr const PlanMessageLimits& kLimits = kPlanMessageLimits;
/// The message nests four deep; anything deeper is not one, and is not worth recursing into.
constexpr int kDepthMax = 4;

Result<void> check_text(const std::string& text, std::size_t size_max, const std::string& where) {
  if (text.size() > size_max)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("text of {} bytes, at most {}", text.size(), size_max), where);
  if (!is_valid_utf8(text)) return fail(ErrorCode::kInvalidArgument, "not valid UTF-8", where);
  return {};
}

Result<void> check_step(const PlanStep& step, const std::string& where) {
  if (auto ok = check_text(step.skill, kLimits.name_max_bytes, where + ".skill"); !ok) return ok;
  if (step.args.size() > kLimits.args_max)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} arguments, at most {}", step.args.size(), kLimits.args_max), where);
  for (const auto& [name, value] : step.args) {
    if (auto ok = check_text(name, kLimits.name_max_bytes, where + ".args"); !ok) return ok;
    const std::string arg_where = where + ".args." + name;
    if (const auto* text = std::get_if<std::string>(&value)) {
      if (auto ok = check_text(*text, kLimits.text_max_bytes, arg_where); !ok) return ok;
    } else if (const double number = std::get<double>(value);
               !std::isfinite(number) || std::abs(number) > kLimits.number_max) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("number beyond ±{:g}", kLimits.number_max), arg_where);
    }
  }
  return {};
}

Result<void> check_plan(const Plan& plan) {
  if (auto ok = check_text(plan.id, kLimits.name_max_bytes, "plan.id"); !ok) return ok;
  if (auto ok = check_text(plan.model, kLimits.name_max_bytes, "plan.model"); !ok) return ok;
  if (auto ok = check_text(plan.key, kLimits.name_max_bytes, "plan.key"); !ok) return ok;
  if (auto ok = check_text(plan.text, kLimits.text_max_bytes, "plan.text"); !ok) return ok;
  if (auto ok = check_text(plan.cause, kLimits.text_max_bytes, "plan.cause"); !ok) return ok;
  if (plan.steps.size() > kLimits.steps_max)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} steps, at most {}", plan.steps.size(), kLimits.steps_max),
                "plan.steps");
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    if (auto ok = check_step(plan.steps[i], fmt::format("plan.steps[{}]", i)); !ok) return ok;
  return {};
}

Json to_json(const PlanStep& step) {
  Json args = Json::object();
  for (const auto& [name, value] : step.args)
    std::visit([&, &key = name](const auto& v) { args[key] = v; }, value);
  return {{"skill", step.skill}, {"args", std::move(args)}};
}

Json to_json(const std::vector<PlanStep>& steps) {
  Json list = Json::array();
  for (const PlanStep& step : steps) list.push_back(to_json(step));
  return list;
}

/// Every key of `object` must be in `keys` or `optional`, and every one of `keys` in it.
Result<void> check_keys(const Json& object, std::initializer_list<const char*> keys,
                        const std::string& where,
                        std::initializer_list<const char*> optional = {}) {
  if (!object.is_object()) return fail(ErrorCode::kParse, "must be an object", where);
  const auto is_in = [](const std::string& key, std::initializer_list<const char*> list) {
    return std::any_of(list.begin(), list.end(), [&](const char* k) { return key == k; });
  };
  for (const auto& item : object.items())
    if (!is_in(item.key(), keys) && !is_in(item.key(), optional))
      return fail(ErrorCode::kUnknownKey,
                  fmt::format("unknown key; valid keys: {}", fmt::join(keys, ", ")), where);
  for (const char* key : keys)
    if (!object.contains(key))
      return fail(ErrorCode::kMissingKey, fmt::format("missing key '{}'", key), where);
  return {};
}

Result<std::string> read_text(const Json& object, const char* key, const std::string& where) {
  const Json& value = object.at(key);
  if (!value.is_string())
    return fail(ErrorCode::kParse, "must be a text", fmt::format("{}.{}", where, key));
  return value.get<std::string>();
}

Result<PlanStep> read_step(const Json& json, const std::string& where) {
  if (auto ok = check_keys(json, {"skill", "args"}, where); !ok)
    return tl::make_unexpected(ok.error());
  PlanStep step;
  auto skill = read_text(json, "skill", where);
  if (!skill) return tl::make_unexpected(skill.error());
  step.skill = std::move(*skill);
  const Json& args = json.at("args");
  if (!args.is_object()) return fail(ErrorCode::kParse, "must be an object", where + ".args");
  for (const auto& item : args.items()) {
    if (item.value().is_number())
      step.args[item.key()] = item.value().get<double>();
    else if (item.value().is_string())
      step.args[item.key()] = item.value().get<std::string>();
    else
      return fail(ErrorCode::kParse, "arguments are numbers or texts", where + ".args");
  }
  return step;
}

Result<Plan> read_plan(const Json& json) {
  if (auto ok = check_keys(json, {"id", "model", "text", "steps"}, "plan", {"key", "cause"}); !ok)
    return tl::make_unexpected(ok.error());
  Plan plan;
  const std::pair<const char*, std::string*> fields[] = {
      {"id", &plan.id}, {"model", &plan.model}, {"text", &plan.text}};
  for (const auto& [key, field] : fields) {
    auto text = read_text(json, key, "plan");
    if (!text) return tl::make_unexpected(text.error());
    *field = std::move(*text);
  }
  const std::pair<const char*, std::string*> optional_fields[] = {{"key", &plan.key},
                                                                  {"cause", &plan.cause}};
  for (const auto& [key, field] : optional_fields) {
    if (!json.contains(key)) continue;
    auto text = read_text(json, key, "plan");
    if (!text) return tl::make_unexpected(text.error());
    if (text->empty())  // one plan has one encoding
      return fail(ErrorCode::kParse, "must not be empty; leave it out",
                  fmt::format("plan.{}", key));
    *field = std::move(*text);
  }
  const Json& steps = json.at("steps");
  if (!steps.is_array()) return fail(ErrorCode::kParse, "must be a list", "plan.steps");
  if (steps.size() > kLimits.steps_max)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} steps, at most {}", steps.size(), kLimits.steps_max), "plan.steps");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto step = read_step(steps[i], fmt::format("plan.steps[{}]", i));
    if (!step) return tl::make_unexpected(step.error());
    plan.steps.push_back(std::move(*step));
  }
  return plan;
}

/// Refuses keys given twice (the library would keep the last) and nesting that no plan has.
Result<Json> parse_strictly(std::string_view bytes) {
  bool has_duplicate = false;
  bool is_too_deep = false;
  std::vector<std::vector<std::string>> open_keys;
  const Json::parser_callback_t watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kDepthMax) is_too_deep = true;
    if (event == Json::parse_event_t::object_start) open_keys.emplace_back();
    if (event == Json::parse_event_t::object_end) open_keys.pop_back();
    if (event == Json::parse_event_t::key) {
      auto& keys = open_keys.back();
      const auto& key = parsed.get_ref<const std::string&>();
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) has_duplicate = true;
      keys.push_back(key);
    }
    return !is_too_deep;
  };
  Json json = Json::parse(bytes.begin(), bytes.end(), watch, false);
  if (is_too_deep) return fail(ErrorCode::kParse, "nested too deeply", "plan");
  if (has_duplicate) return fail(ErrorCode::kParse, "a key is given twice", "plan");
  if (json.is_discarded()) return fail(ErrorCode::kParse, "not valid JSON", "plan");
  return json;
}

}  // namespace

Result<std::string> encode_plan(const Plan& plan) {
  if (auto ok = check_plan(plan); !ok) return tl::make_unexpected(ok.error());
  Json json = {
      {"id", plan.id}, {"model", plan.model}, {"text", plan.text}, {"steps", to_json(plan.steps)}};
  if (!plan.key.empty()) json["key"] = plan.key;
  if (!plan.cause.empty()) json["cause"] = plan.cause;
  std::string bytes = json.dump();
  if (bytes.size() > kLimits.size_max_bytes)
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("message of {} bytes, at most {}", bytes.size(), kLimits.size_max_bytes),
        "plan");
  return bytes;
}

Result<Plan> decode_plan(std::string_view bytes) {
  if (bytes.size() > kLimits.size_max_bytes)
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("message of {} bytes, at most {}", bytes.size(), kLimits.size_max_bytes),
        "plan");
  if (!is_valid_utf8(bytes)) return fail(ErrorCode::kParse, "not valid UTF-8", "plan");
  try {
    auto json = parse_strictly(bytes);
    if (!json) return tl::make_unexpected(json.error());
    auto plan = read_plan(*json);
    if (!plan) return plan;
    if (auto ok = check_plan(*plan); !ok) return tl::make_unexpected(ok.error());
    return plan;
  } catch (const Json::exception& e) {
    return fail(ErrorCode::kParse, e.what(), "plan");
  }
}

std::string steps_json(const std::vector<PlanStep>& steps) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const PlanStep& step : steps) {
    const Json json = to_json(step);
    list.push_back({{"skill", json["skill"]}, {"args", json["args"]}});
  }
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string verdict_json(const Verdict& verdict) {
  Json rules = Json::array();
  std::string en;
  std::string zh;
  for (const VerdictReason& reason : verdict.reasons) {
    if (std::find(rules.begin(), rules.end(), reason.rule) == rules.end())
      rules.push_back(reason.rule);
    en += (en.empty() ? "" : " ") + reason.text.en;
    zh += reason.text.zh;
  }
  const Json json = {{"status", name_of(verdict.status)},
                     {"rules", std::move(rules)},
                     {"reasons", {{"en", en}, {"zh", zh}}},
                     {"rehearsed", verdict.rehearsed},
                     {"registered", verdict.registered}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string describe(const PlanStep& step) {
  std::string text = step.skill + "(";
  for (const auto& [name, value] : step.args) {
    if (text.back() != '(') text += ", ";
    if (const auto* number = std::get_if<double>(&value))
      text += fmt::format("{}: {:g}", name, *number);
    else
      text += fmt::format("{}: {}", name, std::get<std::string>(value));
  }
  return text + ")";
}

const char* name_of(VerdictStatus status) noexcept {
  switch (status) {
    case VerdictStatus::kApproved:
      return "approved";
    case VerdictStatus::kRepaired:
      return "repaired";
    case VerdictStatus::kAsk:
      return "ask";
    case VerdictStatus::kRefused:
      break;
  }
  return "refused";
}

}  // namespace longmen
