#include "math/quintic.h"

#include <gtest/gtest.h>

#include "math/rotation.h"

namespace longmen::math {
namespace {

TEST(Quintic, FullStepReachesTheEndState) {
  const MotionState now{0.1, -0.3, 2.0}, end{0.4, 0.2, -1.0};
  const MotionState reached = quintic_step(now, end, 0.37, 0.37);
  EXPECT_NEAR(reached.position, end.position, 1e-12);
  EXPECT_NEAR(reached.velocity, end.velocity, 1e-11);
  EXPECT_NEAR(reached.acceleration, end.acceleration, 1e-10);
}

TEST(Quintic, ReplanningFromItsOwnStateFollowsTheSamePath) {
  const MotionState end{0.4, 0.2, 0.0};
  MotionState state{};
  constexpr int kTicks = 300;
  for (int k = 0; k < kTicks; ++k) state = quintic_step(state, end, 0.001 * (kTicks - k), 0.001);
  EXPECT_NEAR(state.position, end.position, 1e-9);
  EXPECT_NEAR(state.velocity, end.velocity, 1e-6);
}

TEST(Rotation, LogOfAYawIsTheYaw) {
  for (const double yaw : {-3.0, -1e-9, 0.0, 0.5, 3.0}) {
    EXPECT_NEAR(rotation_log(rotation_z(yaw)).z(), yaw, 1e-9);
    EXPECT_NEAR(yaw_of(rotation_z(yaw)), yaw, 1e-12);
  }
}

TEST(Rotation, SkewIsTheCrossProduct) {
  const Eigen::Vector3d a(1, -2, 3), b(0.5, 0.1, -4);
  EXPECT_LT((skew(a) * b - a.cross(b)).norm(), 1e-15);
}

}  // namespace
}  // namespace longmen::math
