#pragma once

#include <Eigen/Geometry>
#include <array>

#include "core/goal.h"
#include "core/result.h"
#include "core/robot_state.h"
#include "model/kinematic_chain.h"
#include "model/robot_model.h"

namespace longmen::skills {

/// Where the two palms are asked to be, in the heading frame H (origin at the base, X along the
/// heading, Z up): facing each other across a middle, fingers ahead and downwards.
struct PalmPair {
  Eigen::Vector3d middle_H = Eigen::Vector3d::Zero();
  double apart_m = 0.0;
  double yaw_rad = 0.0;           ///< of the fingers, from the heading
  double fingers_down_rad = 0.0;  ///< of the fingers, below the horizontal

  /// Unit vector from the right palm to the left one.
  [[nodiscard]] Eigen::Vector3d across_H() const noexcept;
  [[nodiscard]] PalmTarget target(int side) const noexcept;
};

/// Kinematics of both palms of a robot. Immutable; real-time safe after create().
class Palms {
 public:
  /// Errors: kUnsupported for a robot whose hands have no palms; those of the kinematic chains.
  static Result<Palms> create(const model::RobotModel& model);

  /// Where a palm is, in H.
  [[nodiscard]] Eigen::Vector3d p_HP(int side, const RobotState& state) const noexcept;

  /// The middle between the palms as they are, in H.
  [[nodiscard]] Eigen::Vector3d middle_H(const RobotState& state) const noexcept;

  /// How far the fingers of both hands point below the horizontal, in the mean.
  [[nodiscard]] double fingers_down_rad(const RobotState& state) const noexcept;

  /// Whether the arms can bring the palms there, the base level and the waist straight.
  [[nodiscard]] bool can_reach(const PalmPair& palms) const noexcept;

 private:
  Palms(model::KinematicChain left, model::KinematicChain right);

  std::array<model::KinematicChain, kHands> chains_;
  std::array<model::Palm, kHands> palms_{};
  std::array<Eigen::Vector3d, kHands> shoulder_B_{};
  double reach_m_ = 0.0;  ///< of a stretched arm, from the shoulder to the hand's origin
};

}  // namespace longmen::skills
