#include "planning/avoidance.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/allocation_counter.h"
#include "core/random.h"
#include "math/rotation.h"

namespace longmen::planning {
namespace {

using Eigen::Vector2d;

world::WayFinder floor_of(double half_width_m) {
  world::World world;
  world.floor_min_m = {-20.0, -half_width_m};
  world.floor_max_m = {20.0, half_width_m};
  world::WayFinder ways{world::FreeSpace(world)};
  EXPECT_EQ(ways.find({.from_W_m = {0, 0}, .to_W_m = {5, 0}, .clearance_m = 0.3}, {}),
            world::WayStatus::kFound);
  return ways;
}

TEST(Avoid, LeavesAWayAloneThatNobodyIsNear) {
  const world::WayFinder ways = floor_of(5.0);
  const Vector2d wanted(0.8, 0.0);
  const Mover away{{3.0, 2.0}, {0.0, 0.5}, 0.3};
  const Mover behind{{-2.0, 0.0}, {0.0, 0.0}, 0.3};
  const std::array movers{away, behind};
  EXPECT_EQ(avoid({}, {0, 0}, 0.0, wanted, movers, ways), wanted);
  EXPECT_EQ(avoid({}, {0, 0}, 0.0, wanted, {}, ways), wanted);
}

TEST(Avoid, GivesWayToOneWhoComesAtAStandingBody) {
  const world::WayFinder ways = floor_of(5.0);
  const std::array movers{Mover{{2.0, 0.05}, {-1.0, 0.0}, 0.3}};
  const Vector2d v = avoid({}, {0, 0}, 0.0, {0, 0}, movers, ways);
  EXPECT_LT(v.y(), 0.0) << "to the side that is nearer";
}

TEST(Avoid, DoesNotLeaveTheFreeFloorForAPasser) {
  const world::WayFinder ways = floor_of(0.35);  // a corridor: no room aside
  const std::array movers{Mover{{1.2, 0.0}, {-0.3, 0.0}, 0.3}};
  const Vector2d v = avoid({}, {0, 0}, 0.0, {0.8, 0}, movers, ways);
  EXPECT_LE(v.x(), 0.0);
  EXPECT_EQ(v.y(), 0.0);
}

/// A body that obeys at once, among people who walk straight on without looking: nobody is touched.
TEST(Avoid, NobodyIsTouchedInAHundredEncounters) {
  const world::WayFinder ways = floor_of(8.0);
  const AvoidanceConfig config;
  Random random(3);
  int arrived = 0;
  for (int run = 0; run < 100; ++run) {
    std::array<Mover, 3> movers;
    for (Mover& mover : movers) {
      mover.p_W_m = {random.uniform(1.5, 8.0), random.uniform(-4.0, 4.0)};
      const double speed_m_s = random.uniform(0.0, 1.2);
      mover.v_W_m_s =
          speed_m_s * (math::rotation_2d(random.uniform(-3.2, 3.2)) * Vector2d::UnitX());
      mover.radius_m = 0.3;
    }
    Vector2d p(0, 0);
    double least_m = 1e9;
    for (double t = 0.0; t < 20.0; t += 0.02) {
      const Vector2d wanted = (Vector2d(10, 0) - p).normalized() * 0.8;
      p += 0.02 * avoid(config, p, 0.0, wanted, movers, ways);
      for (Mover& mover : movers) {
        mover.p_W_m += 0.02 * mover.v_W_m_s;
        least_m = std::min(least_m, (mover.p_W_m - p).norm());
      }
      if (p.x() > 9.5) break;
    }
    EXPECT_GT(least_m, 0.3 + 0.2) << "run " << run;
    arrived += p.x() > 9.5 ? 1 : 0;
  }
  EXPECT_GE(arrived, 90);
}

TEST(Avoid, TakesNoMemory) {
  const world::WayFinder ways = floor_of(5.0);
  const std::array movers{Mover{{1.0, 0.0}, {-1.0, 0.0}, 0.3}};
  const AllocationScope scope;
  EXPECT_NE(avoid({}, {0, 0}, 0.0, {0.8, 0}, movers, ways), Vector2d(0.8, 0));
  EXPECT_EQ(scope.count(), 0u);
}

}  // namespace
}  // namespace longmen::planning
