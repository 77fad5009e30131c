#include "world/way_finder.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <queue>

#include "core/allocation_counter.h"
#include "core/random.h"

namespace longmen::world {
namespace {

using Eigen::Vector2d;

const std::filesystem::path kWorlds = std::filesystem::path(LONGMEN_SOURCE_DIR) / "worlds";

World room_with(std::vector<Body> bodies) {
  World world;
  world.floor_min_m = {-5.0, -4.0};
  world.floor_max_m = {5.0, 4.0};
  for (const Body& body : bodies)
    world.obstacles.push_back({"thing_" + std::to_string(world.obstacles.size()), body});
  return world;
}

WayQuery query(const Vector2d& from, const Vector2d& to, double clearance_m = 0.4) {
  return {.from_W_m = from,
          .to_W_m = to,
          .clearance_m = clearance_m,
          .disc_clearance_m = 0.6,
          .goal_clearance_m = 0.3};
}

/// Length by Dijkstra over a grid with 16 directions: a free way, so never shorter than the
/// shortest. Infinite when there is none.
double grid_length_m(const FreeSpace& space, const Vector2d& from, const Vector2d& to,
                     double clearance_m) {
  constexpr double kCell_m = 0.1;
  constexpr int kNx = 101;
  constexpr int kNy = 81;
  const auto at = [&](int x, int y) { return Vector2d(-5.0 + kCell_m * x, -4.0 + kCell_m * y); };
  const auto index = [](int x, int y) {
    return static_cast<std::size_t>(y) * kNx + static_cast<std::size_t>(x);
  };
  std::vector<double> cost(index(0, kNy), std::numeric_limits<double>::infinity());
  std::vector<char> is_free(cost.size());
  for (int y = 0; y < kNy; ++y)
    for (int x = 0; x < kNx; ++x)
      is_free[index(x, y)] = space.clearance(at(x, y)) >= clearance_m ? 1 : 0;
  const auto cell = [&](const Vector2d& p) {
    return index(static_cast<int>(std::lround((p.x() + 5.0) / kCell_m)),
                 static_cast<int>(std::lround((p.y() + 4.0) / kCell_m)));
  };
  using Entry = std::pair<double, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  const std::size_t goal = cell(to);
  cost[cell(from)] = 0.0;
  open.emplace(0.0, cell(from));
  while (!open.empty()) {
    const auto [length_m, here] = open.top();
    open.pop();
    if (here == goal) return length_m;
    if (length_m > cost[here]) continue;
    for (int dy = -2; dy <= 2; ++dy)
      for (int dx = -2; dx <= 2; ++dx) {
        const int x = static_cast<int>(here % kNx) + dx;
        const int y = static_cast<int>(here / kNx) + dy;
        if ((dx == 0 && dy == 0) || x < 0 || y < 0 || x >= kNx || y >= kNy) continue;
        const std::size_t next = index(x, y);
        const double whole_m = length_m + kCell_m * std::hypot(dx, dy);
        if (is_free[next] == 0 || whole_m >= cost[next]) continue;
        cost[next] = whole_m;
        open.emplace(whole_m, next);
      }
  }
  return std::numeric_limits<double>::infinity();
}

TEST(WayFinder, AFreeWayIsStraight) {
  WayFinder finder{FreeSpace(room_with({}))};
  ASSERT_EQ(finder.find(query({-3, -2}, {3, 2}), {}), WayStatus::kFound);
  EXPECT_EQ(finder.way_W_m().size(), 2u);
  EXPECT_NEAR(finder.length_m(), std::hypot(6.0, 4.0), 1e-12);
}

TEST(WayFinder, GoesRoundACornerAtItsClearance) {
  // A wall from the lower edge up to y = 1, and a way from one side to the other.
  WayFinder finder{FreeSpace(room_with({{{0.0, -1.5}, {0.2, 5.0, 2.0}}}))};
  ASSERT_EQ(finder.find(query({-2, -1}, {2, -1}), {}), WayStatus::kFound);
  // Straight to the arc of 0.4 m round each corner, along it, and over the top; tangents instead of
  // the arc make it longer by less than 3 %.
  const double to_corner_m = std::sqrt(1.9 * 1.9 + 2.0 * 2.0 - 0.4 * 0.4);
  const double arc_rad =
      std::numbers::pi / 2 - (std::atan2(1.9, 2.0) + std::asin(0.4 / std::hypot(1.9, 2.0)));
  const double arc_m = 0.4 * (std::numbers::pi / 2 - arc_rad);
  EXPECT_GT(finder.length_m(), 2 * to_corner_m);
  EXPECT_LT(finder.length_m(), 1.03 * (2 * to_corner_m + 2 * arc_m + 0.2));
}

/// In random rooms: every way keeps its clearance, and no free way over a grid is shorter.
TEST(WayFinder, WaysAreFreeAndShortestAmongRandomThings) {
  constexpr double kClearance_m = 0.4;
  Random random(11);
  int found = 0;
  int closed = 0;
  for (int room = 0; room < 60; ++room) {
    std::vector<Body> bodies;
    for (int i = 0; i < 12; ++i)
      bodies.push_back({{random.uniform(-5, 5), random.uniform(-4, 4)},
                        {random.uniform(0.2, 3.0), random.uniform(0.2, 3.0), 1.0}});
    const FreeSpace space(room_with(bodies));
    WayFinder finder(space);
    const auto free_point = [&] {
      for (;;) {
        // On the grid, so that both searches begin and end alike.
        const Vector2d p(0.1 * std::round(random.uniform(-45, 45)),
                         0.1 * std::round(random.uniform(-35, 35)));
        if (space.clearance(p) > kClearance_m + 1e-3) return p;
      }
    };
    const Vector2d from = free_point();
    const Vector2d to = free_point();
    const double grid_m = grid_length_m(space, from, to, kClearance_m);
    const WayStatus status = finder.find(query(from, to, kClearance_m), {});
    ASSERT_TRUE(status == WayStatus::kFound || !std::isfinite(grid_m)) << "room " << room;
    if (status != WayStatus::kFound) {
      EXPECT_GE(finder.blocked_by(), 0);
      ++closed;
      continue;
    }
    ++found;
    EXPECT_LE(finder.length_m(), 1.03 * grid_m + 1e-9) << "room " << room;
    double length_m = 0.0;
    const auto way = finder.way_W_m();
    for (std::size_t i = 1; i < way.size(); ++i) {
      length_m += (way[i] - way[i - 1]).norm();
      for (double share = 0.0; share <= 1.0; share += 0.01)
        ASSERT_GE(space.clearance(way[i - 1] + share * (way[i] - way[i - 1])), kClearance_m - 1e-6);
    }
    EXPECT_NEAR(length_m, finder.length_m(), 1e-9);
    EXPECT_EQ(way.front(), from);
    EXPECT_EQ(way.back(), to);
  }
  EXPECT_GT(found, 20);
  EXPECT_GT(closed, 3);
}

TEST(WayFinder, AClosedRoomHasNoWayAndSaysWhatCloses) {
  WayFinder finder{FreeSpace(room_with({{{0.0, 0.0}, {0.2, 9.0, 2.0}}}))};
  EXPECT_EQ(finder.find(query({-2, 0}, {2, 0}), {}), WayStatus::kNoWay);
  EXPECT_EQ(finder.blocked_by(), 0);
}

TEST(WayFinder, ADoorIsAWayIfTheRobotFits) {
  // A wall with a gap of 1 m.
  WayFinder finder{
      FreeSpace(room_with({{{0.0, -2.5}, {0.2, 4.0, 2.0}}, {{0.0, 2.5}, {0.2, 4.0, 2.0}}}))};
  EXPECT_EQ(finder.find(query({-2, 2}, {2, 2}, 0.45), {}), WayStatus::kFound);
  EXPECT_EQ(finder.find(query({-2, 2}, {2, 2}, 0.55), {}), WayStatus::kNoWay);
}

TEST(WayFinder, AGoalWithinOrTooNearToAThingIsBlocked) {
  WayFinder finder{FreeSpace(room_with({{{0.0, 0.0}, {1.0, 1.0, 1.0}}}))};
  EXPECT_EQ(finder.find(query({-3, 0}, {0.2, 0.0}), {}), WayStatus::kGoalBlocked);
  EXPECT_EQ(finder.find(query({-3, 0}, {0.7, 0.0}), {}), WayStatus::kGoalBlocked);
  EXPECT_EQ(finder.blocked_by(), 0);
  EXPECT_EQ(finder.find(query({-3, 0}, {4.9, 0.0}), {}), WayStatus::kGoalBlocked);
  EXPECT_EQ(finder.blocked_by(), kBlockedByEdge);
  EXPECT_EQ(finder.find(query({-3, 0}, {0.85, 0.0}), {}), WayStatus::kFound)
      << "nearer than the clearance, as places before furniture are";
}

TEST(WayFinder, AWayThatBeginsWithinAThingLeavesIt) {
  WayFinder finder{FreeSpace(room_with({{{0.0, 0.0}, {1.0, 1.0, 1.0}}}))};
  EXPECT_EQ(finder.find(query({0.4, 0.0}, {3, 0}), {}), WayStatus::kFound);
  EXPECT_EQ(finder.find(query({0.7, 0.0}, {3, 0}), {}), WayStatus::kFound) << "beside it";
}

TEST(WayFinder, DiscsAreGoneRoundAndBlockTheGoalTheyStandOn) {
  WayFinder finder{FreeSpace(room_with({}))};
  const std::array discs{Disc{{0.0, 0.1}, 0.3}};
  ASSERT_EQ(finder.find(query({-2, 0}, {2, 0}), discs), WayStatus::kFound);
  EXPECT_GT(finder.length_m(), 4.0);
  EXPECT_LT(finder.length_m(), 4.8);
  for (std::size_t i = 1; i < finder.way_W_m().size(); ++i)
    EXPECT_GE(distance_to_segment(discs[0].p_W_m, finder.way_W_m()[i - 1], finder.way_W_m()[i]),
              0.9 - 1e-6);
  EXPECT_EQ(finder.find(query({-2, 0}, {0.2, 0}), discs), WayStatus::kGoalBlocked);
  EXPECT_EQ(finder.blocked_by(), kBlockedByDisc);
}

TEST(WayFinder, ASearchInPortionsFindsTheSameAndTakesNoMemory) {
  const World world = load_world(kWorlds / "factory").value();
  WayFinder whole{FreeSpace(world)};
  WayFinder portions{FreeSpace(world)};
  const WayQuery across = query({4.4, -1.2}, {3.6, 2.7}, 0.35);
  const std::array discs{Disc{{3.0, 1.0}, 0.3}, Disc{{2.0, -1.0}, 0.3}};
  ASSERT_EQ(whole.find(across, discs), WayStatus::kFound);
  const AllocationScope scope;
  portions.begin(across, discs);
  while (portions.advance(1) == WayStatus::kSearching) {
  }
  EXPECT_EQ(scope.count(), 0u);
  EXPECT_EQ(portions.length_m(), whole.length_m());
  EXPECT_TRUE(std::equal(whole.way_W_m().begin(), whole.way_W_m().end(), portions.way_W_m().begin(),
                         portions.way_W_m().end()));
}

class ShippedWorldWays : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, ShippedWorldWays, testing::Values("factory", "bank", "park"));

TEST_P(ShippedWorldWays, EveryPlaceIsReachedFromEveryOther) {
  const World world = load_world(kWorlds / GetParam()).value();
  WayFinder finder{FreeSpace(world)};
  for (const Place& from : world.places)
    for (const Place& to : world.places)
      EXPECT_EQ(finder.find(query(from.stand->p_WB_m, to.stand->p_WB_m), {}), WayStatus::kFound)
          << from.names.id << " to " << to.names.id;
}

}  // namespace
}  // namespace longmen::world
