#include "planning/swing_foot.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace longmen::planning {
namespace {

TEST(SwingFoot, AStepThatBecomesShorterDoesNotRushAFootThatArrivesEarly) {
  constexpr double kPeriod_s = 0.001;
  SwingFoot foot;
  foot.start(Eigen::Vector3d::Zero());
  SwingFoot::Target target;
  target.location_m = {0.5, 0.0};
  target.duration_s = 0.7;
  target.shape.arrive_phase = 0.7;
  double fastest_m_s = 0.0;
  for (int i = 0; i < 600; ++i) {
    target.time_s = i * kPeriod_s;
    if (i == 350) target.duration_s = 0.51;  // it should be there in 7 ms, and 7 cm are left
    foot.tick(target, GaitConfig::Swing{}, kPeriod_s);
    fastest_m_s = std::max(fastest_m_s, foot.velocity().head<2>().norm());
  }
  EXPECT_LT(fastest_m_s, 2.5);
  EXPECT_NEAR(foot.position().x(), 0.5, 0.01);
}

}  // namespace
}  // namespace longmen::planning
