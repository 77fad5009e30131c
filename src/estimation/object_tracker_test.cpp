#include "estimation/object_tracker.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/allocation_counter.h"
#include "core/random.h"
#include "estimation/sensor_fault.h"

namespace longmen::estimation {
namespace {

struct Watch {
  ObjectTracker tracker = ObjectTracker::create({}, 0.001).value();
  Random random{3};
  SensorFrame frame;
  WorldState world;
  int held = -1;

  /// A sighting, 80 ms old, with the noise that the tracker expects.
  std::uint32_t see(int object, const Eigen::Vector3d& p_WO, double yaw_rad, double noise = 1.0) {
    frame.tick += 100;
    frame.sighting_count = 1;
    ObjectSighting& s = frame.sightings[0];
    s.object = object;
    s.measured_tick = frame.tick - 80;
    s.p_WO = p_WO;
    for (int i = 0; i < 3; ++i) s.p_WO[i] += noise * 0.006 * random.normal();
    yaw_rad += noise * 0.02 * random.normal();
    s.q_WO = Eigen::Quaterniond(Eigen::AngleAxisd(yaw_rad, Eigen::Vector3d::UnitZ()));
    return tracker.tick(frame, held, world);
  }
};

TEST(ObjectTracker, SightingsOfAnObjectAtRestAreAveraged) {
  Watch watch;
  const Eigen::Vector3d p_WO(4.0, 2.0, 0.9);
  for (int i = 0; i < 60; ++i) watch.see(2, p_WO, 0.3);
  ASSERT_EQ(watch.world.object_count, 3);
  EXPECT_FALSE(watch.world.objects[0].known);
  const TrackedObject& object = watch.world.objects[2];
  EXPECT_TRUE(object.known);
  EXPECT_LT((object.p_WO - p_WO).norm(), 0.004);
  EXPECT_LT(object.q_WO.angularDistance(
                Eigen::Quaterniond(Eigen::AngleAxisd(0.3, Eigen::Vector3d::UnitZ()))),
            0.01);
  EXPECT_NEAR(object.age_s, 0.08, 1e-9);
  EXPECT_GE(object.position_sigma_m, 0.005);
}

TEST(ObjectTracker, OneThatWasMovedIsWhereItWasSeenLast) {
  Watch watch;
  for (int i = 0; i < 60; ++i) watch.see(0, {1, 0, 0.5}, 0.0);
  watch.see(0, {1.2, 0, 0.5}, 0.0);  // one sighting may be wrong
  EXPECT_NEAR(watch.world.objects[0].p_WO.x(), 1.0, 0.005);
  watch.see(0, {1.2, 0, 0.5}, 0.0);
  EXPECT_NEAR(watch.world.objects[0].p_WO.x(), 1.2, 0.03);
}

TEST(ObjectTracker, OneInTheHandsIsFollowedAndOneAtRestIsAveraged) {
  const auto lag_m = [](int held) {
    Watch watch;
    watch.held = held;
    double x_m = 1.0;
    for (int i = 0; i < 60; ++i) watch.see(0, {x_m, 0, 0.5}, 0.0);
    for (int i = 0; i < 30; ++i) watch.see(0, {x_m += 0.001, 0, 0.5}, 0.0);  // 1 cm a second
    return x_m - watch.world.objects[0].p_WO.x();
  };
  EXPECT_LT(lag_m(0), 0.008);
  EXPECT_GT(lag_m(-1), 0.010);
  EXPECT_GT(lag_m(1), 0.010) << "another one is in the hands";
}

TEST(ObjectTracker, SightingsThatCannotBeAreRefusedAndTold) {
  Watch watch;
  watch.see(0, {1, 0, 0.5}, 0.0, 0.0);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(watch.see(0, {nan, 0, 0.5}, 0.0, 0.0), kDetectionInvalid);
  EXPECT_EQ(watch.see(kMaxObjects, {1, 0, 0.5}, 0.0, 0.0), kDetectionInvalid);
  EXPECT_EQ(watch.see(-1, {1, 0, 0.5}, 0.0, 0.0), kDetectionInvalid);
  watch.frame.sightings[0].measured_tick = watch.frame.tick + 1;
  watch.frame.sightings[0].object = 0;
  EXPECT_EQ(watch.tracker.tick(watch.frame, -1, watch.world), kDetectionInvalid);
  watch.frame.sightings[0].measured_tick = watch.frame.tick;
  watch.frame.sightings[0].q_WO.coeffs().setZero();
  EXPECT_EQ(watch.tracker.tick(watch.frame, -1, watch.world), kDetectionInvalid);
  watch.frame.sighting_count = 1000;
  (void)watch.tracker.tick(watch.frame, -1, watch.world);
  EXPECT_EQ(watch.world.object_count, 1);
  EXPECT_EQ(watch.world.objects[0].p_WO, Eigen::Vector3d(1, 0, 0.5));
}

TEST(ObjectTracker, TakesNoMemory) {
  Watch watch;
  watch.see(0, {1, 0, 0.5}, 0.0);
  const AllocationScope scope;
  for (int i = 0; i < 100; ++i) watch.see(i % kMaxObjects, {1, 0, 0.5}, 0.0);
  EXPECT_EQ(scope.count(), 0u);
}

TEST(ObjectTracker, ASettingThatCannotBeIsAnError) {
  ObjectTrackerConfig config;
  config.position_sigma_m = 0.0;
  EXPECT_FALSE(ObjectTracker::create(config, 0.001));
  EXPECT_FALSE(ObjectTracker::create({}, 0.0));
}

}  // namespace
}  // namespace longmen::estimation
