#include "trial/errand.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "world/way_finder.h"

namespace longmen::trial {
namespace {

const std::filesystem::path kErrandProject = LONGMEN_SOURCE_DIR;

TEST(Errand, DrawsWalksThatCanBeWalkedAmongPeopleOnTheFreeFloor) {
  for (const auto& entry : std::filesystem::directory_iterator(kErrandProject / "worlds")) {
    if (!entry.is_directory()) continue;
    const auto world = world::load_world(entry.path());
    ASSERT_TRUE(world) << world.error().text();
    const world::FreeSpace space(*world);
    const Errand errand{.people_min = 0, .people_max = 6};
    std::set<std::string> places;
    std::set<std::size_t> crowds;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      const auto walk = draw_walk(errand, *world, seed);
      ASSERT_TRUE(walk) << walk.error().text();
      places.insert(walk->place);
      crowds.insert(walk->people.size());
      const Eigen::Vector2d goal = world->place(walk->place)->stand->p_WB_m;
      EXPECT_GE(walk->shortest_m, (goal - walk->from.p_WB_m).norm() - 1e-9);
      EXPECT_GE(space.clearance(walk->from.p_WB_m), 0.5);
      for (const world::Person& person : walk->people)
        for (double t_s = 0.0; t_s < 30.0; t_s += 0.1) {
          const Eigen::Vector2d p = person.position_at(t_s);
          EXPECT_GT(space.clearance(p), 0.34) << world->name << " seed " << seed;
          const double speed = (person.position_at(t_s + 0.01) - p).norm() / 0.01;
          EXPECT_LT(speed, 1.5) << "nobody jumps";
        }
    }
    EXPECT_EQ(crowds.size(), 7u) << world->name;
    EXPECT_GT(places.size(), 3u) << world->name;
  }
}

TEST(Errand, StrewsObjectsWithinTheBoundsAndTheSameWithTheSameSeed) {
  const auto world = world::load_world(kErrandProject / "worlds/factory").value();
  const Strewn strewn{{0.02, 0.15}, 0.2, 0.3};
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto objects = draw_objects(strewn, world, seed);
    ASSERT_EQ(objects.size(), world.objects.size());
    const Eigen::Vector3d off_m = *objects[0].p_W_m - *world.objects[0].p_W_m;
    EXPECT_LE(std::abs(off_m.x()), 0.02);
    EXPECT_LE(std::abs(off_m.y()), 0.15);
    EXPECT_EQ(off_m.z(), 0.0);
    EXPECT_LE(std::abs(objects[0].yaw_rad - world.objects[0].yaw_rad), 0.2);
    EXPECT_NEAR(*objects[0].mass_kg / *world.objects[0].mass_kg, 1.0, 0.3);
    EXPECT_EQ(*objects[0].p_W_m, *draw_objects(strewn, world, seed)[0].p_W_m);
    EXPECT_NE(*objects[0].p_W_m, *draw_objects(strewn, world, seed + 1)[0].p_W_m);
  }
  EXPECT_EQ(*draw_objects({}, world, 3)[0].p_W_m, *world.objects[0].p_W_m);
}

TEST(Errand, TheSameSeedDrawsTheSameWalk) {
  const auto world = world::load_world(kErrandProject / "worlds/factory").value();
  const Errand errand{.people_max = 6};
  EXPECT_EQ(draw_walk(errand, world, 5)->shortest_m, draw_walk(errand, world, 5)->shortest_m);
  EXPECT_NE(draw_walk(errand, world, 5)->shortest_m, draw_walk(errand, world, 6)->shortest_m);
}

}  // namespace
}  // namespace longmen::trial
