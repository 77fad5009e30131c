#include "view/subject.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "view/follow.h"
#include "view/toy_scene.h"

namespace longmen::view {
namespace {

constexpr double kPeriod_s = 1.0 / 30.0;

TEST(Subject, TheSwayOfAWalkIsNoSpeed) {
  const auto model = toy::model();
  auto stage = Stage::create(*model).value();
  std::vector<Frame> frames;
  for (int i = 0; i < 150; ++i) {
    const double t = i * kPeriod_s;
    const double sway_m = 0.05 * std::sin(2.0 * std::numbers::pi * t);
    frames.push_back({.time_s = t, .pose = toy::at(0.5 * t, sway_m, 0)});
  }
  const auto subject = observe(stage, "", frames).value();
  EXPECT_NEAR(subject.period_s, kPeriod_s, 1e-9);
  EXPECT_NEAR(subject.height_m, 1.6, 1e-6);
  EXPECT_NEAR(subject.speed_m_s(75), 0.5, 0.01);
  EXPECT_NEAR(subject.speed_m_s(0), 0.5, 0.1);
  EXPECT_NEAR(observe(stage, "walker", {frames.data(), 1}).value().speed_m_s(0), 0.0, 1e-12);
}

TEST(Subject, ATurnIsFollowedBeyondHalfACircle) {
  const auto model = toy::model();
  auto stage = Stage::create(*model).value();
  std::vector<Frame> frames;
  for (int i = 0; i <= 100; ++i)
    frames.push_back({.time_s = i * kPeriod_s, .pose = toy::at(0, 0, 0.08 * i)});
  EXPECT_NEAR(observe(stage, "", frames).value().yaw.back(), 8.0, 1e-6);
}

TEST(Subject, AmongLooseThingsTheOneToFollowIsNamed) {
  // A world's objects lie free, and stand before the robot in the scene.
  std::string scene = toy::kScene;
  const std::string before = "<body name=\"walker\"";
  scene.insert(scene.find(before),
               "<body name=\"gear\"><freejoint/><geom type=\"sphere\" size=\"0.05\"/></body>");
  const auto model = toy::model(scene);
  const auto stage = Stage::create(*model).value();
  const auto unnamed = stage.root_of("");
  ASSERT_FALSE(unnamed);
  EXPECT_NE(unnamed.error().message.find("gear, walker"), std::string::npos);
  const int walker = mj_name2id(model.get(), mjOBJ_BODY, "walker");
  EXPECT_EQ(stage.root_of("walker").value(), walker);
  EXPECT_EQ(stage.root_of("left_hand").value(), walker);
}

TEST(Subject, WhoIsNotThereIsAnErrorThatNamesWhoIs) {
  const auto model = toy::model();
  auto stage = Stage::create(*model).value();
  const auto subject = observe(stage, "horse", {});
  ASSERT_FALSE(subject);
  EXPECT_EQ(subject.error().code, ErrorCode::kUnknownName);
  EXPECT_NE(subject.error().message.find("walker"), std::string::npos);
  EXPECT_TRUE(follow(stage, observe(stage, "walker", {}).value(), {}).empty());
}

TEST(Subject, SmoothingKeepsConstantsAndStraightLines) {
  const Track constant(50, 3.0);
  for (const double value : smooth(constant, 0.3, kPeriod_s)) EXPECT_NEAR(value, 3.0, 1e-12);
  Track line;
  for (int i = 0; i < 50; ++i) line.push_back(0.1 * i);
  EXPECT_NEAR(smooth(line, 0.1, kPeriod_s)[25], 2.5, 1e-12);
  EXPECT_EQ(smooth(line, 0.0, kPeriod_s), line);
}

}  // namespace
}  // namespace longmen::view
