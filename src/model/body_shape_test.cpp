#include "model/body_shape.h"

#include <gtest/gtest.h>
#include <mujoco/mujoco.h>

#include <set>

#include "core/random.h"

namespace longmen::model {
namespace {

using RowMatrix3 = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;

double distance_to(const Capsule& capsule, const Eigen::Vector3d& p_B) {
  const Eigen::Vector3d along = capsule.p_BE - capsule.p_BA;
  const double length2 = along.squaredNorm();
  const double s =
      length2 > 0.0 ? std::clamp((p_B - capsule.p_BA).dot(along) / length2, 0.0, 1.0) : 0.0;
  return (capsule.p_BA + s * along - p_B).norm() - capsule.radius_m;
}

TEST(BodyShape, EachCapsuleHoldsItsGeom) {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(LONGMEN_SOURCE_DIR) + "/robots")) {
    if (!entry.is_directory()) continue;
    const RobotModel model = RobotModel::load(entry.path()).value();
    const BodyShape shape = BodyShape::of(model);
    const mjModel& m = *model.engine();
    std::size_t c = 0;
    for (int g = 0; g < m.ngeom; ++g) {
      if ((m.geom_contype[g] | m.geom_conaffinity[g]) == 0) continue;
      ASSERT_LT(c, shape.capsules.size());
      const Capsule& capsule = shape.capsules[c++];
      EXPECT_EQ(capsule.body, m.geom_bodyid[g]);
      if (m.geom_type[g] != mjGEOM_BOX) continue;
      const mjtNum* q = m.geom_quat + 4 * g;
      const Eigen::Matrix3d R = Eigen::Quaterniond(q[0], q[1], q[2], q[3]).toRotationMatrix();
      for (int corner = 0; corner < 8; ++corner) {
        Eigen::Vector3d p_G(m.geom_size + 3 * g);
        for (int i = 0; i < 3; ++i) p_G[i] *= (corner >> i) % 2 == 0 ? 1.0 : -1.0;
        const Eigen::Vector3d p_B = Eigen::Map<const Eigen::Vector3d>(m.geom_pos + 3 * g) + R * p_G;
        EXPECT_LE(distance_to(capsule, p_B), 1e-12);
      }
    }
    EXPECT_EQ(c, shape.capsules.size());
  }
}

TEST(BodyShape, HandsAndForearmsBelongToTheirArms) {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(LONGMEN_SOURCE_DIR) + "/robots")) {
    if (!entry.is_directory()) continue;
    const RobotModel model = RobotModel::load(entry.path()).value();
    int hands = 0;
    for (const Capsule& capsule : BodyShape::of(model).capsules) {
      if (capsule.body == model.body(Role::kLeftHand)) {
        EXPECT_EQ(capsule.limb, Group::kLeftArm);
        ++hands;
      }
      if (capsule.body == model.body(Role::kRightFoot)) {
        EXPECT_EQ(capsule.limb, Group::kRightLeg);
      }
      if (capsule.body == model.body(Role::kBase)) {
        EXPECT_FALSE(capsule.limb.has_value());
      }
    }
    EXPECT_GE(hands, 1);
  }
}

}  // namespace
}  // namespace longmen::model
