#include "skills/follow_stream.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/allocation_counter.h"
#include "skills/walker_stand_in.h"

namespace longmen::skills {
namespace {

StreamCommand command(Tick tick, double forward_m_s, double left_m_s, double yaw_rate_rad_s,
                      std::string_view source = "page") {
  StreamCommand made{tick, {forward_m_s, left_m_s}, yaw_rate_rad_s, {}};
  source.copy(made.source.data(), made.source.size());
  return made;
}

/// A person at the pad, and the body.
struct Drive {
  Ground ground{the_factory()};
  FollowStream skill{ground, {}, {}, {"page", 0.5, 60.0}, kPeriod_s, 0.001};
  WalkerStandIn walker{robot(), 1};
  Goal goal;
  StreamCommand stream;
  SkillTick last = kRunning;

  Drive() { walker.p_W = the_factory().spawn.p_WB_m; }

  void tick() {
    SkillView view = walker.view();
    view.stream = &stream;
    last = skill.tick(view, goal);
    walker.step(goal, kPeriod_s);
  }
  /// Commands each period, as one who holds a key does.
  void hold(double time_s, double forward_m_s, double left_m_s = 0.0, double yaw_rate_rad_s = 0.0) {
    for (int k = 0; k < static_cast<int>(time_s / kPeriod_s); ++k) {
      stream = command(walker.state.tick, forward_m_s, left_m_s, yaw_rate_rad_s);
      tick();
    }
  }
};

TEST(FollowStream, WalksAsCommandedWithinTheBoundsOfThePlan) {
  Drive drive;
  drive.hold(0.1, 0.3);
  EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kWalk);
  EXPECT_DOUBLE_EQ(drive.goal.velocity_H_m_s.x(), 0.3);
  drive.hold(0.1, 1.9, 0.0, 2.0);
  EXPECT_NEAR(drive.goal.velocity_H_m_s.norm(), 0.5, 1e-12);
  EXPECT_NEAR(drive.goal.yaw_rate_rad_s, FollowStreamConfig().yaw_rate_max_rad_s, 1e-12);
  drive.hold(0.1, 0.0, 0.0, 0.0);
  EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kStand);
}

TEST(FollowStream, SilenceIsAStandAndAfterAWhileTheEnd) {
  Drive drive;
  drive.hold(1.0, 0.4);
  const Tick silent_since = drive.walker.state.tick;
  while (drive.goal.locomotion == Goal::Locomotion::kWalk) drive.tick();
  EXPECT_NEAR(0.001 * static_cast<double>(drive.walker.state.tick - silent_since),
              FollowStreamConfig().silent_max_s, 2.5 * kPeriod_s);
  while (drive.last.status == SkillStatus::kRunning) drive.tick();
  EXPECT_EQ(drive.last.status, SkillStatus::kDone);
  EXPECT_LT(0.001 * static_cast<double>(drive.walker.state.tick - silent_since), 4.0);
}

TEST(FollowStream, HearsNobodyButTheApprovedSourceAndNoNumberThatIsNone) {
  Drive drive;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const StreamCommand& bad :
       {command(0, 0.4, 0.0, 0.0, "another"), command(0, 0.4, 0.0, 0.0, "page2"),
        command(0, 0.4, 0.0, 0.0, ""), command(0, nan, 0.0, 0.0), command(0, 0.0, 0.0, nan),
        command(-1, 0.4, 0.0, 0.0)}) {
    drive.stream = bad;
    if (bad.tick >= 0) drive.stream.tick = drive.walker.state.tick;
    drive.tick();
    EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kStand);
  }
}

TEST(FollowStream, WhatWasCommandedBeforeItBeganIsNotForIt) {
  Drive drive;
  for (int k = 0; k < 5; ++k) drive.walker.step(drive.goal, kPeriod_s);
  drive.stream = command(drive.walker.state.tick - 20, 0.4, 0.0, 0.0);
  drive.tick();
  EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kStand);
  drive.hold(0.04, 0.4);
  EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kWalk);
}

TEST(FollowStream, StopsBeforeThingsAndCanBeDrivenAway) {
  Drive drive;
  drive.hold(40.0, 0.5);
  const Eigen::Vector2d at_W = drive.walker.p_W;
  const double clearance_m = drive.ground.ways.space().clearance(at_W);
  EXPECT_GT(clearance_m, 0.25);
  EXPECT_LT(clearance_m, 1.0);
  EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kStand);
  drive.hold(3.0, -0.3);
  EXPECT_GT((drive.walker.p_W - at_W).norm(), 0.5);
}

TEST(FollowStream, KeepsFromPeopleWhereTheyAreAndWhereTheyWillBe) {
  for (const bool walks : {false, true}) {
    Drive drive;
    Track& person = drive.walker.world.tracks[0];
    drive.walker.world.track_count = 1;
    person.is_person = true;
    person.radius_m = 0.3;
    const Eigen::Vector2d ahead_W =
        drive.walker.p_W + Eigen::Vector2d(walks ? 1.2 : 1.1, walks ? -1.6 : 0.0);
    person.p_WO.head<2>() = ahead_W;
    person.v_WO.head<2>() = Eigen::Vector2d(0.0, walks ? 1.0 : 0.0);
    drive.hold(0.04, 0.5);
    EXPECT_LT(drive.goal.velocity_H_m_s.x(), 0.3) << walks;
  }
}

TEST(FollowStream, TakesNoMemory) {
  Drive drive;
  drive.hold(0.1, 0.4);
  const AllocationScope scope;
  drive.hold(0.5, 0.4, 0.1, 0.2);
  EXPECT_EQ(scope.count(), 0u);
}

TEST(FollowStream, EndsWithItsTime) {
  Drive drive;
  drive.hold(58.0, 0.0, 0.0, 0.3);
  EXPECT_EQ(drive.last.status, SkillStatus::kRunning);
  drive.hold(4.0, 0.0, 0.0, 0.3);
  EXPECT_EQ(drive.last.status, SkillStatus::kDone);
}

}  // namespace
}  // namespace longmen::skills
