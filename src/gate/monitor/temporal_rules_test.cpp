#include "gate/monitor/temporal_rules.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace longmen::gate::monitor {
namespace {

std::string shipped() {
  std::ifstream file(std::string(LONGMEN_SOURCE_DIR) + "/rules/plan/temporal.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string with(std::string text, const std::string& old, const std::string& put) {
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), put);
}

TEST(TemporalRules, TheShippedOnesAreReadAndWatched) {
  const auto rules = TemporalRules::parse(shipped(), "temporal.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_GE(rules->rules.size(), 6u);
  for (const TemporalRule& rule : rules->rules) {
    EXPECT_TRUE(rule.monitor(0.02)) << rule.id;
    EXPECT_FALSE(rule.sentence.en.empty() || rule.sentence.zh.empty()) << rule.id;
  }
}

/// Each rule is broken by the trace that it is about, and by no quiet one.
TEST(TemporalRules, EachIsBrokenByWhatItIsAbout) {
  const auto rules = TemporalRules::parse(shipped(), "temporal.yaml").value();
  Sample quiet{};
  at(quiet, Signal::kPersonDistance) = kNobody_m;
  const auto broken = [&](const TemporalRule& rule, const Sample& sample) {
    Monitor monitor = rule.monitor(0.02).value();
    bool is_broken = false;
    for (int k = 0; k < 200; ++k) is_broken = is_broken || monitor.update(quiet) < 0.0;
    EXPECT_FALSE(is_broken) << rule.id << " by rest";
    for (int k = 0; k < 700 * 50; ++k) is_broken = is_broken || monitor.update(sample) < 0.0;
    return is_broken;
  };
  const std::map<std::string, std::vector<std::pair<Signal, double>>> breaks = {
      {"time.hot_put_down", {{Signal::kCarryingHot, 1}, {Signal::kCarrying, 1}}},
      {"time.carry_long", {{Signal::kCarrying, 1}}},
      {"time.walk_rest", {{Signal::kWalking, 1}}},
      {"time.carry_speed", {{Signal::kCarrying, 1}, {Signal::kSpeed, 0.8}}},
      {"time.near_person_slow", {{Signal::kPersonDistance, 0.2}, {Signal::kSpeed, 0.6}}},
      {"time.one_hand_on_person", {{Signal::kHandsOnPerson, 2}}}};
  for (const TemporalRule& rule : rules.rules) {
    ASSERT_TRUE(breaks.contains(rule.id)) << rule.id << " needs a trace that breaks it";
    Sample sample = quiet;
    for (const auto& [signal, value] : breaks.at(rule.id)) at(sample, signal) = value;
    EXPECT_TRUE(broken(rule, sample)) << rule.id;
    Sample walk = quiet;
    at(walk, Signal::kSpeed) = 0.8;
    EXPECT_FALSE(broken(rule, walk)) << rule.id << " by a walk";
  }
}

TEST(TemporalRules, AreReadStrictly) {
  const auto error = [](const std::string& old, const std::string& put) {
    return TemporalRules::parse(with(shipped(), old, put), "t").error();
  };
  EXPECT_EQ(error("kept: [plan, run]", "kept: [plans]").code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error("kept: [run]", "kept: [plan]").code, ErrorCode::kUnknownName);
  EXPECT_EQ(error("carrying_hot < 0.5", "carrying_hot < ").code, ErrorCode::kParse);
  EXPECT_EQ(error("carrying_hot < 0.5", "carying < 1").code, ErrorCode::kUnknownName);
  EXPECT_EQ(error("  wave_s: 6\n", "").code, ErrorCode::kMissingKey);
  EXPECT_EQ(error("version: 1", "version: 1\nextra: 1").code, ErrorCode::kUnknownKey);
  EXPECT_EQ(error("    kept: [run]", "    demand: brace\n    kept: [run]").code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace longmen::gate::monitor
