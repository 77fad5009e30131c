#pragma once

#include "core/types.h"

namespace longmen {

/// Estimate of the robot at the start of a tick. Generalised velocity v = [v_WB_W, w_WB_B,
/// joint_velocity]: linear velocity of the base origin in W, angular velocity in B
/// (docs/conventions.md).
struct RobotState {
  Tick tick = 0;
  double time_s = 0.0;
  bool valid =
      false;  ///< false until the estimator has settled, and when it has nothing to stand on

  Eigen::Vector3d p_WB = Eigen::Vector3d::Zero();
  Eigen::Quaterniond q_WB = Eigen::Quaterniond::Identity();
  Eigen::Vector3d v_WB_W = Eigen::Vector3d::Zero();
  Eigen::Vector3d w_WB_B = Eigen::Vector3d::Zero();
  JointVector joint_position_rad;
  JointVector joint_velocity_rad_s;

  std::array<double, kFeet> foot_force_N{};
  std::array<double, kFeet> contact_probability{};

  /// Change of the frame W itself in this tick: what was remembered at p_W, heading psi, is now at
  /// Rz(turn) p_W + shift, psi + turn. Not zero only when the first pose fixes say where W is.
  double frame_turn_rad = 0.0;
  Eigen::Vector3d frame_shift_m = Eigen::Vector3d::Zero();

  double position_sigma_m = 0.0;  ///< 1 sigma of the horizontal position in W
  double yaw_sigma_rad = 0.0;
  double fix_age_s = 0.0;           ///< time since the last pose fix that was fused
  std::uint32_t sensor_faults = 0;  ///< bit set of estimation::SensorFault seen in this tick
};

}  // namespace longmen
