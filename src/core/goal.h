#pragma once

#include "core/types.h"

namespace longmen {

/// What a skill asks of planning. Small, always valid, replaced as a whole; H is the heading frame
/// (origin at the base, X along the heading, Z up).
struct Goal {
  enum class Locomotion : std::uint8_t { kStand, kWalk };
  Locomotion locomotion = Locomotion::kStand;
  Eigen::Vector2d velocity_H_m_s =
      Eigen::Vector2d::Zero();  ///< used when walking; zero steps in place
  double yaw_rate_rad_s = 0.0;

  /// Joint targets that replace the home posture where `posture_active` is set (arms, head).
  std::array<bool, kMaxJoints> posture_active{};
  JointVector posture_rad = JointVector::Zero(kMaxJoints);
};

}  // namespace longmen
