#include "control/whole_body_controller.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "model/robot_names.h"

namespace longmen::control {
namespace {

const std::filesystem::path kRobots = std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Standing {
  model::RobotModel model =
      model::RobotModel::load(kRobots / model::robot_names(kRobots).at(0)).value();
  model::Dynamics dynamics = model::Dynamics::create(model);
  RobotState state;
  WholeBodyReference reference;
  ProposedCommand command;

  Standing() {
    state.p_WB.z() = model.home_height_m();
    state.joint_position_rad = model.home_rad();
    state.joint_velocity_rad_s.setZero(model.na());
    reference.posture_rad = model.home_rad();
    reference.posture_rate_rad_s.setZero(model.na());
    for (auto& foot : reference.feet) foot.force_max_N = 2000.0;
    dynamics.update(state);
  }

  TickReport tick(WholeBodyController& wbc) {
    wbc.assemble(dynamics, state, reference);
    return wbc.solve(state, reference, command);
  }
};

TEST(WholeBodyController, StandingStillCarriesExactlyTheRobotsWeight) {
  Standing s;
  auto wbc = WholeBodyController::create(s.model, {}).value();
  const TickReport report = s.tick(wbc);
  ASSERT_EQ(report.status, TickStatus::kSolved);
  const double weight_N = s.model.mass_kg() * kGravity_m_s2;
  EXPECT_NEAR(wbc.normal_force_N(kLeft) + wbc.normal_force_N(kRight), weight_N, 0.05 * weight_N);
}

TEST(WholeBodyController, TorquesStayInsideTheirLimitsOnOneFoot) {
  Standing s;
  WholeBodyConfig config;
  config.friction.scale = 0.0;
  auto wbc = WholeBodyController::create(s.model, config).value();
  s.reference.feet[kRight].in_contact = false;
  s.reference.feet[kRight].p_WS = s.dynamics.sole(kRight).p_WF + Eigen::Vector3d(0.05, 0, 0.05);
  s.reference.com_acceleration_W_m_s2 = Eigen::Vector3d(0.3, 0.2, 0.1);
  ASSERT_EQ(s.tick(wbc).status, TickStatus::kSolved);
  for (int j = 0; j < s.model.na(); ++j)
    EXPECT_LE(std::abs(s.command.torque_Nm[j]), s.model.joint(j).torque_max_Nm)
        << s.model.joint(j).name;
}

TEST(WholeBodyController, ASoleThatMayHangCostsTheBodyNothing) {
  // The swinging leg is at the end of its range, and the sole is asked to turn.
  const auto error_N = [](double share) {
    Standing s;
    const WholeBodyConfig config;
    auto wbc = WholeBodyController::create(s.model, config).value();
    for (const int j : s.model.group(model::Group::kRightLeg))
      s.state.joint_position_rad[j] =
          s.model.joint(j).position_max_rad - config.joint_limits.range_margin_rad;
    s.dynamics.update(s.state);
    FootReference& foot = s.reference.feet[kRight];
    foot.in_contact = false;
    foot.p_WS = s.dynamics.sole(kRight).p_WF;
    foot.normal_W = Eigen::Vector3d(-1, 0, 1).normalized();
    foot.attitude_share = share;
    EXPECT_EQ(s.tick(wbc).status, TickStatus::kSolved);
    return std::abs(wbc.normal_force_N(kLeft) - s.model.mass_kg() * kGravity_m_s2);
  };
  EXPECT_LT(error_N(0.015), 0.5 * error_N(1.0));
}

TEST(WholeBodyController, NoJointIsDrivenIntoTheMarginOfItsRange) {
  Standing s;
  const WholeBodyConfig config;
  auto wbc = WholeBodyController::create(s.model, config).value();
  for (const int j : s.model.group(model::Group::kLeftArm)) {
    const model::JointInfo& joint = s.model.joint(j);
    s.reference.posture_rad[j] = joint.position_max_rad;
    s.state.joint_position_rad[j] = joint.position_max_rad - config.joint_limits.range_margin_rad;
  }
  s.dynamics.update(s.state);
  ASSERT_EQ(s.tick(wbc).status, TickStatus::kSolved);
  for (const int j : s.model.group(model::Group::kLeftArm))
    EXPECT_LT(wbc.acceleration()[s.model.dof(j)], 1e-3) << s.model.joint(j).name;
}

TEST(WholeBodyController, AMarginThatLeavesNoRangeIsRefused) {
  const Standing s;
  WholeBodyConfig config;
  config.joint_limits.range_margin_rad = 3.0;
  const auto wbc = WholeBodyController::create(s.model, config);
  ASSERT_FALSE(wbc);
  EXPECT_EQ(wbc.error().code, ErrorCode::kInvalidArgument);
}

TEST(WholeBodyController, ANotFiniteStateGivesAFiniteCommandAndSaysSo) {
  Standing s;
  auto wbc = WholeBodyController::create(s.model, {}).value();
  ASSERT_EQ(s.tick(wbc).status, TickStatus::kSolved);
  s.state.joint_velocity_rad_s[3] = kNan;
  const TickReport report = s.tick(wbc);
  EXPECT_EQ(report.status, TickStatus::kNotFinite);
  EXPECT_TRUE(s.command.torque_Nm.allFinite());
  EXPECT_TRUE(s.command.position_rad.allFinite());
  s.state.joint_velocity_rad_s[3] = 0.0;
  EXPECT_EQ(s.tick(wbc).status, TickStatus::kSolved);
}

TEST(WholeBodyController, AForceOnThePalmsPassesThroughTheBodyToTheGround) {
  Standing s;
  auto wbc = WholeBodyController::create(s.model, {}).value();
  s.dynamics.update_palms();
  for (const int side : {kLeft, kRight}) {
    PalmReference& palm = s.reference.palms[static_cast<std::size_t>(side)];
    palm.active = true;
    palm.p_WP = s.dynamics.palm(side).p_WF;
    palm.q_WP = Eigen::Quaterniond(s.dynamics.palm(side).R_WF);
  }
  ASSERT_EQ(s.tick(wbc).status, TickStatus::kSolved);
  const double empty_N = wbc.normal_force_N(kLeft) + wbc.normal_force_N(kRight);
  for (PalmReference& palm : s.reference.palms) palm.force_W_N = Eigen::Vector3d(0, 0, -40.0);
  ASSERT_EQ(s.tick(wbc).status, TickStatus::kSolved);
  const double loaded_N = wbc.normal_force_N(kLeft) + wbc.normal_force_N(kRight);
  EXPECT_NEAR(loaded_N - empty_N, 80.0, 4.0);
}

TEST(WholeBodyController, AnEqualSqueezeOfBothPalmsLeavesTheFeetAlone) {
  Standing s;
  auto wbc = WholeBodyController::create(s.model, {}).value();
  s.dynamics.update_palms();
  for (const int side : {kLeft, kRight}) {
    PalmReference& palm = s.reference.palms[static_cast<std::size_t>(side)];
    palm.active = true;
    palm.p_WP = s.dynamics.palm(side).p_WF;
    palm.q_WP = Eigen::Quaterniond(s.dynamics.palm(side).R_WF);
  }
  ASSERT_EQ(s.tick(wbc).status, TickStatus::kSolved);
  const double left_N = wbc.normal_force_N(kLeft);
  const JointVector free_Nm = s.command.torque_Nm;
  s.reference.palms[kLeft].force_W_N = Eigen::Vector3d(0, 30.0, 0);
  s.reference.palms[kRight].force_W_N = Eigen::Vector3d(0, -30.0, 0);
  ASSERT_EQ(s.tick(wbc).status, TickStatus::kSolved);
  EXPECT_NEAR(wbc.normal_force_N(kLeft), left_N, 2.0);
  EXPECT_GT((s.command.torque_Nm - free_Nm).norm(), 5.0);  // it is the arms that press
}

TEST(WholeBodyConfig, AnUnknownKeyIsRefused) {
  const auto model = model::RobotModel::load(kRobots / model::robot_names(kRobots).at(0)).value();
  const auto config =
      WholeBodyConfig::read(YAML::Load("{stance: {wieght_linear: 3}}"), "tuning.yaml", model);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kUnknownKey);
}

}  // namespace
}  // namespace longmen::control
