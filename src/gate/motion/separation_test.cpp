#include "gate/motion/separation.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/random.h"
#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

Track person() {
  Track track;
  track.is_person = true;
  track.radius_m = 0.3;
  track.height_m = 1.7;
  return track;
}

TEST(Separation, IsTheStandardsSum) {
  MotionLimits rules = testing::shipped_rules().limits;
  rules.people_reaction_s = 0.1;
  rules.stop_time_s = 1.0;
  rules.intrusion_m = 0.2;
  rules.people_sigmas = 2.0;
  Track track = person();
  track.position_sigma_m = 0.05;
  track.velocity_sigma_m_s = 0.1;
  const Approach approach{5.0, 0.8, 1.0};
  // (1.0 + 0.2) 1.1 + 0.8 (0.1 + 0.5) + 0.2 + 0.1
  EXPECT_NEAR(protective_distance_m(approach, track, rules), 2.1, 1e-12);
}

TEST(Separation, WhoHasNotBeenSeenForAWhileWalksAtTheStandardsSpeed) {
  const MotionLimits rules = testing::shipped_rules().limits;
  Track track = person();
  const Approach approach{5.0, 0.0, 0.0};
  const double seen = protective_distance_m(approach, track, rules);
  track.age_s = rules.unseen_s + 0.01;
  EXPECT_NEAR(protective_distance_m(approach, track, rules) - seen,
              1.6 * (rules.people_reaction_s + rules.stop_time_s), 1e-12);
  track.age_s = std::numeric_limits<double>::quiet_NaN();
  EXPECT_GT(protective_distance_m(approach, track, rules), seen + 1.0);
}

TEST(Separation, ARobotThatStopsEvenlyWithinItIsAtRestBeforeTheyMeet) {
  // Whatever the speeds: after the reaction both go on, the robot to rest within the stopping time.
  const MotionLimits rules = testing::shipped_rules().limits;
  Random random(4);
  for (int i = 0; i < 1000; ++i) {
    const Approach at_bound{0.0, random.uniform(0.0, 1.5), random.uniform(rules.walking_m_s, 2.5)};
    double room = protective_distance_m(at_bound, person(), rules);
    const double dt = 1e-3;
    for (double t = 0.0; t < rules.people_reaction_s + rules.stop_time_s; t += dt) {
      const double braking = std::max(0.0, t - rules.people_reaction_s) / rules.stop_time_s;
      room -= dt * (at_bound.other_speed_m_s + at_bound.robot_speed_m_s * (1.0 - braking));
    }
    ASSERT_GT(room, 0.0);
  }
}

TEST(Separation, AWarningComesBeforeAHoldAndNonsenseIsAHold) {
  const MotionLimits rules = testing::shipped_rules().limits;
  double margin = 0.0;
  Approach approach{0.0, 0.5, 0.5};
  const double S = protective_distance_m(approach, person(), rules);
  approach.distance_m = S + rules.warning_m + 0.01;
  EXPECT_EQ(separation_demand(approach, person(), rules, margin), StopRung::kNone);
  approach.distance_m = S + 0.5 * rules.warning_m;
  EXPECT_EQ(separation_demand(approach, person(), rules, margin), StopRung::kSlow);
  approach.distance_m = S - 0.01;
  EXPECT_EQ(separation_demand(approach, person(), rules, margin), StopRung::kHold);
  EXPECT_NEAR(margin, -0.01, 1e-12);
  approach.distance_m = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(separation_demand(approach, person(), rules, margin), StopRung::kHold);
}

}  // namespace
}  // namespace longmen::gate
