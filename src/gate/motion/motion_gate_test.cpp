#include "gate/motion/motion_gate.h"

#include <gtest/gtest.h>

#include <limits>

#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

using testing::Bench;
using testing::torque;

TEST(MotionGate, ASafeProposalLeavesWithTheSameBits) {
  Bench bench;
  bench.ticks(1);
  bench.trusted.torque_Nm << 12.3, -4.5, 0.0;
  bench.trusted.position_rad << 0.1, 0.2, -0.3;
  bench.trusted.velocity_rad_s << 0.1, 0.0, -0.0;
  bench.trusted.stiffness_Nm_rad << 100.0, 10.0, 1.0;
  bench.trusted.damping_Nms_rad << 3.0, 0.5, 0.1;
  const SafeCommand safe = bench.tick();
  EXPECT_TRUE(testing::same_bits(safe.values(), bench.trusted));
  EXPECT_FALSE(bench.report.changed);
  EXPECT_EQ(bench.report.source, CommandSource::kProposal);
  EXPECT_EQ(bench.report.rule, MotionRule::kNone);
  EXPECT_EQ(bench.report.joint, -1);
  EXPECT_EQ(bench.report.joints_changed, 0);
}

TEST(MotionGate, ExactlyTheTorqueLimitIsSafe) {
  Bench bench;
  bench.trusted.torque_Nm = bench.limits.torque_max_Nm;
  EXPECT_TRUE(testing::same_bits(bench.tick().values(), bench.trusted));
}

TEST(MotionGate, AnArmedPolicysSafeProposalLeavesWithTheSameBits) {
  Bench bench;
  bench.arm();
  bench.proposal_is_trusted = false;
  const SafeCommand safe = bench.tick();
  EXPECT_TRUE(testing::same_bits(safe.values(), bench.proposal));
  EXPECT_FALSE(bench.report.changed);
}

TEST(MotionGate, AMovedCommandIsGoodForNoTick) {
  Bench bench;
  SafeCommand first = bench.tick();
  SafeCommand second = std::move(first);
  EXPECT_EQ(second.tick(), bench.now);
  EXPECT_EQ(first.tick(), SafeCommand::kNoTick);  // NOLINT(bugprone-use-after-move)
  SafeCommand third = bench.tick();
  third = std::move(second);
  EXPECT_EQ(third.tick(), bench.now - 1);
  EXPECT_EQ(second.tick(), SafeCommand::kNoTick);  // NOLINT(bugprone-use-after-move)
  SafeCommand& itself = third;
  third = std::move(itself);
  EXPECT_EQ(third.tick(), bench.now - 1);
}

TEST(MotionGate, ChangesOnlyTheJointThatIsNotSafeAndLeast) {
  Bench bench;
  bench.trusted.torque_Nm << 5.0, 70.0, 1.0;
  const SafeCommand safe = bench.tick();
  EXPECT_EQ(safe.values().torque_Nm[0], 5.0);
  EXPECT_LE(safe.values().torque_Nm[1], 58.5);
  EXPECT_NEAR(safe.values().torque_Nm[1], 58.5, 1e-9);
  EXPECT_EQ(safe.values().torque_Nm[2], 1.0);
  EXPECT_TRUE(bench.report.changed);
  EXPECT_EQ(bench.report.rule, MotionRule::kTorque);
  EXPECT_EQ(bench.report.joint, 1);
  EXPECT_NEAR(bench.report.margin, -11.5, 1e-9);
  EXPECT_NEAR(bench.report.change_max_Nm, 11.5, 1e-9);
  EXPECT_EQ(bench.report.joints_changed, 1);
  EXPECT_EQ(bench.report.rung, StopRung::kHold);  // disarmed, from the start
}

TEST(MotionGate, TorqueCountsWithItsStiffnessAndDamping) {
  Bench bench;
  bench.state.joint_velocity_rad_s[0] = 1.0;
  bench.trusted.torque_Nm[0] = 100.0;
  bench.trusted.stiffness_Nm_rad[0] = 1000.0;
  bench.trusted.position_rad[0] = bench.state.joint_position_rad[0] + 0.4;
  bench.trusted.damping_Nms_rad[0] = 50.0;
  const SafeCommand safe = bench.tick();
  EXPECT_EQ(bench.report.rule, MotionRule::kTorque);
  EXPECT_NEAR(bench.report.margin, 396.0 - 450.0, 1e-9);
  EXPECT_LE(torque(safe.values(), bench.state, 0), 396.0);
  EXPECT_NEAR(torque(safe.values(), bench.state, 0), 396.0, 1e-6);
  EXPECT_EQ(safe.values().stiffness_Nm_rad[0], 1000.0);
}

TEST(MotionGate, TheReportNamesTheJointThatWasChangedMostForItsStrength) {
  Bench bench;
  bench.trusted.torque_Nm << 400.0, 0.0, 14.0;
  static_cast<void>(bench.tick());
  EXPECT_EQ(bench.report.joint, 2);
  EXPECT_NEAR(bench.report.change_max_Nm, 4.0, 1e-9);
  EXPECT_EQ(bench.report.joints_changed, 2);
}

TEST(MotionGate, AJointAtItsEndIsNotPushedFurther) {
  Bench bench;
  bench.state.joint_position_rad[0] = 1.7999;
  bench.trusted.torque_Nm[0] = 300.0;
  const SafeCommand safe = bench.tick();
  EXPECT_LT(safe.values().torque_Nm[0], 100.0);
  EXPECT_EQ(bench.report.rule, MotionRule::kRange);
  EXPECT_LT(bench.report.margin, 0.0);
}

TEST(MotionGate, AJointAtItsSpeedLimitIsNotSpedUp) {
  Bench bench;
  bench.state.joint_velocity_rad_s[2] = 6.0;
  bench.trusted.torque_Nm[2] = 5.0;
  const SafeCommand safe = bench.tick();
  EXPECT_NEAR(safe.values().torque_Nm[2], 0.0, 1e-9);
  EXPECT_EQ(bench.report.rule, MotionRule::kVelocity);
}

TEST(MotionGate, AForeignProposalIsHeldFartherFromASpeedLimit) {
  const auto sent_Nm = [](bool is_trusted, double share) {
    Bench bench;
    bench.arm();
    bench.proposal_is_trusted = is_trusted;
    bench.state.joint_velocity_rad_s[2] = share * 6.0;
    for (int i = 0; i < 3; ++i) {
      bench.proposal.torque_Nm[2] = bench.trusted.torque_Nm[2] = 0.01;
      static_cast<void>(bench.tick());
    }
    return bench.tick().values().torque_Nm[2];
  };
  const double held_back = 1.0 - Bench().rules.limits.speed_margin_share;
  EXPECT_EQ(sent_Nm(true, held_back), 0.01);
  EXPECT_NEAR(sent_Nm(false, held_back), 0.0, 1e-9);
  EXPECT_EQ(sent_Nm(false, 0.95 * held_back), 0.01);
}

TEST(MotionGate, AForeignProposalIsHeldToItsSharesAndTheTrustedOneIsNot) {
  for (const bool is_trusted : {true, false}) {
    Bench bench;
    bench.arm();
    bench.proposal_is_trusted = is_trusted;
    bench.shares = {.torque = 0.5, .speed = 0.5};
    bench.proposal.torque_Nm[2] = bench.trusted.torque_Nm[2] = 0.0;
    bench.proposal.torque_Nm[1] = bench.trusted.torque_Nm[1] = 50.0;
    bench.ticks(100);
    bench.state.joint_velocity_rad_s[2] = 0.6 * 6.0;  // of its limit
    bench.proposal.torque_Nm[2] = bench.trusted.torque_Nm[2] = 0.01;
    const ProposedCommand sent = bench.tick().values();
    EXPECT_NEAR(sent.torque_Nm[1], is_trusted ? 50.0 : 0.5 * 58.5, 1e-6);
    EXPECT_EQ(sent.torque_Nm[2] >= 0.01, is_trusted) << "sped up beyond its share";
  }
}

TEST(MotionGate, GainsAndTargetsBeyondTheMotorAreReduced) {
  struct Case {
    JointVector ProposedCommand::*array;
    double value;
  };
  for (const Case& c :
       {Case{&ProposedCommand::stiffness_Nm_rad, 1e300},
        Case{&ProposedCommand::stiffness_Nm_rad, -1.0},
        Case{&ProposedCommand::damping_Nms_rad, 1e300},
        Case{&ProposedCommand::damping_Nms_rad, -1.0}, Case{&ProposedCommand::position_rad, 1e300},
        Case{&ProposedCommand::velocity_rad_s, -1e300}}) {
    Bench bench;
    bench.trusted.position_rad = bench.state.joint_position_rad;
    bench.trusted.stiffness_Nm_rad.setConstant(0.01);
    bench.trusted.damping_Nms_rad.setConstant(0.01);
    (bench.trusted.*c.array)[1] = c.value;
    const SafeCommand safe = bench.tick();
    EXPECT_EQ(bench.report.rule, MotionRule::kSetPoint) << c.value;
    EXPECT_EQ(bench.report.joint, 1);
    EXPECT_EQ(bench.report.joints_changed, 1);
    EXPECT_GE(safe.values().stiffness_Nm_rad[1], 0.0);
    EXPECT_GE(safe.values().damping_Nms_rad[1], 0.0);
    EXPECT_LE(std::abs(torque(safe.values(), bench.state, 1)), 58.5);
  }
}

TEST(MotionGate, ATargetWithoutAGainMayBeAnything) {
  Bench bench;
  bench.trusted.position_rad.setConstant(1e300);
  bench.trusted.velocity_rad_s.setConstant(-1e300);
  EXPECT_TRUE(testing::same_bits(bench.tick().values(), bench.trusted));
}

TEST(MotionGate, AJointThatCannotBeKeptAsksForSlowAndThenHold) {
  Bench bench;
  bench.arm();
  ASSERT_EQ(bench.report.rung, StopRung::kNone);
  bench.state.joint_position_rad[0] = 1.82;  // pushed 2 cm-rad past its end
  static_cast<void>(bench.tick());
  EXPECT_EQ(bench.report.rung, StopRung::kSlow);
  EXPECT_EQ(bench.report.rule, MotionRule::kRange);
  EXPECT_EQ(bench.report.joint, 0);
  bench.ticks(100);
  EXPECT_EQ(bench.report.rung, StopRung::kHold);
}

TEST(MotionGate, AJointFarOverItsSpeedAsksForSlow) {
  Bench bench;
  bench.arm();
  bench.state.joint_velocity_rad_s[2] = -7.5;
  bench.trusted.torque_Nm[2] = 12.4;  // brakes already: nothing to change
  static_cast<void>(bench.tick());
  EXPECT_FALSE(bench.report.changed);
  EXPECT_EQ(bench.report.rung, StopRung::kSlow);
  EXPECT_EQ(bench.report.rule, MotionRule::kVelocity);
}

TEST(MotionGate, LimitsThatMakeNoSenseGiveNoGate) {
  const MotionLimits rules = testing::shipped_rules().limits;
  EXPECT_FALSE(MotionGate::create(JointLimits{}, rules, 0.001));
  EXPECT_FALSE(MotionGate::create(testing::three_joints(), rules, 0.01));
  EXPECT_FALSE(MotionGate::create(testing::three_joints(), rules, 0.0));
  EXPECT_FALSE(MotionGate::create(testing::three_joints(), rules, kNan));
  EXPECT_FALSE(MotionGate::create(testing::three_joints(), rules, 0.004)) << "slower than reaction";
  const auto model = model::RobotModel::load(testing::robot_folders().front());
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_FALSE(MotionGate::create(*model, rules, 0.01));
  JointLimits narrow = testing::three_joints();
  narrow.position_max_rad[1] = narrow.position_min_rad[1] + 1e-4;
  const auto gate = MotionGate::create(narrow, rules, 0.001);
  ASSERT_FALSE(gate);
  EXPECT_NE(gate.error().message.find("joint 1"), std::string::npos) << gate.error().text();
}

}  // namespace
}  // namespace longmen::gate
