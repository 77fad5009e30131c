#pragma once

#include "core/types.h"

namespace longmen {

/// Where a palm is asked to be, in the heading frame H: origin at the base, X along the heading, Z
/// up.
struct PalmTarget {
  bool active = false;
  Eigen::Vector3d p_HP = Eigen::Vector3d::Zero();
  Eigen::Quaterniond q_HP = Eigen::Quaterniond::Identity();
};

/// What a skill asks of planning. Small, always valid, replaced as a whole; H is the heading frame
/// (origin at the base, X along the heading, Z up).
struct Goal {
  enum class Locomotion : std::uint8_t {
    kStand,
    kWalk,
    kGetUp,  ///< up from the ground if the body lies there, then stand
  };
  Locomotion locomotion = Locomotion::kStand;
  Eigen::Vector2d velocity_H_m_s =
      Eigen::Vector2d::Zero();  ///< used when walking; zero steps in place
  double yaw_rate_rad_s = 0.0;

  /// Joint targets that replace the home posture where `posture_active` is set (arms, head).
  std::array<bool, kMaxJoints> posture_active{};
  JointVector posture_rad = JointVector::Zero(kMaxJoints);

  std::array<PalmTarget, kHands> palms{};
  /// Above 0, with both palms active: they press towards each other with this force, and only the
  /// middle between them is held in place along the line from one to the other.
  double squeeze_N = 0.0;
  /// Index into the world's objects of what hangs on the palms alone, -1: nothing does. Its weight
  /// is found out, and sightings of it are those of a thing that moves.
  int carried_object = -1;
  double crouch_m = 0.0;  ///< how far the centre of mass is lowered while standing
};

}  // namespace longmen
