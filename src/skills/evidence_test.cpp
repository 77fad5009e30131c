#include "skills/evidence.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/allocation_counter.h"

namespace longmen::skills {
namespace {

RobotState standing_at(double x_m, double yaw_rad) {
  RobotState state;
  state.p_WB = {x_m, 0.0, 0.9};
  state.q_WB = Eigen::Quaterniond(Eigen::AngleAxisd(yaw_rad, Eigen::Vector3d::UnitZ()));
  state.position_sigma_m = 0.02;
  return state;
}

TEST(Evidence, APoseIsSeenOnlyNearItAndOnlyByAnEstimateThatIsSure) {
  const world::StandPose pose{{1.0, 0.0}, 0.5};
  EXPECT_TRUE(at_pose(standing_at(1.05, 0.55), pose, 0.3).is_met());
  EXPECT_FALSE(at_pose(standing_at(1.15, 0.5), pose, 0.3).is_met());
  EXPECT_FALSE(at_pose(standing_at(1.0, 0.7), pose, 0.3).is_met());
  RobotState unsure = standing_at(1.0, 0.5);
  unsure.position_sigma_m = 0.4;
  EXPECT_FALSE(at_pose(unsure, pose, 0.3).is_met());
}

TEST(Evidence, WhatIsNotANumberIsNotMet) {
  RobotState state = standing_at(1.0, 0.0);
  state.v_WB_W.x() = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(at_rest(state).is_met());
}

TEST(Evidence, ABoxIsPutDownWhenItIsSeenThereUprightAndLately) {
  TrackedObject seen;
  const Eigen::Vector3d spot_W(1.0, 2.0, 0.8);
  seen.p_WO = spot_W;
  EXPECT_FALSE(at_spot(seen, spot_W, {}).is_met());  // never seen
  seen.known = true;
  EXPECT_TRUE(at_spot(seen, spot_W, {}).is_met());
  seen.age_s = 1.0;
  EXPECT_FALSE(at_spot(seen, spot_W, {}).is_met());
  seen.age_s = 0.1;
  seen.p_WO.z() = 0.0;  // on the floor
  EXPECT_FALSE(at_spot(seen, spot_W, {}).is_met());
  seen.p_WO = spot_W;
  seen.q_WO = Eigen::AngleAxisd(0.5, Eigen::Vector3d::UnitX());
  EXPECT_FALSE(at_spot(seen, spot_W, {}).is_met());
}

TEST(Evidence, EmptyHandsHaveNothing) {
  const RobotState state = standing_at(0.0, 0.0);
  WorldState world;
  Grip grip;
  EXPECT_FALSE(in_hands(state, world, grip, {}).is_met());
  grip.object = 0;
  grip.palms.middle_H = {0.3, 0.0, 0.1};
  EXPECT_FALSE(in_hands(state, world, grip, {}).is_met());  // never seen
  world.objects[0].known = true;
  world.objects[0].p_WO = state.p_WB + grip.palms.middle_H;
  EXPECT_TRUE(in_hands(state, world, grip, {}).is_met());
  world.objects[0].p_WO.z() -= 0.5;
  EXPECT_FALSE(in_hands(state, world, grip, {}).is_met());
}

TEST(Evidence, ATurnCountsInFull) {
  EXPECT_TRUE(has_turned(6.3, 6.283).is_met());
  EXPECT_FALSE(has_turned(0.0, 6.283).is_met());
}

TEST(Evidence, TakesNoMemory) {
  const RobotState state = standing_at(0.0, 0.0);
  const AllocationScope scope;
  EXPECT_TRUE(at_pose(state, {}, 0.3).is_met());
  EXPECT_FALSE(Evidence().is_observable());
  EXPECT_EQ(scope.count(), 0u);
}

}  // namespace
}  // namespace longmen::skills
