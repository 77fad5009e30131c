#include "gate/motion/motion_rules.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

std::string shipped_text() {
  std::ifstream file(std::string(LONGMEN_SOURCE_DIR) + "/rules/limits/motion.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) return {};
  return text.replace(at, from.size(), to);
}

TEST(MotionRules, TheShippedPackLoads) {
  const MotionRules rules = testing::shipped_rules();
  EXPECT_DOUBLE_EQ(rules.limits.inertia_uncertainty, 0.3);
  EXPECT_DOUBLE_EQ(rules.limits.bridge_s, 0.01);
  EXPECT_EQ(rules.limits.emergency_rung, StopRung::kHold);
}

TEST(MotionRules, AnEmergencyMayAlsoSettle) {
  const auto rules = parse_motion_rules(
      replaced(shipped_text(), "emergency_rung: hold", "emergency_rung: settle"), "motion.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_EQ(rules->limits.emergency_rung, StopRung::kSettle);
}

TEST(MotionRules, EveryRuleSpeaksBothLanguages) {
  const MotionRules rules = testing::shipped_rules();
  for (int rule = 1; rule <= static_cast<int>(MotionRule::kBrace); ++rule) {
    GateReport report;
    report.rule = static_cast<MotionRule>(rule);
    report.joint = 1;
    report.margin = -0.25;
    report.change_max_Nm = 12.5;
    const Bilingual sentence = rules.explain(report, {"hip", "knee"});
    EXPECT_FALSE(sentence.en.empty()) << rule;
    EXPECT_FALSE(sentence.zh.empty()) << rule;
    EXPECT_EQ(sentence.en.find('{'), std::string::npos) << sentence.en;
    EXPECT_EQ(sentence.zh.find('{'), std::string::npos) << sentence.zh;
  }
}

TEST(MotionRules, ASentenceNamesJointMarginAndChange) {
  GateReport report;
  report.rule = MotionRule::kRange;
  report.joint = 1;
  report.margin = -0.25;
  report.change_max_Nm = 12.5;
  const std::string text = testing::shipped_rules().explain(report, {"hip", "knee"}).en;
  EXPECT_NE(text.find("knee"), std::string::npos) << text;
  EXPECT_NE(text.find("0.25 rad"), std::string::npos) << text;
  EXPECT_NE(text.find("12.5 N"), std::string::npos) << text;
}

TEST(MotionRules, NoRuleNoSentenceAndNoJointNoName) {
  const MotionRules rules = testing::shipped_rules();
  EXPECT_TRUE(rules.explain(GateReport{}, {"hip"}).en.empty());
  GateReport report;
  report.rule = MotionRule::kTorque;
  report.joint = 5;
  EXPECT_NE(rules.explain(report, {"hip"}).en.find('?'), std::string::npos);
  report.joint = -1;
  EXPECT_NE(rules.explain(report, {"hip"}).en.find('?'), std::string::npos);
}

TEST(MotionRules, WhatTheSchemaDoesNotKnowIsAnError) {
  struct Case {
    const char* from;
    const char* to;
    ErrorCode code;
    const char* words;
  };
  const Case cases[] = {
      {"overshoot_rad:", "overshoot_deg:", ErrorCode::kMissingKey, "overshoot_rad"},
      {"torque:\n", "torque:\n  surprise: 1\n", ErrorCode::kUnknownKey, "surprise"},
      {"torque:\n", "unheard_of: {}\ntorque:\n", ErrorCode::kUnknownKey, "unheard_of"},
      {"tilt:\n", "tilted:\n", ErrorCode::kMissingKey, "tilt"},
      {"value: 0.5\n", "value: 5\n", ErrorCode::kInvalidArgument, "value"},
      {"value: 0.5\n", "value: .nan\n", ErrorCode::kInvalidArgument, "value"},
      {"value: 0.5\n", "value: half\n", ErrorCode::kInvalidArgument, "value"},
      {"emergency_rung: hold", "emergency_rung: fall", ErrorCode::kUnknownName, "hold, settle"},
      {"{change} N·m.\"", "{chance} N·m.\"", ErrorCode::kInvalidArgument, "{change}"},
      {"    value: 0.01\n    source:", "    value: 0.01\n    sauce:", ErrorCode::kMissingKey,
       "source"},
      {"emergency_rung: hold", "emergency_rang: hold", ErrorCode::kMissingKey, "emergency_rung"},
      {"  zh: \"收到", "  zn: \"收到", ErrorCode::kMissingKey, "zh"},
      {"emergency_source: \"", "emergency_source: \"\" #", ErrorCode::kInvalidArgument, "empty"},
  };
  for (const Case& c : cases) {
    const std::string text = replaced(shipped_text(), c.from, c.to);
    ASSERT_FALSE(text.empty()) << c.from;
    const auto rules = parse_motion_rules(text, "motion.yaml");
    ASSERT_FALSE(rules) << c.to;
    EXPECT_EQ(rules.error().code, c.code) << rules.error().text();
    EXPECT_NE(rules.error().text().find(c.words), std::string::npos) << rules.error().text();
  }
}

TEST(MotionRules, AFileThatIsNotThereOrNotYamlIsAnError) {
  EXPECT_FALSE(load_motion_rules("/nowhere/motion.yaml"));
  EXPECT_FALSE(parse_motion_rules("{", "motion.yaml"));
  EXPECT_FALSE(parse_motion_rules("[]", "motion.yaml"));
  EXPECT_FALSE(parse_motion_rules("finite: 3", "motion.yaml"));
}

TEST(MotionRules, RulesOutsideTheFileHaveNoName) {
  EXPECT_STREQ(name_of(MotionRule::kNone), "none");
  EXPECT_STREQ(name_of(static_cast<MotionRule>(200)), "none");
}

}  // namespace
}  // namespace longmen::gate
