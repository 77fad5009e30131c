#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <array>
#include <memory>
#include <vector>

#include "core/robot_state.h"
#include "model/body_shape.h"
#include "model/dynamics.h"
#include "model/robot_model.h"

struct mjData_;

namespace longmen::model {

/// What the next instant makes of torques: the accelerations of a floating body whose loaded soles
/// stay where they are,
///   M a + h = S' tau + J' lambda,   J a + J-dot v = 0   (J: of the held soles, six rows each),
/// and with them how any point of the body speeds up. Own scratch memory, taken in create();
/// nothing after it allocates. Not thread-safe.
class ContactDynamics {
 public:
  /// `model` must outlive the result.
  static ContactDynamics create(const RobotModel& model);

  /// Kinematics, mass matrix and bias at the state; finite, joint arrays [na].
  void update(const RobotState& state) noexcept;
  /// Takes the soles that bear load for fixed, and factorises. After update(); the rest below needs
  /// it.
  void prepare(const std::array<bool, kFeet>& held) noexcept;

  [[nodiscard]] const BodyShape& shape() const noexcept { return shape_; }
  /// M_jj of each joint [na], kg.m2.
  [[nodiscard]] const JointVector& joint_inertia() const noexcept { return inertia_kgm2_; }

  /// Ends of a capsule's segment in W.
  struct Segment {
    Eigen::Vector3d p_WA = Eigen::Vector3d::Zero();
    Eigen::Vector3d p_WE = Eigen::Vector3d::Zero();
  };
  [[nodiscard]] const Segment& segment_W(int capsule) const noexcept {
    return segments_[static_cast<std::size_t>(capsule)];
  }
  /// Velocity of a point that is fixed to a body, in W.
  [[nodiscard]] Eigen::Vector3d velocity_W(int body, const Eigen::Vector3d& p_W) const noexcept;
  [[nodiscard]] Eigen::Vector3d position_W(Role role) const noexcept;
  [[nodiscard]] const Eigen::Vector3d& p_WC() const noexcept { return p_WC_; }
  [[nodiscard]] const Eigen::Vector3d& v_WC() const noexcept { return v_WC_; }

  /// Joint torques [na] to accelerations; what follows is of the last call.
  void accelerate(const JointVector& tau_Nm) noexcept;
  [[nodiscard]] const VelocityVector& acceleration() const noexcept { return a_; }
  /// Acceleration of a point that is fixed to a body, in W.
  [[nodiscard]] Eigen::Vector3d acceleration_W(int body, const Eigen::Vector3d& p_W) const noexcept;

  /// How the speed ds/dt = r v of a scalar grows with the torques:
  ///   d2s/dt2 = r a + r-dot v = coefficients . tau + constant.
  struct Row {
    JointVector coefficients;
    double constant = 0.0;
  };
  void joint_row(int joint, Row& row) noexcept;
  /// s: the distance of two points, each fixed to a body, along n from the second to the first; n
  /// is held.
  /// Body 0 is the world.
  void distance_row(int first_body, const Eigen::Vector3d& p_W1, int second_body,
                    const Eigen::Vector3d& p_W2, const Eigen::Vector3d& n_W, Row& row) noexcept;

  ContactDynamics(ContactDynamics&&) noexcept = default;
  ContactDynamics& operator=(ContactDynamics&&) noexcept = default;

 private:
  static constexpr int kContactRows = 6 * kFeet;
  using Vector6 = Eigen::Matrix<double, 6, 1>;  ///< angular, then linear at the CoM, in W
  using ContactJacobian = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor,
                                        kContactRows, kMaxVelocity>;
  using ContactMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor,
                                      kContactRows, kContactRows>;
  using ContactVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, kContactRows, 1>;
  struct DataDeleter {
    void operator()(mjData_* data) const;
  };
  ContactDynamics() = default;
  /// Acceleration of a point of a body whose spatial acceleration is given.
  [[nodiscard]] Eigen::Vector3d at(int body, const Vector6& acceleration,
                                   const Eigen::Vector3d& p_W) const noexcept;
  /// y = W f: the acceleration by a generalised force, contacts held.
  void respond(const VelocityVector& force, VelocityVector& acceleration) noexcept;
  void finish_row(const VelocityVector& r, double bias, Row& row) noexcept;

  const RobotModel* model_ = nullptr;
  BodyShape shape_;
  std::unique_ptr<mjData_, DataDeleter> data_;
  std::vector<Segment> segments_;
  JointVector inertia_kgm2_;
  VelocityVector v_, h_, a_, force_, scratch_;
  VelocityVector a_held_;  ///< by J-dot v of the held soles alone
  Eigen::Vector3d p_WC_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d v_WC_ = Eigen::Vector3d::Zero();
  int contact_rows_ = 0;
  ContactJacobian J_, X_;
  Eigen::LLT<ContactMatrix> G_;
  Jacobian3 jac_;
  std::vector<Vector6> body_bias_;  ///< spatial acceleration with a = 0
  std::vector<Vector6> body_acceleration_;
};

}  // namespace longmen::model
