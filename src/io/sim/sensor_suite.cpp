#include "io/sim/sensor_suite.h"

#include <numbers>

namespace longmen::io {

SensorSuite::SensorSuite(const SensorNoise& noise, bool noisy, int latency_steps, double step_s,
                         int na, std::uint64_t seed)
    : noise_(noisy ? noise : SensorNoise{}), noisy_(noisy), step_s_(step_s), random_(seed) {
  SensorFrame empty;
  empty.joint_position_rad.setZero(na);
  empty.joint_velocity_rad_s.setZero(na);
  line_ = DelayLine<SensorFrame>(latency_steps, empty);

  gyro_bias_rad_s_ = white(noise_.gyro_bias_rad_s);
  accelerometer_bias_m_s2_ = white(noise_.accelerometer_bias_m_s2);
  tilt_bias_rad_ = white(noise_.attitude_bias_rad);
  tilt_bias_rad_.z() = 0.0;  // the yaw error below holds it
  joint_bias_rad_.setZero(na);
  for (int j = 0; j < na; ++j)
    joint_bias_rad_[j] = noise_.joint_position_bias_rad * random_.normal();
  for (std::size_t side = 0; side < kFeet; ++side) {
    foot_gain_[side] = 1.0 + noise_.foot_force_relative * random_.normal();
    foot_offset_N_[side] = noise_.foot_force_N * random_.normal();
  }
  if (noisy_) {
    yaw_error_rad_ = random_.uniform(-std::numbers::pi, std::numbers::pi);
    yaw_drift_rad_s_ = kYawDrift_rad_s * random_.normal();
  }
}

Eigen::Vector3d SensorSuite::white(double sigma) noexcept {
  Eigen::Vector3d draw;
  for (int i = 0; i < 3; ++i) draw[i] = sigma * random_.normal();
  return draw;
}

void SensorSuite::sample(const Truth& truth) noexcept {
  SensorFrame& frame = line_.push();
  frame.imu_tick = frame.joint_tick = frame.foot_tick = truth.tick;

  frame.gyro_B_rad_s = truth.w_WB_B + gyro_bias_rad_s_ + white(noise_.gyro_rad_s);
  const Eigen::Vector3d specific_force_W = truth.a_WB_W + Eigen::Vector3d(0.0, 0.0, kGravity_m_s2);
  frame.accelerometer_B_m_s2 = truth.q_WB.conjugate() * specific_force_W +
                               accelerometer_bias_m_s2_ + white(noise_.accelerometer_m_s2);

  if (noisy_)
    yaw_error_rad_ +=
        yaw_drift_rad_s_ * step_s_ + kYawWalk_rad_sqrt_s * std::sqrt(step_s_) * random_.normal();
  const Eigen::Vector3d error_B = tilt_bias_rad_ + white(noise_.attitude_rad);
  const double angle_rad = error_B.norm();
  Eigen::Quaterniond q_error = Eigen::Quaterniond::Identity();
  if (angle_rad > 0.0) q_error = Eigen::AngleAxisd(angle_rad, Eigen::Vector3d(error_B / angle_rad));
  frame.q_WB = Eigen::AngleAxisd(yaw_error_rad_, Eigen::Vector3d::UnitZ()) * truth.q_WB * q_error;
  frame.q_WB.normalize();

  for (int j = 0; j < truth.joint_position_rad.size(); ++j) {
    frame.joint_position_rad[j] = truth.joint_position_rad[j] + joint_bias_rad_[j] +
                                  noise_.joint_position_rad * random_.normal();
    frame.joint_velocity_rad_s[j] =
        truth.joint_velocity_rad_s[j] + noise_.joint_velocity_rad_s * random_.normal();
  }
  for (std::size_t side = 0; side < kFeet; ++side)
    frame.foot_force_N[side] = foot_gain_[side] * truth.foot_force_N[side] + foot_offset_N_[side] +
                               noise_.foot_force_N * random_.normal();
}

}  // namespace longmen::io
