#pragma once

#include <span>
#include <vector>

#include "core/result.h"
#include "core/types.h"
#include "model/robot_model.h"

namespace longmen::model {

/// Pose of the chain's tip in the frame of its root.
struct ChainPose {
  Eigen::Matrix3d R_BT = Eigen::Matrix3d::Identity();
  Eigen::Vector3d p_BT = Eigen::Vector3d::Zero();
};

/// Serial chain of hinge joints from one body to a point of another: the cheap part of kinematics,
/// for those who need two soles and not a whole robot. Immutable, safe to share.
class KinematicChain {
 public:
  static constexpr int kMaxLength = 12;

  /// From the base to the sole frame of one side: under the foot body's origin on the sole, axes
  /// parallel to the body's. Errors: kInvalidArgument when the foot does not descend from the base,
  /// kUnsupported for a joint on the way that is one too many.
  static Result<KinematicChain> to_sole(const RobotModel& model, int side);

  /// From the base to the origin of a hand's or the head's body, axes those of the body. Errors as
  /// for a sole.
  static Result<KinematicChain> to_role(const RobotModel& model, Role role);

  /// @param root_body, tip_body  ids in `model`; tip_body must descend from root_body.
  /// @param p_tip                the point T in the tip body's frame, m; T's axes are the body's.
  /// @param joint_index          for each of the model's joints its index in a JointVector, -1 if
  ///                             it has none.
  /// Errors: kInvalidArgument when the tip does not descend from the root, kUnsupported for a joint
  /// on the way that is no hinge, has no index, or is one too many.
  static Result<KinematicChain> create(const mjModel_& model, int root_body, int tip_body,
                                       const Eigen::Vector3d& p_tip,
                                       std::span<const int> joint_index);

  /// Where the tip is at these joint angles [na].
  [[nodiscard]] ChainPose pose(const JointVector& position_rad) const noexcept;

  /// Pose of the tip and how its origin moves: v_BT_B = J times the speeds of joints(), in order.
  struct Motion {
    ChainPose pose;
    Eigen::Matrix<double, 3, Eigen::Dynamic, Eigen::ColMajor, 3, kMaxLength> J;
  };
  [[nodiscard]] Motion motion(const JointVector& position_rad) const noexcept;

  /// Origin of the frame of the k-th of joints() in the root's frame, m.
  [[nodiscard]] Eigen::Vector3d joint_origin(std::size_t k,
                                             const JointVector& position_rad) const noexcept;

  /// Angular velocity of the tip against the root, w_BT_B, at these angles and speeds [na].
  [[nodiscard]] Eigen::Vector3d angular_velocity(const JointVector& position_rad,
                                                 const JointVector& velocity_rad_s) const noexcept;

  /// Indices of the chain's joints, root first.
  [[nodiscard]] const std::vector<int>& joints() const noexcept { return joints_; }

 private:
  struct Link {
    Eigen::Matrix3d R_PJ;  ///< joint frame at zero angle in the frame of the joint before
    Eigen::Vector3d p_PJ;
    Eigen::Vector3d axis_J;
    double zero_rad;  ///< the model's angle at which the joint frame is as above
  };
  KinematicChain() = default;

  std::vector<Link> links_;
  std::vector<int> joints_;
  Eigen::Matrix3d R_JT_ = Eigen::Matrix3d::Identity();  ///< tip in the frame of the last joint
  Eigen::Vector3d p_JT_ = Eigen::Vector3d::Zero();
};

}  // namespace longmen::model
