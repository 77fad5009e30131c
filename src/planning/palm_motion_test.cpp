#include "planning/palm_motion.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "core/allocation_counter.h"
#include "model/robot_names.h"

namespace longmen::planning {
namespace {

const std::filesystem::path kPalmRobots = std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots";
constexpr double kDt_s = 0.001;

struct Palms {
  model::RobotModel model =
      model::RobotModel::load(kPalmRobots / model::robot_names(kPalmRobots).at(0)).value();
  model::Dynamics dynamics = model::Dynamics::create(model);
  RobotState state;
  WholeBodyReference reference;
  PalmMotion motion;
  Goal goal;

  Palms() { state.p_WB.z() = model.home_height_m(); }
  void tick(double load_kg = 0.0) {
    motion.tick(goal, dynamics, state, load_kg, Eigen::Vector3d::Zero(), kDt_s, reference);
  }
};

TEST(PalmMotion, BeginsWhereThePalmIsAndComesToItsTargetWithoutHaste) {
  Palms f;
  f.goal.palms[kLeft] = {true, {0.4, 0.3, 0.0}, Eigen::Quaterniond::Identity()};
  f.tick();
  EXPECT_LT((f.reference.palms[kLeft].p_WP - f.dynamics.palm(kLeft).p_WF).norm(), 1e-3);
  EXPECT_FALSE(f.reference.palms[kRight].active);
  const AllocationScope scope;
  double speed_max_m_s = 0.0;
  for (int k = 0; k < 4000; ++k) {
    f.tick();
    speed_max_m_s = std::max(speed_max_m_s, f.reference.palms[kLeft].v_WP.norm());
  }
  EXPECT_EQ(scope.count(), 0u);
  EXPECT_LE(speed_max_m_s, 0.5 + 1e-9);
  const Eigen::Vector3d target_W = f.state.p_WB + f.goal.palms[kLeft].p_HP;
  EXPECT_LT((f.reference.palms[kLeft].p_WP - target_W).norm(), 1e-3);
  EXPECT_LT(f.reference.palms[kLeft].q_WP.angularDistance(Eigen::Quaterniond::Identity()), 1e-2);
}

TEST(PalmMotion, ASqueezeIsEqualAndOppositeAndLeavesTheDistanceFree) {
  Palms f;
  f.goal.palms[kLeft] = {true, {0.3, 0.1, 0.0}, Eigen::Quaterniond::Identity()};
  f.goal.palms[kRight] = {true, {0.3, -0.1, 0.0}, Eigen::Quaterniond::Identity()};
  f.goal.squeeze_N = 50.0;
  f.goal.p_MC_H = {0.1, 0.0, 0.05};
  for (int k = 0; k < 3000; ++k) f.tick(6.0);
  const auto& left = f.reference.palms[kLeft];
  const auto& right = f.reference.palms[kRight];
  const Eigen::Vector3d weight_N = left.force_W_N + right.force_W_N;
  EXPECT_NEAR(weight_N.z(), -6.0 * kGravity_m_s2, 1e-9);
  EXPECT_NEAR((left.force_W_N - right.force_W_N).norm(), 100.0, 1e-6);
  const Eigen::Vector3d moment_Nm = left.moment_W_Nm + right.moment_W_Nm;
  EXPECT_LT((moment_Nm - Eigen::Vector3d(0, 0.1 * 6.0 * kGravity_m_s2, 0)).norm(), 1e-9)
      << "what hangs ahead of the palms turns them down";
  // The palms of this model never move: the distance asked for stays the one that is.
  const Eigen::Vector3d axis = (left.p_WP - right.p_WP).normalized();
  EXPECT_NEAR((left.p_WP - right.p_WP).norm(),
              std::abs(axis.dot(f.dynamics.palm(kLeft).p_WF - f.dynamics.palm(kRight).p_WF)), 1e-6);
}

TEST(PalmMotion, ATargetThatIsNoPoseMovesNoPalm) {
  Palms f;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  f.goal.palms[kLeft] = {true, {nan, 0.3, 0.0}, Eigen::Quaterniond::Identity()};
  f.goal.palms[kRight] = {true, {0.3, 0.0, 0.0}, Eigen::Quaterniond(0, 0, 0, 0)};
  f.goal.squeeze_N = 50.0;
  f.tick();
  EXPECT_FALSE(f.reference.palms[kLeft].active);
  EXPECT_FALSE(f.reference.palms[kRight].active);
}

TEST(LoadEstimate, IsTheForceThatCameWithTheLoad) {
  LoadEstimate load;
  for (int k = 0; k < 5000; ++k) load.tick(false, true, 820.0, kDt_s);
  for (int k = 0; k < 3000; ++k) load.tick(true, true, 820.0 + 8.0 * kGravity_m_s2, kDt_s);
  EXPECT_NEAR(load.load_kg(), 8.0, 0.01);
  for (int k = 0; k < 3000; ++k) load.tick(true, false, 2000.0, kDt_s);  // steps say nothing
  EXPECT_NEAR(load.load_kg(), 8.0, 0.01);
  load.tick(true, true, std::numeric_limits<double>::quiet_NaN(), kDt_s);
  EXPECT_NEAR(load.load_kg(), 8.0, 0.01);
  load.tick(false, true, 820.0, kDt_s);
  EXPECT_EQ(load.load_kg(), 0.0);
}

}  // namespace
}  // namespace longmen::planning
