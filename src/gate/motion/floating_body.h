#pragma once

// A robot in free flight for the gate's own tests: true equations of motion, no ground to fall on.

#include <Eigen/Geometry>

#include "core/command.h"
#include "core/robot_state.h"
#include "model/contact_dynamics.h"

namespace longmen::gate::testing {

class FloatingBody {
 public:
  explicit FloatingBody(const model::RobotModel& model)
      : model_(&model), dynamics_(model::ContactDynamics::create(model)) {
    state.valid = true;
    state.p_WB.z() = model.home_height_m();
    state.joint_position_rad = model.home_rad();
    state.joint_velocity_rad_s.setZero(model.na());
  }

  /// One control period, in steps of a tenth, with the motors' impedance on the state as it is.
  void step(const ProposedCommand& command, double period_s) {
    constexpr int kSteps = 10;
    const double dt = period_s / kSteps;
    for (int i = 0; i < kSteps; ++i) {
      const JointVector tau =
          command.torque_Nm +
          command.stiffness_Nm_rad.cwiseProduct(command.position_rad - state.joint_position_rad) +
          command.damping_Nms_rad.cwiseProduct(command.velocity_rad_s - state.joint_velocity_rad_s);
      dynamics_.update(state);
      dynamics_.prepare({false, false});
      dynamics_.accelerate(tau);
      const model::VelocityVector& a = dynamics_.acceleration();
      // Without gravity: a test may take long, and a fall adds nothing to it.
      state.v_WB_W += dt * (a.head<3>() + Eigen::Vector3d(0, 0, kGravity_m_s2));
      state.w_WB_B += dt * a.segment<3>(3);
      state.p_WB += dt * state.v_WB_W;
      const double turn = state.w_WB_B.norm() * dt;
      if (turn > 0.0)
        state.q_WB =
            (state.q_WB * Eigen::Quaterniond(Eigen::AngleAxisd(turn, state.w_WB_B.normalized())))
                .normalized();
      for (int j = 0; j < model_->na(); ++j) {
        state.joint_velocity_rad_s[j] += dt * a[model_->dof(j)];
        state.joint_position_rad[j] += dt * state.joint_velocity_rad_s[j];
      }
    }
  }

  /// Least distance of any pair of links that may meet, m.
  [[nodiscard]] double least_distance_m() {
    dynamics_.update(state);
    double least = 1e9;
    const model::BodyShape& shape = dynamics_.shape();
    for (const model::CapsulePair& pair : shape.pairs) least = std::min(least, distance_m(pair));
    return least;
  }
  [[nodiscard]] double distance_m(const model::CapsulePair& pair) const;

  [[nodiscard]] const model::ContactDynamics& dynamics() const { return dynamics_; }

  RobotState state;

 private:
  const model::RobotModel* model_;
  model::ContactDynamics dynamics_;
};

/// By sampling, apart from the code under test: within a millimetre or so.
inline double FloatingBody::distance_m(const model::CapsulePair& pair) const {
  const auto& a = dynamics_.segment_W(pair.first);
  const auto& b = dynamics_.segment_W(pair.second);
  const auto& shape = dynamics_.shape();
  double least = 1e9;
  for (int i = 0; i <= 20; ++i) {
    const Eigen::Vector3d p = a.p_WA + 0.05 * i * (a.p_WE - a.p_WA);
    const Eigen::Vector3d along = b.p_WE - b.p_WA;
    const double length2 = along.squaredNorm();
    const double s = length2 > 0.0 ? std::clamp((p - b.p_WA).dot(along) / length2, 0.0, 1.0) : 0.0;
    least = std::min(least, (b.p_WA + s * along - p).norm());
  }
  return least - shape.capsules[static_cast<std::size_t>(pair.first)].radius_m -
         shape.capsules[static_cast<std::size_t>(pair.second)].radius_m;
}

}  // namespace longmen::gate::testing
