#pragma once

#include "core/types.h"

namespace longmen {

/// Motion of one foot's sole frame S (origin under the ankle on the sole, X to the toes, Z up), in
/// W.
struct FootReference {
  bool in_contact = true;
  double force_max_N = 0.0;  ///< bound on the normal force while in contact; ramps at load transfer
  Eigen::Vector3d p_WS = Eigen::Vector3d::Zero();
  Eigen::Vector3d v_WS = Eigen::Vector3d::Zero();
  Eigen::Vector3d a_WS = Eigen::Vector3d::Zero();
  double yaw_rad = 0.0;  ///< heading of the sole before it is tilted to `normal_W`
  double yaw_rate_rad_s = 0.0;
  Eigen::Vector3d normal_W = Eigen::Vector3d::UnitZ();  ///< of the ground where it is to land
  /// Share of the weight of its attitude while it swings. Below 1 the sole may hang where holding
  /// it level would take more than the ankle's range, and the body pays nothing for it.
  double attitude_share = 1.0;
};

/// Motion of one palm frame P (on the pad, X along the fingers, Z out of the palm), in W, and the
/// force that the world is known to put on it there.
struct PalmReference {
  bool active = false;
  Eigen::Vector3d p_WP = Eigen::Vector3d::Zero();
  Eigen::Vector3d v_WP = Eigen::Vector3d::Zero();
  Eigen::Quaterniond q_WP = Eigen::Quaterniond::Identity();
  Eigen::Vector3d w_WP_W = Eigen::Vector3d::Zero();
  Eigen::Vector3d force_W_N = Eigen::Vector3d::Zero();
};

/// What planning asks of the whole-body controller in one tick.
struct WholeBodyReference {
  Tick tick = 0;
  std::array<FootReference, kFeet> feet{};
  Eigen::Vector3d com_acceleration_W_m_s2 = Eigen::Vector3d::Zero();
  Eigen::Quaterniond q_WT = Eigen::Quaterniond::Identity();  ///< torso attitude
  Eigen::Vector3d w_WT_W = Eigen::Vector3d::Zero();
  std::array<PalmReference, kHands> palms{};
  JointVector posture_rad;         ///< [na]
  JointVector posture_rate_rad_s;  ///< [na]

  // For record, view and monitors; control does not read these.
  Eigen::Vector2d dcm_W = Eigen::Vector2d::Zero();  ///< measured divergent component of motion
  Eigen::Vector2d dcm_reference_W = Eigen::Vector2d::Zero();
  Eigen::Vector2d cop_command_W = Eigen::Vector2d::Zero();
  Eigen::Vector3d next_foothold_W = Eigen::Vector3d::Zero();
  std::uint8_t phase = 0;   ///< planning::GaitPhase
  std::uint8_t stance = 0;  ///< Side that carries the robot in single support
};

}  // namespace longmen
