#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>
#include <memory>

#include "core/robot_state.h"
#include "model/robot_model.h"

struct mjData_;

namespace longmen::model {

inline constexpr int kMaxVelocity = 6 + kMaxJoints;
using MassMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor,
                                 kMaxVelocity, kMaxVelocity>;
using VelocityVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, kMaxVelocity, 1>;
using Jacobian3 = Eigen::Matrix<double, 3, Eigen::Dynamic, Eigen::RowMajor, 3, kMaxVelocity>;

/// One frame of the robot with its motion: frame F, its origin and Jacobians in W. J maps v [nv] to
/// the velocity of the origin (linear) and the angular velocity, both in W; Jdot_v is dJ/dt v.
struct FrameMotion {
  Eigen::Vector3d p_WF = Eigen::Vector3d::Zero();
  Eigen::Matrix3d R_WF = Eigen::Matrix3d::Identity();
  Eigen::Vector3d v_WF = Eigen::Vector3d::Zero();
  Eigen::Vector3d w_WF = Eigen::Vector3d::Zero();
  Jacobian3 J_linear;
  Jacobian3 J_angular;
  Eigen::Vector3d Jdot_v_linear = Eigen::Vector3d::Zero();
  Eigen::Vector3d Jdot_v_angular = Eigen::Vector3d::Zero();
};

/// Kinematics and dynamics of the robot at one state: M(q) a + h(q, v) = S' tau + J' lambda.
/// Own scratch memory, taken in create(); update() allocates nothing. Not thread-safe.
class Dynamics {
 public:
  static Dynamics create(const RobotModel& model);

  /// Computes everything below for the state. Real-time safe. @param state finite; joint arrays
  /// [na].
  void update(const RobotState& state) noexcept;

  /// Computes the palms' motion for the state of the last update(). Real-time safe.
  void update_palms() noexcept;

  [[nodiscard]] const RobotModel& model() const { return *model_; }
  [[nodiscard]] const MassMatrix& M() const { return M_; }  ///< [nv x nv], armature included
  [[nodiscard]] const VelocityVector& h() const {
    return h_;
  }  ///< [nv], Coriolis, centrifugal, gravity
  [[nodiscard]] const VelocityVector& v() const { return v_; }  ///< [nv], generalised velocity
  [[nodiscard]] const FrameMotion& sole(int side) const {
    return soles_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] const FrameMotion& torso() const {
    return torso_;
  }  ///< only its angular rows are computed
  [[nodiscard]] const FrameMotion& palm(int side) const {
    return palms_[static_cast<std::size_t>(side)];
  }  ///< of the last update_palms()
  [[nodiscard]] const Eigen::Vector3d& p_WC() const { return p_WC_; }
  [[nodiscard]] const Eigen::Vector3d& v_WC() const { return v_WC_; }
  [[nodiscard]] const Eigen::Vector3d& L_C_W() const {
    return L_C_W_;
  }  ///< angular momentum about the CoM
  /// Pose of any role's body, in W.
  [[nodiscard]] Eigen::Vector3d position_W(Role role) const;
  [[nodiscard]] Eigen::Matrix3d rotation_W(Role role) const;

  Dynamics(Dynamics&&) noexcept = default;
  Dynamics& operator=(Dynamics&&) noexcept = default;

 private:
  struct DataDeleter {
    void operator()(mjData_* data) const;
  };
  Dynamics() = default;
  void update_frame(int body, const Eigen::Vector3d& p_BF, bool with_linear,
                    FrameMotion& frame) noexcept;

  const RobotModel* model_ = nullptr;
  std::unique_ptr<mjData_, DataDeleter> data_;
  MassMatrix M_;
  VelocityVector h_;
  VelocityVector v_;
  std::array<FrameMotion, kFeet> soles_;
  FrameMotion torso_;
  std::array<FrameMotion, kHands> palms_;
  Jacobian3 Jdot_linear_;
  Jacobian3 Jdot_angular_;
  Eigen::Vector3d p_WC_, v_WC_, L_C_W_;
};

}  // namespace longmen::model
