#include "skills/pose_servo.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/allocation_counter.h"
#include "model/robot_names.h"
#include "skills/walker_stand_in.h"

namespace longmen::skills {
namespace {

struct ServoOutcome {
  SkillTick end;
  double time_s = 0.0;
};

ServoOutcome run(PoseServo& servo, WalkerStandIn& walker, double time_max_s = 90.0) {
  ServoOutcome result;
  Goal goal;
  for (; result.time_s < time_max_s; result.time_s += kPeriod_s) {
    result.end = servo.tick(walker.view(), goal);
    if (result.end.status != SkillStatus::kRunning) return result;
    for (int i = 0; i < 20; ++i) walker.step(goal, 0.001);
  }
  return result;
}

TEST(PoseServo, ComesToRestAtThePlaceWithinFiveCentimetresAndThreeDegrees) {
  Random random(8);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    WalkerStandIn walker(robot(), seed);
    const Eigen::Vector2d target(random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5));
    const double yaw = random.uniform(-M_PI, M_PI);
    PoseServo servo({}, kPeriod_s);
    servo.go_to(target, yaw);
    const ServoOutcome result = run(servo, walker);
    ASSERT_EQ(result.end.status, SkillStatus::kDone) << "seed " << seed;
    EXPECT_LT((walker.p_W - target).norm(), 0.05) << "seed " << seed;
    EXPECT_LT(std::abs(math::wrap_angle(walker.yaw - yaw)), 3.0 * M_PI / 180.0) << "seed " << seed;
    EXPECT_LT(result.time_s, 30.0) << "seed " << seed;
  }
}

TEST(PoseServo, TurnsByMoreThanAWholeTurnToEitherSide) {
  for (const double angle_deg : {90.0, -90.0, 180.0, -30.0, 540.0, -720.0}) {
    WalkerStandIn walker(robot(), 3);
    walker.step({}, 0.001);
    const double start = walker.yaw;
    PoseServo servo({}, kPeriod_s);
    servo.turn_by(angle_deg * M_PI / 180.0);
    const ServoOutcome result = run(servo, walker);
    ASSERT_EQ(result.end.status, SkillStatus::kDone) << angle_deg;
    EXPECT_NEAR((walker.yaw - start) * 180.0 / M_PI, angle_deg, 3.0);
  }
}

TEST(PoseServo, FollowsWhenTheWorldFrameIsRedefined) {
  WalkerStandIn walker(robot(), 6);
  PoseServo servo({}, kPeriod_s);
  servo.turn_by(M_PI / 2);
  Goal goal;
  walker.step(goal, 0.001);
  EXPECT_EQ(servo.tick(walker.view(), goal).status, SkillStatus::kRunning);
  const double start = walker.yaw;
  // The first pose fix says that what was called W lies turned and shifted in the world.
  constexpr double kTurn = 2.0;
  walker.yaw += kTurn;
  walker.p_W = math::rotation_2d(kTurn) * walker.p_W + Eigen::Vector2d(3.0, 1.0);
  walker.step(goal, 0.001);
  walker.state.frame_turn_rad = kTurn;
  walker.state.frame_shift_m = {3.0, 1.0, 0.0};
  EXPECT_EQ(servo.tick(walker.view(), goal).status, SkillStatus::kRunning);
  walker.state.frame_turn_rad = 0.0;
  walker.state.frame_shift_m.setZero();
  ASSERT_EQ(run(servo, walker).end.status, SkillStatus::kDone);
  EXPECT_NEAR(walker.yaw - start - kTurn, M_PI / 2, 3.0 * M_PI / 180.0);
}

TEST(PoseServo, TakesNoMemory) {
  WalkerStandIn walker(robot(), 7);
  PoseServo servo({}, kPeriod_s);
  servo.go_to({1.0, 1.0}, 0.0);
  Goal goal;
  const AllocationScope scope;
  for (int i = 0; i < 500; ++i) {
    const SkillTick tick = servo.tick(walker.view(), goal);
    if (tick.status != SkillStatus::kRunning) break;
    for (int k = 0; k < 20; ++k) walker.step(goal, 0.001);
  }
  EXPECT_EQ(scope.count(), 0u);
}

}  // namespace
}  // namespace longmen::skills
