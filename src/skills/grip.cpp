#include "skills/grip.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "math/rotation.h"

namespace longmen::skills {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kQuarter_rad = 0.5 * std::numbers::pi;
constexpr int kTries = 4;  // of how low

}  // namespace

void Grip::write(Goal& goal) const noexcept {
  if (!holds()) return;
  for (const int side : {kLeft, kRight})
    goal.palms[static_cast<std::size_t>(side)] = palms.target(side);
  goal.squeeze_N = squeeze_N;
  goal.carried_object = object;
  goal.p_MC_H = math::rotation_z(palms.yaw_rad) * (p_MO + Vector3d(0.0, 0.0, 0.5 * size_m.z()));
}

Vector3d Grip::seen_p_MO(const TrackedObject& seen, const RobotState& state) const noexcept {
  const double heading_rad = math::yaw_of(state.q_WB.toRotationMatrix());
  const Vector3d p_BO_H = math::rotation_z(heading_rad).transpose() * (seen.p_WO - state.p_WB);
  return math::rotation_z(palms.yaw_rad).transpose() * (p_BO_H - palms.middle_H);
}

double front_of(const world::Body& body, const Vector2d& direction) noexcept {
  return body.p_W_m.dot(direction) -
         0.5 * body.size_m.head<2>().dot(Vector2d(direction.cwiseAbs()));
}

double squeeze_for(double mass_kg, double lever_m, const CarryConfig& config) noexcept {
  const double weight_N = 0.5 * mass_kg * kGravity_m_s2;
  const double needed_N =
      std::hypot(weight_N, weight_N * lever_m / config.pad_radius_m) / config.friction;
  return std::clamp(config.squeeze_reserve * needed_N, config.squeeze_min_N, config.squeeze_max_N);
}

std::optional<Grasp> plan_grasp(const Box& box, double approach_yaw_rad,
                                const std::optional<world::Body>& furniture, double height_m,
                                const Palms& palms, const CarryConfig& config) noexcept {
  if (!box.p_WO.allFinite() || !std::isfinite(box.yaw_rad)) return std::nullopt;
  // Of the box's four sides the one that the body nearly faces already.
  const double quarters =
      std::round(math::wrap_angle(approach_yaw_rad - box.yaw_rad) / kQuarter_rad);
  Grasp grasp;
  grasp.stand.yaw_rad = math::wrap_angle(box.yaw_rad + quarters * kQuarter_rad);
  grasp.size_m = box.size_m;
  if (std::lround(quarters) % 2 != 0) std::swap(grasp.size_m.x(), grasp.size_m.y());
  const double width_m = grasp.size_m.y();
  const double over_m = std::max(0.5 * box.size_m.z() + config.over_middle_m, config.tips_m);
  const double palm_m = std::min(over_m, box.size_m.z() - config.pad_m);
  if (width_m < config.width_min_m || width_m > config.width_max_m || palm_m < config.tips_m)
    return std::nullopt;

  const Vector2d ahead(std::cos(grasp.stand.yaw_rad), std::sin(grasp.stand.yaw_rad));
  double away_m = config.near_m;
  if (furniture) {
    const Vector2d approach(std::cos(approach_yaw_rad), std::sin(approach_yaw_rad));
    const double inside_m = approach.dot(box.p_WO.head<2>()) - front_of(*furniture, approach);
    away_m = std::max(away_m, (inside_m + config.standoff_m) / approach.dot(ahead));
  }
  grasp.stand.p_WB_m = box.p_WO.head<2>() - away_m * ahead;
  PalmPair pair;
  pair.apart_m = width_m;
  pair.fingers_down_rad = config.fingers_down_rad;
  const double short_m = std::max(0.0, 0.5 * grasp.size_m.x() - config.behind_m);
  for (int lower = 0; lower < kTries; ++lower) {
    grasp.crouch_m = config.crouch_max_m * lower / (kTries - 1);
    pair.middle_H = {away_m - short_m, 0.0, box.p_WO.z() + palm_m - height_m + grasp.crouch_m};
    if (!palms.can_reach(pair)) continue;
    grasp.middle_W = box.p_WO + Vector3d(-short_m * ahead.x(), -short_m * ahead.y(), palm_m);
    return grasp;
  }
  return std::nullopt;
}

}  // namespace longmen::skills
