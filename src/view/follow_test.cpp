#include "view/follow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "view/toy_scene.h"

namespace longmen::view {
namespace {

std::vector<Camera> film(std::span<const Frame> frames, const CameraOptions& options) {
  const auto model = toy::model();
  auto stage = Stage::create(*model).value();
  return follow(stage, observe(stage, options.subject, frames).value(), options);
}

constexpr double kFollowPeriod_s = 1.0 / 30.0;

/// Walks along +x at 0.6 m/s from (-2, 0), and turns about on the spot at the end.
std::vector<Frame> walk_and_turn() {
  std::vector<Frame> frames;
  for (int i = 0; i < 240; ++i) {
    const double t = i * kFollowPeriod_s;
    const double yaw = std::numbers::pi * std::clamp((t - 6.0) / 1.5, 0.0, 1.0);
    frames.push_back({.time_s = t, .pose = toy::at(-2.0 + 0.6 * std::min(t, 6.0), 0, yaw)});
  }
  return frames;
}

TEST(Follow, NeverLeavesTheRoomNorEntersAWall) {
  std::vector<Frame> frames;
  // Round the room, close to its walls.
  for (int i = 0; i < 400; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / 400.0;
    frames.push_back({.time_s = i * kFollowPeriod_s,
                      .pose = toy::at(3.3 * std::cos(angle), 2.3 * std::sin(angle), angle)});
  }
  for (const double bearing_deg : {0.0, 90.0, 128.0, 180.0}) {
    const auto cameras = film(frames, {.bearing_deg = bearing_deg});
    ASSERT_EQ(cameras.size(), frames.size());
    for (const Camera& camera : cameras) {
      EXPECT_LT(std::abs(camera.eye_W.x()), 3.95);
      EXPECT_LT(std::abs(camera.eye_W.y()), 2.95);
      EXPECT_GT(camera.eye_W.z(), 0.2);
    }
  }
}

TEST(Follow, GlidesAndKeepsTheRobotInSight) {
  const auto frames = walk_and_turn();
  const auto cameras = film(frames, {});
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const Eigen::Vector3d robot_W(frames[i].pose.qpos[0], frames[i].pose.qpos[1], 0.8);
    const Eigen::Vector3d to_robot = (robot_W - cameras[i].eye_W).normalized();
    const Eigen::Vector3d sight = (cameras[i].target_W - cameras[i].eye_W).normalized();
    EXPECT_GT(to_robot.dot(sight), std::cos(15.0 * std::numbers::pi / 180.0)) << i;
    if (i == 0) continue;
    const double step_m = (cameras[i].eye_W - cameras[i - 1].eye_W).norm();
    EXPECT_LT(step_m / kFollowPeriod_s, 6.0) << i;
  }
}

TEST(Follow, LooksFromTheBearingThatWasAsked) {
  std::vector<Frame> frames{{.pose = toy::at(0, 0, 0.5)}};
  const auto front = film(frames, {.bearing_deg = 0, .distance_heights = 1});
  const Eigen::Vector3d offset = front[0].eye_W - front[0].target_W;
  EXPECT_NEAR(std::atan2(offset.y(), offset.x()), 0.5, 1e-6);
  EXPECT_NEAR(offset.norm(), 1.6, 0.2);
}

TEST(Follow, GoesBehindTheRobotToShowAnArmThatItWouldHide) {
  std::vector<Frame> frames;
  for (int i = 0; i < 300; ++i) {
    const double t = i * kFollowPeriod_s;
    frames.push_back({.time_s = t, .pose = toy::at(0, 2, 0, std::clamp(t - 4.0, 0.0, 0.5))});
  }
  const auto bearing_deg = [&](const Camera& camera) {
    const Eigen::Vector3d offset = camera.eye_W - camera.target_W;
    return std::atan2(offset.y(), offset.x()) * 180.0 / std::numbers::pi;
  };
  auto cameras = film(frames, {});
  EXPECT_NEAR(bearing_deg(cameras.front()), -128, 1);  // from the right, where there is room
  EXPECT_LT(bearing_deg(cameras.back()), -160);        // the left hand is out
  for (Frame& frame : frames) frame.pose.qpos[1] = -2;
  cameras = film(frames, {});
  EXPECT_NEAR(bearing_deg(cameras.front()), 128, 1);
  EXPECT_NEAR(bearing_deg(cameras.back()), 128, 1);  // on the hand's own side it stays
}

}  // namespace
}  // namespace longmen::view
