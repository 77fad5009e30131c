#include "gate/plan/rule_pack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "config/config_reader.h"
#include "core/utf8.h"
#include "gate/plan/pack_files.h"

namespace longmen::gate::plan {
namespace {

using config::Reader;

const std::vector<std::string>& placeholder_names() {
  static const std::vector<std::string> names = {"step",  "skill", "name",
                                                 "value", "limit", "known"};
  return names;
}

/// The names between braces; an unknown one or an open brace is an error.
Result<void> check_placeholders(const std::string& text, const std::string& where) {
  for (std::size_t open = text.find('{'); open != std::string::npos;
       open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    const std::string name =
        close == std::string::npos ? "" : text.substr(open + 1, close - open - 1);
    const auto& names = placeholder_names();
    if (std::find(names.begin(), names.end(), name) == names.end())
      return fail(
          ErrorCode::kUnknownName,
          fmt::format("unknown placeholder '{{{}}}'; valid ones: {}", name, fmt::join(names, ", ")),
          where);
  }
  return {};
}

Result<double> read_limit(const YAML::Node& node, const std::string& where, double min,
                          double max) {
  Reader reader(node, where);
  double value = 0.0;
  std::string unit;
  std::string source;
  reader.required("value", value, {.min = min, .max = max});
  reader.required("unit", unit);
  reader.required("source", source);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return value;
}

Result<Bilingual> read_rule(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Bilingual sentence;
  std::string source;
  reader.required("en", sentence.en);
  reader.required("zh", sentence.zh);
  reader.required("source", source);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  for (const std::string& text : {sentence.en, sentence.zh})
    if (auto ok = check_placeholders(text, where); !ok) return tl::make_unexpected(ok.error());
  return sentence;
}

Result<RulePack::Policy> read_policy(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  RulePack::Policy policy;
  std::string source;
  reader.required("file", policy.file);
  reader.required("sha256", policy.sha256);
  reader.optional("practice", policy.practice);
  reader.required("source", source);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  const bool is_plain = !policy.file.empty() && policy.file.front() != '.' &&
                        policy.file.find('/') == std::string::npos;
  if (!is_plain)
    return fail(ErrorCode::kInvalidArgument, "a policy's file lies in the folder models/policies",
                where);
  return policy;
}

Result<PolicyBounds> read_bounds(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  PolicyBounds bounds;
  std::string source;
  reader.required("speed_m_s", bounds.speed_m_s, {.min = 0.0, .max = 1.0});
  reader.required("radius_m", bounds.radius_m, {.min = 0.1, .max = 100.0});
  reader.required("time_s", bounds.time_s, {.min = 1.0, .max = 120.0});
  reader.required("torque_share", bounds.torque_share, {.min = 0.05, .max = 1.0});
  reader.required("joint_speed_share", bounds.joint_speed_share, {.min = 0.05, .max = 1.0});
  double rescues = 0.0;
  reader.required("rescues", rescues, {.min = 0.0, .max = 100.0});
  reader.required("source", source);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  bounds.rescues_max = static_cast<int>(rescues);
  return bounds;
}

/// A map whose keys are names that the file gives.
template <typename T, typename Read>
Result<void> read_named(const YAML::Node& node, const std::string& where,
                        std::map<std::string, T>& all, const Read& read) {
  if (!node.IsDefined() || node.IsNull()) return {};
  if (!node.IsMap()) return fail(ErrorCode::kParse, "must be a map of names", where);
  for (const auto& entry : node) {
    const std::string name = entry.first.as<std::string>("");
    auto one = read(entry.second, where + ": " + name);
    if (!one) return tl::make_unexpected(one.error());
    all[name] = *one;
  }
  return {};
}

std::string filled(std::string text, const Placeholders& values) {
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at)) {
    const std::size_t close = text.find('}', at);
    const std::string name = text.substr(at + 1, close - at - 1);
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const auto& value) { return value.first == name; });
    const std::string value = found == values.end() ? "?" : found->second;
    text.replace(at, close - at + 1, value);
    at += value.size();
  }
  return text;
}

}  // namespace

const std::vector<std::string>& RulePack::rule_ids() {
  static const std::vector<std::string> ids = {
      "plan.message",  "plan.key",          "plan.changed", "plan.rehearsed", "plan.rehearsal",
      "plan.model",    "plan.unregistered", "plan.empty",   "plan.steps",     "plan.skill",
      "plan.argument", "plan.type",         "plan.limit",   "plan.name",      "plan.pose",
      "plan.way",      "plan.edge",         "plan.zone",    "plan.hands",     "plan.holds",
      "plan.surface",  "plan.body",         "plan.words",   "plan.policy",    "plan.practice",
      "plan.repair",   "repair.walk",       "repair.fetch", "repair.order",   "repair.put_down",
      "repair.limit"};
  return ids;
}

Result<RulePack> RulePack::parse(const std::string& text, const std::string& where) {
  if (!is_valid_utf8(text)) return fail(ErrorCode::kParse, "not valid UTF-8", where);
  auto root = config::parse_yaml(text, where);
  if (!root) return tl::make_unexpected(root.error());
  RulePack pack;
  pack.hash_ = sha256(text);

  Reader reader(*root, where);
  double version = 0.0;
  reader.required("version", version, {.min = 1, .max = 1});
  reader.required("models", pack.models_);
  const YAML::Node policies = reader.child("policies", false);
  const YAML::Node bounds = reader.child("policy_bounds", false);
  const YAML::Node limits = reader.child("limits", true);
  const YAML::Node rules = reader.child("rules", true);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());

  if (auto read = read_named(policies, where + ": policies", pack.policies_, read_policy); !read)
    return tl::make_unexpected(read.error());
  if (auto read = read_named(bounds, where + ": policy_bounds", pack.policy_bounds_, read_bounds);
      !read)
    return tl::make_unexpected(read.error());

  Reader limit_reader(limits, where + ": limits");
  const auto limit = [&](const char* key, double min, double max) -> Result<double> {
    const YAML::Node node = limit_reader.child(key, true);
    if (!limit_reader.ok()) return 0.0;
    return read_limit(node, where + ": limits: " + key, min, max);
  };
  const auto steps_max = limit("steps_max", 1, 64);
  const auto valid_s = limit("approval_valid_s", 0.1, 3600);
  const auto clearance_m = limit("way_clearance_m", 0, 2);
  if (auto done = limit_reader.finish(); !done) return tl::make_unexpected(done.error());
  for (const auto* one : {&steps_max, &valid_s, &clearance_m})
    if (!*one) return tl::make_unexpected(one->error());
  pack.limits_ = {static_cast<int>(*steps_max), *valid_s, *clearance_m};

  Reader rule_reader(rules, where + ": rules");
  for (const std::string& id : rule_ids()) {
    const YAML::Node node = rule_reader.child(id, true);
    if (!rule_reader.ok()) break;
    auto sentence = read_rule(node, where + ": rules: " + id);
    if (!sentence) return tl::make_unexpected(sentence.error());
    pack.sentences_[id] = std::move(*sentence);
  }
  if (auto done = rule_reader.finish(); !done) return tl::make_unexpected(done.error());
  return pack;
}

Result<RulePack> RulePack::load(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return fail(ErrorCode::kNotFound, "no such file", file.string());
  if (std::filesystem::file_size(file, error) > kFile_max_bytes || error)
    return fail(ErrorCode::kInvalidArgument, "file is larger than 1 MiB", file.string());
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return fail(ErrorCode::kIo, "cannot be read", file.string());
  return parse(text.str(), file.string());
}

Bilingual RulePack::sentence(const std::string& rule, const Placeholders& values) const {
  const auto found = sentences_.find(rule);
  if (found == sentences_.end()) return {rule, rule};
  return {filled(found->second.en, values), filled(found->second.zh, values)};
}

}  // namespace longmen::gate::plan
