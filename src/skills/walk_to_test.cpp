#include "skills/walk_to.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/allocation_counter.h"
#include "model/robot_names.h"
#include "skills/walker_stand_in.h"

namespace longmen::skills {
namespace {

using Eigen::Vector2d;

world::World room() {
  world::World world;
  world.floor_min_m = {-6.0, -5.0};
  world.floor_max_m = {6.0, 5.0};
  return world;
}

/// A wall from the lower edge to y = 2 between the two sides.
world::World walled_room() {
  world::World world = room();
  world.obstacles.push_back({"wall", {{2.0, -1.5}, {0.2, 7.0, 2.0}}});
  return world;
}

struct WalkOutcome {
  SkillTick end;
  double time_s = 0.0;
  double length_m = 0.0;     ///< walked
  double clearance_m = 1e9;  ///< least, from things
  double people_m = 1e9;     ///< least distance of the middles
  bool moved = false;
};

WalkOutcome run(WalkTo& walk, WalkerStandIn& walker, const world::FreeSpace& space,
                double time_max_s = 90.0) {
  WalkOutcome result;
  Goal goal;
  for (; result.time_s < time_max_s; result.time_s += kPeriod_s) {
    result.end = walk.tick(walker.view(), goal);
    if (result.end.status != SkillStatus::kRunning) return result;
    result.moved = result.moved || goal.locomotion == Goal::Locomotion::kWalk;
    const Vector2d before = walker.p_W;
    for (int i = 0; i < 20; ++i) walker.step(goal, 0.001);
    result.length_m += (walker.p_W - before).norm();
    result.clearance_m = std::min(result.clearance_m, space.clearance(walker.p_W));
    for (int i = 0; i < walker.world.track_count; ++i) {
      Track& track = walker.world.tracks[static_cast<std::size_t>(i)];
      track.p_WO += kPeriod_s * track.v_WO;
      result.people_m = std::min(result.people_m, (track.p_WO.head<2>() - walker.p_W).norm());
    }
  }
  return result;
}

void add_person(WalkerStandIn& walker, const Vector2d& p_W, const Vector2d& v_W) {
  Track& track = walker.world.tracks[static_cast<std::size_t>(walker.world.track_count++)];
  track.is_person = true;
  track.radius_m = 0.3;
  track.p_WO = {p_W.x(), p_W.y(), 0.0};
  track.v_WO = {v_W.x(), v_W.y(), 0.0};
}

TEST(WalkTo, ArrivesAtPosesAllOverTheFloor) {
  const world::World world = room();
  Random random(8);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Ground ground(world);
    WalkerStandIn walker(robot(), seed);
    const Vector2d target(random.uniform(-4, 4), random.uniform(-4, 4));
    const double yaw = random.uniform(-M_PI, M_PI);
    WalkTo walk(ground, {}, {}, kPeriod_s);
    walk.go_to(target, yaw);
    const WalkOutcome result = run(walk, walker, ground.ways.space());
    ASSERT_EQ(result.end.status, SkillStatus::kDone) << "seed " << seed;
    EXPECT_LT((walker.p_W - target).norm(), 0.05) << "seed " << seed;
    EXPECT_LT(std::abs(math::wrap_angle(walker.yaw - yaw)), 3.0 * M_PI / 180.0) << "seed " << seed;
    EXPECT_LT(result.time_s, 45.0) << "seed " << seed;
  }
}

TEST(WalkTo, GoesRoundAWallByNearlyTheShortestWay) {
  const world::World world = walled_room();
  Ground ground(world);
  WalkerStandIn walker(robot(), 4);
  WalkTo walk(ground, {}, {}, kPeriod_s);
  walk.go_to({4.0, 0.0}, 0.0);
  const WalkOutcome result = run(walk, walker, ground.ways.space());
  ASSERT_EQ(result.end.status, SkillStatus::kDone);
  ASSERT_EQ(ground.ways.find({.from_W_m = {0, 0}, .to_W_m = {4, 0}, .clearance_m = 0.3}, {}),
            world::WayStatus::kFound);
  EXPECT_LT(result.length_m, 1.15 * ground.ways.length_m());
  EXPECT_GT(result.clearance_m, 0.3);
}

TEST(WalkTo, SaysThatAPoseIsUnreachableBeforeAStepIsTaken) {
  world::World world = walled_room();
  world.obstacles[0].body = {{2.0, 0.0}, {0.2, 10.0, 2.0}};
  Ground ground(world);
  WalkerStandIn walker(robot(), 4);
  WalkTo walk(ground, {}, {}, kPeriod_s);
  walk.go_to({4.0, 0.0}, 0.0);
  const WalkOutcome result = run(walk, walker, ground.ways.space());
  EXPECT_EQ(result.end.fault, SkillFault::kUnreachable);
  EXPECT_FALSE(result.moved);
}

TEST(WalkTo, GoesRoundSomeoneWhoStandsInTheWay) {
  const world::World world = room();
  Ground ground(world);
  WalkerStandIn walker(robot(), 5);
  add_person(walker, {2.0, 0.1}, {0, 0});
  WalkTo walk(ground, {}, {}, kPeriod_s);
  walk.go_to({4.0, 0.0}, 0.0);
  const WalkOutcome result = run(walk, walker, ground.ways.space());
  ASSERT_EQ(result.end.status, SkillStatus::kDone);
  EXPECT_GT(result.people_m, 0.6);
  EXPECT_LT(result.length_m, 1.3 * 4.0);
}

TEST(WalkTo, WaitsForSomeoneAtThePlaceAndGivesUpInTheEnd) {
  const world::World world = room();
  Ground ground(world);
  WalkerStandIn walker(robot(), 5);
  add_person(walker, {4.0, 0.0}, {0, 0});
  WalkTo walk(ground, {}, {}, kPeriod_s);
  walk.go_to({4.0, 0.0}, 0.0);
  const WalkOutcome waiting = run(walk, walker, ground.ways.space(), 10.0);
  EXPECT_EQ(waiting.end.status, SkillStatus::kRunning);
  const WalkOutcome given_up = run(walk, walker, ground.ways.space(), 60.0);
  EXPECT_EQ(given_up.end.fault, SkillFault::kBlocked);

  Ground free_again(world);
  WalkTo second(free_again, {}, {}, kPeriod_s);
  second.go_to({4.0, 0.0}, 0.0);
  EXPECT_EQ(run(second, walker, free_again.ways.space(), 5.0).end.status, SkillStatus::kRunning);
  walker.world.tracks[0].p_WO.y() = 3.0;
  EXPECT_EQ(run(second, walker, free_again.ways.space()).end.status, SkillStatus::kDone);
}

TEST(WalkTo, KeepsAwayFromPeopleWhoCrossItsWay) {
  const world::World world = room();
  Random random(6);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Ground ground(world);
    WalkerStandIn walker(robot(), seed);
    // Someone who will be where the robot is, or comes towards it, and does not look.
    const double angle = random.uniform(-M_PI, M_PI);
    const Vector2d v_W = 0.9 * (math::rotation_2d(angle) * Vector2d::UnitX());
    add_person(walker, Vector2d(1.5, 0.0) - 3.5 * v_W, v_W);
    WalkTo walk(ground, {}, {}, kPeriod_s);
    walk.go_to({4.0, 0.0}, 0.0);
    const WalkOutcome result = run(walk, walker, ground.ways.space());
    EXPECT_EQ(result.end.status, SkillStatus::kDone) << "seed " << seed;
    EXPECT_GT(result.people_m, 0.5) << "seed " << seed;
  }
}

TEST(WalkTo, WalksSlowlyWhereAZoneSaysSo) {
  world::World world = room();
  world.zones.push_back({"slow", world::ZoneKind::kSlow, {{1, -1}, {3, -1}, {3, 1}, {1, 1}}});
  Ground ground(world);
  WalkerStandIn walker(robot(), 5);
  WalkTo walk(ground, {}, {}, kPeriod_s);
  walk.go_to({5.0, 0.0}, 0.0);
  Goal goal;
  double fastest_m_s = 0.0;
  for (int i = 0; i < 3000; ++i) {
    const SkillTick tick = walk.tick(walker.view(), goal);
    if (tick.status != SkillStatus::kRunning) break;
    if (world.zones[0].contains(walker.state.p_WB.head<2>()))
      fastest_m_s = std::max(fastest_m_s, goal.velocity_H_m_s.x());
    for (int k = 0; k < 20; ++k) walker.step(goal, 0.001);
  }
  EXPECT_GT(walker.p_W.x(), 4.9);
  EXPECT_LE(fastest_m_s, WalkToConfig{}.slow_zone_m_s);
  EXPECT_GT(fastest_m_s, 0.3);
}

TEST(WalkTo, ALoadBeforeTheChestNeedsMoreRoom) {
  world::Object box;
  box.size_m = {0.3, 0.4, 0.25};
  const WalkToConfig empty = with_room({}, robot().footprint(), nullptr);
  const WalkToConfig loaded = with_room({}, robot().footprint(), &box);
  EXPECT_GT(empty.clearance_m, robot().footprint().half_width_m);
  EXPECT_GT(loaded.clearance_m, robot().footprint().fore_m + 0.4);
}

TEST(WalkTo, TakesNoMemory) {
  const world::World world = walled_room();
  Ground ground(world);
  WalkerStandIn walker(robot(), 7);
  add_person(walker, {2.0, 2.5}, {-0.2, 0.0});
  WalkTo walk(ground, {}, {}, kPeriod_s);
  walk.go_to({4.0, 0.0}, 0.0);
  const AllocationScope scope;
  EXPECT_EQ(run(walk, walker, ground.ways.space()).end.status, SkillStatus::kDone);
  EXPECT_EQ(scope.count(), 0u);
}

}  // namespace
}  // namespace longmen::skills
