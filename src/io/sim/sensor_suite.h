#pragma once

#include <cstdint>

#include "core/random.h"
#include "core/sensor_frame.h"
#include "io/sim/delay_line.h"
#include "io/sim/sim_robot.h"
#include "io/sim/truth.h"

namespace longmen::io {

/// The robot's own sensors: truth in, what the robot measures out, noisy and late. Per sensor
///   measured = gain * true + bias + white noise,  gain and bias drawn once a run.
/// The IMU's attitude has small white errors about all axes, a constant tilt error, and a yaw that
/// starts anywhere and drifts (constant rate and random walk): no compass.
class SensorSuite {
 public:
  /// 1 sigma of the yaw drift's constant rate, drawn once a run, and of its random walk.
  static constexpr double kYawDrift_rad_s = 0.001;
  static constexpr double kYawWalk_rad_sqrt_s = 0.0005;

  SensorSuite() = default;
  /// @param noisy          false: exact sensors, and a yaw that is the true one.
  /// @param latency_steps  samples between measuring and being read.
  SensorSuite(const SensorNoise& noise, bool noisy, int latency_steps, double step_s, int na,
              std::uint64_t seed);

  /// Measures; `truth.tick` stamps the sample.
  void sample(const Truth& truth) noexcept;

  /// The sample that the robot reads now: own sensors only, no pose fix and no detections.
  [[nodiscard]] const SensorFrame& frame() const noexcept { return line_.oldest(); }
  /// The newest sample of the encoders, as the motors' own electronics have it: not late.
  [[nodiscard]] const JointVector& encoder_position_rad() const noexcept {
    return line_.newest().joint_position_rad;
  }
  [[nodiscard]] const JointVector& encoder_velocity_rad_s() const noexcept {
    return line_.newest().joint_velocity_rad_s;
  }

 private:
  Eigen::Vector3d white(double sigma) noexcept;

  SensorNoise noise_;
  bool noisy_ = true;
  double step_s_ = 0.001;
  Random random_{0};
  DelayLine<SensorFrame> line_;

  // Drawn once a run.
  Eigen::Vector3d gyro_bias_rad_s_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d accelerometer_bias_m_s2_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d tilt_bias_rad_ = Eigen::Vector3d::Zero();
  JointVector joint_bias_rad_;
  std::array<double, kFeet> foot_gain_{};
  std::array<double, kFeet> foot_offset_N_{};
  double yaw_error_rad_ = 0.0;  // moves on with each sample
  double yaw_drift_rad_s_ = 0.0;
};

}  // namespace longmen::io
