#include "estimation/sensor_guard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/random.h"

namespace longmen::estimation {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr int kJoints = 3;

/// Frames of a moving robot, each value new in each tick.
class Frames {
 public:
  SensorFrame next() {
    ++frame_.tick;
    frame_.imu_tick = frame_.joint_tick = frame_.foot_tick = frame_.tick - 2;
    for (int i = 0; i < 3; ++i) {
      frame_.gyro_B_rad_s[i] = 0.5 + 0.005 * random_.normal();
      frame_.accelerometer_B_m_s2[i] = (i == 2 ? kGravity_m_s2 : 0.0) + 0.05 * random_.normal();
    }
    frame_.q_WB = Eigen::Quaterniond(1, 0.01 * random_.normal(), 0.01 * random_.normal(), 0);
    frame_.q_WB.normalize();
    frame_.joint_position_rad.resize(kJoints);
    frame_.joint_velocity_rad_s.resize(kJoints);
    for (int j = 0; j < kJoints; ++j) {
      frame_.joint_position_rad[j] = 5e-4 * random_.normal();
      frame_.joint_velocity_rad_s[j] = 0.05 * random_.normal();
    }
    for (double& force : frame_.foot_force_N) force = 300 + 5 * random_.normal();
    return frame_;
  }

 private:
  Random random_{1};
  SensorFrame frame_;
};

class Guarded {
 public:
  const CheckedFrame& check(const SensorFrame& frame) {
    return guard.check(frame, JointVector::Zero(kJoints), JointVector::Zero(kJoints),
                       Eigen::Vector3d::Constant(0.5));
  }
  SensorGuard guard{{}, kJoints, 0.001};
};

TEST(SensorGuard, AHealthyRobotHasNoFault) {
  Frames frames;
  Guarded guarded;
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(guarded.check(frames.next()).faults, 0U) << i;
}

TEST(SensorGuard, AnExactRobotAtRestRepeatsItselfWithoutFault) {
  Guarded guarded;
  SensorFrame frame = Frames().next();
  frame.gyro_B_rad_s.setZero();
  frame.accelerometer_B_m_s2 = {0, 0, kGravity_m_s2};
  SensorGuard& guard = guarded.guard;
  for (int i = 0; i < 500; ++i) {
    ++frame.tick;
    frame.imu_tick = frame.joint_tick = frame.foot_tick = frame.tick - 2;
    ASSERT_EQ(
        guard.check(frame, frame.joint_position_rad, frame.joint_velocity_rad_s, frame.gyro_B_rad_s)
            .faults,
        0U);
  }
}

struct Case {
  const char* name;
  void (*spoil)(SensorFrame&);
  std::uint32_t fault;
};

class EveryFault : public testing::TestWithParam<Case> {};

TEST_P(EveryFault, IsNamedAndTouchesNoOtherSensor) {
  Frames frames;
  Guarded guarded;
  for (int i = 0; i < 10; ++i) guarded.check(frames.next());
  SensorFrame bad = frames.next();
  GetParam().spoil(bad);
  EXPECT_EQ(guarded.check(bad).faults, GetParam().fault);
  EXPECT_EQ(guarded.check(frames.next()).faults, 0U) << "not forgotten afterwards";
}

INSTANTIATE_TEST_SUITE_P(
    SensorGuard, EveryFault,
    testing::Values(
        Case{"gyro", [](SensorFrame& f) { f.gyro_B_rad_s.y() = kNoNumber; }, kGyroInvalid},
        Case{"gyro_jump", [](SensorFrame& f) { f.gyro_B_rad_s.x() = 20; }, kGyroInvalid},
        Case{"accelerometer", [](SensorFrame& f) { f.accelerometer_B_m_s2.x() = 1e9; },
             kAccelerometerInvalid},
        Case{"attitude_zero", [](SensorFrame& f) { f.q_WB.coeffs().setZero(); }, kAttitudeInvalid},
        Case{"attitude_infinite", [](SensorFrame& f) { f.q_WB.x() = HUGE_VAL; }, kAttitudeInvalid},
        Case{"position", [](SensorFrame& f) { f.joint_position_rad[1] = kNoNumber; },
             kJointPositionInvalid},
        Case{"position_jump", [](SensorFrame& f) { f.joint_position_rad[1] = 0.5; },
             kJointPositionInvalid},
        Case{"velocity", [](SensorFrame& f) { f.joint_velocity_rad_s.setConstant(-HUGE_VAL); },
             kJointVelocityInvalid},
        Case{"arrays", [](SensorFrame& f) { f.joint_position_rad.resize(2); },
             kJointPositionInvalid | kJointVelocityInvalid},
        Case{"foot", [](SensorFrame& f) { f.foot_force_N[kRight] = kNoNumber; }, kFootForceInvalid},
        Case{"late_imu", [](SensorFrame& f) { f.imu_tick -= 20; }, kImuLate},
        Case{"future_joints", [](SensorFrame& f) { f.joint_tick += 50; }, kJointsLate},
        Case{"late_feet", [](SensorFrame& f) { f.foot_tick -= 20; }, kFeetLate}),
    [](const auto& each) { return each.param.name; });

TEST(SensorGuard, AFrozenSensorIsFoundAndItsNeighboursAreUsed) {
  Frames frames;
  Guarded guarded;
  SensorFrame held;
  for (int i = 0; i < 10; ++i) guarded.check(held = frames.next());
  for (int i = 0; i < 50; ++i) {
    SensorFrame frame = frames.next();
    frame.gyro_B_rad_s = held.gyro_B_rad_s;  // frozen with its stamp
    frame.imu_tick = held.imu_tick;
    const CheckedFrame& checked = guarded.check(frame);
    ASSERT_EQ(checked.faults, kGyroFrozen);
    ASSERT_FALSE(checked.gyro_ok);
    ASSERT_TRUE(checked.accelerometer_ok && checked.attitude_ok);
  }
  EXPECT_EQ(guarded.guard.gyro_gap(), 50);
}

TEST(SensorGuard, AFrozenEncoderShowsWhenTheJointMoves) {
  Frames frames;
  Guarded guarded;
  SensorFrame held;
  for (int i = 0; i < 10; ++i) guarded.check(held = frames.next());
  JointVector moving = JointVector::Zero(kJoints);
  for (int i = 0; i < 50; ++i) {
    SensorFrame frame = frames.next();
    moving[2] += 0.002;
    frame.joint_position_rad[2] = held.joint_position_rad[2];  // no stamp of its own
    const CheckedFrame& checked = guarded.guard.check(frame, moving, JointVector::Zero(kJoints),
                                                      Eigen::Vector3d::Constant(0.5));
    if (i > 3) {
      ASSERT_EQ(checked.faults, kJointPositionFrozen);
      ASSERT_EQ(checked.joint_use[2], JointObserver::kVelocity);
    }
  }
}

TEST(SensorGuard, ASensorThatComesBackElsewhereIsBelievedAfterTheLongestGap) {
  Frames frames;
  Guarded guarded;
  for (int i = 0; i < 10; ++i) guarded.check(frames.next());
  int refused = 0;
  JointVector predicted = JointVector::Zero(kJoints);
  for (int i = 0; i < 200; ++i) {
    SensorFrame frame = frames.next();
    frame.joint_position_rad[0] += 0.5;
    const CheckedFrame& checked = guarded.guard.check(frame, predicted, JointVector::Zero(kJoints),
                                                      Eigen::Vector3d::Constant(0.5));
    if ((checked.joint_use[0] & JointObserver::kPosition) == 0U)
      ++refused;
    else
      predicted[0] = 0.5;  // whoever predicts believes it too
  }
  EXPECT_EQ(refused, guarded.guard.gap_max() + 1);
}

TEST(StampWatch, ADelayThatLastsIsLearnt) {
  StampWatch watch;
  watch.configure(3, 100);
  Tick now = 10;
  for (; now < 50; ++now) ASSERT_EQ(watch.look(now, now - 2), Stamp::kOnTime);
  EXPECT_EQ(watch.age(), 2);
  int late = 0;
  for (; now < 400; ++now)
    if (watch.look(now, now - 22) == Stamp::kLate) ++late;
  EXPECT_EQ(late, 100);
  EXPECT_EQ(watch.age(), 22);
  EXPECT_EQ(watch.look(now, now - 23), Stamp::kStill);
}

}  // namespace
}  // namespace longmen::estimation
