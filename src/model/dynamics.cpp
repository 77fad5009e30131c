#include "model/dynamics.h"

#include <mujoco/mujoco.h>

#include "model/engine_state.h"

namespace longmen::model {

namespace {
using RowMatrix3 = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;
}

void Dynamics::DataDeleter::operator()(mjData_* data) const { mj_deleteData(data); }

Dynamics Dynamics::create(const RobotModel& model) {
  Dynamics dynamics;
  const int nv = model.nv();
  dynamics.model_ = &model;
  dynamics.data_.reset(mj_makeData(model.engine()));
  dynamics.M_.setZero(nv, nv);
  dynamics.h_.setZero(nv);
  dynamics.v_.setZero(nv);
  for (FrameMotion* frame : {&dynamics.soles_[kLeft], &dynamics.soles_[kRight], &dynamics.torso_,
                             &dynamics.palms_[kLeft], &dynamics.palms_[kRight]}) {
    frame->J_linear.setZero(3, nv);
    frame->J_angular.setZero(3, nv);
  }
  dynamics.Jdot_linear_.setZero(3, nv);
  dynamics.Jdot_angular_.setZero(3, nv);
  RobotState home;
  home.p_WB.z() = model.home_height_m();
  home.joint_position_rad = model.home_rad();
  home.joint_velocity_rad_s.setZero(model.na());
  dynamics.update(home);
  dynamics.update_palms();
  return dynamics;
}

void Dynamics::update(const RobotState& state) noexcept {
  const mjModel* m = model_->engine();
  mjData* d = data_.get();
  write_state(*model_, state, *d, v_);
  mj_rne(m, d, 0, h_.data());
  mj_fullM(m, d, M_.data());
  mj_subtreeVel(m, d);
  p_WC_ = Eigen::Map<const Eigen::Vector3d>(d->subtree_com + 3);
  v_WC_ = Eigen::Map<const Eigen::Vector3d>(d->subtree_linvel + 3);
  L_C_W_ = Eigen::Map<const Eigen::Vector3d>(d->subtree_angmom + 3);

  update_frame(model_->body(Role::kLeftFoot), Eigen::Vector3d(0, 0, -model_->sole(kLeft).down_m),
               true, soles_[kLeft]);
  update_frame(model_->body(Role::kRightFoot), Eigen::Vector3d(0, 0, -model_->sole(kRight).down_m),
               true, soles_[kRight]);
  update_frame(model_->body(Role::kTorso), Eigen::Vector3d::Zero(), false, torso_);
}

void Dynamics::update_palms() noexcept {
  for (const int side : {kLeft, kRight}) {
    const Palm& palm = model_->palm(side);
    FrameMotion& frame = palms_[static_cast<std::size_t>(side)];
    update_frame(model_->body(side == kLeft ? Role::kLeftHand : Role::kRightHand), palm.p_HP, true,
                 frame);
    frame.R_WF = frame.R_WF * palm.R_HP;
  }
}

void Dynamics::update_frame(int body, const Eigen::Vector3d& p_BF, bool with_linear,
                            FrameMotion& frame) noexcept {
  const mjModel* m = model_->engine();
  mjData* d = data_.get();
  frame.R_WF = Eigen::Map<const RowMatrix3>(d->xmat + 9 * body);
  frame.p_WF = Eigen::Map<const Eigen::Vector3d>(d->xpos + 3 * body) + frame.R_WF * p_BF;
  double* linear = with_linear ? frame.J_linear.data() : nullptr;
  double* linear_dot = with_linear ? Jdot_linear_.data() : nullptr;
  mj_jac(m, d, linear, frame.J_angular.data(), frame.p_WF.data(), body);
  mj_jacDot(m, d, linear_dot, Jdot_angular_.data(), frame.p_WF.data(), body);
  frame.w_WF.noalias() = frame.J_angular * v_;
  frame.Jdot_v_angular.noalias() = Jdot_angular_ * v_;
  if (!with_linear) return;
  frame.v_WF.noalias() = frame.J_linear * v_;
  frame.Jdot_v_linear.noalias() = Jdot_linear_ * v_;
}

Eigen::Vector3d Dynamics::position_W(Role role) const {
  return Eigen::Map<const Eigen::Vector3d>(data_->xpos + 3 * model_->body(role));
}

Eigen::Matrix3d Dynamics::rotation_W(Role role) const {
  return Eigen::Map<const RowMatrix3>(data_->xmat + 9 * model_->body(role));
}

}  // namespace longmen::model
