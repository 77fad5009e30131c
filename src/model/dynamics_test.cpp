#include "model/dynamics.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/random.h"

namespace longmen::model {
namespace {

std::vector<std::filesystem::path> robot_folders() {
  std::vector<std::filesystem::path> dirs;
  for (const auto& entry : std::filesystem::directory_iterator(LONGMEN_SOURCE_DIR "/robots"))
    if (entry.is_directory()) dirs.push_back(entry.path());
  return dirs;
}

RobotState random_state(const RobotModel& model, Random& random) {
  RobotState state;
  state.p_WB = Eigen::Vector3d(random.normal(), random.normal(), 1 + random.normal());
  state.q_WB =
      Eigen::Quaterniond(random.normal(), random.normal(), random.normal(), random.normal())
          .normalized();
  for (int i = 0; i < 3; ++i) {
    state.v_WB_W[i] = random.normal();
    state.w_WB_B[i] = random.normal();
  }
  state.joint_position_rad.resize(model.na());
  state.joint_velocity_rad_s.resize(model.na());
  for (int j = 0; j < model.na(); ++j) {
    state.joint_position_rad[j] =
        random.uniform(model.joint(j).position_min_rad, model.joint(j).position_max_rad);
    state.joint_velocity_rad_s[j] = random.normal();
  }
  return state;
}

/// The state a short time later at constant generalised velocity.
RobotState advanced(const RobotState& state, double dt) {
  RobotState next = state;
  next.p_WB += dt * state.v_WB_W;
  const Eigen::Vector3d rotation = dt * state.w_WB_B;
  next.q_WB =
      state.q_WB * Eigen::Quaterniond(Eigen::AngleAxisd(rotation.norm(), rotation.normalized()));
  next.joint_position_rad += dt * state.joint_velocity_rad_s;
  return next;
}

class EveryRobot : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(EveryRobot, SoleVelocityIsTheDerivativeOfSolePosition) {
  const RobotModel model = RobotModel::load(GetParam()).value();
  Dynamics now = Dynamics::create(model), later = Dynamics::create(model),
           before = Dynamics::create(model);
  Random random(1);
  constexpr double kDt = 1e-5;
  for (int trial = 0; trial < 20; ++trial) {
    const RobotState state = random_state(model, random);
    now.update(state);
    later.update(advanced(state, kDt));
    before.update(advanced(state, -kDt));
    for (int side : {kLeft, kRight}) {
      const Eigen::Vector3d v = (later.sole(side).p_WF - before.sole(side).p_WF) / (2 * kDt);
      EXPECT_LT((v - now.sole(side).v_WF).norm(), 1e-6);
      const Eigen::Vector3d a = (later.sole(side).v_WF - before.sole(side).v_WF) / (2 * kDt);
      EXPECT_LT((a - now.sole(side).Jdot_v_linear).norm(), 1e-4);
    }
    EXPECT_LT(((later.p_WC() - before.p_WC()) / (2 * kDt) - now.v_WC()).norm(), 1e-6);
  }
}

TEST_P(EveryRobot, MassMatrixGivesTheKineticMomentum) {
  const RobotModel model = RobotModel::load(GetParam()).value();
  Dynamics dynamics = Dynamics::create(model);
  Random random(2);
  for (int trial = 0; trial < 20; ++trial) {
    const RobotState state = random_state(model, random);
    dynamics.update(state);
    // The first three rows of M v are the linear momentum in W.
    const Eigen::Vector3d momentum = dynamics.M().topRows<3>() * dynamics.v();
    EXPECT_LT((momentum - model.mass_kg() * dynamics.v_WC()).norm(), 1e-8 * model.mass_kg());
  }
}

TEST_P(EveryRobot, AtHomeGravityIsTheWeightAndTheSolesAreLevelOnTheGround) {
  const RobotModel model = RobotModel::load(GetParam()).value();
  const Dynamics dynamics = Dynamics::create(model);
  EXPECT_NEAR(dynamics.h()[2], model.mass_kg() * kGravity_m_s2, 1e-9 * model.mass_kg());
  for (int side : {kLeft, kRight}) {
    EXPECT_NEAR(dynamics.sole(side).p_WF.z(), 0.0, 5e-3);
    EXPECT_NEAR(dynamics.sole(side).R_WF(2, 2), 1.0, 1e-3);
    EXPECT_GT(lateral_sign(side) * dynamics.sole(side).p_WF.y(), 0.03);
  }
}

INSTANTIATE_TEST_SUITE_P(Robots, EveryRobot, testing::ValuesIn(robot_folders()),
                         [](const auto& robot) { return robot.param.filename().string(); });

TEST(RobotModel, AMissingFolderIsOneClearLine) {
  const auto model = RobotModel::load("robots/no_such_robot");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace longmen::model
