#include "model/body_shape.h"

#include <mujoco/mujoco.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "math/segments.h"

namespace longmen::model {
namespace {

using RowMatrix3 = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;

/// How much wider than a box's cross-section its capsule is: the rest of a corner is reached by the
/// ends of the segment.
constexpr double kBoxWiden = 1.05;

/// The smallest capsule along one of the geom's own axes that holds it: segment half length and
/// radius, and the axis.
struct Fit {
  int axis = 2;
  double half_m = 0.0;
  double radius_m = 0.0;
};

Fit fit_box(const Eigen::Vector3d& half) {
  Fit fit;
  half.maxCoeff(&fit.axis);
  const double across2 = half.squaredNorm() - half[fit.axis] * half[fit.axis];
  fit.radius_m = kBoxWiden * std::sqrt(across2);
  fit.half_m = std::max(0.0, half[fit.axis] - std::sqrt(fit.radius_m * fit.radius_m - across2));
  return fit;
}

Capsule capsule_of(const mjModel& m, int g) {
  const Eigen::Map<const Eigen::Vector3d> size(m.geom_size + 3 * g);
  const Eigen::Map<const Eigen::Vector3d> pos(m.geom_pos + 3 * g);
  const mjtNum* q = m.geom_quat + 4 * g;
  const Eigen::Matrix3d R_BG = Eigen::Quaterniond(q[0], q[1], q[2], q[3]).toRotationMatrix();
  Fit fit;
  Eigen::Vector3d middle_G = Eigen::Vector3d::Zero();
  switch (m.geom_type[g]) {
    case mjGEOM_SPHERE:
      fit = {2, 0.0, size[0]};
      break;
    case mjGEOM_CAPSULE:
    case mjGEOM_CYLINDER:  // within the capsule of the same segment and radius
      fit = {2, size[1], size[0]};
      break;
    case mjGEOM_BOX:
      fit = fit_box(size);
      break;
    default:  // by its bounding box
      middle_G = Eigen::Map<const Eigen::Vector3d>(m.geom_aabb + 6 * g);
      fit = fit_box(Eigen::Map<const Eigen::Vector3d>(m.geom_aabb + 6 * g + 3));
  }
  const Eigen::Vector3d middle_B = pos + R_BG * middle_G;
  const Eigen::Vector3d half_B = fit.half_m * R_BG.col(fit.axis);
  return {m.geom_bodyid[g], std::nullopt, middle_B - half_B, middle_B + half_B, fit.radius_m};
}

/// The limb whose joint is the nearest above the body.
std::optional<Group> limb_of(const RobotModel& model, int body) {
  const mjModel& m = *model.engine();
  for (; body > 0; body = m.body_parentid[body])
    for (int k = 0; k < m.body_dofnum[body]; ++k)
      for (int g = 0; g < kGroupCount; ++g)
        for (const int joint : model.group(static_cast<Group>(g)))
          if (model.dof(joint) == m.body_dofadr[body] + k) return static_cast<Group>(g);
  return std::nullopt;
}

bool may_meet(const mjModel& m, int g, int h) {
  const int a = m.geom_bodyid[g];
  const int b = m.geom_bodyid[h];
  const int weld_a = m.body_weldid[a];
  const int weld_b = m.body_weldid[b];
  if (weld_a == weld_b || m.body_weldid[m.body_parentid[weld_b]] == weld_a ||
      m.body_weldid[m.body_parentid[weld_a]] == weld_b)
    return false;  // the engine's own rule: parent and child never collide
  for (int e = 0; e < m.nexclude; ++e)
    if (m.exclude_signature[e] == (a << 16) + b || m.exclude_signature[e] == (b << 16) + a)
      return false;
  return ((m.geom_contype[g] & m.geom_conaffinity[h]) |
          (m.geom_contype[h] & m.geom_conaffinity[g])) != 0;
}

}  // namespace

BodyShape BodyShape::of(const RobotModel& model) {
  const mjModel& m = *model.engine();
  BodyShape shape;
  std::vector<int> geoms;
  for (int g = 0; g < m.ngeom; ++g) {
    if ((m.geom_contype[g] | m.geom_conaffinity[g]) == 0) continue;
    shape.capsules.push_back(capsule_of(m, g));
    shape.capsules.back().limb = limb_of(model, m.geom_bodyid[g]);
    geoms.push_back(g);
  }

  const std::unique_ptr<mjData, void (*)(mjData*)> home(mj_makeData(&m), mj_deleteData);
  mj_resetData(&m, home.get());
  for (int j = 0; j < model.na(); ++j) home->qpos[model.dof(j) + 1] = model.home_rad()[j];
  mj_kinematics(&m, home.get());
  const auto in_world = [&](const Capsule& capsule, const Eigen::Vector3d& p_B) -> Eigen::Vector3d {
    return Eigen::Map<const Eigen::Vector3d>(home->xpos + 3 * capsule.body) +
           Eigen::Map<const RowMatrix3>(home->xmat + 9 * capsule.body) * p_B;
  };
  for (std::size_t i = 0; i < geoms.size(); ++i) {
    for (std::size_t k = i + 1; k < geoms.size(); ++k) {
      if (!may_meet(m, geoms[i], geoms[k])) continue;
      const Capsule& a = shape.capsules[i];
      const Capsule& b = shape.capsules[k];
      const auto near = math::nearest_points(in_world(a, a.p_BA), in_world(a, a.p_BE),
                                             in_world(b, b.p_BA), in_world(b, b.p_BE));
      const double distance_m = (near.first - near.second).norm() - a.radius_m - b.radius_m;
      if (distance_m > 0.0)
        shape.pairs.push_back({static_cast<int>(i), static_cast<int>(k), distance_m});
    }
  }
  return shape;
}

}  // namespace longmen::model
