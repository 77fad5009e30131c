#include "skills/run_policy.h"

#include <gtest/gtest.h>

#include "core/allocation_counter.h"
#include "skills/follow_stream.h"
#include "skills/walker_stand_in.h"

namespace longmen::skills {
namespace {

/// A step of a plan whose policy does what it is asked for.
struct PolicyDrive {
  Ground ground{the_factory()};
  RunPolicy skill;
  WalkerStandIn walker{robot(), 1};
  Goal goal;
  PolicyState policy{PolicyStanding::kReady, 1.0};
  SkillTick last = kRunning;

  explicit PolicyDrive(double speed_m_s, double time_s = 4.0, double radius_m = 2.5)
      : skill(ground, {}, FollowStreamConfig().look_s, {speed_m_s, time_s, radius_m}, kPeriod_s) {
    walker.p_W = the_factory().spawn.p_WB_m;
    walker.step(goal, 1.0);
  }
  void tick() {
    SkillView view = walker.view();
    view.policy = policy;
    last = skill.tick(view, goal);
    walker.step(goal, kPeriod_s);
  }
  void run(double time_s) {
    for (int k = 0; k < static_cast<int>(time_s / kPeriod_s); ++k) tick();
  }
};

TEST(RunPolicy, BeginsWhenItIsReadyAndEndsWithItsTimeStanding) {
  PolicyDrive drive(0.3);
  drive.policy.standing = PolicyStanding::kStarting;
  drive.run(1.0);
  EXPECT_FALSE(drive.skill.lets_in());
  EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kStand);
  drive.policy.standing = PolicyStanding::kReady;
  drive.run(3.9);
  EXPECT_TRUE(drive.skill.lets_in());
  EXPECT_DOUBLE_EQ(drive.goal.velocity_H_m_s.x(), 0.3);
  drive.run(0.2);
  EXPECT_FALSE(drive.skill.lets_in());
  EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kStand);
  EXPECT_EQ(drive.last.status, SkillStatus::kRunning) << "it does not stand yet";
  drive.run(2.0);
  EXPECT_EQ(drive.last.status, SkillStatus::kDone);
}

TEST(RunPolicy, SaysWhyItFails) {
  for (const auto& [standing, fault] :
       {std::pair{PolicyStanding::kLost, SkillFault::kPolicyLost},
        std::pair{PolicyStanding::kRescued, SkillFault::kRescued}}) {
    PolicyDrive drive(0.3);
    drive.run(1.0);
    drive.policy.standing = standing;
    drive.tick();
    EXPECT_FALSE(drive.skill.lets_in());
    EXPECT_EQ(drive.goal.locomotion, Goal::Locomotion::kWalk) << "steps catch more";
    EXPECT_EQ(drive.goal.velocity_H_m_s.norm(), 0.0);
    drive.run(2.1);
    EXPECT_EQ(drive.last.status, SkillStatus::kFailed);
    EXPECT_EQ(drive.last.fault, fault);
  }
}

TEST(RunPolicy, StaysInItsCircleAndOnTheFreeFloor) {
  PolicyDrive bounded(0.3, 60.0, 0.5);
  while (bounded.last.status == SkillStatus::kRunning) bounded.tick();
  EXPECT_EQ(bounded.last.fault, SkillFault::kOutOfBounds);

  PolicyDrive astray(0.5, 60.0, 50.0);
  while (astray.last.status == SkillStatus::kRunning) astray.tick();
  EXPECT_EQ(astray.last.fault, SkillFault::kBlocked);
  EXPECT_GT(astray.ground.ways.space().clearance(astray.walker.p_W), 0.25);
}

TEST(RunPolicy, TakesNoMemory) {
  PolicyDrive drive(0.3);
  drive.run(0.1);
  const AllocationScope scope;
  drive.run(0.5);
  EXPECT_EQ(scope.count(), 0u);
}

}  // namespace
}  // namespace longmen::skills
