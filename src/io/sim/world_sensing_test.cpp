#include "io/sim/world_sensing.h"

#include <gtest/gtest.h>

#include <cmath>

namespace longmen::io {
namespace {

struct Seen {
  Tick at = 0;
  SensorFrame frame;
};

std::vector<Seen> run(const WorldSensingOptions& options, int ticks, std::uint64_t seed = 1,
                      const std::vector<world::Person>& people = {}, int objects = 0) {
  WorldSensing sensing(options, 0.001, seed);
  std::vector<Seen> seen;
  Truth truth;
  truth.p_WB = {1.0, 2.0, 0.9};
  truth.q_WB = Eigen::AngleAxisd(0.5, Eigen::Vector3d::UnitZ());
  truth.object_count = objects;
  truth.objects[0].p_WO = {4.0, 2.0, 0.9};
  truth.objects[0].q_WO = Eigen::AngleAxisd(0.3, Eigen::Vector3d::UnitZ());
  for (int i = 0; i < ticks; ++i) {
    truth.tick = i;
    truth.time_s = 0.001 * i;
    sensing.step(truth, people);
    Seen entry;
    entry.at = i;
    sensing.deliver(entry.frame);
    if (entry.frame.pose_fix.present || entry.frame.detection_count > 0 ||
        entry.frame.sighting_count > 0)
      seen.push_back(entry);
    sensing.end_tick();
  }
  return seen;
}

TEST(WorldSensing, FixesComeTenTimesASecondEightyMillisecondsOldAndOnce) {
  WorldSensingOptions options;
  options.noisy = false;
  const auto seen = run(options, 1000);
  ASSERT_EQ(seen.size(), 10u);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].at, static_cast<Tick>(100 * i + 80));
    EXPECT_EQ(seen[i].frame.pose_fix.measured_tick, static_cast<Tick>(100 * i));
    EXPECT_EQ(seen[i].frame.pose_fix.p_WB.x(), 1.0);
    EXPECT_NEAR(seen[i].frame.pose_fix.yaw_WB_rad, 0.5, 1e-12);
  }
}

TEST(WorldSensing, FixesAreNoisyMissingAndSometimesWrongAsOftenAsStated) {
  const auto seen = run(WorldSensingOptions{}, 1'000'000);
  EXPECT_NEAR(static_cast<double>(seen.size()), 9500.0, 100.0);
  int outliers = 0;
  double square_sum = 0.0;
  for (const Seen& s : seen) {
    const double dx = s.frame.pose_fix.p_WB.x() - 1.0;
    const double dy = s.frame.pose_fix.p_WB.y() - 2.0;
    if (std::hypot(dx, dy) > 0.5)
      ++outliers;
    else
      square_sum += dx * dx;
  }
  EXPECT_NEAR(outliers, 95, 35);
  EXPECT_NEAR(std::sqrt(square_sum / static_cast<double>(seen.size())), 0.02, 0.001);
}

TEST(WorldSensing, CanBeWithoutFixes) {
  WorldSensingOptions options;
  options.pose_fix = false;
  EXPECT_TRUE(run(options, 5000).empty());
}

TEST(WorldSensing, PeopleAreSeenWhereTheyWere) {
  WorldSensingOptions options;
  options.noisy = false;
  world::Person walker;
  walker.radius_m = 0.25;
  walker.height_m = 1.6;
  walker.path = {{0, {0, 0}}, {2, {2, 0}}, {4, {0, 0}}};
  const auto seen = run(options, 5000, 1, {walker});
  ASSERT_EQ(seen.size(), 50u);
  const Detection& at_one_second = seen[10].frame.detections[0];
  EXPECT_TRUE(at_one_second.is_person);
  EXPECT_EQ(at_one_second.measured_tick, 1000);
  EXPECT_NEAR(at_one_second.p_WO.x(), 1.0, 1e-9);
  EXPECT_EQ(at_one_second.height_m, 1.6);
}

TEST(WorldSensing, ObjectsAreSeenLateWithAnErrorThatStaysAndOneThatChanges) {
  WorldSensingOptions options;
  options.pose_fix = false;
  const auto seen = run(options, 400'000, 5, {}, 1);
  EXPECT_NEAR(static_cast<double>(seen.size()), 3800.0, 60.0);
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  double square_sum = 0.0;
  for (const Seen& s : seen) {
    EXPECT_EQ(s.at - s.frame.sightings[0].measured_tick, 80);
    const Eigen::Vector3d off = s.frame.sightings[0].p_WO - Eigen::Vector3d(4.0, 2.0, 0.9);
    mean += off / static_cast<double>(seen.size());
    square_sum += off.x() * off.x();
    EXPECT_NEAR(s.frame.sightings[0].q_WO.norm(), 1.0, 1e-9);
  }
  EXPECT_GT(mean.norm(), 0.001);
  EXPECT_LT(mean.norm(), 0.025);
  const double white = square_sum / static_cast<double>(seen.size()) - mean.x() * mean.x();
  EXPECT_NEAR(std::sqrt(white), 0.005, 0.0005);

  options.noisy = false;
  const auto exact = run(options, 1000, 5, {}, 1);
  ASSERT_EQ(exact.size(), 10u);
  EXPECT_EQ(exact[3].frame.sightings[0].p_WO, Eigen::Vector3d(4.0, 2.0, 0.9));
}

}  // namespace
}  // namespace longmen::io
