#include "gate/monitor/temporal_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "config/config_reader.h"
#include "core/skill_catalogue.h"

namespace longmen::gate::monitor {
namespace {

using config::Reader;

constexpr std::size_t kRulesMax = 64;
constexpr double kCheckPeriod_s = 0.02;  // windows must be possible where a run is watched

Result<TemporalRule> read_rule(const YAML::Node& node, const std::string& id,
                               const std::string& where) {
  TemporalRule rule;
  rule.id = id;
  Reader reader(node, where);
  std::string source;
  std::string demand = "hold";
  std::vector<std::string> kept;
  reader.required("formula", rule.text);
  reader.required("kept", kept);
  reader.optional("demand", demand);
  reader.required("en", rule.sentence.en);
  reader.required("zh", rule.sentence.zh);
  reader.required("source", source);
  for (const std::string& place : kept) {
    if (place != "plan" && place != "run")
      reader.reject(ErrorCode::kInvalidArgument,
                    fmt::format("'{}'; a rule is kept in 'plan' and 'run'", place), "kept");
    rule.in_plan = rule.in_plan || place == "plan";
    rule.in_run = rule.in_run || place == "run";
  }
  if (!rule.in_plan && !rule.in_run)
    reader.reject(ErrorCode::kInvalidArgument, "a rule is kept in 'plan', 'run' or both", "kept");
  if (demand == "slow")
    rule.demand = StopRung::kSlow;
  else if (demand != "hold")
    reader.reject(ErrorCode::kInvalidArgument,
                  fmt::format("'{}'; a broken rule asks for slow or hold", demand), "demand");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  rule.note = fmt::format("{} is broken: {} {}", id, rule.sentence.en, rule.sentence.zh);
  auto formula = Formula::parse(rule.text);
  if (!formula) return fail(formula.error().code, formula.error().text(), where + ": formula");
  rule.formula = std::move(*formula);
  const auto known = signal_names();
  const auto in_plan = known.subspan(0, kFirstOfRun);
  for (const std::string& signal : rule.formula.signals)
    if (rule.in_plan && std::find(in_plan.begin(), in_plan.end(), signal) == in_plan.end())
      return fail(
          ErrorCode::kUnknownName,
          fmt::format("'{}' is not known of a plan; known: {}", signal, fmt::join(in_plan, ", ")),
          where + ": formula");
  if (auto made = rule.monitor(kCheckPeriod_s); !made)
    return fail(made.error().code, made.error().message, where + ": formula");
  return rule;
}

Result<ExpectedTimes> read_expected(const YAML::Node& node, const std::string& where) {
  ExpectedTimes expected;
  Reader reader(node, where);
  std::string source;
  reader.required("walk_m_s", expected.walk_m_s, {.min = 0.05, .max = 3.0});
  reader.required("carry_m_s", expected.carry_m_s, {.min = 0.05, .max = 3.0});
  reader.required("way_m", expected.way_m, {.min = 0.0, .max = 1000.0});
  reader.required("source", source);
  for (const Skill& skill : skill_catalogue())
    reader.required(std::string(skill.name) + "_s", expected.step_s[std::string(skill.name)],
                    {.min = 0.0, .max = 600.0});
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return expected;
}

}  // namespace

std::span<const std::string> signal_names() {
  static const std::array<std::string, kSignalCount> names = {
      "carrying",  "carrying_hot", "walking",           "handling",
      "gesturing", "speed_m_s",    "person_distance_m", "hands_on_person"};
  return names;
}

Result<Monitor> TemporalRule::monitor(double period_s) const {
  return Monitor::create(formula, signal_names(), period_s);
}

Result<TemporalRules> TemporalRules::parse(const std::string& yaml, const std::string& where) {
  auto root = config::parse_yaml(yaml, where);
  if (!root) return tl::make_unexpected(root.error());
  TemporalRules rules;
  Reader reader(*root, where);
  double version = 0.0;
  reader.required("version", version, {.min = 1, .max = 1});
  const YAML::Node expected_node = reader.child("expected", true);
  const YAML::Node rules_node = reader.child("rules", true);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  auto expected = read_expected(expected_node, where + ": expected");
  if (!expected) return tl::make_unexpected(expected.error());
  rules.expected = std::move(*expected);
  if (!rules_node.IsMap() || rules_node.size() > kRulesMax)
    return fail(ErrorCode::kParse, fmt::format("must be a map of at most {} rules", kRulesMax),
                where + ": rules");
  std::set<std::string> seen;
  for (const auto& entry : rules_node) {
    const std::string id = entry.first.Scalar();
    if (!seen.insert(id).second)
      return fail(ErrorCode::kParse, fmt::format("'{}' is given twice", id), where + ": rules");
    auto rule = read_rule(entry.second, id, where + ": rules: " + id);
    if (!rule) return tl::make_unexpected(rule.error());
    rules.rules.push_back(std::move(*rule));
  }
  return rules;
}

}  // namespace longmen::gate::monitor
