#pragma once

#include <array>

#include "core/types.h"

namespace longmen::io {

/// What really is, as only a simulation knows it: for sensors' models, metrics and pictures. The
/// loop gets a RobotIo, which has no way to ask for it.
struct Truth {
  Tick tick = 0;
  double time_s = 0.0;

  Eigen::Vector3d p_WB = Eigen::Vector3d::Zero();
  Eigen::Quaterniond q_WB = Eigen::Quaterniond::Identity();
  Eigen::Vector3d v_WB_W = Eigen::Vector3d::Zero();
  Eigen::Vector3d w_WB_B = Eigen::Vector3d::Zero();
  Eigen::Vector3d a_WB_W = Eigen::Vector3d::Zero();  ///< mean of the last step
  JointVector joint_position_rad;
  JointVector joint_velocity_rad_s;
  JointVector motor_torque_Nm;  ///< after the clamp, as applied in the last step

  /// Sole frame: under the ankle on the sole, X to the toes, Z up.
  std::array<Eigen::Vector3d, kFeet> p_WS{};
  std::array<double, kFeet> foot_force_N{};  ///< along the sole's normal, from ground contacts
  /// Mean velocity of the contact points along the ground, weighted by their normal forces.
  std::array<Eigen::Vector3d, kFeet> v_slip_W{Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero()};

  /// Frame O of each of the world's objects: origin in the middle of its underside.
  struct Object {
    Eigen::Vector3d p_WO = Eigen::Vector3d::Zero();
    Eigen::Quaterniond q_WO = Eigen::Quaterniond::Identity();
  };
  int object_count = 0;
  std::array<Object, kMaxObjects> objects{};

  /// A link other than the feet bears on ground that faces upwards.
  bool link_on_ground = false;
  bool links_touch = false;  ///< two links of the robot touch one another
  /// The physics left the finite numbers; nothing after this is true.
  bool diverged = false;

  [[nodiscard]] double yaw_rad() const {
    const Eigen::Vector3d x_W = q_WB * Eigen::Vector3d::UnitX();
    return std::atan2(x_W.y(), x_W.x());
  }
};

}  // namespace longmen::io
