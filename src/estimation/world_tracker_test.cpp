#include "estimation/world_tracker.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/allocation_counter.h"
#include "core/random.h"
#include "estimation/sensor_fault.h"

namespace longmen::estimation {
namespace {

constexpr double kTrackerDt_s = 0.001;

struct Person {
  Eigen::Vector2d p, v;
  bool seen = true;
  Eigen::Vector2d at(Tick tick) const { return p + v * (static_cast<double>(tick) * kTrackerDt_s); }
};

/// Detections at 10 Hz, 80 ms old, 5 cm noise, one in ten missing.
class Scene {
 public:
  explicit Scene(std::uint64_t seed) : random_(seed) {}
  void step() {
    SensorFrame frame;
    frame.tick = ++tick;
    if (tick % 100 == 80) {
      for (const Person& person : people) {
        const bool missing = random_.uniform() < 0.1;
        const double dx = 0.05 * random_.normal(), dy = 0.05 * random_.normal();
        if (missing || !person.seen) continue;
        Detection& d = frame.detections[static_cast<std::size_t>(frame.detection_count++)];
        const Eigen::Vector2d p = person.at(tick - 80);
        d.is_person = true;
        d.measured_tick = tick - 80;
        d.p_WO = {p.x() + dx, p.y() + dy, 0};
        d.radius_m = 0.3;
        d.height_m = 1.75;
      }
    }
    faults |= tracker.tick(frame, world);
  }
  void run(double seconds) {
    const Tick end = tick + static_cast<Tick>(seconds / kTrackerDt_s);
    while (tick < end) step();
  }

  std::vector<Person> people;
  WorldTracker tracker = WorldTracker::create({}, kTrackerDt_s).value();
  WorldState world;
  Tick tick = 0;
  std::uint32_t faults = 0;

 private:
  Random random_;
};

TEST(WorldTracker, OnePersonIsOneTrackWithItsSpeed) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Scene scene(seed);
    scene.people = {{{1, 2}, {0.8, -0.3}}};
    scene.run(4.0);
    ASSERT_EQ(scene.world.track_count, 1);
    const Track& track = scene.world.tracks[0];
    EXPECT_TRUE(track.is_person);
    EXPECT_LT((track.p_WO.head<2>() - scene.people[0].at(scene.tick)).norm(), 0.2);
    EXPECT_LT((track.v_WO.head<2>() - scene.people[0].v).norm(), 0.6);
    EXPECT_LT((track.p_WO.head<2>() - scene.people[0].at(scene.tick)).norm(),
              4.0 * track.position_sigma_m);
    EXPECT_EQ(scene.faults, 0U);
  }
}

TEST(WorldTracker, PeopleWhoPassKeepTheirIds) {
  Scene scene(3);
  scene.people = {{{0, 0}, {1.0, 0}}, {{4, 0.9}, {-1.0, 0}}};
  scene.run(1.0);
  ASSERT_EQ(scene.world.track_count, 2);
  const int rightward =
      scene.world.tracks[0].v_WO.x() > 0 ? scene.world.tracks[0].id : scene.world.tracks[1].id;
  scene.run(2.5);
  ASSERT_EQ(scene.world.track_count, 2);
  for (const Track& track : {scene.world.tracks[0], scene.world.tracks[1]})
    EXPECT_EQ(track.id == rightward, track.v_WO.x() > 0);
}

TEST(WorldTracker, OneUnseenGrowsUncertainAndIsDropped) {
  Scene scene(4);
  scene.people = {{{1, 0}, {0, 0}}};
  scene.run(2.0);
  const double sigma = scene.world.tracks[0].position_sigma_m;
  scene.people[0].seen = false;
  scene.run(1.5);
  ASSERT_EQ(scene.world.track_count, 1);
  EXPECT_GT(scene.world.tracks[0].position_sigma_m, 2 * sigma);
  EXPECT_GT(scene.world.tracks[0].age_s, 1.0);
  scene.run(1.0);
  EXPECT_EQ(scene.world.track_count, 0);
}

TEST(WorldTracker, MoreThanItHoldsKeepsTheLatest) {
  Scene scene(5);
  for (int i = 0; i < kMaxTracks; ++i) scene.people.push_back({{3.0 * i, 0}, {0, 0}});
  scene.run(1.0);
  EXPECT_EQ(scene.world.track_count, kMaxTracks);
  for (Person& person : scene.people) person.p.y() = 50;  // all others now
  scene.run(0.5);
  EXPECT_EQ(scene.world.track_count, kMaxTracks);
  for (const Track& track : scene.world.tracks) EXPECT_GT(track.p_WO.y(), 40);
}

TEST(WorldTracker, NonsenseMakesNoTrack) {
  WorldTracker tracker = WorldTracker::create({}, kTrackerDt_s).value();
  SensorFrame frame;
  frame.tick = 1000;
  frame.detection_count = 1000;  // beyond the array
  for (std::size_t i = 0; i < kMaxDetections; ++i) {
    Detection& d = frame.detections[i];
    d = {0, true, 990, {1, 1, 0}, 0.3, 1.7};
    if (i % 4 == 0) d.p_WO.x() = std::nan("");
    if (i % 4 == 1) d.measured_tick = 2000;
    if (i % 4 == 2) d.radius_m = -1;
    if (i % 4 == 3) d.height_m = HUGE_VAL;
  }
  WorldState world;
  EXPECT_EQ(tracker.tick(frame, world), kDetectionInvalid);
  EXPECT_EQ(world.track_count, 0);
}

TEST(WorldTracker, ATickTakesNoMemory) {
  if (!allocations_are_counted()) GTEST_SKIP() << "a sanitizer brings its own allocator";
  Scene scene(6);
  scene.people = {{{1, 2}, {0.8, -0.3}}, {{3, 2}, {0, 0}}};
  const AllocationScope scope;
  scene.run(1.0);
  EXPECT_EQ(scope.count(), 0U);
}

TEST(WorldTracker, AnImpossibleConfigIsRefused) {
  WorldTrackerConfig config;
  config.age_max_s = 0;
  const auto tracker = WorldTracker::create(config, kTrackerDt_s);
  ASSERT_FALSE(tracker);
  EXPECT_NE(tracker.error().text().find("age_max_s"), std::string::npos);
}

}  // namespace
}  // namespace longmen::estimation
