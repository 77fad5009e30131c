#include <gtest/gtest.h>

#include "math/rotation.h"
#include "trial/body_bench.h"

/// Palms reach for poses on the honest plant, standing and walking.
namespace longmen::trial {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector3d;
const std::filesystem::path kReachProject = LONGMEN_SOURCE_DIR;

/// Fingers ahead, palm to the middle.
Eigen::Quaterniond palm_inwards(int side) {
  const Vector3d x(1, 0, 0), z(0, -lateral_sign(side), 0);
  Matrix3d R_HP;
  R_HP << x, z.cross(x), z;
  return Eigen::Quaterniond(R_HP);
}

class EveryRobotWithPalms : public ::testing::TestWithParam<std::string> {
 protected:
  testing::BodyBench bench_{kReachProject, GetParam()};

  /// Of the true palm against its target in the true heading frame.
  double error_m(int side, const Vector3d& p_HP) {
    const io::Truth& truth = bench_.plant().truth();
    const Vector3d wanted_W = truth.p_WB + math::rotation_z(truth.yaw_rad()) * p_HP;
    return (bench_.truth().palm(side).p_WF - wanted_W).norm();
  }
};

TEST_P(EveryRobotWithPalms, ReachesWithEitherHandAndWithBoth) {
  for (const bool left : {true, false}) {
    for (const bool right : {true, false}) {
      if (!left && !right) continue;
      const Vector3d p_HP(0.42, 0.24, 0.05);
      bench_.run(2.5, [&](const runtime::Pilot::View&, Goal& goal) {
        goal = Goal{};
        goal.palms[kLeft] = {left, p_HP, palm_inwards(kLeft)};
        goal.palms[kRight] = {right, Vector3d(p_HP.x(), -p_HP.y(), p_HP.z()), palm_inwards(kRight)};
      });
      ASSERT_FALSE(bench_.fell());
      if (left) {
        EXPECT_LT(error_m(kLeft, p_HP), 0.025);
      }
      if (right) {
        EXPECT_LT(error_m(kRight, Vector3d(p_HP.x(), -p_HP.y(), p_HP.z())), 0.025);
      }
    }
  }
  EXPECT_EQ(bench_.loop().counts().control_failures, 0);
  EXPECT_EQ(bench_.plant().violations().torque, 0);
  EXPECT_EQ(bench_.plant().violations().position, 0);
}

TEST_P(EveryRobotWithPalms, KeepsThePalmsInPlaceBeforeTheBodyWhileItWalks) {
  const Vector3d left(0.35, 0.22, 0.0), right(0.35, -0.22, 0.0);
  double worst_m = 0.0;
  const auto drive = [&](const runtime::Pilot::View& view, Goal& goal) {
    goal = Goal{};
    goal.palms[kLeft] = {true, left, palm_inwards(kLeft)};
    goal.palms[kRight] = {true, right, palm_inwards(kRight)};
    goal.locomotion = view.state.time_s > 2.0 ? Goal::Locomotion::kWalk : Goal::Locomotion::kStand;
    goal.velocity_H_m_s.x() = 0.6;
  };
  bench_.run(4.0, drive);
  for (int k = 0; k < 80; ++k) {
    bench_.run(0.05, drive);
    worst_m = std::max({worst_m, error_m(kLeft, left), error_m(kRight, right)});
  }
  ASSERT_FALSE(bench_.fell());
  EXPECT_GT(bench_.plant().truth().p_WB.x(), 2.0);
  EXPECT_LT(worst_m, 0.05);
}

INSTANTIATE_TEST_SUITE_P(Robots, EveryRobotWithPalms,
                         ::testing::ValuesIn(testing::robots_with_palms(kReachProject)),
                         [](const auto& robot) { return robot.param; });

}  // namespace
}  // namespace longmen::trial
