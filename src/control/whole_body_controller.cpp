#include "control/whole_body_controller.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <vector>

#include "math/rotation.h"
#include "solver/daqp_solver.h"

namespace longmen::control {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector3d;
using model::Dynamics;
using model::FrameMotion;
using model::Group;
using model::RobotModel;
using solver::DaqpSolver;
using solver::QpStatus;
using solver::RowKind;

constexpr int kWrench = 6;
constexpr int kContactRows = 11;
constexpr int kTaskRowsMax = 6 * kFeet + 3 + 6 * kHands;
constexpr int kBase = 6;
constexpr int kUnknownsMax = kMaxJoints + kWrench * kFeet;

Vector3d clamped(const Vector3d& v, double bound) { return v.cwiseMax(-bound).cwiseMin(bound); }

}  // namespace

struct WholeBodyController::Workspace {
  using TaskMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor,
                                   kTaskRowsMax, model::kMaxVelocity>;
  using ReducedTaskMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor,
                                          kTaskRowsMax, kUnknownsMax>;
  using BaseMap =
      Eigen::Matrix<double, kBase, Eigen::Dynamic, Eigen::ColMajor, kBase, kUnknownsMax>;
  using TaskVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, kTaskRowsMax, 1>;

  const RobotModel* model = nullptr;
  WholeBodyConfig config;
  std::vector<DaqpSolver> solvers;  ///< one for each number of contacts, 0 to 2
  JointVector range_min, range_max;
  JointVector posture_weight, posture_stiffness;

  TaskMatrix J;  ///< stacked task Jacobians, rows scaled by the square roots of the weights
  TaskVector b;
  int rows = 0;
  ReducedTaskMatrix J_reduced;
  /// The base moves as its six rows of the dynamics say: a_base = base_map y + base_drift.
  BaseMap base_map;
  Eigen::Matrix<double, kBase, 1> base_drift;
  JointVector torque_drift_Nm;  ///< torque = its row of A times y, plus this, plus friction

  model::VelocityVector acceleration;
  std::array<double, kFeet> normal_force_N{};
  ProposedCommand last_solved;
  JointVector last_position;
  bool has_solved = false;

  /// The problem has the size of the contacts that the reference asks for.
  DaqpSolver& solver_for(const WholeBodyReference& reference) {
    std::size_t contacts = 0;
    for (const FootReference& foot : reference.feet) contacts += foot.in_contact ? 1 : 0;
    return solvers[contacts];
  }

  void add_task(const model::Jacobian3& jacobian, const Vector3d& target, double weight) {
    const double s = std::sqrt(weight);
    J.middleRows<3>(rows).noalias() = s * jacobian;
    b.segment<3>(rows) = s * target;
    rows += 3;
  }

  void add_foot_task(const FrameMotion& sole, const FootReference& foot);
  void add_torso_task(const FrameMotion& torso, const WholeBodyReference& reference);
  void add_palm_task(const FrameMotion& palm, const PalmReference& reference);
  void eliminate_base(const Dynamics& dynamics, const WholeBodyReference& reference, int unknowns);
  void write_acceleration_cost(const Dynamics& dynamics, const RobotState& state,
                               const WholeBodyReference& reference, DaqpSolver& qp);
  void write_force_cost(const Dynamics& dynamics, const WholeBodyReference& reference,
                        DaqpSolver& qp);
  void write_dynamics(const Dynamics& dynamics, const WholeBodyReference& reference,
                      DaqpSolver& qp);
  void write_joint_bounds(const RobotState& state, DaqpSolver& qp);
  void write_contact(const WholeBodyReference& reference, DaqpSolver& qp);
  void write_command(const RobotState& state, const WholeBodyReference& reference,
                     const DaqpSolver& qp, ProposedCommand& command);
  void write_fallback(const RobotState& state, ProposedCommand& command);
};

void WholeBodyController::Workspace::add_foot_task(const FrameMotion& sole,
                                                   const FootReference& foot) {
  if (foot.in_contact) {
    const auto& g = config.stance;
    add_task(sole.J_linear, -g.damping_1_s * sole.v_WF - sole.Jdot_v_linear, g.weight_linear);
    add_task(sole.J_angular, -g.damping_1_s * sole.w_WF - sole.Jdot_v_angular, g.weight_angular);
    return;
  }
  const auto& g = config.swing;
  const double kd = 2.0 * std::sqrt(g.stiffness_linear_1_s2);
  const Vector3d a = clamped(
      foot.a_WS + g.stiffness_linear_1_s2 * (foot.p_WS - sole.p_WF) + kd * (foot.v_WS - sole.v_WF),
      g.acceleration_max_m_s2);
  add_task(sole.J_linear, a - sole.Jdot_v_linear, g.weight_linear);

  const double kd_angular = 2.0 * std::sqrt(g.stiffness_angular_1_s2);
  const Matrix3d tilt =
      Eigen::Quaterniond::FromTwoVectors(Vector3d::UnitZ(), foot.normal_W).toRotationMatrix();
  const Vector3d error =
      math::rotation_log(tilt * math::rotation_z(foot.yaw_rad) * sole.R_WF.transpose());
  const Vector3d rate(0, 0, foot.yaw_rate_rad_s);
  const Vector3d alpha = clamped(g.stiffness_angular_1_s2 * error + kd_angular * (rate - sole.w_WF),
                                 g.angular_acceleration_max_rad_s2);
  add_task(sole.J_angular, alpha - sole.Jdot_v_angular, foot.attitude_share * g.weight_angular);
}

void WholeBodyController::Workspace::add_torso_task(const FrameMotion& torso,
                                                    const WholeBodyReference& reference) {
  const auto& g = config.torso;
  const Vector3d error =
      math::rotation_log(reference.q_WT.toRotationMatrix() * torso.R_WF.transpose());
  const Vector3d alpha = g.stiffness_1_s2 * error +
                         2.0 * std::sqrt(g.stiffness_1_s2) * (reference.w_WT_W - torso.w_WF);
  add_task(torso.J_angular, alpha - torso.Jdot_v_angular, g.weight);
}

void WholeBodyController::Workspace::add_palm_task(const FrameMotion& palm,
                                                   const PalmReference& reference) {
  const auto& g = config.palm;
  const Vector3d a =
      clamped(g.stiffness_linear_1_s2 * (reference.p_WP - palm.p_WF) +
                  2.0 * std::sqrt(g.stiffness_linear_1_s2) * (reference.v_WP - palm.v_WF),
              g.acceleration_max_m_s2);
  add_task(palm.J_linear, a - palm.Jdot_v_linear, g.weight_linear);

  const Vector3d error =
      math::rotation_log(reference.q_WP.toRotationMatrix() * palm.R_WF.transpose());
  const Vector3d alpha =
      clamped(g.stiffness_angular_1_s2 * error +
                  2.0 * std::sqrt(g.stiffness_angular_1_s2) * (reference.w_WP_W - palm.w_WF),
              g.angular_acceleration_max_rad_s2);
  add_task(palm.J_angular, alpha - palm.Jdot_v_angular, g.weight_angular);
}

void WholeBodyController::Workspace::eliminate_base(const Dynamics& dynamics,
                                                    const WholeBodyReference& reference,
                                                    int unknowns) {
  const int na = model->na();
  base_map.resize(kBase, unknowns);
  base_map.leftCols(na) = -dynamics.M().block(0, kBase, kBase, na);
  int k = 0;
  for (int side : {kLeft, kRight}) {
    if (!reference.feet[static_cast<std::size_t>(side)].in_contact) continue;
    const FrameMotion& sole = dynamics.sole(side);
    auto of_contact = base_map.middleCols<kWrench>(na + kWrench * k++);
    of_contact.leftCols<3>().noalias() = sole.J_linear.leftCols<kBase>().transpose() * sole.R_WF;
    of_contact.rightCols<3>().noalias() = sole.J_angular.leftCols<kBase>().transpose() * sole.R_WF;
  }
  base_drift = -dynamics.h().head<kBase>();
  for (int side : {kLeft, kRight}) {
    const PalmReference& palm = reference.palms[static_cast<std::size_t>(side)];
    if (palm.active)
      base_drift.noalias() +=
          dynamics.palm(side).J_linear.leftCols<kBase>().transpose() * palm.force_W_N;
  }
  const Eigen::LLT<Eigen::Matrix<double, kBase, kBase>> M_base(
      dynamics.M().topLeftCorner<kBase, kBase>());
  M_base.solveInPlace(base_map);
  M_base.solveInPlace(base_drift);
}

void WholeBodyController::Workspace::write_acceleration_cost(const Dynamics& dynamics,
                                                             const RobotState& state,
                                                             const WholeBodyReference& reference,
                                                             DaqpSolver& qp) {
  const int na = model->na();
  rows = 0;
  for (int side : {kLeft, kRight})
    add_foot_task(dynamics.sole(side), reference.feet[static_cast<std::size_t>(side)]);
  add_torso_task(dynamics.torso(), reference);
  JointVector weight = posture_weight;
  for (int side : {kLeft, kRight}) {
    const PalmReference& palm = reference.palms[static_cast<std::size_t>(side)];
    if (!palm.active) continue;
    add_palm_task(dynamics.palm(side), palm);
    for (const int j : model->group(model::arm(side))) weight[j] *= config.palm.posture_share;
  }

  const auto J_base = J.topLeftCorner(rows, kBase);
  J_reduced.resize(rows, qp.f.size());
  J_reduced.noalias() = J_base.lazyProduct(base_map);
  J_reduced.leftCols(na) += J.topRightCorner(rows, na);
  b.head(rows).noalias() -= J_base * base_drift;
  qp.H.noalias() = J_reduced.transpose() * J_reduced;
  qp.f.noalias() = -J_reduced.transpose() * b.head(rows);
  qp.H.diagonal().head(na).array() += config.regularization;
  for (int j = 0; j < na; ++j) {
    const double k = posture_stiffness[j];
    const double a =
        k * (reference.posture_rad[j] - state.joint_position_rad[j]) +
        2.0 * std::sqrt(k) * (reference.posture_rate_rad_s[j] - state.joint_velocity_rad_s[j]);
    const int column = model->dof(j) - kBase;
    qp.H(column, column) += weight[j];
    qp.f[column] -= weight[j] * a;
  }
}

void WholeBodyController::Workspace::write_force_cost(const Dynamics& dynamics,
                                                      const WholeBodyReference& reference,
                                                      DaqpSolver& qp) {
  const auto& g = config.momentum;
  const double m = model->mass_kg();
  Eigen::Matrix<double, 6, 1> weight, target;
  weight << g.weight_horizontal / (m * m), g.weight_horizontal / (m * m),
      g.weight_vertical / (m * m),
      Vector3d::Constant(g.weight_angular / (g.angular_inertia_kg_m2 * g.angular_inertia_kg_m2));
  weight[5] *= 2.0;
  target << m * (reference.com_acceleration_W_m_s2 + Vector3d(0, 0, kGravity_m_s2)),
      -g.angular_damping_1_s * dynamics.L_C_W();

  for (int side : {kLeft, kRight}) {
    const PalmReference& palm = reference.palms[static_cast<std::size_t>(side)];
    if (!palm.active) continue;
    target.head<3>() -= palm.force_W_N;
    target.tail<3>() -= (dynamics.palm(side).p_WF - dynamics.p_WC()).cross(palm.force_W_N);
  }

  Eigen::Matrix<double, 6, Eigen::Dynamic, Eigen::ColMajor, 6, kWrench * kFeet>
      G;  // wrenches to momentum rate
  int contacts = 0;
  for (int side : {kLeft, kRight})
    contacts += reference.feet[static_cast<std::size_t>(side)].in_contact ? 1 : 0;
  G.setZero(6, kWrench * contacts);
  int k = 0;
  for (int side : {kLeft, kRight}) {
    if (!reference.feet[static_cast<std::size_t>(side)].in_contact) continue;
    const FrameMotion& sole = dynamics.sole(side);
    G.block<3, 3>(0, kWrench * k) = sole.R_WF;
    G.block<3, 3>(3, kWrench * k) = math::skew(sole.p_WF - dynamics.p_WC()) * sole.R_WF;
    G.block<3, 3>(3, kWrench * k + 3) = sole.R_WF;
    ++k;
  }
  const int na = model->na(), nf = kWrench * contacts;
  const auto WG = (weight.asDiagonal() * G).eval();
  qp.H.bottomRightCorner(nf, nf).noalias() += G.transpose() * WG;
  qp.f.tail(nf).noalias() -= WG.transpose() * target;
  for (int i = 0; i < nf; ++i)  // moments are a tenth of forces in size
    qp.H(na + i, na + i) += config.force_regularization * (i % kWrench < 3 ? 1.0 : 100.0);
}

void WholeBodyController::Workspace::write_dynamics(const Dynamics& dynamics,
                                                    const WholeBodyReference& reference,
                                                    DaqpSolver& qp) {
  const int na = model->na();
  const auto M_base = dynamics.M().block(kBase, 0, na, kBase);
  auto torque = qp.A.topRows(na);
  torque.noalias() = M_base.lazyProduct(base_map);
  torque.leftCols(na) += dynamics.M().bottomRightCorner(na, na);
  int k = 0;
  for (int side : {kLeft, kRight}) {
    if (!reference.feet[static_cast<std::size_t>(side)].in_contact) continue;
    const FrameMotion& sole = dynamics.sole(side);
    auto of_contact = torque.middleCols<kWrench>(na + kWrench * k++);
    const model::Jacobian3 linear_S = sole.R_WF.transpose() * sole.J_linear.rightCols(na);
    const model::Jacobian3 angular_S = sole.R_WF.transpose() * sole.J_angular.rightCols(na);
    of_contact.leftCols<3>() -= linear_S.transpose();
    of_contact.rightCols<3>() -= angular_S.transpose();
  }
  torque_drift_Nm = dynamics.h().tail(na);
  torque_drift_Nm.noalias() += M_base * base_drift;
  for (int side : {kLeft, kRight}) {
    const PalmReference& palm = reference.palms[static_cast<std::size_t>(side)];
    if (palm.active)
      torque_drift_Nm.noalias() -=
          dynamics.palm(side).J_linear.rightCols(na).transpose() * palm.force_W_N;
  }
  for (int j = 0; j < na; ++j) {
    const model::JointInfo& joint = model->joint(j);
    const int dof = model->dof(j), column = dof - kBase;
    const double passive = torque_drift_Nm[column] + joint.damping_Nms_rad * dynamics.v()[dof];
    const double reach = joint.torque_max_Nm * config.joint_limits.torque_fraction -
                         joint.friction_Nm * config.friction.scale;
    qp.upper[na + column] = reach - passive;
    qp.lower[na + column] = -reach - passive;
  }
}

void WholeBodyController::Workspace::write_joint_bounds(const RobotState& state, DaqpSolver& qp) {
  const auto& g = config.joint_limits;
  constexpr double kBrake_rad_s2 = 500.0;  // a bound may ask to turn back, but no harder than this
  for (int j = 0; j < model->na(); ++j) {
    const double q = state.joint_position_rad[j], qd = state.joint_velocity_rad_s[j];
    const double v_max = g.velocity_fraction * model->joint(j).velocity_max_rad_s;
    const double upper = std::min(g.stiffness_1_s2 * (range_max[j] - q) - g.damping_1_s * qd,
                                  g.velocity_gain_1_s * (v_max - qd));
    const double lower = std::max(g.stiffness_1_s2 * (range_min[j] - q) - g.damping_1_s * qd,
                                  g.velocity_gain_1_s * (-v_max - qd));
    const int column = model->dof(j) - kBase;
    qp.upper[column] = std::max(upper, -kBrake_rad_s2);
    qp.lower[column] = std::min({lower, kBrake_rad_s2, qp.upper[column]});
  }
}

void WholeBodyController::Workspace::write_contact(const WholeBodyReference& reference,
                                                   DaqpSolver& qp) {
  const auto& g = config.contact;
  const int na = model->na();
  int row = na, k = 0;
  for (int side : {kLeft, kRight}) {
    const FootReference& foot = reference.feet[static_cast<std::size_t>(side)];
    if (!foot.in_contact) continue;
    const model::Sole& sole = model->sole(side);
    const int c = na + kWrench * k++;
    // Each row: coefficient on one component plus coefficient on f_z, at most zero.
    const auto add = [&](int component, double on_component, double on_fz) {
      qp.A(row, c + component) = on_component;
      qp.A(row, c + 2) = on_fz;
      qp.upper[na + row] = 0.0;
      ++row;
    };
    for (int axis : {0, 1})
      for (double sign : {1.0, -1.0}) add(axis, sign, -g.friction);
    add(4, -1.0, -(sole.fore_m - g.margin_fore_m));  // cop_x = -m_y / f_z
    add(4, 1.0, -(sole.aft_m - g.margin_aft_m));
    add(3, 1.0, -(sole.left_m - g.margin_side_m));  // cop_y = m_x / f_z
    add(3, -1.0, -(sole.right_m - g.margin_side_m));
    for (double sign : {1.0, -1.0}) add(5, sign, -g.yaw_moment_m);
    qp.A(row, c + 2) = 1.0;
    qp.upper[na + row] = foot.force_max_N;
    qp.lower[na + row] = 0.0;
    ++row;
  }
}

void WholeBodyController::Workspace::write_command(const RobotState& state,
                                                   const WholeBodyReference& reference,
                                                   const DaqpSolver& qp, ProposedCommand& command) {
  const int na = model->na();
  const auto& x = qp.x();
  acceleration.head<kBase>() = base_drift;
  acceleration.head<kBase>().noalias() += base_map * x;
  acceleration.tail(na) = x.head(na);
  command.resize(na);
  for (int j = 0; j < na; ++j) {
    const model::JointInfo& joint = model->joint(j);
    const int column = model->dof(j) - kBase;
    const double qd = state.joint_velocity_rad_s[j];
    const double sliding =
        std::tanh((qd + config.friction.lookahead_s * x[column]) / config.friction.velocity_rad_s);
    const double torque = qp.A.row(column).dot(x) + torque_drift_Nm[column] +
                          joint.damping_Nms_rad * qd +
                          config.friction.scale * joint.friction_Nm * sliding;
    const double reach = joint.torque_max_Nm * config.joint_limits.torque_fraction;
    command.torque_Nm[j] = std::clamp(torque, -reach, reach);
  }
  int k = 0;
  for (std::size_t side = 0; side < kFeet; ++side)
    normal_force_N[side] = reference.feet[side].in_contact ? x[na + kWrench * k++ + 2] : 0.0;
}

void WholeBodyController::Workspace::write_fallback(const RobotState& state,
                                                    ProposedCommand& command) {
  if (!has_solved) {
    last_solved.resize(model->na());
    last_position =
        state.joint_position_rad.allFinite() ? state.joint_position_rad : model->home_rad();
    has_solved = true;
  }
  command = last_solved;
  command.position_rad = last_position;
  command.velocity_rad_s.setZero(model->na());
  for (int j = 0; j < model->na(); ++j) {
    const double torque_max = model->joint(j).torque_max_Nm;
    command.torque_Nm[j] = std::clamp(command.torque_Nm[j], -0.5 * torque_max, 0.5 * torque_max);
    command.stiffness_Nm_rad[j] = 0.5 * torque_max;  // half the torque at one radian
    command.damping_Nms_rad[j] = 0.02 * torque_max;
  }
  acceleration.setZero(model->nv());
}

Result<WholeBodyController> WholeBodyController::create(const RobotModel& model,
                                                        const WholeBodyConfig& config) {
  auto w = std::make_unique<Workspace>();
  w->model = &model;
  w->config = config;
  const int na = model.na(), nv = model.nv();
  w->range_min.resize(na);
  w->range_max.resize(na);
  const double margin = config.joint_limits.range_margin_rad;
  for (int j = 0; j < na; ++j) {
    const model::JointInfo& joint = model.joint(j);
    w->range_min[j] = joint.position_min_rad + margin;
    w->range_max[j] = joint.position_max_rad - margin;
    if (w->range_min[j] >= w->range_max[j])
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("range of {} is {} rad wide, must be wider than twice "
                              "joint_limits.range_margin_rad, {}",
                              joint.name, joint.position_max_rad - joint.position_min_rad, margin),
                  "whole-body controller");
  }
  for (const auto& range : config.ranges) {
    const auto index = model.joint_index(range.joint);
    if (!index) return tl::make_unexpected(index.error());
    w->range_min[*index] = std::max(w->range_min[*index], range.min_rad);
    w->range_max[*index] = std::min(w->range_max[*index], range.max_rad);
  }
  w->posture_weight.setZero(na);
  w->posture_stiffness.setZero(na);
  const std::array<std::pair<Group, const WholeBodyConfig::Posture*>, model::kGroupCount> postures =
      {{
          {Group::kLeftLeg, &config.posture_legs},
          {Group::kRightLeg, &config.posture_legs},
          {Group::kWaist, &config.posture_waist},
          {Group::kLeftArm, &config.posture_arms},
          {Group::kRightArm, &config.posture_arms},
          {Group::kHead, &config.posture_head},
      }};
  for (const auto& [group, posture] : postures)
    for (const int j : model.group(group)) {
      w->posture_weight[j] = posture->weight;
      w->posture_stiffness[j] = posture->stiffness_1_s2;
    }
  w->J.setZero(kTaskRowsMax, nv);
  w->b.setZero(kTaskRowsMax);
  w->acceleration.setZero(nv);

  for (int contacts = 0; contacts <= kFeet; ++contacts) {
    const int rows = na + kContactRows * contacts;
    std::vector<RowKind> kinds(static_cast<std::size_t>(na + rows), RowKind::kHard);
    for (int i = 0; i < na; ++i) kinds[static_cast<std::size_t>(i)] = RowKind::kSoft;
    w->solvers.emplace_back(na + kWrench * contacts, na, rows, kinds, config.iterations_max);
  }
  WholeBodyController controller(std::move(w));

  // One solve for each contact set at home takes the solvers' memory now.
  Dynamics dynamics = Dynamics::create(model);
  RobotState state;
  state.p_WB.z() = model.home_height_m();
  state.joint_position_rad = model.home_rad();
  state.joint_velocity_rad_s.setZero(na);
  WholeBodyReference reference;
  reference.posture_rad = model.home_rad();
  reference.posture_rate_rad_s.setZero(na);
  ProposedCommand command;
  for (const auto& [left, right] : {std::pair{true, true}, {true, false}, {false, false}}) {
    reference.feet[kLeft].in_contact = left;
    reference.feet[kRight].in_contact = right;
    for (int side : {kLeft, kRight}) {
      reference.feet[static_cast<std::size_t>(side)].force_max_N =
          3.0 * model.mass_kg() * kGravity_m_s2;
      reference.feet[static_cast<std::size_t>(side)].p_WS = dynamics.sole(side).p_WF;
    }
    controller.assemble(dynamics, state, reference);
    const TickReport report = controller.solve(state, reference, command);
    if (report.status == TickStatus::kNotFinite)
      return fail(ErrorCode::kInvalidArgument,
                  "the whole-body problem cannot be solved at the home posture",
                  (model.directory() / "tuning.yaml").string());
  }
  for (DaqpSolver& qp : controller.workspace_->solvers) qp.reset();
  controller.workspace_->has_solved = false;
  return controller;
}

void WholeBodyController::assemble(const Dynamics& dynamics, const RobotState& state,
                                   const WholeBodyReference& reference) noexcept {
  Workspace& w = *workspace_;
  DaqpSolver& qp = w.solver_for(reference);
  w.eliminate_base(dynamics, reference, static_cast<int>(qp.f.size()));
  w.write_acceleration_cost(dynamics, state, reference, qp);
  w.write_force_cost(dynamics, reference, qp);
  w.write_dynamics(dynamics, reference, qp);
  w.write_joint_bounds(state, qp);
  w.write_contact(reference, qp);
}

TickReport WholeBodyController::solve(const RobotState& state, const WholeBodyReference& reference,
                                      ProposedCommand& command) noexcept {
  Workspace& w = *workspace_;
  DaqpSolver& qp = w.solver_for(reference);
  TickReport report;
  if (!qp.f.allFinite() || !qp.H.allFinite() || !qp.upper.allFinite() || !qp.lower.allFinite()) {
    report.status = TickStatus::kNotFinite;
  } else {
    const QpStatus status = qp.solve();
    report.iterations = qp.iterations();
    report.status = status == QpStatus::kSolved           ? TickStatus::kSolved
                    : status == QpStatus::kIterationLimit ? TickStatus::kIterationLimit
                    : status == QpStatus::kInfeasible     ? TickStatus::kInfeasible
                                                          : TickStatus::kNotFinite;
    if (report.status == TickStatus::kSolved && !qp.x().allFinite())
      report.status = TickStatus::kNotFinite;
  }
  if (report.status == TickStatus::kSolved) {
    w.write_command(state, reference, qp, command);
    w.last_solved = command;
    w.last_position = state.joint_position_rad;
    w.has_solved = true;
  } else {
    w.write_fallback(state, command);
  }
  command.tick = reference.tick;
  return report;
}

const model::VelocityVector& WholeBodyController::acceleration() const {
  return workspace_->acceleration;
}
double WholeBodyController::normal_force_N(int side) const {
  return workspace_->normal_force_N[static_cast<std::size_t>(side)];
}

WholeBodyController::WholeBodyController(std::unique_ptr<Workspace> workspace)
    : workspace_(std::move(workspace)) {}
WholeBodyController::WholeBodyController(WholeBodyController&&) noexcept = default;
WholeBodyController& WholeBodyController::operator=(WholeBodyController&&) noexcept = default;
WholeBodyController::~WholeBodyController() = default;

}  // namespace longmen::control
