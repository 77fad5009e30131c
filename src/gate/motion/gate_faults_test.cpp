// What the gate makes of proposals, commands and states that are missing or cannot be meant.
#include <gtest/gtest.h>

#include <limits>

#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

using testing::Bench;

constexpr double kInf = std::numeric_limits<double>::infinity();

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

}  // namespace
}  // namespace longmen::gate
