#include "io/dds/low_level_convert.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "core/random.h"

namespace longmen::io {
namespace {

constexpr int kMotors = 31;

SensorFrame any_frame(std::uint64_t seed) {
  Random random(seed);
  const auto number = [&] { return random.uniform(-3.0, 3.0); };
  const auto vector = [&] { return Eigen::Vector3d(number(), number(), number()); };
  SensorFrame frame;
  frame.tick = 4711;
  frame.imu_tick = 4707;
  frame.joint_tick = 4708;
  frame.foot_tick = 4709;
  frame.gyro_B_rad_s = vector();
  frame.accelerometer_B_m_s2 = vector();
  frame.q_WB = Eigen::Quaterniond(number(), number(), number(), number()).normalized();
  frame.joint_position_rad.resize(kMotors);
  frame.joint_velocity_rad_s.resize(kMotors);
  for (int j = 0; j < kMotors; ++j) {
    frame.joint_position_rad[j] = number();
    frame.joint_velocity_rad_s[j] = number();
  }
  frame.foot_force_N = {310.0, 12.5};
  frame.pose_fix = {true, 4640, vector(), number()};
  frame.detection_count = 2;
  for (std::size_t i = 0; i < 2; ++i)
    frame.detections[i] = {static_cast<int>(7 + i), i == 0, 4650, vector(), 0.3, 1.8};
  frame.sighting_count = 1;
  frame.sightings[0] = {3, 4651, vector(), frame.q_WB};
  return frame;
}

TEST(LowLevel, AFrameComesOutAsItWentInButForThe32BitsOfItsNumbers) {
  const SensorFrame in = any_frame(1);
  longmen_dds_LowState state;
  longmen_dds_WorldSeen seen;
  to_wire(in, state);
  to_wire(in, seen);
  EXPECT_TRUE(state.world_follows);
  SensorFrame out;
  ASSERT_TRUE(from_wire(state, kMotors, out));
  EXPECT_FALSE(sees_world(out)) << "the world's part is a message of its own";
  ASSERT_TRUE(from_wire(seen, out));
  EXPECT_EQ(out.tick, in.tick);
  EXPECT_EQ(out.imu_tick, in.imu_tick);
  EXPECT_EQ(out.joint_tick, in.joint_tick);
  EXPECT_EQ(out.foot_tick, in.foot_tick);
  EXPECT_NEAR((out.gyro_B_rad_s - in.gyro_B_rad_s).norm(), 0.0, 1e-6);
  EXPECT_NEAR((out.accelerometer_B_m_s2 - in.accelerometer_B_m_s2).norm(), 0.0, 1e-6);
  EXPECT_NEAR(out.q_WB.norm(), 1.0, 1e-12);
  EXPECT_NEAR(out.q_WB.angularDistance(in.q_WB), 0.0, 1e-6);
  EXPECT_NEAR((out.joint_position_rad - in.joint_position_rad).norm(), 0.0, 1e-5);
  EXPECT_NEAR((out.joint_velocity_rad_s - in.joint_velocity_rad_s).norm(), 0.0, 1e-5);
  EXPECT_EQ(out.foot_force_N, in.foot_force_N);
  EXPECT_TRUE(out.pose_fix.present);
  EXPECT_EQ(out.pose_fix.measured_tick, in.pose_fix.measured_tick);
  EXPECT_EQ(out.pose_fix.p_WB, in.pose_fix.p_WB);
  EXPECT_EQ(out.pose_fix.yaw_WB_rad, in.pose_fix.yaw_WB_rad);
  ASSERT_EQ(out.detection_count, 2);
  EXPECT_EQ(out.detections[1].source_id, 8);
  EXPECT_FALSE(out.detections[1].is_person);
  EXPECT_EQ(out.detections[1].p_WO, in.detections[1].p_WO);
  ASSERT_EQ(out.sighting_count, 1);
  EXPECT_EQ(out.sightings[0].object, 3);
  EXPECT_EQ(out.sightings[0].q_WO.coeffs(), in.sightings[0].q_WO.coeffs());
}

TEST(LowLevel, ACommandComesOutAsItWentInAndSaysWhichMotorsHavePower) {
  ProposedCommand in;
  in.resize(kMotors);
  in.tick = 12;
  for (int j = 0; j < kMotors; ++j) {
    in.torque_Nm[j] = j;
    in.position_rad[j] = 0.5 * j;
    in.velocity_rad_s[j] = 0.25 * j;
    in.stiffness_Nm_rad[j] = 8.0 * j;
    in.damping_Nms_rad[j] = 2.0 * j;
  }
  MotorMask powered;
  powered.set();
  powered.reset(4);
  longmen_dds_LowCmd message;
  to_wire(in, powered, message);
  LinkCommand out;
  ASSERT_TRUE(from_wire(message, kMotors, out));
  EXPECT_EQ(out.values.tick, 12);
  EXPECT_EQ(out.values.torque_Nm, in.torque_Nm);
  EXPECT_EQ(out.values.position_rad, in.position_rad);
  EXPECT_EQ(out.values.velocity_rad_s, in.velocity_rad_s);
  EXPECT_EQ(out.values.stiffness_Nm_rad, in.stiffness_Nm_rad);
  EXPECT_EQ(out.values.damping_Nms_rad, in.damping_Nms_rad);
  EXPECT_FALSE(out.powered[4]);
  EXPECT_TRUE(out.powered[5]);
}

TEST(LowLevel, AMessageOfAnotherRobotOrOfMoreThanThereIsRoomForIsNotTaken) {
  longmen_dds_LowState state{};
  longmen_dds_WorldSeen seen{};
  longmen_dds_LowCmd message{};
  SensorFrame frame;
  LinkCommand command;
  for (const int count : {0, kMotors - 1, kMotors + 1, 255}) {
    state.motor_count = static_cast<std::uint8_t>(count);
    message.motor_count = static_cast<std::uint8_t>(count);
    EXPECT_FALSE(from_wire(state, kMotors, frame));
    EXPECT_FALSE(from_wire(message, kMotors, command));
  }
  EXPECT_EQ(command.values.torque_Nm.size(), 0);
  seen.detection_count = kMaxDetections + 1;
  EXPECT_FALSE(from_wire(seen, frame));
  seen.detection_count = 0;
  seen.sighting_count = 255;
  EXPECT_FALSE(from_wire(seen, frame));
  EXPECT_EQ(frame.sighting_count, 0);
}

TEST(LowLevel, NumbersThatAreNoneStayNone) {
  longmen_dds_LowState state{};
  std::memset(&state.imu_state, 0xFF, sizeof state.imu_state);
  state.motor_count = kMotors;
  state.motor_state[3].q = std::nanf("");
  SensorFrame frame;
  ASSERT_TRUE(from_wire(state, kMotors, frame));
  EXPECT_FALSE(frame.q_WB.coeffs().allFinite());
  EXPECT_TRUE(std::isnan(frame.joint_position_rad[3]));
}

}  // namespace
}  // namespace longmen::io
