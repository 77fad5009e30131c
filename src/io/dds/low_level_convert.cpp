#include "io/dds/low_level_convert.h"

#include <cmath>

namespace longmen::io {
namespace {

static_assert(longmen_dds_MOTORS_MAX == kMaxJoints);
static_assert(longmen_dds_SEEN_MAX == kMaxDetections && longmen_dds_SEEN_MAX == kMaxObjects);

template <typename T, typename Vector>
void put(const Vector& vector, T* numbers) noexcept {
  for (Eigen::Index i = 0; i < vector.size(); ++i) numbers[i] = static_cast<T>(vector[i]);
}

template <typename T>
Eigen::Vector3d vector_of(const T* numbers) noexcept {
  return {static_cast<double>(numbers[0]), static_cast<double>(numbers[1]),
          static_cast<double>(numbers[2])};
}

template <typename T>
Eigen::Quaterniond quaternion_of(const T* wxyz) noexcept {
  return {static_cast<double>(wxyz[0]), static_cast<double>(wxyz[1]), static_cast<double>(wxyz[2]),
          static_cast<double>(wxyz[3])};
}

Eigen::Vector4d wxyz_of(const Eigen::Quaterniond& q) noexcept {
  return {q.w(), q.x(), q.y(), q.z()};
}

}  // namespace

bool sees_world(const SensorFrame& frame) noexcept {
  return frame.pose_fix.present || frame.detection_count > 0 || frame.sighting_count > 0;
}

void to_wire(const SensorFrame& frame, longmen_dds_LowState& state) noexcept {
  state = {};
  state.period = frame.tick;
  state.imu_tick = frame.imu_tick;
  state.motor_tick = frame.joint_tick;
  state.foot_tick = frame.foot_tick;
  state.world_follows = sees_world(frame);
  put(wxyz_of(frame.q_WB), state.imu_state.quaternion);
  put(frame.gyro_B_rad_s, state.imu_state.gyroscope);
  put(frame.accelerometer_B_m_s2, state.imu_state.accelerometer);
  const Eigen::Index na = frame.joint_position_rad.size();
  state.motor_count = static_cast<std::uint8_t>(na);
  for (Eigen::Index j = 0; j < na; ++j)
    state.motor_state[j] = {static_cast<float>(frame.joint_position_rad[j]),
                            static_cast<float>(frame.joint_velocity_rad_s[j])};
  for (std::size_t side = 0; side < kFeet; ++side)
    state.foot_force[side] = static_cast<float>(frame.foot_force_N[side]);
}

void to_wire(const SensorFrame& frame, longmen_dds_WorldSeen& seen) noexcept {
  seen = {};
  seen.period = frame.tick;
  seen.has_fix = frame.pose_fix.present;
  seen.fix_tick = frame.pose_fix.measured_tick;
  put(frame.pose_fix.p_WB, seen.fix_position);
  seen.fix_yaw = frame.pose_fix.yaw_WB_rad;
  seen.detection_count = static_cast<std::uint8_t>(frame.detection_count);
  for (int i = 0; i < frame.detection_count; ++i) {
    const Detection& one = frame.detections[static_cast<std::size_t>(i)];
    longmen_dds_Capsule& out = seen.detection[i];
    out.id = one.source_id;
    out.is_person = one.is_person;
    out.tick = one.measured_tick;
    put(one.p_WO, out.position);
    out.radius = one.radius_m;
    out.height = one.height_m;
  }
  seen.sighting_count = static_cast<std::uint8_t>(frame.sighting_count);
  for (int i = 0; i < frame.sighting_count; ++i) {
    const ObjectSighting& one = frame.sightings[static_cast<std::size_t>(i)];
    longmen_dds_ObjectPose& out = seen.sighting[i];
    out.index = one.object;
    out.tick = one.measured_tick;
    put(one.p_WO, out.position);
    put(wxyz_of(one.q_WO), out.quaternion);
  }
}

void to_wire(const ProposedCommand& command, const MotorMask& powered,
             longmen_dds_LowCmd& message) noexcept {
  message = {};
  message.period = command.tick;
  const Eigen::Index na = command.torque_Nm.size();
  message.motor_count = static_cast<std::uint8_t>(na);
  for (Eigen::Index j = 0; j < na; ++j)
    message.motor_cmd[j] = {static_cast<std::uint8_t>(powered[static_cast<std::size_t>(j)] ? 1 : 0),
                            static_cast<float>(command.position_rad[j]),
                            static_cast<float>(command.velocity_rad_s[j]),
                            static_cast<float>(command.torque_Nm[j]),
                            static_cast<float>(command.stiffness_Nm_rad[j]),
                            static_cast<float>(command.damping_Nms_rad[j])};
}

bool from_wire(const longmen_dds_LowState& state, int na, SensorFrame& frame) noexcept {
  if (state.motor_count != na) return false;
  frame.tick = state.period;
  frame.imu_tick = state.imu_tick;
  frame.joint_tick = state.motor_tick;
  frame.foot_tick = state.foot_tick;
  frame.q_WB = quaternion_of(state.imu_state.quaternion);
  // 32-bit numbers have lost the unit length by their last bits; what is far from it stays so.
  if (const double length = frame.q_WB.norm(); std::abs(length - 1.0) < 1e-5)
    frame.q_WB.coeffs() /= length;
  frame.gyro_B_rad_s = vector_of(state.imu_state.gyroscope);
  frame.accelerometer_B_m_s2 = vector_of(state.imu_state.accelerometer);
  frame.joint_position_rad.resize(na);
  frame.joint_velocity_rad_s.resize(na);
  for (int j = 0; j < na; ++j) {
    frame.joint_position_rad[j] = static_cast<double>(state.motor_state[j].q);
    frame.joint_velocity_rad_s[j] = static_cast<double>(state.motor_state[j].dq);
  }
  for (std::size_t side = 0; side < kFeet; ++side)
    frame.foot_force_N[side] = static_cast<double>(state.foot_force[side]);
  frame.pose_fix.present = false;
  frame.detection_count = 0;
  frame.sighting_count = 0;
  return true;
}

bool from_wire(const longmen_dds_WorldSeen& seen, SensorFrame& frame) noexcept {
  if (seen.detection_count > kMaxDetections || seen.sighting_count > kMaxObjects) return false;
  frame.pose_fix = {seen.has_fix, seen.fix_tick, vector_of(seen.fix_position), seen.fix_yaw};
  frame.detection_count = seen.detection_count;
  for (int i = 0; i < frame.detection_count; ++i) {
    const longmen_dds_Capsule& one = seen.detection[i];
    frame.detections[static_cast<std::size_t>(i)] = {
        one.id, one.is_person, one.tick, vector_of(one.position), one.radius, one.height};
  }
  frame.sighting_count = seen.sighting_count;
  for (int i = 0; i < frame.sighting_count; ++i) {
    const longmen_dds_ObjectPose& one = seen.sighting[i];
    frame.sightings[static_cast<std::size_t>(i)] = {one.index, one.tick, vector_of(one.position),
                                                    quaternion_of(one.quaternion)};
  }
  return true;
}

bool from_wire(const longmen_dds_LowCmd& message, int na, LinkCommand& command) noexcept {
  if (message.motor_count != na) return false;
  command.values.tick = message.period;
  command.values.resize(na);
  command.powered.reset();
  for (int j = 0; j < na; ++j) {
    const longmen_dds_MotorCmd& motor = message.motor_cmd[j];
    command.values.position_rad[j] = static_cast<double>(motor.q);
    command.values.velocity_rad_s[j] = static_cast<double>(motor.dq);
    command.values.torque_Nm[j] = static_cast<double>(motor.tau);
    command.values.stiffness_Nm_rad[j] = static_cast<double>(motor.kp);
    command.values.damping_Nms_rad[j] = static_cast<double>(motor.kd);
    command.powered[static_cast<std::size_t>(j)] = motor.mode != 0;
  }
  return true;
}

}  // namespace longmen::io
