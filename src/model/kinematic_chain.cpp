#include "model/kinematic_chain.h"

#include <fmt/format.h>
#include <mujoco/mujoco.h>

#include <algorithm>

namespace longmen::model {
namespace {

Eigen::Vector3d vector3(const mjtNum* v) { return {v[0], v[1], v[2]}; }
Eigen::Matrix3d rotation(const mjtNum* wxyz) {
  return Eigen::Quaterniond(wxyz[0], wxyz[1], wxyz[2], wxyz[3]).normalized().toRotationMatrix();
}

std::string name_of(const mjModel& model, mjtObj kind, int id) {
  const char* name = mj_id2name(&model, kind, id);
  return name != nullptr ? name : fmt::format("number {}", id);
}

/// For each of the engine's joints its index in robot.yaml's order, -1 if it has none.
std::vector<int> joint_indices(const RobotModel& model) {
  const mjModel& engine = *model.engine();
  std::vector<int> indices(static_cast<std::size_t>(engine.njnt), -1);
  for (int j = 0; j < model.na(); ++j)
    indices[static_cast<std::size_t>(engine.dof_jntid[model.dof(j)])] = j;
  return indices;
}

}  // namespace

Result<KinematicChain> KinematicChain::to_sole(const RobotModel& model, int side) {
  const Role foot = side == kLeft ? Role::kLeftFoot : Role::kRightFoot;
  return create(*model.engine(), model.body(Role::kBase), model.body(foot),
                {0, 0, -model.sole(side).down_m}, joint_indices(model));
}

Result<KinematicChain> KinematicChain::to_role(const RobotModel& model, Role role) {
  return create(*model.engine(), model.body(Role::kBase), model.body(role), Eigen::Vector3d::Zero(),
                joint_indices(model));
}

Result<KinematicChain> KinematicChain::create(const mjModel_& model, int root_body, int tip_body,
                                              const Eigen::Vector3d& p_tip,
                                              std::span<const int> joint_index) {
  std::vector<int> bodies;  // root's child first
  for (int body = tip_body; body != root_body; body = model.body_parentid[body]) {
    if (body <= 0)
      return fail(ErrorCode::kInvalidArgument, fmt::format("body '{}' does not descend from '{}'",
                                                           name_of(model, mjOBJ_BODY, tip_body),
                                                           name_of(model, mjOBJ_BODY, root_body)));
    bodies.push_back(body);
  }
  std::reverse(bodies.begin(), bodies.end());

  KinematicChain chain;
  Eigen::Matrix3d R = Eigen::Matrix3d::Identity();  // from the last joint frame to here
  Eigen::Vector3d p = Eigen::Vector3d::Zero();
  for (const int body : bodies) {
    p += R * vector3(model.body_pos + 3 * body);
    R = R * rotation(model.body_quat + 4 * body);
    for (int k = 0; k < model.body_jntnum[body]; ++k) {
      const int joint = model.body_jntadr[body] + k;
      const int index = joint_index[static_cast<std::size_t>(joint)];
      const std::string name = name_of(model, mjOBJ_JOINT, joint);
      if (model.jnt_type[joint] != mjJNT_HINGE || index < 0)
        return fail(ErrorCode::kUnsupported,
                    fmt::format("joint '{}' between '{}' and '{}' is not an actuated hinge", name,
                                name_of(model, mjOBJ_BODY, root_body),
                                name_of(model, mjOBJ_BODY, tip_body)));
      if (chain.links_.size() == kMaxLength)
        return fail(ErrorCode::kUnsupported,
                    fmt::format("more than {} joints between '{}' and '{}'", kMaxLength,
                                name_of(model, mjOBJ_BODY, root_body),
                                name_of(model, mjOBJ_BODY, tip_body)));
      // The joint turns about its anchor; the frame after it is put back to the body's origin.
      const Eigen::Vector3d anchor = vector3(model.jnt_pos + 3 * joint);
      chain.links_.push_back({R, p + R * anchor, vector3(model.jnt_axis + 3 * joint).normalized(),
                              model.qpos0[model.jnt_qposadr[joint]]});
      chain.joints_.push_back(index);
      R.setIdentity();
      p = -anchor;
    }
  }
  chain.R_JT_ = R;
  chain.p_JT_ = p + R * p_tip;
  return chain;
}

ChainPose KinematicChain::pose(const JointVector& position_rad) const noexcept {
  ChainPose pose;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const Link& link = links_[i];
    pose.p_BT += pose.R_BT * link.p_PJ;
    const Eigen::AngleAxisd turn(position_rad[joints_[i]] - link.zero_rad, link.axis_J);
    pose.R_BT = pose.R_BT * (link.R_PJ * turn.toRotationMatrix());
  }
  pose.p_BT += pose.R_BT * p_JT_;
  pose.R_BT = pose.R_BT * R_JT_;
  return pose;
}

KinematicChain::Motion KinematicChain::motion(const JointVector& position_rad) const noexcept {
  Motion motion;
  const auto n = static_cast<Eigen::Index>(links_.size());
  motion.J.resize(3, n);
  Eigen::Matrix<double, 3, Eigen::Dynamic, Eigen::ColMajor, 3, kMaxLength> origins(3, n);
  ChainPose& pose = motion.pose;
  for (Eigen::Index i = 0; i < n; ++i) {
    const Link& link = links_[static_cast<std::size_t>(i)];
    pose.p_BT += pose.R_BT * link.p_PJ;
    pose.R_BT = pose.R_BT * link.R_PJ;
    origins.col(i) = pose.p_BT;
    motion.J.col(i) = pose.R_BT * link.axis_J;  // the joint's axis, until the tip is known
    const Eigen::AngleAxisd turn(position_rad[joints_[static_cast<std::size_t>(i)]] - link.zero_rad,
                                 link.axis_J);
    pose.R_BT = pose.R_BT * turn.toRotationMatrix();
  }
  pose.p_BT += pose.R_BT * p_JT_;
  pose.R_BT = pose.R_BT * R_JT_;
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::Vector3d axis = motion.J.col(i);
    motion.J.col(i) = axis.cross(pose.p_BT - origins.col(i));
  }
  return motion;
}

Eigen::Vector3d KinematicChain::joint_origin(std::size_t k,
                                             const JointVector& position_rad) const noexcept {
  Eigen::Matrix3d R = Eigen::Matrix3d::Identity();
  Eigen::Vector3d p = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i <= k && i < links_.size(); ++i) {
    p += R * links_[i].p_PJ;
    const Eigen::AngleAxisd turn(position_rad[joints_[i]] - links_[i].zero_rad, links_[i].axis_J);
    R = R * (links_[i].R_PJ * turn.toRotationMatrix());
  }
  return p;
}

Eigen::Vector3d KinematicChain::angular_velocity(const JointVector& position_rad,
                                                 const JointVector& velocity_rad_s) const noexcept {
  Eigen::Matrix3d R = Eigen::Matrix3d::Identity();
  Eigen::Vector3d w_BT_B = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const Link& link = links_[i];
    R = R * link.R_PJ;
    w_BT_B += velocity_rad_s[joints_[i]] * (R * link.axis_J);
    const Eigen::AngleAxisd turn(position_rad[joints_[i]] - link.zero_rad, link.axis_J);
    R = R * turn.toRotationMatrix();
  }
  return w_BT_B;
}

}  // namespace longmen::model
