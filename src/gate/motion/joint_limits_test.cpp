#include "gate/motion/joint_limits.h"

#include <gtest/gtest.h>

#include <limits>

#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

TEST(JointLimits, OrderedFiniteLimitsAreValid) { EXPECT_TRUE(testing::three_joints().validate()); }

TEST(JointLimits, WhatMakesNoSenseIsNamed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  struct Case {
    const char* words;
    void (*spoil)(JointLimits&);
  };
  const Case cases[] = {
      {"no joints", [](JointLimits& l) { l.resize(0); }},
      {"torque_max_Nm has 2 entries",
       [](JointLimits& l) { l.torque_max_Nm.conservativeResize(2); }},
      {"speed_max_rad_s of joint 1", [](JointLimits& l) { l.speed_max_rad_s[1] = 0.0; }},
      {"inertia_min_kgm2 of joint 2", [](JointLimits& l) { l.inertia_min_kgm2[2] = -1.0; }},
      {"range of joint 0", [](JointLimits& l) { l.position_max_rad[0] = -0.8; }},
      {"inertia of joint 1", [](JointLimits& l) { l.inertia_max_kgm2[1] = 0.001; }},
  };
  for (const Case& c : cases) {
    JointLimits limits = testing::three_joints();
    c.spoil(limits);
    const auto valid = limits.validate();
    ASSERT_FALSE(valid) << c.words;
    EXPECT_EQ(valid.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(valid.error().text().find(c.words), std::string::npos) << valid.error().text();
  }
  JointLimits limits = testing::three_joints();
  limits.position_min_rad[1] = nan;
  ASSERT_FALSE(limits.validate());
}

TEST(JointLimits, TheInertiasOfARealBodyEncloseThoseOfItsHomePosture) {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(LONGMEN_SOURCE_DIR) + "/robots")) {
    const auto model = model::RobotModel::load(entry.path());
    ASSERT_TRUE(model) << model.error().text();
    const JointLimits limits = joint_limits_of(*model);
    ASSERT_TRUE(limits.validate());
    for (int j = 0; j < model->na(); ++j) {
      EXPECT_GT(limits.inertia_min_kgm2[j], 0.0) << model->joint(j).name;
      EXPECT_LE(limits.inertia_min_kgm2[j], model->joint(j).inertia_kg_m2 * (1 + 1e-9))
          << model->joint(j).name;
      EXPECT_GE(limits.inertia_max_kgm2[j], model->joint(j).inertia_kg_m2 * (1 - 1e-9))
          << model->joint(j).name;
    }
  }
}

}  // namespace
}  // namespace longmen::gate
