#include "planning/arm_reach.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/allocation_counter.h"
#include "core/random.h"
#include "model/robot_names.h"

namespace longmen::planning {
namespace {

const std::filesystem::path kRobots = std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots";

class ArmReachOf : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(EveryRobot, ArmReachOf, testing::ValuesIn(model::robot_names(kRobots)));

double angle_between(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return std::acos(std::clamp(a.normalized().dot(b.normalized()), -1.0, 1.0));
}

TEST_P(ArmReachOf, FindsAHandPositionThatTheArmCanTake) {
  const auto model = model::RobotModel::load(kRobots / GetParam()).value();
  Random random(4);
  for (const int side : {kLeft, kRight}) {
    const ArmReach arm = ArmReach::create(model, side).value();
    int found = 0;
    for (int n = 0; n < 40; ++n) {
      JointVector wanted = model.home_rad();
      for (const int j : arm.joints()) wanted[j] += random.uniform(-0.5, 0.5);
      for (const int j : arm.joints())
        wanted[j] = std::clamp(wanted[j], model.joint(j).position_min_rad + 0.05,
                               model.joint(j).position_max_rad - 0.05);
      const Eigen::Vector3d p_BH = arm.hand_B(wanted);
      JointVector posture = model.home_rad();
      for (int i = 0; i < 200; ++i) arm.step(p_BH, posture);
      if ((arm.hand_B(posture) - p_BH).norm() < 0.01) ++found;
      for (int j = 0; j < model.na(); ++j) {
        EXPECT_GE(posture[j], std::min(model.joint(j).position_min_rad, model.home_rad()[j]));
        EXPECT_LE(posture[j], std::max(model.joint(j).position_max_rad, model.home_rad()[j]));
      }
    }
    EXPECT_GE(found, 38) << "side " << side;
  }
}

/// Pointing: the arm stretches along the line from the shoulder to a far target.
TEST_P(ArmReachOf, PointsWithinFiveDegreesToItsOwnSide) {
  const auto model = model::RobotModel::load(kRobots / GetParam()).value();
  for (const int side : {kLeft, kRight}) {
    const ArmReach arm = ArmReach::create(model, side).value();
    for (double bearing_deg = 0.0; bearing_deg <= 90.0; bearing_deg += 15.0)
      for (const double height_m : {-0.3, 0.0, 0.3}) {
        const double bearing = lateral_sign(side) * bearing_deg * M_PI / 180.0;
        const Eigen::Vector3d target(3.0 * std::cos(bearing), 3.0 * std::sin(bearing), height_m);
        JointVector posture = model.home_rad();
        for (int i = 0; i < 300; ++i) {
          const Eigen::Vector3d shoulder = arm.shoulder_B(posture);
          arm.step(shoulder + 0.95 * arm.length_m() * (target - shoulder).normalized(), posture);
        }
        const Eigen::Vector3d shoulder = arm.shoulder_B(posture);
        const Eigen::Vector3d pointing = arm.hand_B(posture) - shoulder;
        EXPECT_LT(angle_between(pointing, target - shoulder), 5.0 * M_PI / 180.0)
            << "side " << side << " bearing " << bearing_deg << " height " << height_m;
        EXPECT_GT(pointing.norm(), 0.8 * arm.length_m())
            << "side " << side << " bearing " << bearing_deg << " height " << height_m;
      }
  }
}

TEST(ArmReach, TakesNoMemoryAndStaysFiniteWhateverTheTarget) {
  const auto model = model::RobotModel::load(kRobots / model::robot_names(kRobots).at(0)).value();
  const ArmReach arm = ArmReach::create(model, kLeft).value();
  JointVector posture = model.home_rad();
  const AllocationScope scope;
  for (const double x : {0.0, 1e-12, 0.3, 1e6})
    for (int i = 0; i < 50; ++i) arm.step({x, -x, 0.5 * x}, posture);
  EXPECT_EQ(scope.count(), 0u);
  EXPECT_TRUE(posture.allFinite());
}

}  // namespace
}  // namespace longmen::planning
