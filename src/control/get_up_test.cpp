#include "control/get_up.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <numbers>

#include "config/config_reader.h"
#include "model/robot_names.h"

namespace longmen::control {
namespace {

const std::filesystem::path kGetUpRobots = std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots";
constexpr double kPeriod_s = 0.001;

/// A body that lies there and does what it is told, on ground that does what the test says.
struct Lying {
  model::RobotModel model =
      model::RobotModel::load(kGetUpRobots / model::robot_names(kGetUpRobots).at(0)).value();
  std::string joint = model.joint(model.group(model::Group::kWaist).at(0)).name;
  RobotState state;
  ProposedCommand command;

  Lying() {
    state.joint_position_rad = model.home_rad();
    state.joint_velocity_rad_s.setZero(model.na());
  }
  Result<GetUpConfig> read(const std::string& text) {
    return GetUpConfig::read(config::parse_yaml(text, "test").value(), "test", model);
  }
  GetUpConfig config() {
    return read("lie: [{s: 0.1}]\nroll: [{s: 0.1, " + joint + ": 0.2}]\nrise: [{s: 0.1, " + joint +
                ": 0.1}, {s: 0.2}]\n")
        .value();
  }
  void turn(double chest_up_rad) {
    state.q_WB = Eigen::AngleAxisd(0.5 * std::numbers::pi - chest_up_rad, Eigen::Vector3d::UnitY());
  }
  void stand() {
    state.q_WB.setIdentity();
    state.foot_force_N.fill(0.5 * model.mass_kg() * kGravity_m_s2);
  }
  /// One period, in which the joints follow. @return the fastest target, in shares of its limit
  double tick(GetUp& get_up, bool drives = true) {
    const JointVector before = state.joint_position_rad;
    ++state.tick;
    get_up.tick(state, drives, command);
    double share = 0.0;
    if (command.stiffness_Nm_rad.maxCoeff() > 0.0) state.joint_position_rad = command.position_rad;
    for (int j = 0; j < model.na(); ++j)
      share = std::max(share, std::abs(state.joint_position_rad[j] - before[j]) / kPeriod_s /
                                  model.joint(j).velocity_max_rad_s);
    return share;
  }
  /// Until it is in `phase`; false: not within a minute.
  bool reaches(GetUp& get_up, GetUp::Phase phase) {
    for (int i = 0; i < 60000 && get_up.phase() != phase; ++i) tick(get_up);
    return get_up.phase() == phase;
  }
};

TEST(GetUp, FromTheBellyItRisesWithoutARoll) {
  Lying body;
  GetUp get_up(body.model, body.config(), kPeriod_s);
  get_up.start();
  body.turn(0.0);
  ASSERT_TRUE(body.reaches(get_up, GetUp::Phase::kRise));
  EXPECT_EQ(get_up.attempts(), 1);
  body.stand();
  EXPECT_TRUE(body.reaches(get_up, GetUp::Phase::kOnFeet));
  EXPECT_EQ(get_up.attempts(), 1);
}

TEST(GetUp, FromTheBackOrASideItRollsFirst) {
  for (const double chest_up_rad : {std::numbers::pi, 0.5 * std::numbers::pi}) {
    Lying body;
    GetUp get_up(body.model, body.config(), kPeriod_s);
    get_up.start();
    body.turn(chest_up_rad);
    ASSERT_TRUE(body.reaches(get_up, GetUp::Phase::kRoll)) << chest_up_rad;
    body.turn(0.0);
    EXPECT_TRUE(body.reaches(get_up, GetUp::Phase::kRise)) << chest_up_rad;
    EXPECT_EQ(get_up.attempts(), 2);
  }
}

TEST(GetUp, WhoDoesNotComeToItsFeetTriesAgainAndGivesUpLimp) {
  Lying body;
  GetUp get_up(body.model, body.config(), kPeriod_s);
  get_up.start();
  body.turn(0.0);
  ASSERT_TRUE(body.reaches(get_up, GetUp::Phase::kFailed));
  EXPECT_EQ(get_up.attempts(), GetUp::kAttemptsMax);
  body.tick(get_up);
  EXPECT_EQ(body.command.stiffness_Nm_rad.maxCoeff(), 0.0);
  EXPECT_GT(body.command.damping_Nms_rad.minCoeff(), 0.0);
}

TEST(GetUp, OneFootThatBearsAllIsNoStand) {
  Lying body;
  GetUp get_up(body.model, body.config(), kPeriod_s);
  get_up.start();
  body.turn(0.0);
  ASSERT_TRUE(body.reaches(get_up, GetUp::Phase::kRise));
  body.stand();
  body.state.foot_force_N = {body.model.mass_kg() * kGravity_m_s2, 0.0};
  EXPECT_TRUE(body.reaches(get_up, GetUp::Phase::kWait));
}

TEST(GetUp, BeginsWhereTheJointsAreAndKeepsTheirSpeedLimits) {
  Lying body;
  const GetUpConfig config = body.config();
  GetUp get_up(body.model, config, kPeriod_s);
  get_up.start();
  body.turn(std::numbers::pi);
  for (int j = 0; j < body.model.na(); ++j)  // as far from every frame as it may be
    body.state.joint_position_rad[j] = body.model.joint(j).position_max_rad;
  for (int i = 0; i < 20000; ++i)
    ASSERT_LE(body.tick(get_up), config.speed_share * 1.001) << "tick " << i;
}

TEST(GetUp, WhileItDoesNotDriveItWaitsWhereTheJointsAre) {
  Lying body;
  GetUp get_up(body.model, body.config(), kPeriod_s);
  get_up.start();
  body.turn(0.0);
  ASSERT_TRUE(body.reaches(get_up, GetUp::Phase::kRise));
  body.tick(get_up, false);
  EXPECT_EQ(get_up.phase(), GetUp::Phase::kWait);
  EXPECT_EQ(body.command.position_rad, body.state.joint_position_rad);
}

TEST(GetUp, WaitsForABodyThatStillMoves) {
  Lying body;
  GetUp get_up(body.model, body.config(), kPeriod_s);
  get_up.start();
  body.turn(0.0);
  body.state.w_WB_B.x() = 1.0;
  for (int i = 0; i < 1000; ++i) body.tick(get_up);
  EXPECT_EQ(get_up.phase(), GetUp::Phase::kWait);
  body.state.w_WB_B.setZero();
  for (int i = 0; i < 250; ++i) body.tick(get_up);
  EXPECT_EQ(get_up.phase(), GetUp::Phase::kLie);
}

TEST(GetUpConfig, AFrameKeepsWhatItDoesNotName) {
  Lying body;
  const GetUpConfig config = body.config();
  ASSERT_EQ(config.rise.size(), 2u);
  const int waist = body.model.joint_index(body.joint).value();
  EXPECT_EQ(config.rise[0].position_rad[waist], 0.1);
  EXPECT_EQ(config.rise[1].position_rad, config.rise[0].position_rad);
  EXPECT_EQ(config.lie[0].position_rad, body.model.home_rad());
}

TEST(GetUpConfig, SaysWhatIsWrong) {
  Lying body;
  const std::string good = "lie: [{s: 1}]\nroll: [{s: 1}]\n";
  const auto error = [&](const std::string& rise) { return body.read(good + rise).error(); };
  EXPECT_EQ(error("").code, ErrorCode::kMissingKey);
  EXPECT_EQ(error("rise: []\n").code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error("rise: [{s: 1, no_such_joint: 0}]\n").code, ErrorCode::kUnknownKey);
  EXPECT_EQ(error("rise: [{s: 1, " + body.joint + ": 9}]\n").code, ErrorCode::kInvalidArgument);
  EXPECT_NE(error("rise: [{s: 1}, {s: 0}]\n").text().find("rise[1]"), std::string::npos);
}

}  // namespace
}  // namespace longmen::control
