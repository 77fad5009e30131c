// The gate of a real body: people, balance, power and torque rate.
#include <gtest/gtest.h>

#include <limits>

#include "gate/motion/gate_test_support.h"
#include "model/robot_names.h"

namespace longmen::gate {
namespace {

using testing::Bench;

TEST(MotionGatePower, DrivingBeyondItIsCutAndBrakingIsNot) {
  Bench bench;
  bench.state.joint_velocity_rad_s[0] = 13.0;
  bench.trusted.torque_Nm[0] = 396.0;
  const double most = bench.rules.limits.power_share * 396.0 * 19.0 / 13.0;
  EXPECT_NEAR(bench.tick().values().torque_Nm[0], most, 1e-6);
  EXPECT_EQ(bench.report.rule, MotionRule::kPower);
  EXPECT_NEAR(bench.report.margin, 13.0 * (most - 396.0), 1e-6);
  bench.trusted.torque_Nm[0] = -396.0;
  EXPECT_EQ(bench.tick().values().torque_Nm[0], -396.0);
}

TEST(MotionGateTorqueRate, AForeignTorqueGrowsNoFasterThanADriveAndTheTrustedOneMay) {
  Bench bench;
  bench.arm();
  bench.proposal_is_trusted = false;
  bench.proposal.torque_Nm.setZero();
  bench.proposal.velocity_rad_s.setConstant(1.0);  // another bit than the trusted one's
  bench.ticks(1);
  bench.proposal.torque_Nm[1] = 50.0;
  const double step = 58.5 * testing::kPeriod_s / bench.rules.limits.torque_full_s;
  EXPECT_NEAR(bench.tick().values().torque_Nm[1], step, 1e-6);
  EXPECT_EQ(bench.report.rule, MotionRule::kTorqueRate);
  EXPECT_EQ(bench.report.joint, 1);
  EXPECT_NEAR(bench.tick().values().torque_Nm[1], 2.0 * step, 1e-6);
  bench.proposal_is_trusted = true;
  bench.trusted.torque_Nm[1] = -50.0;
  EXPECT_EQ(bench.tick().values().torque_Nm[1], -50.0);
}

/// A robot that stands at home on both feet, armed, and a policy that does what the controller does
/// but for one bit.
class Standing : public ::testing::TestWithParam<std::string> {
 protected:
  model::RobotModel model_ =
      model::RobotModel::load(std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots" / GetParam())
          .value();
  MotionRules rules_ = testing::shipped_rules();
  MotionGate gate_ = MotionGate::create(model_, rules_.limits, testing::kPeriod_s).value();
  RobotState state_;
  WorldState world_;
  ProposedCommand trusted_;
  ProposedCommand proposal_;
  GateReport report_;
  Tick tick_ = 0;

  void SetUp() override {
    state_.valid = true;
    state_.p_WB.z() = model_.home_height_m();
    state_.joint_position_rad = model_.home_rad();
    state_.joint_velocity_rad_s.setZero(model_.na());
    const double half_N = 0.5 * model_.mass_kg() * kGravity_m_s2;
    state_.foot_force_N = {half_N, half_N};
    state_.contact_probability = {1.0, 1.0};
    trusted_.resize(model_.na());
    proposal_.resize(model_.na());
    proposal_.velocity_rad_s.setConstant(1.0);
    ticks(1000);
    ASSERT_EQ(report_.rung, StopRung::kNone);
    ASSERT_EQ(report_.source, CommandSource::kProposal);
  }
  void ticks(int count) {
    for (int i = 0; i < count; ++i) {
      ++tick_;
      state_.tick = world_.tick = trusted_.tick = proposal_.tick = tick_;
      const std::array event = {
          ArmingEvent{tick_ == 1 ? ArmingEvent::Kind::kGrant : ArmingEvent::Kind::kHeartbeat, 7,
                      static_cast<std::uint64_t>(tick_)}};
      static_cast<void>(gate_.filter(proposal_, state_, world_, trusted_, {StopRung::kNone, event},
                                     tick_, report_));
    }
  }
  Track& person(double distance_m, double speed_m_s) {
    world_.track_count = 1;
    Track& track = world_.tracks[0];
    track = {};
    track.is_person = true;
    track.radius_m = 0.3;
    track.height_m = 1.7;
    track.p_WO = {distance_m + 0.5, 0.0, 0.0};
    track.v_WO = {-speed_m_s, 0.0, 0.0};
    return track;
  }
};

TEST_P(Standing, APersonWhoComesIsAHoldAndOneWhoStandsAsideIsNot) {
  person(1.5, 1.6);
  ticks(1);
  EXPECT_EQ(report_.rung, StopRung::kHold);
  EXPECT_EQ(report_.rule, MotionRule::kStop) << "the trusted controller carries it out";
  EXPECT_EQ(report_.source, CommandSource::kTrusted);
  world_.track_count = 0;
  ticks(1000);
  EXPECT_EQ(report_.rung, StopRung::kNone) << "and it goes on when they have gone";
  person(1.5, 0.0);
  ticks(100);
  EXPECT_EQ(report_.rung, StopRung::kNone);
  person(3.0, -1.6);
  ticks(100);
  EXPECT_EQ(report_.rung, StopRung::kNone) << "who walks away asks for nothing";
}

TEST_P(Standing, ATrackThatIsNoNumberIsAHold) {
  person(5.0, 0.0).p_WO.x() = std::numeric_limits<double>::quiet_NaN();
  ticks(1);
  EXPECT_EQ(report_.rung, StopRung::kHold);
}

TEST_P(Standing, APolicyThatHeadsForAFallLosesTheMotorsAndGetsThemBack) {
  state_.v_WB_W.x() = 2.5;
  ticks(1);
  EXPECT_EQ(report_.source, CommandSource::kTrusted);
  EXPECT_EQ(report_.rule, MotionRule::kBalance);
  ticks(500);
  EXPECT_EQ(report_.source, CommandSource::kTrusted);
  EXPECT_EQ(report_.rung, StopRung::kNone) << "the trusted controller steps on";
  state_.v_WB_W.x() = 0.0;
  ticks(50);
  EXPECT_EQ(report_.source, CommandSource::kTrusted) << "not at once";
  ticks(100);
  EXPECT_EQ(report_.source, CommandSource::kProposal);
}

TEST_P(Standing, APolicyThatLeansTooFarLosesTheMotorsUntilTheBodyIsUpright) {
  const auto lean = [&](double rad) {
    state_.q_WB = Eigen::AngleAxisd(rad, Eigen::Vector3d::UnitY());
  };
  lean(0.11);
  ticks(1);
  EXPECT_EQ(report_.source, CommandSource::kProposal);
  lean(-0.13);
  ticks(1);
  EXPECT_EQ(report_.source, CommandSource::kTrusted);
  EXPECT_EQ(report_.rule, MotionRule::kBalance);
  lean(0.09);
  ticks(500);
  EXPECT_EQ(report_.source, CommandSource::kTrusted) << "not upright again";
  EXPECT_EQ(report_.rung, StopRung::kNone);
  lean(0.05);
  ticks(200);
  EXPECT_EQ(report_.source, CommandSource::kProposal);
}

TEST_P(Standing, TheTrustedCommandIsNotRefusedForItsBalance) {
  state_.v_WB_W.x() = 2.5;
  proposal_ = trusted_;
  ticks(1);
  EXPECT_EQ(report_.source, CommandSource::kProposal);
  EXPECT_NE(report_.rule, MotionRule::kBalance);
  state_.q_WB = Eigen::AngleAxisd(0.2, Eigen::Vector3d::UnitX());
  ticks(1);
  EXPECT_NE(report_.rule, MotionRule::kBalance);
}

/// A zone with its near edge so far before the robot's middle.
std::vector<world::Zone> zone_before(double distance_m) {
  world::Zone zone;
  zone.corners_W_m = {
      {distance_m, -1.0}, {distance_m + 1.0, -1.0}, {distance_m + 1.0, 1.0}, {distance_m, 1.0}};
  return {zone};
}

TEST_P(Standing, AZoneToKeepOutOfSlowsAndHaltsWhoWalksTowardsIt) {
  gate_ = MotionGate::create(model_, rules_.limits, testing::kPeriod_s, zone_before(0.95)).value();
  tick_ = 0;
  proposal_ = trusted_;
  ticks(1000);
  EXPECT_EQ(report_.rung, StopRung::kNone) << "who stands well away from it is left alone";
  StopRung before = StopRung::kNone;
  while (report_.rung != StopRung::kHold && state_.v_WB_W.x() < 1.8) {
    before = report_.rung;
    state_.v_WB_W.x() += 0.1;
    ticks(1);
  }
  EXPECT_EQ(before, StopRung::kSlow) << "first slow";
  EXPECT_EQ(report_.rung, StopRung::kHold);
  EXPECT_EQ(report_.rule, MotionRule::kKeepOut);
  state_.v_WB_W.x() = -0.8;
  ticks(1000);
  EXPECT_EQ(report_.rung, StopRung::kNone) << "who walks away is let go";
  state_.v_WB_W.x() = 0.0;
  state_.position_sigma_m = 5.0;
  ticks(1);
  EXPECT_EQ(report_.rung, StopRung::kHold) << "who does not know where it is stays there";
}

TEST_P(Standing, WhoStandsAtAZoneMayWalkAwayButComeNoNearer) {
  // From the middle to the nearest point of a foot or the body, and a clearance: inside it.
  gate_ = MotionGate::create(model_, rules_.limits, testing::kPeriod_s, zone_before(0.12)).value();
  tick_ = 0;
  proposal_ = trusted_;
  ticks(1000);
  EXPECT_EQ(report_.rung, StopRung::kSlow);
  EXPECT_EQ(report_.rule, MotionRule::kKeepOut);
  state_.v_WB_W.x() = 0.2;
  ticks(1);
  EXPECT_EQ(report_.rung, StopRung::kHold);
}

INSTANTIATE_TEST_SUITE_P(Robots, Standing,
                         ::testing::ValuesIn(model::robot_names(std::string(LONGMEN_SOURCE_DIR) +
                                                                "/robots")),
                         [](const auto& robot) { return robot.param; });

}  // namespace
}  // namespace longmen::gate
