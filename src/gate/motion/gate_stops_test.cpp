// The stop ladder, the brace and arming, as the gate carries them out.
#include <gtest/gtest.h>

#include <limits>

#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

using testing::Bench;
using testing::torque;

TEST(MotionGate, EachRungIsReportedAndTheTrustedControllerCarriesItOut) {
  for (const StopRung rung : {StopRung::kSlow, StopRung::kHold, StopRung::kSettle}) {
    Bench bench;
    bench.arm();
    bench.proposal_is_trusted = false;
    bench.asked = rung;
    const SafeCommand safe = bench.tick();
    EXPECT_EQ(bench.report.rung, rung);
    EXPECT_EQ(bench.report.source, CommandSource::kTrusted);
    EXPECT_EQ(bench.report.rule, MotionRule::kStop);
    EXPECT_TRUE(testing::same_bits(safe.values(), bench.trusted));
    EXPECT_GT(bench.report.change_max_Nm, 0.9);
  }
}

TEST(MotionGate, AStopThatIsNoLongerAskedForIsLeftRungByRung) {
  Bench bench;
  bench.arm();
  bench.asked = StopRung::kHold;
  bench.ticks(1);
  bench.asked = StopRung::kNone;
  bench.ticks(499);
  EXPECT_EQ(bench.report.rung, StopRung::kHold);
  bench.ticks(1);
  EXPECT_EQ(bench.report.rung, StopRung::kSlow);
  bench.ticks(200);
  EXPECT_EQ(bench.report.rung, StopRung::kNone);
}

TEST(MotionGate, AFlickeringRequestDoesNotMakeTheRungChatter) {
  Bench bench;
  bench.arm();
  int changes = 0;
  StopRung before = bench.report.rung;
  for (int i = 0; i < 3000; ++i) {
    bench.asked = i % 7 == 0 ? StopRung::kHold : StopRung::kNone;
    bench.ticks(1);
    changes += bench.report.rung != before ? 1 : 0;
    before = bench.report.rung;
  }
  EXPECT_EQ(changes, 1);
}

TEST(MotionGate, ABraceIsADampedPostureInsideTheTorqueLimits) {
  Bench bench;
  bench.ticks(1);
  bench.state.joint_velocity_rad_s << 5.0, -5.0, 2.0;
  bench.asked = StopRung::kBrace;
  const SafeCommand safe = bench.tick();
  EXPECT_EQ(bench.report.source, CommandSource::kBrace);
  const ProposedCommand& c = safe.values();
  for (int j = 0; j < 3; ++j) {
    EXPECT_GT(c.damping_Nms_rad[j], 0.0);
    EXPECT_GT(c.stiffness_Nm_rad[j], 0.0);
    EXPECT_EQ(c.velocity_rad_s[j], 0.0);
    EXPECT_EQ(c.position_rad[j], bench.state.joint_position_rad[j]);
    EXPECT_LT(torque(c, bench.state, j) * bench.state.joint_velocity_rad_s[j], 0.0) << "it brakes";
    // For every state inside range and speed, without knowing it.
    const double worst = c.stiffness_Nm_rad[j] *
                             (bench.limits.position_max_rad[j] - bench.limits.position_min_rad[j]) +
                         c.damping_Nms_rad[j] * bench.limits.speed_max_rad_s[j];
    EXPECT_LE(worst, bench.limits.torque_max_Nm[j] * (1 + 1e-12));
  }
}

TEST(MotionGate, ABraceKeepsThePostureItBeganWith) {
  Bench bench;
  bench.ticks(1);
  bench.asked = StopRung::kBrace;
  bench.ticks(1);
  const double began_rad = bench.state.joint_position_rad[0];
  bench.state.joint_position_rad[0] += 0.1;
  EXPECT_EQ(bench.tick().values().position_rad[0], began_rad);
  // Coming back on the ladder ends it; the next one begins anew.
  bench.asked = StopRung::kNone;
  bench.ticks(3000);
  ASSERT_NE(bench.report.source, CommandSource::kBrace);
  bench.asked = StopRung::kBrace;
  EXPECT_EQ(bench.tick().values().position_rad[0], began_rad + 0.1);
}

TEST(MotionGate, ABraceFromAStateThatIsNotANumberUsesTheLastGoodPositions) {
  Bench bench;
  bench.ticks(1);
  const JointVector good = bench.state.joint_position_rad;
  bench.state.joint_position_rad.setConstant(kNan);
  bench.state.joint_velocity_rad_s.setConstant(kNan);
  bench.ticks(10);
  const SafeCommand safe = bench.tick();
  ASSERT_EQ(bench.report.source, CommandSource::kBrace);
  EXPECT_TRUE(testing::same_bits(safe.values().position_rad, good));
  EXPECT_TRUE(testing::all_finite(safe.values()));
}

TEST(MotionGate, ABraceWithoutAnyStateEverIsDampingAlone) {
  Bench bench;
  bench.state.joint_position_rad.setConstant(kNan);
  const SafeCommand safe = bench.tick();
  EXPECT_EQ(bench.report.source, CommandSource::kBrace);
  EXPECT_TRUE(testing::all_finite(safe.values()));
  EXPECT_TRUE(safe.values().stiffness_Nm_rad.isZero());
  EXPECT_GT(safe.values().damping_Nms_rad.minCoeff(), 0.0);
}

TEST(MotionGate, UntilTheFirstUsableCommandItBracesAndThenForgetsIt) {
  Bench bench;
  bench.state.joint_position_rad.setConstant(kNan);
  bench.ticks(3);
  bench.state.joint_position_rad = bench.state.joint_velocity_rad_s;  // joints known, base not yet
  bench.state.valid = false;
  bench.ticks(3);
  EXPECT_EQ(bench.report.rung, StopRung::kBrace);
  EXPECT_GT(bench.tick().values().stiffness_Nm_rad.minCoeff(), 0.0);
  bench.state.valid = true;
  bench.ticks(1);
  EXPECT_EQ(bench.report.source, CommandSource::kProposal);
  EXPECT_EQ(bench.report.rung, StopRung::kHold);
}

TEST(MotionGate, AFallThatCannotBeAvoidedIsABrace) {
  Bench bench;
  bench.ticks(1);
  bench.state.q_WB = Eigen::AngleAxisd(1.2, Eigen::Vector3d::UnitY());
  bench.ticks(1);
  EXPECT_EQ(bench.report.rung, StopRung::kBrace);
  EXPECT_EQ(bench.report.rule, MotionRule::kTilt);
}

/// Lies on its belly with nothing under its feet.
Bench lying(bool is_armed) {
  Bench bench;
  if (is_armed) bench.arm();
  bench.ticks(1);
  bench.state.q_WB = Eigen::AngleAxisd(1.6, Eigen::Vector3d::UnitY());
  bench.state.valid = false;
  bench.ticks(100);
  EXPECT_EQ(bench.report.source, CommandSource::kBrace);
  bench.rises = true;
  return bench;
}

TEST(MotionGate, ArmedTheTrustedControllerMayGetUpFromTheGround) {
  Bench bench = lying(true);
  bench.ticks(5000);
  EXPECT_EQ(bench.report.source, CommandSource::kProposal);
  EXPECT_EQ(bench.report.rung, StopRung::kNone);
  bench.rises = false;
  bench.ticks(100);
  EXPECT_EQ(bench.report.source, CommandSource::kBrace) << "on the ground there is nothing else";
}

TEST(MotionGate, GettingUpKeepsTheJointsBarriers) {
  Bench bench = lying(true);
  bench.ticks(5000);
  bench.trusted.torque_Nm.setConstant(1e3);
  const SafeCommand safe = bench.tick();
  for (int j = 0; j < 3; ++j)
    EXPECT_LE(testing::torque(safe.values(), bench.state, j), bench.limits.torque_max_Nm[j]);
}

TEST(MotionGate, DisarmedNobodyGetsUp) {
  Bench bench = lying(false);
  bench.ticks(5000);
  EXPECT_EQ(bench.report.source, CommandSource::kBrace);
}

TEST(MotionGate, NobodyElseThanTheTrustedControllerGetsUp) {
  Bench bench = lying(true);
  bench.proposal_is_trusted = false;
  bench.ticks(5000);
  EXPECT_EQ(bench.report.source, CommandSource::kBrace);
}

TEST(MotionGate, AStopWhileItGetsUpIsABrace) {
  Bench bench = lying(true);
  bench.state.valid = true;
  bench.ticks(5000);
  ASSERT_EQ(bench.report.source, CommandSource::kProposal);
  bench.asked = StopRung::kHold;
  bench.ticks(1);
  EXPECT_EQ(bench.report.source, CommandSource::kBrace);
  EXPECT_EQ(bench.report.rule, MotionRule::kTilt);
}

TEST(MotionGate, WhoLosesItsLeaseWhileItGetsUpBraces) {
  Bench bench = lying(true);
  bench.ticks(5000);
  ASSERT_EQ(bench.report.source, CommandSource::kProposal);
  bench.beating = false;
  bench.ticks(600);
  EXPECT_EQ(bench.report.source, CommandSource::kBrace);
}

TEST(MotionGate, DisarmedItStandsAndTakesOnlyTheTrustedCommand) {
  Bench bench;
  bench.proposal_is_trusted = false;
  const SafeCommand safe = bench.tick();
  EXPECT_FALSE(bench.report.armed);
  EXPECT_EQ(bench.report.rung, StopRung::kHold);
  EXPECT_EQ(bench.report.source, CommandSource::kTrusted);
  EXPECT_EQ(bench.report.rule, MotionRule::kDisarmed);
  EXPECT_TRUE(testing::same_bits(safe.values(), bench.trusted));
}

TEST(MotionGate, ACopyOfTheTrustedCommandIsTrustedAndOneOtherBitIsNot) {
  Bench bench;
  bench.proposal_is_trusted = false;
  bench.proposal = bench.trusted;
  bench.ticks(1);
  EXPECT_EQ(bench.report.source, CommandSource::kProposal);
  bench.proposal.velocity_rad_s[2] = -0.0;
  bench.ticks(1);
  EXPECT_EQ(bench.report.source, CommandSource::kTrusted);
}

TEST(MotionGate, ALostHeartbeatIsAHoldAndThenDisarmed) {
  Bench bench;
  bench.arm();
  ASSERT_TRUE(bench.report.armed);
  ASSERT_EQ(bench.report.rung, StopRung::kNone);
  bench.beating = false;
  bench.ticks(500);
  EXPECT_TRUE(bench.report.armed);
  bench.ticks(1);
  EXPECT_FALSE(bench.report.armed);
  EXPECT_EQ(bench.report.rung, StopRung::kHold);
  EXPECT_EQ(bench.gate.arming().state(), Arming::State::kStopping);
  bench.ticks(2000);
  EXPECT_EQ(bench.gate.arming().state(), Arming::State::kDisarmed);
}

TEST(MotionGate, AnEmergencyStopChangesTheTorqueInItsTick) {
  Bench bench;
  bench.arm();
  bench.proposal_is_trusted = false;
  bench.ticks(1);
  ASSERT_EQ(bench.report.source, CommandSource::kProposal);
  bench.events.push_back({ArmingEvent::Kind::kEmergencyStop, 0, 0});
  const SafeCommand safe = bench.tick();
  EXPECT_EQ(bench.report.rung, StopRung::kHold);
  EXPECT_TRUE(testing::same_bits(safe.values(), bench.trusted));
}

}  // namespace
}  // namespace longmen::gate
