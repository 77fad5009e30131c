#include "io/sim/lying.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <numbers>
#include <vector>

namespace longmen::io {
namespace {

constexpr double kNear_rad = 0.2;  // of the joints, about the home posture
constexpr double kTop_m = 3.0;     // the ground is searched from here down ...
constexpr double kStep_m = 0.01;   // ... in such steps
constexpr int kDrawsMax = 1000;    // of a posture in which no links touch

Eigen::Quaterniond attitude(StartPose pose, Random& random) {
  using Eigen::AngleAxisd;
  using Eigen::Vector3d;
  const double quarter = 0.5 * std::numbers::pi;
  const AngleAxisd yaw(random.uniform(-std::numbers::pi, std::numbers::pi), Vector3d::UnitZ());
  switch (pose) {
    case StartPose::kBack:
      return yaw * AngleAxisd(-quarter, Vector3d::UnitY());
    case StartPose::kBelly:
      return yaw * AngleAxisd(quarter, Vector3d::UnitY());
    case StartPose::kLeftSide:
      return yaw * AngleAxisd(-quarter, Vector3d::UnitX());
    case StartPose::kRightSide:
      return yaw * AngleAxisd(quarter, Vector3d::UnitX());
    case StartPose::kStanding:
    case StartPose::kAny:
      break;
  }
  Eigen::Vector4d any;
  for (double& value : any) value = random.normal();
  return Eigen::Quaterniond(any).normalized();
}

bool touches(const mjModel& model, const mjData& data, bool ground) {
  for (int i = 0; i < data.ncon; ++i) {
    const mjContact& contact = data.contact[i];
    const bool with_world = model.body_weldid[model.geom_bodyid[contact.geom[0]]] == 0 ||
                            model.body_weldid[model.geom_bodyid[contact.geom[1]]] == 0;
    if (with_world == ground) return true;
  }
  return false;
}

}  // namespace

void lie_down(const mjModel& model, mjData& data, int base_q, std::span<const int> joint_q,
              StartPose pose, Random random) {
  const Eigen::Quaterniond q_WB = attitude(pose, random);
  data.qpos[base_q + 3] = q_WB.w();
  data.qpos[base_q + 4] = q_WB.x();
  data.qpos[base_q + 5] = q_WB.y();
  data.qpos[base_q + 6] = q_WB.z();
  data.qpos[base_q + 2] = kTop_m;
  std::vector<double> home_rad;
  for (const int q : joint_q) home_rad.push_back(data.qpos[q]);
  for (int draw = 0; draw < kDrawsMax; ++draw) {
    for (std::size_t j = 0; j < joint_q.size(); ++j) {
      double low = home_rad[j] - kNear_rad, high = home_rad[j] + kNear_rad;
      for (int joint = 0; joint < model.njnt; ++joint) {
        if (model.jnt_qposadr[joint] != joint_q[j] || !model.jnt_limited[joint]) continue;
        const double* range = model.jnt_range + 2 * joint;
        low = pose == StartPose::kAny ? range[0] : std::max(low, range[0]);
        high = pose == StartPose::kAny ? range[1] : std::min(high, range[1]);
      }
      data.qpos[joint_q[j]] = random.uniform(low, high);
    }
    mj_fwdPosition(&model, &data);
    if (!touches(model, data, false)) break;
  }
  while (data.qpos[base_q + 2] > 0.0 && !touches(model, data, true)) {
    data.qpos[base_q + 2] -= kStep_m;
    mj_fwdPosition(&model, &data);
  }
  data.qpos[base_q + 2] += kStep_m;
}

}  // namespace longmen::io
