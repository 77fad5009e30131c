#include "skills/plan_executor.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/allocation_counter.h"
#include "core/plan_message.h"
#include "gate/plan/plan_gate.h"
#include "model/robot_names.h"
#include "skills/fault_text.h"
#include "skills/walker_stand_in.h"

namespace longmen::skills {
namespace {

const std::filesystem::path kRoot = LONGMEN_SOURCE_DIR;

const world::World& factory() {
  static const world::World world = world::load_world(kRoot / "worlds/factory").value();
  return world;
}

/// Approved as in a run: by the plan gate, from bytes.
ApprovedPlan approve(std::vector<PlanStep> steps, Authority authority = Authority::kLive) {
  using namespace gate::plan;
  static const PlanGate gate = PlanGate::load(kRoot / "rules").value();
  const Plan plan{"p", "parser", "text", std::move(steps)};
  Approval approval = gate.approve(encode_plan(plan).value(), factory(),
                                   Situation::at_start(factory()), {authority, 0, kTick_s, false});
  EXPECT_TRUE(approval.plan);
  return std::move(*approval.plan);
}

PlanExecutor executor(std::vector<PlanStep> steps) {
  return PlanExecutor::create(approve(std::move(steps)), Authority::kLive, factory(), robot(), {},
                              kTick_s)
      .value();
}

/// Ticks until the plan is over.
void run(PlanExecutor& plan, WalkerStandIn& walker, double time_max_s,
         StopRung rung = StopRung::kNone, MotionRule rule = MotionRule::kNone) {
  const int ticks = static_cast<int>(time_max_s / kTick_s);
  for (int k = 0; k < ticks && !plan.is_over(); ++k)
    walker.step(plan.tick(walker.view(rung, rule)), kTick_s);
}

PlanStep walk_to(const std::string& place) { return {"walk_to", {{"place", place}}}; }
PlanStep point_at(const std::string& target) { return {"point_at", {{"target", target}}}; }

TEST(PlanExecutor, WalksToTheWorkbenchAndPointsAtTheShelf) {
  PlanExecutor plan = executor({walk_to("workbench"), point_at("shelf")});
  WalkerStandIn walker(robot(), 1);
  run(plan, walker, 120.0);
  ASSERT_EQ(plan.report().status, SkillStatus::kDone);
  EXPECT_EQ(plan.report().step, 1);
  const world::StandPose& stand = *factory().place("workbench")->stand;
  EXPECT_LT((walker.p_W - stand.p_WB_m).norm(), 0.05);
  EXPECT_LT(std::abs(math::wrap_angle(walker.yaw - stand.yaw_rad)), 3.0 * M_PI / 180.0);
}

TEST(PlanExecutor, EverySkillOfTheBodyRunsToItsEnd) {
  PlanExecutor plan = executor({{"stand", {}},
                                {"say", {{"text", std::string("你好")}}},
                                {"wait", {{"duration_s", 2.0}}},
                                {"turn", {{"angle_deg", -90.0}}},
                                {"wave", {}},
                                point_at("li"),
                                point_at("box"),
                                {"stop", {}}});
  WalkerStandIn walker(robot(), 2);
  std::vector<SkillId> begun;
  std::string said;
  for (int k = 0; k < 200000 && !plan.is_over(); ++k) {
    walker.step(plan.tick(walker.view()), kTick_s);
    if (plan.report().step_began) begun.push_back(plan.report().skill);
    if (plan.report().step_began) said += plan.words();
  }
  ASSERT_EQ(plan.report().status, SkillStatus::kDone)
      << "step " << plan.report().step << " fault " << static_cast<int>(plan.report().fault);
  EXPECT_EQ(begun, (std::vector<SkillId>{SkillId::kStand, SkillId::kSay, SkillId::kWait,
                                         SkillId::kTurn, SkillId::kWave, SkillId::kPointAt,
                                         SkillId::kPointAt, SkillId::kStop}));
  EXPECT_EQ(said, "你好");
  EXPECT_EQ(plan.tick(walker.view()).locomotion, Goal::Locomotion::kStand);
}

TEST(PlanExecutor, WaitsItsTimeToTheTick) {
  PlanExecutor plan = executor({{"wait", {{"duration_s", 3.0}}}});
  WalkerStandIn walker(robot(), 2);
  run(plan, walker, 100.0);
  EXPECT_EQ(plan.report().status, SkillStatus::kDone);
  EXPECT_NEAR(plan.report().step_time_s, 3.0, 0.02);
}

TEST(PlanExecutor, AStepIsDoneWhenItsResultIsSeenAndNotBefore) {
  PlanExecutor plan = executor({{"wait", {{"duration_s", 2.0}}}});
  WalkerStandIn walker(robot(), 2);
  walker.state.v_WB_W.x() = 0.5;  // pushed along while it should stand
  run(plan, walker, 2.5);
  EXPECT_FALSE(plan.is_over());
  walker.state.v_WB_W.x() = 0.0;
  run(plan, walker, 0.1);
  EXPECT_EQ(plan.report().status, SkillStatus::kDone);
  EXPECT_TRUE(plan.report().evidence.is_observable());
}

TEST(PlanExecutor, AStepWhoseResultIsNeverSeenHasFailed) {
  PlanExecutor plan = executor({{"wait", {{"duration_s", 2.0}}}, {"wave", {}}});
  WalkerStandIn walker(robot(), 2);
  walker.state.v_WB_W.x() = 0.5;
  run(plan, walker, 5.0);
  EXPECT_EQ(plan.report().status, SkillStatus::kFailed);
  EXPECT_EQ(plan.report().fault, SkillFault::kNotReached);
  EXPECT_EQ(plan.report().step, 0);
  EXPECT_FALSE(plan.report().evidence.is_met());
}

TEST(PlanExecutor, AStepHasADeadlineThatHoldsDoNotMove) {
  PlanExecutor plan = executor({{"wave", {}}});
  WalkerStandIn walker(robot(), 2);
  run(plan, walker, 0.5);
  const Tick deadline = plan.report().deadline;
  for (int k = 0; k < 100 && !plan.is_over(); ++k) {
    run(plan, walker, 1.5, StopRung::kHold);
    run(plan, walker, 0.05);
  }
  EXPECT_EQ(plan.report().fault, SkillFault::kTimeout);
  EXPECT_LT(walker.state.tick - deadline, 2000);
}

TEST(PlanExecutor, BeginsOnlyWhenArmedAndNotAfterItsApprovalHasExpired) {
  PlanExecutor plan = executor({{"wave", {}}});
  WalkerStandIn walker(robot(), 2);
  run(plan, walker, 5.0, StopRung::kHold);
  EXPECT_EQ(plan.report().status, SkillStatus::kWaiting);
  run(plan, walker, 70.0, StopRung::kHold);
  EXPECT_EQ(plan.report().status, SkillStatus::kFailed);
  EXPECT_EQ(plan.report().fault, SkillFault::kExpired);
}

TEST(PlanExecutor, AShortHoldPausesAStepAndALongOneEndsThePlan) {
  PlanExecutor plan = executor({walk_to("shelf")});
  WalkerStandIn walker(robot(), 2);
  run(plan, walker, 3.0);
  run(plan, walker, 1.0, StopRung::kHold);
  EXPECT_EQ(plan.report().status, SkillStatus::kRunning);
  run(plan, walker, 1.0);
  run(plan, walker, 3.0, StopRung::kHold);
  EXPECT_EQ(plan.report().fault, SkillFault::kStopped);
}

TEST(PlanExecutor, ItWaitsForPeopleAndTheTimeIsNotTheSteps) {
  PlanExecutor plan = executor({walk_to("shelf")});
  WalkerStandIn walker(robot(), 2);
  run(plan, walker, 3.0);
  const Tick deadline = plan.report().deadline;
  run(plan, walker, 20.0, StopRung::kHold, MotionRule::kSeparation);
  ASSERT_EQ(plan.report().status, SkillStatus::kRunning);
  EXPECT_NEAR(static_cast<double>(plan.report().deadline - deadline) * kTick_s, 20.0, 0.1);
  run(plan, walker, 1.0, StopRung::kHold);  // the ladder lets go a while after the person has gone
  run(plan, walker, 120.0);
  EXPECT_EQ(plan.report().status, SkillStatus::kDone);
}

TEST(PlanExecutor, WhoComesAndGoesDoesNotKeepAStepForEver) {
  PlanExecutor plan = executor({walk_to("shelf")});
  WalkerStandIn walker(robot(), 2);
  run(plan, walker, 0.5);
  const Tick limit =
      plan.report().deadline + std::llround(ExecutorConfig().waiting_max_s / kTick_s);
  // The ladder lets go for a moment now and then, too short to get on.
  for (int k = 0; k < 1000 && !plan.is_over(); ++k) {
    run(plan, walker, 2.0, StopRung::kHold, MotionRule::kSeparation);
    walker.p_W = {0, 0};
    run(plan, walker, 0.1);
  }
  EXPECT_EQ(plan.report().fault, SkillFault::kTimeout);
  EXPECT_LE(walker.state.tick, limit + 100);
}

TEST(PlanExecutor, APointThatAHoldBreaksOffIsHeldAnew) {
  PlanExecutor plan = executor({point_at("box")});
  WalkerStandIn walker(robot(), 2);
  for (int k = 0; k < 100'000 && plan.report().progress <= 0.6; ++k)
    walker.step(plan.tick(walker.view()), kTick_s);
  ASSERT_EQ(plan.report().status, SkillStatus::kRunning);
  for (int k = 0; k < 1000; ++k) {  // the ladder lowers the arm
    (void)plan.tick(walker.view(StopRung::kHold));
    walker.step(Goal(), kTick_s);
  }
  run(plan, walker, 20.0);
  EXPECT_EQ(plan.report().status, SkillStatus::kDone);
}

TEST(PlanExecutor, ItDoesNotWaitForEver) {
  PlanExecutor plan = executor({walk_to("shelf")});
  WalkerStandIn walker(robot(), 2);
  run(plan, walker, 3.0);
  run(plan, walker, 31.0, StopRung::kHold, MotionRule::kSeparation);
  EXPECT_EQ(plan.report().status, SkillStatus::kFailed);
  EXPECT_EQ(plan.report().fault, SkillFault::kBlocked);
}

TEST(PlanExecutor, ACancelledPlanStands) {
  PlanExecutor plan = executor({walk_to("shelf"), {"wave", {}}});
  WalkerStandIn walker(robot(), 2);
  run(plan, walker, 3.0);
  plan.cancel();
  run(plan, walker, 1.0);
  EXPECT_EQ(plan.report().fault, SkillFault::kCancelled);
  EXPECT_EQ(plan.report().step, 0);
}

TEST(PlanExecutor, WhatIsSeenToBeLostFromTheHandsEndsThePlanAndTheHandsLetGo) {
  Grip grip;
  grip.object = 0;
  grip.palms.middle_H = {0.35, 0.0, 0.1};
  grip.palms.apart_m = 0.3;
  grip.squeeze_N = 50.0;
  grip.p_MO = {0.1, 0.0, -0.15};
  PlanExecutor plan = PlanExecutor::create(approve({walk_to("shelf")}), Authority::kLive, factory(),
                                           robot(), {}, kTick_s, grip)
                          .value();
  WalkerStandIn walker(robot(), 2);
  TrackedObject& seen = walker.world.objects[0];
  const auto walk = [&](double time_s, const Eigen::Vector3d& off_m) {
    for (int k = 0; k < time_s / kTick_s; ++k) {
      seen.p_WO =
          walker.state.p_WB + math::rotation_z(math::yaw_of(walker.state.q_WB.toRotationMatrix())) *
                                  (grip.palms.middle_H + grip.p_MO + off_m);
      walker.step(plan.tick(walker.view()), kTick_s);
    }
  };
  walk(2.0, {0, 0, -0.6});  // never seen: nothing is known of it
  EXPECT_FALSE(plan.is_over());
  seen.known = true;
  walk(2.0, {0.1, 0, 0});  // late sightings of a walking body
  EXPECT_FALSE(plan.is_over());
  EXPECT_EQ(plan.tick(walker.view()).carried_object, 0);
  walk(1.0, {0, 0, -0.6});
  EXPECT_EQ(plan.report().fault, SkillFault::kMissed);
  EXPECT_FALSE(plan.grip().holds());
  const Goal& goal = plan.tick(walker.view());
  EXPECT_EQ(goal.locomotion, Goal::Locomotion::kStand);
  EXPECT_EQ(goal.squeeze_N, 0.0);
  EXPECT_EQ(goal.carried_object, -1);
}

TEST(SkillFault, EveryOneHasItsWords) {
  EXPECT_EQ(fault_text(SkillFault::kNone), Bilingual{});
  for (int k = 1; k <= static_cast<int>(SkillFault::kMissed); ++k) {
    const Bilingual text = fault_text(static_cast<SkillFault>(k));
    EXPECT_FALSE(text.en.empty() || text.zh.empty()) << k;
  }
}

TEST(PlanExecutor, ARobotThatIsLostDoesNotSetOut) {
  PlanExecutor plan = executor({walk_to("shelf")});
  WalkerStandIn walker(robot(), 2);
  walker.state.position_sigma_m = 1.0;
  run(plan, walker, 3.0);
  EXPECT_FALSE(plan.is_over());  // a pose fix may be on its way
  run(plan, walker, 3.0);
  EXPECT_EQ(plan.report().fault, SkillFault::kLost);
  EXPECT_EQ(walker.p_W.norm(), 0.0);
}

TEST(PlanExecutor, APlaceThatStaysTakenEndsThePlan) {
  PlanExecutor plan = executor({walk_to("workbench")});
  WalkerStandIn walker(robot(), 2);
  walker.world.track_count = 1;
  walker.world.tracks[0].radius_m = 0.3;
  walker.world.tracks[0].p_WO = {3.3, 0.2, 0.0};
  run(plan, walker, 100.0);
  EXPECT_EQ(plan.report().fault, SkillFault::kBlocked);
}

TEST(PlanExecutor, RefusesAnotherAuthorityAndAnotherWorld) {
  const auto rehearsal = PlanExecutor::create(approve({{"wave", {}}}, Authority::kRehearsal),
                                              Authority::kLive, factory(), robot(), {}, kTick_s);
  ASSERT_FALSE(rehearsal);
  EXPECT_EQ(rehearsal.error().code, ErrorCode::kUnsupported);
  const world::World bank = world::load_world(kRoot / "worlds/bank").value();
  EXPECT_FALSE(
      PlanExecutor::create(approve({{"wave", {}}}), Authority::kLive, bank, robot(), {}, kTick_s));
}

TEST(PlanExecutor, ATickTakesNoMemory) {
  PlanExecutor plan = executor({{"turn", {{"angle_deg", 30.0}}}, point_at("li"), {"wave", {}}});
  WalkerStandIn walker(robot(), 2);
  const AllocationScope scope;
  run(plan, walker, 60.0);
  EXPECT_EQ(scope.count(), 0u);
  EXPECT_EQ(plan.report().status, SkillStatus::kDone);
}

}  // namespace
}  // namespace longmen::skills
