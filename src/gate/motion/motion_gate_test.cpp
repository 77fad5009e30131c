#include "gate/motion/motion_gate.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/allocation_counter.h"
#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

using testing::Bench;
using testing::torque;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

// --- A safe command ---------------------------------------------------------------------------

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

// --- The barriers -----------------------------------------------------------------------------

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

// --- Finite and fresh -------------------------------------------------------------------------

TEST(MotionGate, APolicysGarbageIsReplacedByTheTrustedCommand) {
  for (const double bad : {kNan, kInf, -kInf}) {
    for (const auto array : {&ProposedCommand::torque_Nm, &ProposedCommand::position_rad,
                             &ProposedCommand::velocity_rad_s, &ProposedCommand::stiffness_Nm_rad,
                             &ProposedCommand::damping_Nms_rad}) {
      Bench bench;
      bench.arm();
      bench.proposal_is_trusted = false;
      (bench.proposal.*array)[1] = bad;
      const SafeCommand safe = bench.tick();
      EXPECT_TRUE(testing::same_bits(safe.values(), bench.trusted));
      EXPECT_EQ(bench.report.source, CommandSource::kTrusted);
      EXPECT_EQ(bench.report.rule, MotionRule::kFinite);
      EXPECT_TRUE(bench.report.changed);
      EXPECT_EQ(bench.report.rung, StopRung::kNone) << "one bad tick is no stop";
    }
  }
}

TEST(MotionGate, ATorqueThatNobodyCanMeanIsGarbage) {
  Bench bench;
  bench.arm();
  bench.proposal_is_trusted = false;
  bench.proposal.torque_Nm[1] = -2.9 * 58.5;
  bench.ticks(1);
  EXPECT_EQ(bench.report.source, CommandSource::kProposal);
  EXPECT_EQ(bench.report.rule, MotionRule::kTorque);
  bench.proposal.torque_Nm[1] = -3.1 * 58.5;
  bench.ticks(1);
  EXPECT_EQ(bench.report.source, CommandSource::kTrusted);
  EXPECT_EQ(bench.report.rule, MotionRule::kFinite);
}

TEST(MotionGate, ALateOrMisshapenProposalIsReplacedByTheTrustedCommand) {
  Bench bench;
  bench.arm();
  bench.proposal_is_trusted = false;
  static_cast<void>(bench.tick());
  ++bench.now;
  bench.state.tick = bench.world.tick = bench.trusted.tick = bench.now;  // proposal: the last tick
  static_cast<void>(bench.run());
  EXPECT_EQ(bench.report.source, CommandSource::kTrusted);
  EXPECT_EQ(bench.report.rule, MotionRule::kFresh);
  bench.proposal.resize(2);
  static_cast<void>(bench.tick());
  EXPECT_EQ(bench.report.source, CommandSource::kTrusted);
  EXPECT_EQ(bench.report.rule, MotionRule::kFinite);
}

TEST(MotionGate, AfterAFaultAProposalMustBeFaultlessForAWhile) {
  Bench bench;
  bench.arm();
  bench.proposal_is_trusted = false;
  bench.proposal.torque_Nm[0] = kNan;
  bench.ticks(1);
  bench.proposal.torque_Nm[0] = 1.0;
  int waited = 0;
  do {
    bench.ticks(1);
    ++waited;
  } while (bench.report.source == CommandSource::kTrusted && waited < 1000);
  EXPECT_EQ(waited, 100);
  EXPECT_EQ(bench.report.source, CommandSource::kProposal);
}

TEST(MotionGate, AFlickeringProposalChangesTheSourceOnceAndThenHolds) {
  Bench bench;
  bench.arm();
  bench.proposal_is_trusted = false;
  int switches = 0;
  CommandSource before = CommandSource::kProposal;
  for (int i = 0; i < 2000; ++i) {
    bench.proposal.torque_Nm[0] = i % 10 == 0 ? kNan : 1.0;
    bench.ticks(1);
    switches += bench.report.source != before ? 1 : 0;
    before = bench.report.source;
  }
  EXPECT_EQ(switches, 1);
  EXPECT_EQ(bench.report.rung, StopRung::kHold);
}

TEST(MotionGate, AMissedTickOfTheControllerIsBridgedWithTheLastSetPoint) {
  Bench bench;
  bench.trusted.torque_Nm << 3.0, 2.0, 1.0;
  bench.trusted.stiffness_Nm_rad.setConstant(2.0);
  const ProposedCommand last = bench.tick().values();
  ++bench.now;
  bench.state.tick = bench.world.tick = bench.now;
  const SafeCommand safe = bench.run();
  EXPECT_EQ(bench.report.source, CommandSource::kBridge);
  EXPECT_EQ(bench.report.rule, MotionRule::kFresh);
  EXPECT_TRUE(bench.report.changed);
  EXPECT_EQ(safe.tick(), bench.now);
  EXPECT_TRUE(testing::same_bits(safe.values().torque_Nm, last.torque_Nm));
  EXPECT_TRUE(testing::same_bits(safe.values().position_rad, last.position_rad));
}

TEST(MotionGate, BridgingStillKeepsTheBarriers) {
  Bench bench;
  bench.trusted.torque_Nm[0] = 300.0;
  bench.ticks(1);
  ++bench.now;
  bench.state.tick = bench.world.tick = bench.now;
  bench.state.joint_position_rad[0] = 1.7999;
  const SafeCommand safe = bench.run();
  EXPECT_LT(safe.values().torque_Nm[0], 100.0);
}

TEST(MotionGate, AfterTheBridgeItBraces) {
  Bench bench;
  bench.ticks(5);
  bench.trusted.torque_Nm[1] = kNan;
  for (int i = 0; i < 10; ++i) {
    bench.ticks(1);
    ASSERT_EQ(bench.report.source, CommandSource::kBridge) << i;
    ASSERT_EQ(bench.report.rule, MotionRule::kFinite) << i;
  }
  bench.ticks(1);
  EXPECT_EQ(bench.report.source, CommandSource::kBrace);
  EXPECT_EQ(bench.report.rung, StopRung::kBrace);
  EXPECT_EQ(bench.report.rule, MotionRule::kBrace);
}

TEST(MotionGate, OneMissedTickDoesNotBringTheNextOnesNearerToABrace) {
  Bench bench;
  for (int i = 0; i < 100; ++i) {
    bench.ticks(2);
    bench.trusted.torque_Nm[1] = kNan;
    bench.ticks(1);
    ASSERT_EQ(bench.report.source, CommandSource::kBridge);
    bench.trusted.torque_Nm[1] = 0.0;
  }
}

TEST(MotionGate, AStateThatCannotBeReliedOnIsBridgedAndThenBraced) {
  struct Case {
    const char* what;
    void (*spoil)(RobotState&);
    MotionRule rule;
  };
  const Case cases[] = {
      {"position", [](RobotState& s) { s.joint_position_rad[1] = kNan; }, MotionRule::kFinite},
      {"velocity", [](RobotState& s) { s.joint_velocity_rad_s[0] = kInf; }, MotionRule::kFinite},
      {"absurd position", [](RobotState& s) { s.joint_position_rad[1] = -1e308; },
       MotionRule::kFinite},
      {"absurd position", [](RobotState& s) { s.joint_position_rad[1] = 100.0; },
       MotionRule::kFinite},
      {"absurd velocity", [](RobotState& s) { s.joint_velocity_rad_s[0] = 1e308; },
       MotionRule::kFinite},
      {"attitude", [](RobotState& s) { s.q_WB.w() = kNan; }, MotionRule::kFinite},
      {"no rotation", [](RobotState& s) { s.q_WB.w() = 2.0; }, MotionRule::kFinite},
      {"shape q", [](RobotState& s) { s.joint_position_rad.setZero(2); }, MotionRule::kFinite},
      {"shape v", [](RobotState& s) { s.joint_velocity_rad_s.setZero(4); }, MotionRule::kFinite},
      {"invalid", [](RobotState& s) { s.valid = false; }, MotionRule::kFresh},
  };
  for (const Case& c : cases) {
    Bench bench;
    bench.ticks(5);
    c.spoil(bench.state);
    bench.ticks(1);
    EXPECT_EQ(bench.report.source, CommandSource::kBridge) << c.what;
    EXPECT_EQ(bench.report.rule, c.rule) << c.what;
    bench.ticks(10);
    EXPECT_EQ(bench.report.source, CommandSource::kBrace) << c.what;
  }
  Bench bench;
  bench.ticks(5);
  ++bench.now;
  bench.world.tick = bench.trusted.tick = bench.now;  // the state is of the last tick
  static_cast<void>(bench.run());
  EXPECT_EQ(bench.report.source, CommandSource::kBridge);
  EXPECT_EQ(bench.report.rule, MotionRule::kFresh);
}

TEST(MotionGate, AWorldThatIsNoLongerSeenAsksForSlow) {
  for (const Tick age : {Tick{400}, Tick{-1}, std::numeric_limits<Tick>::max()}) {
    Bench bench;
    bench.arm();
    ++bench.now;
    bench.events.push_back({ArmingEvent::Kind::kHeartbeat, 7, 1u << 20});
    bench.state.tick = bench.trusted.tick = bench.now;
    bench.world.tick = age == std::numeric_limits<Tick>::max() ? std::numeric_limits<Tick>::min()
                                                               : bench.now - age;
    static_cast<void>(bench.run());
    EXPECT_EQ(bench.report.rung, StopRung::kSlow) << age;
  }
}

// --- The stop ladder --------------------------------------------------------------------------

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

// --- Arming -----------------------------------------------------------------------------------

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

// --- A real body ------------------------------------------------------------------------------

class EveryRobot : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(EveryRobot, StandingAtHomeHalfTheTorqueIsFreeAndNoMemoryIsTaken) {
  const auto model = model::RobotModel::load(GetParam()).value();
  MotionGate gate =
      MotionGate::create(model, testing::shipped_rules().limits, testing::kPeriod_s).value();
  RobotState state;
  state.valid = true;
  state.joint_position_rad = model.home_rad();
  state.joint_velocity_rad_s = JointVector::Zero(model.na());
  WorldState world;
  ProposedCommand command;
  command.resize(model.na());
  GateReport report;
  const AllocationScope scope;
  for (Tick tick = 1; tick <= 100; ++tick) {
    state.tick = world.tick = command.tick = tick;
    for (int j = 0; j < model.na(); ++j)
      command.torque_Nm[j] = (tick % 2 == 0 ? 0.5 : -0.5) * model.joint(j).torque_max_Nm;
    const SafeCommand safe = gate.filter(command, state, world, command, {}, tick, report);
    ASSERT_FALSE(report.changed) << model.joint(report.joint).name;
    ASSERT_EQ(safe.tick(), tick);
  }
  // Every way through takes none either: cuts, bridge, brace.
  for (Tick tick = 101; tick <= 130; ++tick) {
    state.tick = world.tick = tick;
    command.tick = tick < 110 ? tick : 0;
    for (int j = 0; j < model.na(); ++j) command.torque_Nm[j] = 2.0 * model.joint(j).torque_max_Nm;
    static_cast<void>(gate.filter(command, state, world, command, {}, tick, report));
    ASSERT_TRUE(report.changed);
  }
  EXPECT_EQ(report.rung, StopRung::kBrace);
  EXPECT_EQ(scope.count(), 0u);
}

std::vector<std::filesystem::path> robots() {
  std::vector<std::filesystem::path> dirs;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(LONGMEN_SOURCE_DIR) + "/robots"))
    if (entry.is_directory()) dirs.push_back(entry.path());
  std::sort(dirs.begin(), dirs.end());
  return dirs;
}
INSTANTIATE_TEST_SUITE_P(Robots, EveryRobot, ::testing::ValuesIn(robots()),
                         [](const auto& robot) { return robot.param.filename().string(); });

// --- create -----------------------------------------------------------------------------------

TEST(MotionGate, LimitsThatMakeNoSenseGiveNoGate) {
  const MotionLimits rules = testing::shipped_rules().limits;
  EXPECT_FALSE(MotionGate::create(JointLimits{}, rules, 0.001));
  EXPECT_FALSE(MotionGate::create(testing::three_joints(), rules, 0.01));
  EXPECT_FALSE(MotionGate::create(testing::three_joints(), rules, 0.0));
  EXPECT_FALSE(MotionGate::create(testing::three_joints(), rules, kNan));
  EXPECT_FALSE(MotionGate::create(testing::three_joints(), rules, 0.004)) << "slower than reaction";
  const auto model = model::RobotModel::load(robots().front());
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
