#include "model/joint_inertia.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/random.h"
#include "model/dynamics.h"

namespace longmen::model {
namespace {

TEST(JointInertia, IsTheDiagonalOfTheMassMatrixWhereverTheBaseIs) {
  for (const auto& entry : std::filesystem::directory_iterator(LONGMEN_SOURCE_DIR "/robots")) {
    const RobotModel model = RobotModel::load(entry.path()).value();
    Dynamics dynamics = Dynamics::create(model);
    JointInertia inertia = JointInertia::create(model);
    Random random(1);
    RobotState state;
    state.joint_velocity_rad_s.setZero(model.na());
    state.joint_position_rad.setZero(model.na());
    for (int posture = 0; posture < 50; ++posture) {
      state.p_WB = Eigen::Vector3d(random.normal(), random.normal(), random.normal());
      state.q_WB =
          Eigen::Quaterniond(random.normal(), random.normal(), random.normal(), random.normal())
              .normalized();
      for (int j = 0; j < model.na(); ++j)
        state.joint_position_rad[j] =
            random.uniform(model.joint(j).position_min_rad, model.joint(j).position_max_rad);
      dynamics.update(state);
      const JointVector& found = inertia.update(state.joint_position_rad);
      for (int j = 0; j < model.na(); ++j) {
        const double expected = dynamics.M()(model.dof(j), model.dof(j));
        ASSERT_NEAR(found[j], expected, 1e-9 * expected) << model.joint(j).name;
      }
    }
  }
}

}  // namespace
}  // namespace longmen::model
