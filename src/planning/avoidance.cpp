#include "planning/avoidance.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "math/rotation.h"

namespace longmen::planning {
namespace {

using Eigen::Vector2d;

constexpr double kSoon_s = 1.0;          // by then a mover that is too near should be farther
constexpr double kFloorCost_m2_s2 = 10;  // of a way that leaves the free floor: the last resort
constexpr std::array kForwardShares = {1.0, 0.75, 0.5, 0.25, 0.0};
constexpr std::array kBackwardShares = {0.5, 1.0};
constexpr std::array kSidewaysShares = {-1.0, -0.5, 0.0, 0.5, 1.0};

/// How much too near a mover comes: 0 not at all, 1 to the middle; sooner counts more.
double nearness(const AvoidanceConfig& config, const Vector2d& p_W, const Vector2d& v_W,
                const Mover& mover) {
  const double speed_m_s = mover.v_W_m_s.norm();
  const bool stands = speed_m_s < config.standing_m_s;
  const double margin_m =
      stands ? 0.0 : config.margin_m * std::min(1.0, speed_m_s / config.margin_speed_m_s);
  const double keep_m = config.half_width_m + mover.radius_m + margin_m;
  const Vector2d to_W = mover.p_W_m - p_W;
  const Vector2d closing_W = v_W - (stands ? Vector2d(Vector2d::Zero()) : mover.v_W_m_s);
  const double closing2 = closing_W.squaredNorm();
  const double time_s =
      closing2 > 1e-9 ? std::clamp(to_W.dot(closing_W) / closing2, 0.0, config.horizon_s) : 0.0;
  const double least_m = (to_W - time_s * closing_W).norm();
  if (least_m >= keep_m) return 0.0;
  const double urgency = 1.0 - time_s / (config.horizon_s + kSoon_s);
  const double soon_m = (to_W - kSoon_s * closing_W).norm();
  return urgency * (1.0 - least_m / keep_m) + std::max(0.0, 1.0 - soon_m / keep_m);
}

}  // namespace

Vector2d avoid(const AvoidanceConfig& config, const Vector2d& p_WB_m, double yaw_rad,
               const Vector2d& wanted_H_m_s, std::span<const Mover> movers,
               const world::WayFinder& ways) noexcept {
  const Eigen::Matrix2d R_WH = math::rotation_2d(yaw_rad);
  const auto nearness_to_all = [&](const Vector2d& v_H) {
    double sum = 0.0;
    for (const Mover& mover : movers) sum += nearness(config, p_WB_m, R_WH * v_H, mover);
    return sum;
  };
  const double as_wanted = nearness_to_all(wanted_H_m_s);
  if (as_wanted == 0.0) return wanted_H_m_s;

  Vector2d best_H = wanted_H_m_s;
  double best = config.weight * as_wanted;
  const auto consider = [&](const Vector2d& v_H) {
    double cost = (v_H - wanted_H_m_s).squaredNorm();
    if (cost >= best) return;
    cost += config.weight * nearness_to_all(v_H);
    if (cost >= best) return;
    if (!v_H.isZero() && !ways.is_free(p_WB_m, p_WB_m + config.floor_look_s * (R_WH * v_H)))
      cost += kFloorCost_m2_s2;
    if (cost >= best) return;
    best = cost;
    best_H = v_H;
  };
  for (const double aside : kSidewaysShares) {
    for (const double share : kForwardShares)
      consider({share * config.forward_max_m_s, aside * config.sideways_max_m_s});
    for (const double share : kBackwardShares)
      consider({-share * config.backward_max_m_s, aside * config.sideways_max_m_s});
  }
  return best_H;
}

}  // namespace longmen::planning
