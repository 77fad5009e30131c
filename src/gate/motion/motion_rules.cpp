#include "gate/motion/motion_rules.h"

#include <fmt/format.h>

#include <cmath>

#include "config/config_reader.h"

namespace longmen::gate {
namespace {

struct Number {
  const char* key;
  double MotionLimits::*field;
  double min;
  double max;
};

struct RuleSchema {
  MotionRule rule;
  bool has_source;  ///< of its own, where the numbers do not say it all
  std::vector<Number> numbers;
};

/// The schema of the file: every rule, every number, and the range in which it makes sense.
const std::vector<RuleSchema>& schema() {
  using L = MotionLimits;
  static const std::vector<RuleSchema> rules = {
      {MotionRule::kFinite, false, {{"torque_ratio", &L::credible_torque_ratio, 1.0, 100.0}}},
      {MotionRule::kFresh,
       false,
       {{"bridge_s", &L::bridge_s, 0.001, 0.1},
        {"proposal_return_s", &L::proposal_return_s, 0.001, 10.0},
        {"proposal_silent_s", &L::proposal_silent_s, 0.001, 10.0},
        {"world_age_s", &L::world_age_s, 0.001, 10.0}}},
      {MotionRule::kTorque, true, {}},
      {MotionRule::kVelocity,
       false,
       {{"lost_ratio", &L::speed_lost_ratio, 1.0, 2.0},
        {"margin_share", &L::speed_margin_share, 0.0, 0.5},
        {"coupling_uncertainty", &L::coupling_uncertainty, 0.0, 0.9}}},
      {MotionRule::kRange,
       false,
       {{"brake_torque_share", &L::brake_torque_share, 0.05, 1.0},
        {"inertia_uncertainty", &L::inertia_uncertainty, 0.0, 0.9},
        {"reaction_s", &L::reaction_s, 0.0005, 0.05},
        {"overshoot_rad", &L::overshoot_rad, 0.0, 0.1},
        {"lost_hold_s", &L::lost_hold_s, 0.001, 10.0}}},
      {MotionRule::kSetPoint,
       false,
       {{"stiffness_ratio_per_rad", &L::stiffness_ratio_per_rad, 0.1, 1000.0},
        {"credible_beyond_range_rad", &L::credible_beyond_range_rad, 0.0, 10.0},
        {"credible_speed_ratio", &L::credible_speed_ratio, 1.0, 100.0}}},
      {MotionRule::kTilt, false, {{"brace_rad", &L::tilt_brace_rad, 0.2, 1.5}}},
      {MotionRule::kDisarmed,
       false,
       {{"heartbeat_s", &L::heartbeat_s, 0.01, 10.0}, {"stopping_s", &L::stopping_s, 0.0, 30.0}}},
      {MotionRule::kStop,
       false,
       {{"release_slow_s", &L::release_slow_s, 0.001, 30.0},
        {"release_hold_s", &L::release_hold_s, 0.001, 30.0},
        {"release_settle_s", &L::release_settle_s, 0.001, 30.0},
        {"release_brace_s", &L::release_brace_s, 0.001, 30.0}}},
      {MotionRule::kBrace, false, {{"stiffness_share", &L::brace_stiffness_share, 0.0, 0.9}}},
      {MotionRule::kSelfCollision,
       false,
       {{"clearance_m", &L::self_clearance_m, 0.0, 0.1},
        {"brake_m_s2", &L::self_brake_m_s2, 0.1, 100.0},
        {"brake_legs_m_s2", &L::self_brake_legs_m_s2, 0.1, 200.0}}},
      {MotionRule::kHandSpeed,
       false,
       {{"sigmas", &L::people_sigmas, 0.0, 5.0},
        {"reaction_s", &L::people_reaction_s, 0.0, 2.0},
        {"contact_speed_m_s", &L::contact_speed_m_s, 0.0, 1.0},
        {"brake_m_s2", &L::hand_brake_m_s2, 0.1, 100.0},
        {"near_m", &L::hand_near_m, 0.1, 5.0}}},
      {MotionRule::kSeparation,
       false,
       {{"stop_time_s", &L::stop_time_s, 0.0, 5.0},
        {"intrusion_m", &L::intrusion_m, 0.0, 2.0},
        {"warning_m", &L::warning_m, 0.0, 5.0},
        {"assumed_speed_m_s", &L::assumed_speed_m_s, 0.0, 5.0},
        {"unseen_s", &L::unseen_s, 0.0, 5.0},
        {"walking_m_s", &L::walking_m_s, 0.0, 2.0}}},
      {MotionRule::kKeepOut,
       false,
       {{"clearance_m", &L::zone_clearance_m, 0.0, 1.0},
        {"warning_m", &L::zone_warning_m, 0.0, 5.0}}},
      {MotionRule::kBalance,
       false,
       {{"capture_share", &L::capture_share, 0.1, 2.0},
        {"return_share", &L::capture_return_share, 0.05, 2.0},
        {"lean_rad", &L::lean_rad, 0.02, 1.5},
        {"lean_return_rad", &L::lean_return_rad, 0.01, 1.5}}},
      {MotionRule::kPower, false, {{"share", &L::power_share, 0.1, 1.0}}},
      {MotionRule::kTorqueRate, false, {{"full_s", &L::torque_full_s, 0.0005, 1.0}}},
  };
  return rules;
}

constexpr const char* kPlaceholders[] = {"{joint}", "{margin}", "{change}"};

/// Every brace of a sentence must belong to a known placeholder.
bool has_unknown_placeholder(std::string text) {
  for (const std::string placeholder : kPlaceholders)
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder))
      text.erase(at, placeholder.size());
  return text.find_first_of("{}") != std::string::npos;
}

void read_text(config::Reader& reader, const std::string& key, std::string& text) {
  reader.required(key, text);
  if (reader.ok() && text.empty())
    reader.reject(ErrorCode::kInvalidArgument, "must not be empty", key);
}

void read_sentence(config::Reader& reader, const std::string& key, std::string& text) {
  read_text(reader, key, text);
  if (reader.ok() && has_unknown_placeholder(text))
    reader.reject(ErrorCode::kInvalidArgument,
                  "unknown placeholder; valid ones: {joint}, {margin}, {change}", key);
}

Result<void> read_number(config::Reader& rule, const Number& number, MotionLimits& limits) {
  config::Reader entry(rule.child(number.key, true), rule.path(number.key));
  if (!rule.ok()) return rule.finish();
  std::string source;
  entry.required("value", limits.*number.field, {.min = number.min, .max = number.max});
  read_text(entry, "source", source);
  return entry.finish();
}

void read_emergency_rung(config::Reader& rule, StopRung& rung) {
  std::string name;
  std::string source;
  rule.required("emergency_rung", name);
  read_text(rule, "emergency_source", source);
  if (name == "hold")
    rung = StopRung::kHold;
  else if (name == "settle")
    rung = StopRung::kSettle;
  else if (rule.ok())
    rule.reject(ErrorCode::kUnknownName,
                fmt::format("'{}' is no rung for an emergency; valid ones: hold, settle", name),
                "emergency_rung");
}

Result<MotionRules> read_rules(const YAML::Node& node, const std::string& where) {
  MotionRules rules;
  config::Reader file(node, where);
  for (const RuleSchema& wanted : schema()) {
    const std::string name = name_of(wanted.rule);
    const YAML::Node child = file.child(name, true);
    if (!file.ok()) break;
    config::Reader rule(child, file.path(name));
    Bilingual& sentence = rules.sentences[wanted.rule];
    read_sentence(rule, "en", sentence.en);
    read_sentence(rule, "zh", sentence.zh);
    std::string source;
    if (wanted.has_source) read_text(rule, "source", source);
    if (wanted.rule == MotionRule::kStop) read_emergency_rung(rule, rules.limits.emergency_rung);
    for (const Number& number : wanted.numbers) {
      if (!rule.ok()) break;
      if (auto done = read_number(rule, number, rules.limits); !done)
        return tl::make_unexpected(done.error());
    }
    if (auto done = rule.finish(); !done) return tl::make_unexpected(done.error());
  }
  if (auto done = file.finish(); !done) return tl::make_unexpected(done.error());
  return rules;
}

std::string fill(std::string text, const std::string& placeholder, const std::string& value) {
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + value.size()))
    text.replace(at, placeholder.size(), value);
  return text;
}

}  // namespace

const char* name_of(MotionRule rule) noexcept {
  switch (rule) {
    case MotionRule::kNone:
      return "none";
    case MotionRule::kFinite:
      return "finite";
    case MotionRule::kFresh:
      return "fresh";
    case MotionRule::kTorque:
      return "torque";
    case MotionRule::kVelocity:
      return "velocity";
    case MotionRule::kRange:
      return "range";
    case MotionRule::kSetPoint:
      return "set_point";
    case MotionRule::kTilt:
      return "tilt";
    case MotionRule::kDisarmed:
      return "disarmed";
    case MotionRule::kStop:
      return "stop";
    case MotionRule::kBrace:
      return "brace";
    case MotionRule::kSelfCollision:
      return "self_collision";
    case MotionRule::kHandSpeed:
      return "hand_speed";
    case MotionRule::kSeparation:
      return "separation";
    case MotionRule::kKeepOut:
      return "keep_out";
    case MotionRule::kBalance:
      return "balance";
    case MotionRule::kPower:
      return "power";
    case MotionRule::kTorqueRate:
      return "torque_rate";
  }
  return "none";
}

Result<MotionRules> parse_motion_rules(const std::string& text, const std::string& where) {
  auto node = config::parse_yaml(text, where);
  if (!node) return tl::make_unexpected(node.error());
  return read_rules(*node, where);
}

Result<MotionRules> load_motion_rules(const std::filesystem::path& file) {
  auto node = config::load_yaml(file);
  if (!node) return tl::make_unexpected(node.error());
  return read_rules(*node, file.string());
}

Bilingual MotionRules::explain(const GateReport& report,
                               const std::vector<std::string>& joint_names) const {
  const auto found = sentences.find(report.rule);
  if (found == sentences.end()) return {};
  const bool has_joint =
      report.joint >= 0 && static_cast<std::size_t>(report.joint) < joint_names.size();
  const std::string joint = has_joint ? joint_names[static_cast<std::size_t>(report.joint)] : "?";
  const std::string margin = fmt::format("{:.3g}", std::abs(report.margin));
  const std::string change = fmt::format("{:.3g}", report.change_max_Nm);
  Bilingual sentence = found->second;
  for (std::string* text : {&sentence.en, &sentence.zh})
    *text = fill(fill(fill(*text, "{joint}", joint), "{margin}", margin), "{change}", change);
  return sentence;
}

}  // namespace longmen::gate
