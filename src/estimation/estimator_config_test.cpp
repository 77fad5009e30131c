#include "estimation/estimator_config.h"

#include <gtest/gtest.h>

#include "config/config_reader.h"

namespace longmen::estimation {
namespace {

Result<EstimatorConfig> read(const char* text) {
  return read_estimator_config(config::parse_yaml(text, "test").value(), "tuning.yaml: estimation");
}

TEST(EstimatorConfig, WhatIsNotSaidKeepsItsDefault) {
  const auto config = read("{prediction_s: 0.004, joints: {acceleration_sigma_rad_s2: 90}}");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->prediction_s, 0.004);
  EXPECT_EQ(config->joints.acceleration_sigma_rad_s2, 90);
  EXPECT_EQ(config->base.foot_walk_m_sqrt_s, InvariantFilterConfig{}.foot_walk_m_sqrt_s);
}

TEST(EstimatorConfig, MistakesAreNamed) {
  const struct {
    const char* text;
    const char* named;
  } cases[] = {{"{predicton_s: 0.004}", "predicton_s"},
               {"{prediction_s: 1.0}", "prediction_s"},
               {"{base: {foot_walk: 1}}", "foot_walk"},
               {"{guard: {gap_max_s: -1}}", "gap_max_s"},
               {"{pose_fix: {rejected_max: 0}}", "rejected_max"},
               {"{contact: {force_none_N: 300}}", "force_none_N"},
               {"{guard: {joint_position_frozen_rad: 0.2}}", "joint_position_frozen_rad"},
               {"{guard: {joint_velocity_frozen_rad_s: 20}}", "joint_velocity_frozen_rad_s"}};
  for (const auto& c : cases) {
    const auto config = read(c.text);
    ASSERT_FALSE(config) << c.text;
    EXPECT_NE(config.error().text().find(c.named), std::string::npos) << config.error().text();
    EXPECT_NE(config.error().text().find("tuning.yaml"), std::string::npos)
        << config.error().text();
  }
}

}  // namespace
}  // namespace longmen::estimation
