#include "io/sim/limit_monitor.h"

#include <gtest/gtest.h>

#include <limits>

namespace longmen::io {
namespace {

JointVector one(double value) { return JointVector::Constant(1, value); }

class LimitMonitorTest : public ::testing::Test {
 protected:
  /// One joint: 10 N.m, -1 to 1 rad, 5 rad/s, watched each millisecond.
  LimitMonitor monitor_{{one(10.0), one(-1.0), one(1.0), one(5.0)}, 0.001, 0.004};

  void run(int steps, double torque_Nm, double position_rad, double velocity_rad_s,
           bool pushed = false) {
    for (int i = 0; i < steps; ++i)
      monitor_.step(one(torque_Nm), one(position_rad), one(velocity_rad_s), pushed);
  }
};

TEST_F(LimitMonitorTest, NothingCountsAtTheLimits) {
  run(100, -10.0, 1.01, 5.0);
  EXPECT_EQ(monitor_.violations().torque, 0);
  EXPECT_EQ(monitor_.violations().position, 0);
  EXPECT_EQ(monitor_.violations().speed, 0);
  EXPECT_EQ(monitor_.violations().torque_max_Nm, 10.0);
}

TEST_F(LimitMonitorTest, EveryTorqueBeyondTheLimitCountsAndSoDoesOneThatIsNotANumber) {
  run(3, 10.1, 0.0, 0.0);
  run(1, std::numeric_limits<double>::quiet_NaN(), 0.0, 0.0);
  EXPECT_EQ(monitor_.violations().torque, 4);
  EXPECT_FALSE(std::isfinite(monitor_.violations().torque_max_Nm));
}

TEST_F(LimitMonitorTest, AStretchBeyondTheRangeCountsOnce) {
  run(50, 0.0, 1.011, 0.0);
  run(1, 0.0, 0.9, 0.0);
  run(50, 0.0, -1.2, 0.0);
  EXPECT_EQ(monitor_.violations().position, 2);
}

TEST_F(LimitMonitorTest, SpeedCountsOnlyAfterMoreThanTwoMilliseconds) {
  run(2, 0.0, 0.0, 5.1);
  run(1, 0.0, 0.0, 4.9);
  EXPECT_EQ(monitor_.violations().speed, 0);
  run(3, 0.0, 0.0, -5.1);
  EXPECT_EQ(monitor_.violations().speed, 1);
  run(30, 0.0, 0.0, -5.1);
  EXPECT_EQ(monitor_.violations().speed, 1);
}

TEST_F(LimitMonitorTest, WhatComesFasterThanItCanBeAnsweredIsABlow) {
  run(1, 0.0, 0.0, 2.4);
  run(1, 0.0, 0.0, 4.0);
  run(3, 0.0, 0.0, 5.1);  // beyond the limit for over 2 ms, 4 ms after half of it
  EXPECT_EQ(monitor_.violations().speed, 1);
  EXPECT_EQ(monitor_.violations().speed_blows, 1);
  run(1, 0.0, 0.0, 2.4);
  run(2, 0.0, 0.0, 4.0);
  run(3, 0.0, 0.0, -5.1);  // there was a millisecond to answer in
  EXPECT_EQ(monitor_.violations().speed, 2);
  EXPECT_EQ(monitor_.violations().speed_blows, 1);
}

TEST_F(LimitMonitorTest, SpeedIsForgivenDuringAPushAndAFifthOfASecondAfter) {
  run(100, 0.0, 0.0, 9.0, true);
  run(199, 0.0, 0.0, 9.0);
  EXPECT_EQ(monitor_.violations().speed, 0);
  run(10, 0.0, 0.0, 9.0);
  EXPECT_EQ(monitor_.violations().speed, 1);
}

}  // namespace
}  // namespace longmen::io
