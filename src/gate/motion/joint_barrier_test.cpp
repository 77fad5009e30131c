#include "gate/motion/joint_barrier.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace longmen::gate {
namespace {

/// Range [-1, 1] rad, 10 rad/s, 50 N.m, about 1 kg.m2 known to 30 %, half the torque to brake.
JointBarrier barrier() {
  JointBarrier b{.q_min = -1, .q_max = 1, .v_max = 10, .tau_max = 50, .I_min = 0.7, .I_max = 1.3};
  b.a_b = 0.5 * b.tau_max / b.I_max;
  b.T = 0.002;
  return b;
}

TEST(JointBarrier, InTheMiddleAtRestTheWholeTorqueIsFree) {
  const auto allowed = barrier().interval(0.0, 0.0);
  EXPECT_EQ(allowed.lo, -50.0);
  EXPECT_EQ(allowed.hi, 50.0);
}

TEST(JointBarrier, IsTheSameSeenFromBothEnds) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const double q = random.uniform(-1.2, 1.2);
    const double v = random.uniform(-15, 15);
    const auto here = barrier().interval(q, v);
    const auto there = barrier().interval(-q, -v);
    ASSERT_DOUBLE_EQ(here.hi, -there.lo);
    ASSERT_DOUBLE_EQ(here.lo, -there.hi);
  }
}

TEST(JointBarrier, TheIntervalIsNeverEmptyAndNeverBeyondTheTorqueLimit) {
  Random random(2);
  for (int i = 0; i < 100'000; ++i) {
    const double scale = std::pow(10.0, random.uniform(-3, 9));
    const auto allowed = barrier().interval(scale * random.normal(), scale * random.normal());
    ASSERT_LE(allowed.lo, allowed.hi);
    ASSERT_GE(allowed.lo, -50.0);
    ASSERT_LE(allowed.hi, 50.0);
  }
}

TEST(JointBarrier, TheLargestTorqueStillStopsAtTheEndOfTheRange) {
  const JointBarrier b = barrier();
  int bound = 0;
  Random random(3);
  for (int i = 0; i < 10'000; ++i) {
    // Close to the barrier, where it binds.
    const double v = random.uniform(0, 6);
    const double q = b.q_max - 0.5 * v * v / b.a_b - random.uniform(0, 1e-3);
    const double hi = b.interval(q, v).hi;
    const double I = hi >= 0.0 ? b.I_min : b.I_max;
    const double w = v + hi / I * b.T;
    const double end = q + 0.5 * (v + w) * b.T + (w > 0.0 ? 0.5 * w * w / b.a_b : 0.0);
    ASSERT_LE(end, b.q_max + 1e-12);
    ASSERT_LE(w, b.v_max + 1e-12);
    if (hi < b.tau_max) {
      ++bound;
      // It is the largest: either the range or the speed is used up.
      ASSERT_LT(std::min(b.q_max - end, b.v_max - w), 1e-7);
    }
  }
  EXPECT_GT(bound, 1000);
}

TEST(JointBarrier, FromAStateThatCanStopTheBrakeIsAlwaysAllowed) {
  const JointBarrier b = barrier();
  Random random(4);
  for (int i = 0; i < 10'000; ++i) {
    const double q = random.uniform(-1, 1);
    const double v = random.uniform(-10, 10);
    if (b.room_after_braking(q, v) < 0.0) continue;
    const auto allowed = b.interval(q, v);
    const double brake = -std::copysign(b.a_b * b.I_max, v);
    ASSERT_GE(brake, allowed.lo - 1e-9);
    ASSERT_LE(brake, allowed.hi + 1e-9);
  }
}

TEST(JointBarrier, OutsideTheRangeItMustComeBack) {
  EXPECT_LT(barrier().interval(1.05, 0.0).hi, 0.0);
  EXPECT_GT(barrier().interval(-1.05, 0.0).lo, 0.0);
}

TEST(JointBarrier, FasterThanItsLimitItMustBrake) {
  EXPECT_LT(barrier().interval(-0.5, 10.1).hi, 0.0);
  EXPECT_GT(barrier().interval(0.5, -10.1).lo, 0.0);
}

TEST(JointBarrier, NamesTheRuleThatBinds) {
  const JointBarrier b = barrier();
  const auto rule = [&](double q, double v, double tau) {
    return b.binding(q, v, tau, b.interval(q, v));
  };
  EXPECT_EQ(rule(0.0, 0.0, 60.0).rule, MotionRule::kTorque);
  EXPECT_DOUBLE_EQ(rule(0.0, 0.0, 60.0).margin, -10.0);
  EXPECT_EQ(rule(0.0, 0.0, -60.0).rule, MotionRule::kTorque);
  EXPECT_EQ(rule(0.99999, 0.0, 40.0).rule, MotionRule::kRange);
  EXPECT_LT(rule(0.99999, 0.0, 40.0).margin, 0.0);
  EXPECT_EQ(rule(-0.99999, 0.0, -40.0).rule, MotionRule::kRange);
  JointBarrier wide = b;
  wide.q_min = -100.0;
  wide.q_max = 100.0;
  const auto fast = wide.binding(0.0, 9.99, 50.0, wide.interval(0.0, 9.99));
  EXPECT_EQ(fast.rule, MotionRule::kVelocity);
  EXPECT_LT(fast.margin, 0.0);
  // Asked to brake harder than it can: still named, the torque is on the other side of zero.
  const auto beyond = b.binding(1.2, 0.0, 0.0, b.interval(1.2, 0.0));
  EXPECT_EQ(beyond.rule, MotionRule::kRange);
  EXPECT_LT(beyond.margin, -0.19);
}

TEST(JointBarrier, RoomAfterBrakingIsThatOfTheNearerEnd) {
  const JointBarrier b = barrier();
  EXPECT_DOUBLE_EQ(b.room_after_braking(0.25, 0.0), 0.75);
  EXPECT_DOUBLE_EQ(b.room_after_braking(-0.25, 0.0), 0.75);
  EXPECT_DOUBLE_EQ(b.room_after_braking(0.0, 5.0), 1.0 - 12.5 / b.a_b);
  EXPECT_DOUBLE_EQ(b.room_after_braking(0.0, -5.0), 1.0 - 12.5 / b.a_b);
}

}  // namespace
}  // namespace longmen::gate
