#include "world/free_space.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace longmen::world {
namespace {

using Eigen::Vector2d;

World room() {
  World world;
  world.floor_min_m = {-5.0, -4.0};
  world.floor_max_m = {5.0, 4.0};
  world.obstacles.push_back({"crate", {{1.0, 0.5}, {2.0, 1.0, 1.0}}});
  // Clockwise, and not convex.
  world.zones.push_back(
      {"corner", ZoneKind::kKeepOut, {{-4, -3}, {-4, -1}, {-3, -1}, {-3, -2}, {-2, -2}, {-2, -3}}});
  world.zones.push_back({"slow", ZoneKind::kSlow, {{-1, 2}, {1, 2}, {0, 3}}});
  return world;
}

TEST(FreeSpace, HoldsBodiesAndForbiddenZonesAlone) {
  const FreeSpace space(room());
  ASSERT_EQ(space.barriers().size(), 2u);
  EXPECT_EQ(space.barriers()[0].id, "crate");
  EXPECT_TRUE(space.barriers()[1].is_zone);
}

TEST(FreeSpace, DistancesAreThoseToTheNearestPoint) {
  const FreeSpace space(room());
  EXPECT_DOUBLE_EQ(space.clearance({1.0, 0.5}), 0.0);
  EXPECT_DOUBLE_EQ(space.clearance({2.5, 0.5}), 0.5);
  EXPECT_NEAR(space.clearance({2.3, 1.4}), 0.5, 1e-12);
  EXPECT_DOUBLE_EQ(space.clearance({-2.5, -2.5}), 0.0);
  EXPECT_DOUBLE_EQ(space.clearance({-2.5, -1.5}), 0.5) << "the notch of the zone is free";
  EXPECT_NEAR(space.clearance({4.9, 3.0}), 0.1, 1e-12);
  EXPECT_LT(space.distance_to_edge({5.2, 0.0}), 0.0);
}

/// A segment is clear exactly when no point of it is nearer.
TEST(FreeSpace, SegmentsAreJudgedAsTheirPointsAre) {
  const FreeSpace space(room());
  Random random(5);
  int clear = 0;
  for (int i = 0; i < 4000; ++i) {
    const Vector2d a(random.uniform(-5, 5), random.uniform(-4, 4));
    const Vector2d b(random.uniform(-5, 5), random.uniform(-4, 4));
    const double clearance_m = random.uniform(0.0, 0.8);
    for (const Barrier& barrier : space.barriers()) {
      double nearest_m = 1e9;
      for (double share = 0.0; share <= 1.0; share += 0.002)
        nearest_m = std::min(nearest_m, barrier.distance(a + share * (b - a)));
      const bool is_clear = barrier.is_clear_of(a, b, clearance_m);
      clear += is_clear ? 1 : 0;
      if (std::abs(nearest_m - clearance_m) > 0.01) {
        ASSERT_EQ(is_clear, nearest_m > clearance_m)
            << a.transpose() << " to " << b.transpose() << ": " << nearest_m << " " << clearance_m;
      }
    }
  }
  EXPECT_GT(clear, 1000);
}

}  // namespace
}  // namespace longmen::world
