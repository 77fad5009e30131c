#include "gate/motion/keep_out.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace longmen::gate {
namespace {

/// A star-shaped zone round a point: convex or not.
world::Zone any_zone(Random& random) {
  world::Zone zone;
  const Eigen::Vector2d middle(random.uniform(-1, 1), random.uniform(-1, 1));
  const int corners = 3 + static_cast<int>(random.next() % 6);
  for (int i = 0; i < corners; ++i) {
    const double angle = 2.0 * M_PI * (i + random.uniform(0.1, 0.9)) / corners;
    zone.corners_W_m.emplace_back(middle + random.uniform(0.2, 1.5) *
                                               Eigen::Vector2d(std::cos(angle), std::sin(angle)));
  }
  return zone;
}

/// By sampling, apart from the code under test: least distance of the stretch's points from the
/// edges' points.
double sampled_distance(const world::Zone& zone, const Eigen::Vector3d& a,
                        const Eigen::Vector3d& b) {
  double least = 1e9;
  const std::size_t n = zone.corners_W_m.size();
  for (int i = 0; i <= 60; ++i) {
    const Eigen::Vector2d p = (a + i / 60.0 * (b - a)).head<2>();
    for (std::size_t e = 0; e < n; ++e)
      for (int k = 0; k <= 60; ++k)
        least =
            std::min(least, (zone.corners_W_m[e] +
                             k / 60.0 * (zone.corners_W_m[(e + 1) % n] - zone.corners_W_m[e]) - p)
                                .norm());
  }
  return least;
}

TEST(KeepOut, DistanceAndWayOutOfAnyZoneAreThoseOfSampling) {
  Random random(4);
  int inside = 0;
  int outside = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const world::Zone zone = any_zone(random);
    const Eigen::Vector3d a(random.uniform(-1.5, 1.5), random.uniform(-1.5, 1.5),
                            random.uniform(0, 2));
    const Eigen::Vector3d b =
        a + Eigen::Vector3d(random.uniform(-0.4, 0.4), random.uniform(-0.4, 0.4),
                            random.uniform(-0.4, 0.4));
    const ZoneDistance found = zone_distance(zone, a, b, {5.0, 5.0, 1.0});
    ASSERT_TRUE(std::isfinite(found.distance_m));
    ASSERT_NEAR(found.n_W.norm(), 1.0, 1e-12);
    const bool a_in = zone.contains(a.head<2>());
    const bool b_in = zone.contains(b.head<2>());
    if (a_in || b_in) {
      ++inside;
      ASSERT_LE(found.distance_m, 0.0);
      const Eigen::Vector2d out = found.p_W.head<2>() + (1e-6 - found.distance_m) * found.n_W;
      EXPECT_FALSE(zone.contains(out)) << "the way out leads out";
    } else if (found.distance_m > 1e-9) {
      ++outside;
      EXPECT_NEAR(found.distance_m, sampled_distance(zone, a, b), 0.04);
      EXPECT_FALSE(zone.contains(found.p_W.head<2>()));
      const Eigen::Vector2d in = found.p_W.head<2>() - (found.distance_m + 1e-6) * found.n_W;
      EXPECT_NEAR(sampled_distance(zone, {in.x(), in.y(), 0.0}, {in.x(), in.y(), 0.0}), 0.0, 0.04);
    }
  }
  EXPECT_GT(inside, 50);
  EXPECT_GT(outside, 50);
}

TEST(KeepOut, AcrossAnEdgeTheWayOutIsTheBodys) {
  world::Zone zone;
  zone.corners_W_m = {{1.0, -0.1}, {2.0, -0.1}, {2.0, 0.1}, {1.0, 0.1}};
  const ZoneDistance found = zone_distance(zone, {1.2, -0.5, 1.0}, {1.2, 0.5, 1.0}, {0, 0, 1});
  EXPECT_LE(found.distance_m, 1e-9);
  EXPECT_LT(found.n_W.x(), 0.0);
}

}  // namespace
}  // namespace longmen::gate
