#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <limits>

#include "math/segments.h"
#include "world/world.h"

namespace longmen::gate {

/// How a stretch of the body stands to a zone of the floor, seen from above.
struct ZoneDistance {
  double distance_m = std::numeric_limits<double>::infinity();  ///< negative: so deep inside
  Eigen::Vector2d n_W = Eigen::Vector2d::UnitX();  ///< level, of unit length, out of the zone
  Eigen::Vector3d p_W = Eigen::Vector3d::Zero();   ///< the point of the stretch that counts
};

/// Distance of a straight stretch a b from a zone, an upright prism without end. `p_WC`: where the
/// body is, for a direction where the stretch lies across the zone's edge.
[[nodiscard]] inline ZoneDistance zone_distance(const world::Zone& zone, const Eigen::Vector3d& a_W,
                                                const Eigen::Vector3d& b_W,
                                                const Eigen::Vector3d& p_WC) noexcept {
  constexpr double kTouching_m = 1e-9;
  const auto level = [](const Eigen::Vector2d& p) { return Eigen::Vector3d(p.x(), p.y(), 0.0); };
  const auto nearest_edge = [&](const Eigen::Vector3d& from, const Eigen::Vector3d& to) {
    ZoneDistance nearest;
    Eigen::Vector2d apart = Eigen::Vector2d::Zero();
    for (std::size_t i = 0; i < zone.corners_W_m.size(); ++i) {
      const Eigen::Vector2d& next = zone.corners_W_m[(i + 1) % zone.corners_W_m.size()];
      const math::NearestPoints points = math::nearest_points(
          level(from.head<2>()), level(to.head<2>()), level(zone.corners_W_m[i]), level(next));
      const Eigen::Vector2d away = (points.first - points.second).head<2>();
      if (away.norm() >= nearest.distance_m) continue;
      nearest.distance_m = away.norm();
      apart = away;
      const Eigen::Vector2d along = (to - from).head<2>();
      const double length2 = along.squaredNorm();
      const double share =
          length2 > 0.0 ? std::clamp((points.first - from).head<2>().dot(along) / length2, 0.0, 1.0)
                        : 0.0;
      nearest.p_W = from + share * (to - from);
    }
    if (nearest.distance_m <= kTouching_m) apart = p_WC.head<2>() - nearest.p_W.head<2>();
    if (apart.norm() > kTouching_m) nearest.n_W = apart.normalized();
    return nearest;
  };
  // Inside, the end that is deeper counts, and the way out is to its nearest edge.
  ZoneDistance found;
  for (const Eigen::Vector3d* end : {&a_W, &b_W}) {
    if (!zone.contains(end->head<2>())) continue;
    ZoneDistance out = nearest_edge(*end, *end);
    if (out.distance_m > kTouching_m) out.n_W = -out.n_W;
    out.distance_m = -out.distance_m;
    if (out.distance_m < found.distance_m) found = out;
  }
  return found.distance_m < 0.0 ? found : nearest_edge(a_W, b_W);
}

}  // namespace longmen::gate
