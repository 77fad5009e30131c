#include "model/contact_dynamics.h"

#include <mujoco/mujoco.h>

#include <cmath>

#include "model/engine_state.h"

namespace longmen::model {
namespace {

using RowMatrix3 = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;
using ConstVector3 = Eigen::Map<const Eigen::Vector3d>;

/// Of the mean diagonal of J M^-1 J': straight knees make it singular.
constexpr double kRegularisation = 1e-6;

}  // namespace

void ContactDynamics::DataDeleter::operator()(mjData_* data) const { mj_deleteData(data); }

ContactDynamics ContactDynamics::create(const RobotModel& model) {
  ContactDynamics dynamics;
  const mjModel* m = model.engine();
  dynamics.model_ = &model;
  dynamics.shape_ = BodyShape::of(model);
  dynamics.data_.reset(mj_makeData(m));
  dynamics.segments_.resize(dynamics.shape_.capsules.size());
  dynamics.inertia_kgm2_.setZero(model.na());
  for (VelocityVector* v : {&dynamics.v_, &dynamics.h_, &dynamics.a_, &dynamics.force_,
                            &dynamics.scratch_, &dynamics.a_held_})
    v->setZero(model.nv());
  dynamics.J_.setZero(kContactRows, model.nv());
  dynamics.X_.setZero(kContactRows, model.nv());
  dynamics.jac_.setZero(3, model.nv());
  dynamics.body_bias_.assign(static_cast<std::size_t>(m->nbody), Vector6::Zero());
  dynamics.body_acceleration_ = dynamics.body_bias_;
  RobotState home;
  home.p_WB.z() = model.home_height_m();
  home.joint_position_rad = model.home_rad();
  home.joint_velocity_rad_s.setZero(model.na());
  dynamics.update(home);
  dynamics.prepare({true, true});
  return dynamics;
}

void ContactDynamics::update(const RobotState& state) noexcept {
  const mjModel* m = model_->engine();
  mjData* d = data_.get();
  write_state(*model_, state, *d, v_);
  for (int j = 0; j < model_->na(); ++j) {
    const int dof = model_->dof(j);
    inertia_kgm2_[j] = d->M[m->M_rowadr[dof] + m->M_rownnz[dof] - 1];
  }
  for (std::size_t c = 0; c < segments_.size(); ++c) {
    const Capsule& capsule = shape_.capsules[c];
    const ConstVector3 p_WB(d->xpos + 3 * capsule.body);
    const Eigen::Map<const RowMatrix3> R_WB(d->xmat + 9 * capsule.body);
    segments_[c].p_WA = p_WB + R_WB * capsule.p_BA;
    segments_[c].p_WE = p_WB + R_WB * capsule.p_BE;
  }
  p_WC_ = ConstVector3(d->subtree_com + 3);
  Eigen::Vector3d momentum = Eigen::Vector3d::Zero();
  for (int b = 1; b < m->nbody; ++b)
    momentum += m->body_mass[b] * velocity_W(b, ConstVector3(d->xipos + 3 * b));
  v_WC_ = momentum / model_->mass_kg();
}

void ContactDynamics::prepare(const std::array<bool, kFeet>& held) noexcept {
  const mjModel* m = model_->engine();
  mjData* d = data_.get();
  mj_factorM(m, d);
  mj_rne(m, d, 0, h_.data());
  for (int i = 6; i < m->nv; ++i) h_[i] += m->dof_damping[i] * v_[i];

  for (int b = 1; b < m->nbody; ++b) {
    Vector6& bias = body_bias_[static_cast<std::size_t>(b)];
    bias = body_bias_[static_cast<std::size_t>(m->body_parentid[b])];
    for (int k = 0; k < m->body_dofnum[b]; ++k) {
      const int dof = m->body_dofadr[b] + k;
      bias += v_[dof] * Eigen::Map<const Vector6>(d->cdof_dot + 6 * dof);
    }
  }

  a_held_.setZero();
  contact_rows_ = 0;
  for (int side = 0; side < kFeet; ++side)
    if (held[static_cast<std::size_t>(side)]) contact_rows_ += 6;
  J_.resize(contact_rows_, m->nv);
  X_.resize(contact_rows_, m->nv);
  int row = 0;
  ContactVector sole_bias = ContactVector::Zero(contact_rows_);
  for (int side = 0; side < kFeet; ++side) {
    if (!held[static_cast<std::size_t>(side)]) continue;
    const int body = model_->body(side == kLeft ? Role::kLeftFoot : Role::kRightFoot);
    const Eigen::Vector3d p_WS =
        ConstVector3(d->xpos + 3 * body) -
        model_->sole(side).down_m * Eigen::Map<const RowMatrix3>(d->xmat + 9 * body).col(2);
    mj_jac(m, d, J_.data() + row * m->nv, J_.data() + (row + 3) * m->nv, p_WS.data(), body);
    const Vector6& bias = body_bias_[static_cast<std::size_t>(body)];
    sole_bias.segment<3>(row) = at(body, bias, p_WS);
    sole_bias.segment<3>(row + 3) = bias.head<3>();
    row += 6;
  }
  if (contact_rows_ == 0) return;
  VelocityVector& inverse_sqrt = scratch_;
  for (int i = 0; i < m->nv; ++i) inverse_sqrt[i] = std::sqrt(d->qLDiagInv[i]);
  mj_solveM2(m, d, X_.data(), J_.data(), inverse_sqrt.data(), contact_rows_);
  ContactMatrix G = X_ * X_.transpose();
  G.diagonal().array() += kRegularisation * G.trace() / contact_rows_;
  G_.compute(G);
  G_.solveInPlace(sole_bias);
  scratch_.noalias() = -(J_.transpose() * sole_bias);
  mj_solveM(m, d, a_held_.data(), scratch_.data(), 1);
}

Eigen::Vector3d ContactDynamics::at(int body, const Vector6& acceleration,
                                    const Eigen::Vector3d& p_W) const noexcept {
  const ConstVector3 w_W(data_->cvel + 6 * body);
  return acceleration.tail<3>() + acceleration.head<3>().cross(p_W - p_WC_) +
         w_W.cross(velocity_W(body, p_W));
}

Eigen::Vector3d ContactDynamics::velocity_W(int body, const Eigen::Vector3d& p_W) const noexcept {
  const mjData* d = data_.get();
  // cvel is at the centre of mass of the whole robot.
  const ConstVector3 w_W(d->cvel + 6 * body);
  const ConstVector3 v_W(d->cvel + 6 * body + 3);
  return v_W + w_W.cross(p_W - ConstVector3(d->subtree_com + 3));
}

Eigen::Vector3d ContactDynamics::position_W(Role role) const noexcept {
  return ConstVector3(data_->xpos + 3 * model_->body(role));
}

void ContactDynamics::respond(const VelocityVector& force, VelocityVector& acceleration) noexcept {
  const mjModel* m = model_->engine();
  mjData* d = data_.get();
  mj_solveM(m, d, acceleration.data(), force.data(), 1);
  if (contact_rows_ == 0) return;
  // lambda = -(J M^-1 J')^-1 J M^-1 f, and a = M^-1 (f + J' lambda); J-dot v is in a_held_.
  ContactVector lambda = -(J_ * acceleration);
  G_.solveInPlace(lambda);
  scratch_.noalias() = J_.transpose() * lambda;
  scratch_ += force;
  mj_solveM(m, d, acceleration.data(), scratch_.data(), 1);
}

void ContactDynamics::accelerate(const JointVector& tau_Nm) noexcept {
  const mjModel* m = model_->engine();
  const mjData* d = data_.get();
  force_ = -h_;
  for (int j = 0; j < model_->na(); ++j) force_[model_->dof(j)] += tau_Nm[j];
  respond(force_, a_);
  a_ += a_held_;
  // The recursion of velocities down the tree, with accelerations in their place.
  for (int b = 1; b < m->nbody; ++b) {
    const auto parent = static_cast<std::size_t>(m->body_parentid[b]);
    const auto body = static_cast<std::size_t>(b);
    Vector6& acceleration = body_acceleration_[body];
    acceleration = body_acceleration_[parent] + body_bias_[body] - body_bias_[parent];
    for (int k = 0; k < m->body_dofnum[b]; ++k) {
      const int dof = m->body_dofadr[b] + k;
      acceleration += a_[dof] * Eigen::Map<const Vector6>(d->cdof + 6 * dof);
    }
  }
}

Eigen::Vector3d ContactDynamics::acceleration_W(int body,
                                                const Eigen::Vector3d& p_W) const noexcept {
  return at(body, body_acceleration_[static_cast<std::size_t>(body)], p_W);
}

void ContactDynamics::finish_row(const VelocityVector& r, double bias, Row& row) noexcept {
  respond(r, force_);
  row.coefficients.resize(model_->na());
  for (int j = 0; j < model_->na(); ++j) row.coefficients[j] = force_[model_->dof(j)];
  row.constant = bias - force_.dot(h_) + r.dot(a_held_);
}

void ContactDynamics::joint_row(int joint, Row& row) noexcept {
  VelocityVector r = VelocityVector::Zero(model_->nv());
  r[model_->dof(joint)] = 1.0;
  finish_row(r, 0.0, row);
}

void ContactDynamics::distance_row(int first_body, const Eigen::Vector3d& p_W1, int second_body,
                                   const Eigen::Vector3d& p_W2, const Eigen::Vector3d& n_W,
                                   Row& row) noexcept {
  const mjModel* m = model_->engine();
  const mjData* d = data_.get();
  VelocityVector r = VelocityVector::Zero(model_->nv());
  double bias = 0.0;
  if (first_body > 0) {
    bias += n_W.dot(at(first_body, body_bias_[static_cast<std::size_t>(first_body)], p_W1));
    mj_jac(m, d, jac_.data(), nullptr, p_W1.data(), first_body);
    r.noalias() += jac_.transpose() * n_W;
  }
  if (second_body > 0) {
    bias -= n_W.dot(at(second_body, body_bias_[static_cast<std::size_t>(second_body)], p_W2));
    mj_jac(m, d, jac_.data(), nullptr, p_W2.data(), second_body);
    r.noalias() -= jac_.transpose() * n_W;
  }
  finish_row(r, bias, row);
}

}  // namespace longmen::model
