#include "model/kinematic_chain.h"

#include <gtest/gtest.h>
#include <mujoco/mujoco.h>

#include <memory>
#include <numeric>

#include "core/random.h"

namespace longmen::model {
namespace {

// Every oddity that MJCF allows on the way: a turned body, a joint off its body's origin, a fixed
// body between two joints, a non-zero reference angle, two joints in one body.
constexpr char kLeg[] = R"(
<mujoco>
  <compiler angle="radian"/>
  <worldbody>
    <body name="base" pos="0 0 1">
      <freejoint/>
      <inertial mass="1" pos="0 0 0" diaginertia="1 1 1"/>
      <body name="hip" pos="0.1 0.2 -0.1" quat="0.9 0.1 0.3 -0.2">
        <inertial mass="1" pos="0 0 0" diaginertia="1 1 1"/>
        <joint name="a" axis="1 0 0" pos="0.01 -0.02 0.03"/>
        <joint name="b" axis="0 1 1"/>
        <body name="fixed" pos="0 0 -0.2" quat="1 0 0.2 0">
          <inertial mass="1" pos="0 0 0" diaginertia="1 1 1"/>
          <body name="shank" pos="0 0 -0.3">
            <inertial mass="1" pos="0 0 0" diaginertia="1 1 1"/>
            <joint name="c" axis="0 -1 0" ref="0.3"/>
            <body name="foot" pos="0 0.01 -0.4" quat="0.7 0 0 0.7">
              <inertial mass="1" pos="0 0 0" diaginertia="1 1 1"/>
              <joint name="d" axis="0 0 1" pos="0 0 0.05"/>
            </body>
          </body>
        </body>
      </body>
      <body name="tail"><inertial mass="1" pos="0 0 0" diaginertia="1 1 1"/></body>
    </body>
  </worldbody>
</mujoco>)";

struct Leg {
  std::unique_ptr<mjModel, void (*)(mjModel*)> model{nullptr, mj_deleteModel};
  std::unique_ptr<mjData, void (*)(mjData*)> data{nullptr, mj_deleteData};
  int body(const char* name) const { return mj_name2id(model.get(), mjOBJ_BODY, name); }
};

Leg load() {
  Leg leg;
  char error[500] = "";
  mjSpec* spec = mj_parseXMLString(kLeg, nullptr, error, sizeof error);
  EXPECT_NE(spec, nullptr) << error;
  leg.model.reset(mj_compile(spec, nullptr));
  mj_deleteSpec(spec);
  leg.data.reset(mj_makeData(leg.model.get()));
  return leg;
}

const std::vector<int> kIndex{-1, 2, 0, 1, 3};  // the free joint has none; the others in any order

TEST(KinematicChain, PoseAndTurningAgreeWithTheWholeModel) {
  Leg leg = load();
  const mjModel& m = *leg.model;
  const int tip = leg.body("foot");
  const Eigen::Vector3d p_tip(0.02, 0.03, -0.07);
  const auto chain = KinematicChain::create(m, leg.body("base"), tip, p_tip, kIndex);
  ASSERT_TRUE(chain) << chain.error().text();

  Random random(1);
  for (int n = 0; n < 50; ++n) {
    JointVector q(4), qd(4);
    for (int i = 0; i < 4; ++i) q[i] = random.uniform(-1.5, 1.5);
    for (int i = 0; i < 4; ++i) qd[i] = random.uniform(-5, 5);
    for (int joint = 1; joint <= 4; ++joint) {
      const int i = kIndex[static_cast<std::size_t>(joint)];
      leg.data->qpos[m.jnt_qposadr[joint]] = q[i];
      leg.data->qvel[m.jnt_dofadr[joint]] = qd[i];
    }
    mj_forward(&m, leg.data.get());
    using RowMatrix3d = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;
    const Eigen::Matrix3d R_WT = Eigen::Map<const RowMatrix3d>(leg.data->xmat + 9 * tip);
    const Eigen::Vector3d p_WT =
        Eigen::Map<const Eigen::Vector3d>(leg.data->xpos + 3 * tip) + R_WT * p_tip;
    const ChainPose pose = chain->pose(q);  // the base stands unturned at 1 m
    EXPECT_LT((pose.p_BT - (p_WT - Eigen::Vector3d(0, 0, 1))).norm(), 1e-12);
    EXPECT_LT((pose.R_BT - R_WT).norm(), 1e-12);

    mjtNum twist[6];
    mj_objectVelocity(&m, leg.data.get(), mjOBJ_XBODY, tip, twist, 0);
    const Eigen::Map<const Eigen::Vector3d> w(twist);
    EXPECT_LT((chain->angular_velocity(q, qd) - w).norm(), 1e-11);
  }
}

TEST(KinematicChain, RefusesATipOutsideTheRootsTree) {
  const Leg leg = load();
  const auto chain = KinematicChain::create(*leg.model, leg.body("tail"), leg.body("foot"),
                                            Eigen::Vector3d::Zero(), kIndex);
  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(chain.error().text().find("foot"), std::string::npos);
}

TEST(KinematicChain, RefusesAJointThatNobodyMeasures) {
  const Leg leg = load();
  const std::vector<int> index{-1, 0, 1, -1, 2};
  const auto chain = KinematicChain::create(*leg.model, leg.body("base"), leg.body("foot"),
                                            Eigen::Vector3d::Zero(), index);
  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(chain.error().text().find("'c'"), std::string::npos);
}

TEST(KinematicChain, TheJacobianIsTheDerivativeOfThePose) {
  Leg leg = load();
  const auto chain = KinematicChain::create(*leg.model, leg.body("base"), leg.body("foot"),
                                            {0.02, 0.03, -0.07}, kIndex)
                         .value();
  Random random(2);
  for (int n = 0; n < 20; ++n) {
    JointVector q(4);
    for (int i = 0; i < 4; ++i) q[i] = random.uniform(-1.5, 1.5);
    const KinematicChain::Motion motion = chain.motion(q);
    EXPECT_LT((motion.pose.p_BT - chain.pose(q).p_BT).norm(), 1e-12);
    EXPECT_LT((motion.pose.R_BT - chain.pose(q).R_BT).norm(), 1e-12);
    for (std::size_t k = 0; k < chain.joints().size(); ++k) {
      constexpr double kStep_rad = 1e-6;
      JointVector ahead = q, behind = q;
      ahead[chain.joints()[k]] += kStep_rad;
      behind[chain.joints()[k]] -= kStep_rad;
      const Eigen::Vector3d slope =
          (chain.pose(ahead).p_BT - chain.pose(behind).p_BT) / (2.0 * kStep_rad);
      EXPECT_LT((motion.J.col(static_cast<Eigen::Index>(k)) - slope).norm(), 1e-8);
      EXPECT_LT((chain.joint_origin(k, ahead) - chain.joint_origin(k, behind)).norm(), 1e-12);
    }
  }
}

}  // namespace
}  // namespace longmen::model
