#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/result.h"
#include "core/types.h"
#include "model/kinematic_chain.h"
#include "model/robot_model.h"

namespace longmen::planning {

/// Brings a hand to a point by its arm's joints, a step of damped least squares at a time:
///   dq = J'(J J' + d^2 I)^-1 e + (I - J^+ J) k (q_home - q)
/// (Nakamura and Hanafusa 1986, with the home posture in the null space), kept inside the joints'
/// ranges. Points that are out of reach stretch the arm towards them. Real-time safe after
/// create().
class ArmReach {
 public:
  /// Errors: those of the kinematic chain; kUnsupported for an arm without joints. `model` must
  /// outlive the result.
  static Result<ArmReach> create(const model::RobotModel& model, int side);

  /// One step of `posture_rad` [na] (the arm's joints; the others are read) towards the hand at
  /// `p_BH_target`, in the base frame, m. Returns how far the hand is from there, m.
  double step(const Eigen::Vector3d& p_BH_target, JointVector& posture_rad) const noexcept;

  /// Where the hand's and the shoulder's origin are at these joint angles, in the base frame, m.
  [[nodiscard]] Eigen::Vector3d hand_B(const JointVector& posture_rad) const noexcept;
  [[nodiscard]] Eigen::Vector3d shoulder_B(const JointVector& posture_rad) const noexcept;
  /// Sum of the arm's links from shoulder to hand, m: no point farther than this is in reach.
  [[nodiscard]] double length_m() const noexcept { return length_m_; }
  /// Indices of the arm's joints.
  [[nodiscard]] const std::vector<int>& joints() const noexcept { return joints_; }

 private:
  ArmReach(const model::RobotModel& model, model::KinematicChain chain);

  const model::RobotModel* model_;
  model::KinematicChain chain_;
  std::vector<int> joints_;
  std::array<bool, model::KinematicChain::kMaxLength> is_of_arm_{};  ///< per joint of the chain
  std::size_t shoulder_ = 0;  ///< the first joint of the arm, as an index into the chain
  double length_m_ = 0.0;
};

}  // namespace longmen::planning
