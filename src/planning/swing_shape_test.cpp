#include "planning/swing_shape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "planning/swing_foot.h"

namespace longmen::planning {
namespace {

constexpr double kSwingDuration_s = 0.7, kSwingClear_m = 0.03, kSwingDt_s = 0.001;
using GroundBelow = std::array<double, 24>;

/// How near the swinging sole comes to the highest ground about it, away from both ends.
double clearance_m(const GroundBelow& ground, double lift_off_m, double landing_m,
                   double stride_m) {
  const GaitConfig::Swing config;
  SwingFoot::Target target;
  target.location_m = {stride_m, 0.0};
  target.ground_m = landing_m;
  target.duration_s = kSwingDuration_s;
  target.shape =
      clearing_shape(ground, lift_off_m, landing_m, kSwingDuration_s, kSwingClear_m, config);
  SwingFoot foot;
  foot.start({0.0, 0.0, lift_off_m});
  double least_m = 1.0;
  for (; target.time_s < 0.85 * kSwingDuration_s; target.time_s += kSwingDt_s) {
    foot.tick(target, config, kSwingDt_s);
    if (target.time_s < 0.15 * kSwingDuration_s) continue;
    const double share = std::clamp(foot.position().x() / stride_m, 0.0, 1.0);
    const auto k = static_cast<std::size_t>(share * static_cast<double>(ground.size() - 1));
    const double highest = std::max(ground[k], ground[std::min(k + 1, ground.size() - 1)]);
    least_m = std::min(least_m, foot.position().z() - highest);
  }
  return least_m;
}

TEST(SwingShape, LevelGroundAsksForNoMoreThanTheUsualStep) {
  const GaitConfig::Swing config;
  const SwingShape shape = clearing_shape(GroundBelow{}, 0.0, 0.0, 0.4, kSwingClear_m, config);
  EXPECT_EQ(shape.start_phase, 0.0);
  EXPECT_EQ(shape.arrive_phase, 1.0);
  EXPECT_EQ(shape.apex_phase, config.apex_phase);
  EXPECT_EQ(shape.apex_m, config.apex_m);
}

TEST(SwingShape, TwoRisersUpAreCleared) {
  GroundBelow ground{};  // from one tread below the stance sole to one above it
  for (std::size_t i = 0; i < ground.size(); ++i) ground[i] = i < 2 ? -0.17 : i < 13 ? 0.0 : 0.17;
  EXPECT_GT(clearance_m(ground, -0.17, 0.17, 0.58), 0.005);
}

TEST(SwingShape, TwoRisersDownAreCleared) {
  GroundBelow ground{};
  for (std::size_t i = 0; i < ground.size(); ++i) ground[i] = i < 11 ? 0.17 : i < 22 ? 0.0 : -0.17;
  EXPECT_GT(clearance_m(ground, 0.17, -0.17, 0.58), 0.005);
}

}  // namespace
}  // namespace longmen::planning
