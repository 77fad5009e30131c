#include "math/so3.h"

#include <gtest/gtest.h>

#include <numbers>

#include "core/random.h"

namespace longmen::math {
namespace {

Eigen::Vector3d random_vector(Random& random, double size) {
  return size *
         Eigen::Vector3d(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1));
}

TEST(So3, LogUndoesExpAtEverySize) {
  Random random(1);
  for (const double size : {0.0, 1e-12, 1e-8, 1e-5, 1e-3, 0.1, 1.8}) {
    const Eigen::Vector3d phi = random_vector(random, size);
    EXPECT_LT((log_so3(exp_so3(phi)) - phi).norm(), 1e-12 + 1e-12 * size) << size;
    const Eigen::Quaterniond q = exp_so3(phi);
    const Eigen::Quaterniond antipode(-q.w(), -q.x(), -q.y(), -q.z());
    EXPECT_LT((log_so3(antipode) - phi).norm(), 1e-9) << size;
  }
}

TEST(So3, ExpTurnsAboutItsAxis) {
  const Eigen::Vector3d x = exp_so3({0, 0, 0.5 * std::numbers::pi}) * Eigen::Vector3d::UnitX();
  EXPECT_LT((x - Eigen::Vector3d::UnitY()).norm(), 1e-15);
  EXPECT_NEAR(yaw_of(quaternion_z(0.7)), 0.7, 1e-15);
  EXPECT_NEAR(yaw_of(quaternion_z(0.7).toRotationMatrix()), 0.7, 1e-15);
}

TEST(So3, LeftJacobianIsTheDerivativeOfExp) {
  Random random(2);
  for (const double size : {0.0, 5e-4, 0.3, 1.5}) {
    const Eigen::Vector3d phi = random_vector(random, size);
    for (int axis = 0; axis < 3; ++axis) {
      const Eigen::Vector3d step = 1e-6 * Eigen::Vector3d::Unit(axis);
      const Eigen::Vector3d difference =
          log_so3(exp_so3(phi + step) * exp_so3(phi - step).conjugate()) / 2e-6;
      EXPECT_LT((left_jacobian_so3(phi).col(axis) - difference).norm(), 1e-8) << size;
    }
  }
}

TEST(So3, WrappedAnglesStayInOneTurn) {
  EXPECT_DOUBLE_EQ(wrap_angle(0.0), 0.0);
  EXPECT_NEAR(wrap_angle(7.0), 7.0 - 2 * std::numbers::pi, 1e-15);
}

}  // namespace
}  // namespace longmen::math
