#include "skills/grip.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <numbers>

#include "math/rotation.h"
#include "model/robot_names.h"
#include "skills/walker_stand_in.h"

namespace longmen::skills {
namespace {

const model::RobotModel& robot_with_palms() {
  static const model::RobotModel model = [] {
    for (const std::string& name : model::robot_names(kRobots)) {
      auto loaded = model::RobotModel::load(kRobots / name).value();
      if (loaded.has_palms()) return loaded;
    }
    throw std::runtime_error("no robot has palms");
  }();
  return model;
}

const Palms& palms() {
  static const Palms all = Palms::create(robot_with_palms()).value();
  return all;
}

/// A board at 0.9 m whose front edge is at x = 1.
const world::Body kShelf{{1.25, 0.0}, {0.5, 1.6, 0.9}};

std::optional<Grasp> grasp(const Box& box, double approach_rad = 0.0) {
  return plan_grasp(box, approach_rad, kShelf, robot_with_palms().home_height_m(), palms(), {});
}

TEST(PlanGrasp, StandsBeforeTheEdgeAndHoldsTheBoxAtBothSides) {
  const CarryConfig config;
  const Box box{{1.2, 0.1, 0.9}, 0.0, {0.3, 0.4, 0.25}};
  const auto found = grasp(box);
  ASSERT_TRUE(found);
  EXPECT_LE(found->stand.p_WB_m.x(), 1.0 - config.standoff_m + 1e-9);
  EXPECT_NEAR(found->stand.p_WB_m.y(), 0.1, 1e-9);
  EXPECT_NEAR(found->size_m.y(), 0.4, 1e-12);
  EXPECT_GT(found->middle_W.z(), 0.9 + config.tips_m - 1e-9);
  EXPECT_LT(found->middle_W.z(), 0.9 + 0.25);
  EXPECT_NEAR(found->middle_W.x() - (1.2 - 0.15), config.behind_m, 1e-9);
}

TEST(PlanGrasp, FacesTheSideOfATurnedBoxThatIsNearest) {
  for (const double turned_deg : {-100.0, -80.0, -20.0, 10.0, 30.0, 95.0, 170.0}) {
    const double yaw_rad = turned_deg * std::numbers::pi / 180.0;
    const auto found = grasp({{1.2, 0.0, 0.9}, yaw_rad, {0.3, 0.4, 0.25}});
    ASSERT_TRUE(found) << turned_deg;
    EXPECT_LE(std::abs(found->stand.yaw_rad), 0.25 * std::numbers::pi + 1e-9) << turned_deg;
    const double quarters = (found->stand.yaw_rad - yaw_rad) / (0.5 * std::numbers::pi);
    EXPECT_NEAR(quarters, std::round(quarters), 1e-9) << turned_deg;
    const bool swapped = std::lround(quarters) % 2 != 0;
    EXPECT_NEAR(found->size_m.y(), swapped ? 0.3 : 0.4, 1e-12) << turned_deg;
  }
}

TEST(PlanGrasp, WhatCannotBeHeldIsNotTried) {
  EXPECT_FALSE(grasp({{1.2, 0, 0.9}, 0.0, {0.3, 0.7, 0.25}})) << "too wide";
  EXPECT_FALSE(grasp({{1.2, 0, 0.9}, 0.0, {0.3, 0.05, 0.25}})) << "too narrow";
  EXPECT_FALSE(grasp({{1.2, 0, 0.9}, 0.0, {0.3, 0.4, 0.05}})) << "too flat";
  EXPECT_FALSE(grasp({{1.45, 0, 0.9}, 0.0, {0.1, 0.4, 0.25}})) << "too deep in the shelf";
  EXPECT_FALSE(grasp({{1.2, 0, 2.2}, 0.0, {0.3, 0.4, 0.25}})) << "too high";
  EXPECT_FALSE(grasp({{1.2, 0, 0.1}, 0.0, {0.3, 0.4, 0.25}})) << "too low";
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(grasp({{nan, 0, 0.9}, 0.0, {0.3, 0.4, 0.25}}));
  EXPECT_FALSE(grasp({{1.2, 0, nan}, 0.0, {0.3, 0.4, 0.25}}));
}

TEST(PalmPair, FacesTheMiddleFromBothSides) {
  const PalmPair pair{{0.4, 0.0, -0.1}, 0.3, 0.2, 0.5};
  const PalmTarget left = pair.target(kLeft);
  const PalmTarget right = pair.target(kRight);
  EXPECT_NEAR((left.p_HP - right.p_HP).norm(), 0.3, 1e-12);
  EXPECT_LT((0.5 * (left.p_HP + right.p_HP) - pair.middle_H).norm(), 1e-12);
  const Eigen::Vector3d out_left = left.q_HP * Eigen::Vector3d::UnitZ();
  const Eigen::Vector3d out_right = right.q_HP * Eigen::Vector3d::UnitZ();
  EXPECT_LT((out_left + out_right).norm(), 1e-12);
  EXPECT_GT(out_left.dot(right.p_HP - left.p_HP), 0.0);
  EXPECT_NEAR((left.q_HP * Eigen::Vector3d::UnitX()).z(), -std::sin(0.5), 1e-12);
}

TEST(SqueezeFor, HoldsTheMassByFrictionWithAReserve) {
  const CarryConfig config;
  const double squeeze_N = squeeze_for(5.0, 0.0, config);
  EXPECT_GE(2.0 * config.friction * squeeze_N, 1.2 * 5.0 * kGravity_m_s2);
  EXPECT_GT(squeeze_for(5.0, 0.1, config), 1.5 * squeeze_N);
  EXPECT_EQ(squeeze_for(0.1, 0.1, config), config.squeeze_min_N);
  EXPECT_EQ(squeeze_for(100.0, 0.0, config), config.squeeze_max_N);
}

TEST(Palms, ARobotWithoutPalmsIsRefused) {
  for (const std::string& name : model::robot_names(kRobots)) {
    const auto model = model::RobotModel::load(kRobots / name).value();
    const auto made = Palms::create(model);
    EXPECT_EQ(made.has_value(), model.has_palms()) << name;
    if (!made) {
      EXPECT_EQ(made.error().code, ErrorCode::kUnsupported);
    }
  }
}

}  // namespace
}  // namespace longmen::skills
