#include "model/contact_dynamics.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.h"

namespace longmen::model {
namespace {

std::vector<std::filesystem::path> robots() {
  std::vector<std::filesystem::path> dirs;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(LONGMEN_SOURCE_DIR) + "/robots"))
    if (entry.is_directory()) dirs.push_back(entry.path());
  std::sort(dirs.begin(), dirs.end());
  return dirs;
}

RobotState any_state(const RobotModel& model, Random& random) {
  RobotState state;
  state.p_WB = {random.normal(), random.normal(), 0.9};
  state.q_WB =
      Eigen::Quaterniond(1.0, 0.1 * random.normal(), 0.1 * random.normal(), random.normal())
          .normalized();
  for (int i = 0; i < 3; ++i) {
    state.v_WB_W[i] = 0.5 * random.normal();
    state.w_WB_B[i] = 0.5 * random.normal();
  }
  state.joint_position_rad.setZero(model.na());
  state.joint_velocity_rad_s.setZero(model.na());
  for (int j = 0; j < model.na(); ++j) {
    state.joint_position_rad[j] =
        random.uniform(model.joint(j).position_min_rad, model.joint(j).position_max_rad);
    state.joint_velocity_rad_s[j] = random.normal();
  }
  return state;
}

JointVector any_torque(const RobotModel& model, Random& random) {
  JointVector tau = JointVector::Zero(model.na());
  for (int j = 0; j < model.na(); ++j)
    tau[j] = model.joint(j).torque_max_Nm * random.uniform(-1.0, 1.0);
  return tau;
}

class ContactDynamicsOf : public ::testing::TestWithParam<std::filesystem::path> {
 protected:
  RobotModel model_ = RobotModel::load(GetParam()).value();
  ContactDynamics contact_ = ContactDynamics::create(model_);
  Dynamics dynamics_ = Dynamics::create(model_);
  Random random_{7};
};

TEST_P(ContactDynamicsOf, AccelerationsObeyTheEquationOfMotionAndHeldSolesStay) {
  for (const std::array<bool, kFeet> held :
       {std::array{false, false}, std::array{true, false}, std::array{false, true}}) {
    for (int i = 0; i < 20; ++i) {
      const RobotState state = any_state(model_, random_);
      const JointVector tau = any_torque(model_, random_);
      contact_.update(state);
      contact_.prepare(held);
      contact_.accelerate(tau);
      dynamics_.update(state);
      // What is left over of M a + h - S' tau must be a force at the held soles.
      VelocityVector rest = dynamics_.M() * contact_.acceleration() + dynamics_.h();
      for (int j = 0; j < model_.na(); ++j)
        rest[model_.dof(j)] +=
            model_.joint(j).damping_Nms_rad * state.joint_velocity_rad_s[j] - tau[j];
      Eigen::MatrixXd J(0, model_.nv());
      for (int side = 0; side < kFeet; ++side) {
        if (!held[static_cast<std::size_t>(side)]) continue;
        J.conservativeResize(6, model_.nv());
        J.topRows(3) = dynamics_.sole(side).J_linear;
        J.bottomRows(3) = dynamics_.sole(side).J_angular;
      }
      if (J.rows() > 0) {
        const Eigen::VectorXd lambda =
            J.transpose().colPivHouseholderQr().solve(Eigen::VectorXd(rest));
        rest -= J.transpose() * lambda;
        Eigen::VectorXd Jdot_v(J.rows());
        const auto& sole = dynamics_.sole(held[kLeft] ? kLeft : kRight);
        Jdot_v << sole.Jdot_v_linear, sole.Jdot_v_angular;
        const double slip = (J * contact_.acceleration() + Jdot_v).cwiseAbs().maxCoeff();
        EXPECT_LT(slip, 1e-2 * contact_.acceleration().cwiseAbs().maxCoeff());
      }
      EXPECT_LT(rest.cwiseAbs().maxCoeff(), 1e-6 * tau.cwiseAbs().maxCoeff());
    }
  }
}

TEST_P(ContactDynamicsOf, RowsSayWhatTheAccelerationsDo) {
  for (int i = 0; i < 20; ++i) {
    const RobotState state = any_state(model_, random_);
    const JointVector tau = any_torque(model_, random_);
    contact_.update(state);
    contact_.prepare({i % 2 == 0, i % 3 == 0});
    contact_.accelerate(tau);
    ContactDynamics::Row row;
    const int joint = static_cast<int>(random_.next() % static_cast<std::uint64_t>(model_.na()));
    contact_.joint_row(joint, row);
    const double scale = contact_.acceleration().cwiseAbs().maxCoeff();
    EXPECT_NEAR(row.coefficients.dot(tau) + row.constant,
                contact_.acceleration()[model_.dof(joint)], 1e-6 * scale);

    const auto& capsules = contact_.shape().capsules;
    const auto first = random_.next() % capsules.size();
    const auto second = random_.next() % capsules.size();
    const Eigen::Vector3d p1 = contact_.segment_W(static_cast<int>(first)).p_WA;
    const Eigen::Vector3d p2 = contact_.segment_W(static_cast<int>(second)).p_WE;
    const Eigen::Vector3d n = Eigen::Vector3d(1, 2, 3).normalized();
    contact_.distance_row(capsules[first].body, p1, capsules[second].body, p2, n, row);
    EXPECT_NEAR(row.coefficients.dot(tau) + row.constant,
                n.dot(contact_.acceleration_W(capsules[first].body, p1) -
                      contact_.acceleration_W(capsules[second].body, p2)),
                1e-6 * scale);
  }
}

TEST_P(ContactDynamicsOf, PointsMoveAsTheirPositionsSay) {
  const double dt = 1e-7;
  for (int i = 0; i < 10; ++i) {
    RobotState state = any_state(model_, random_);
    state.w_WB_B.setZero();  // so that the base's attitude needs no integration
    contact_.update(state);
    const int capsule = static_cast<int>(random_.next() % contact_.shape().capsules.size());
    const Eigen::Vector3d before = contact_.segment_W(capsule).p_WE;
    const Eigen::Vector3d com = contact_.p_WC();
    const Eigen::Vector3d velocity = contact_.velocity_W(
        contact_.shape().capsules[static_cast<std::size_t>(capsule)].body, before);
    const Eigen::Vector3d com_velocity = contact_.v_WC();
    state.p_WB += dt * state.v_WB_W;
    state.joint_position_rad += dt * state.joint_velocity_rad_s;
    contact_.update(state);
    EXPECT_LT(((contact_.segment_W(capsule).p_WE - before) / dt - velocity).norm(), 1e-5);
    EXPECT_LT(((contact_.p_WC() - com) / dt - com_velocity).norm(), 1e-5);
  }
}

TEST_P(ContactDynamicsOf, PointsSpeedUpAsTheirVelocitiesSay) {
  const double dt = 1e-6;
  for (int i = 0; i < 10; ++i) {
    RobotState state = any_state(model_, random_);
    contact_.update(state);
    contact_.prepare({i % 2 == 0, i % 3 == 0});
    contact_.accelerate(any_torque(model_, random_));
    const int capsule = static_cast<int>(random_.next() % contact_.shape().capsules.size());
    const int body = contact_.shape().capsules[static_cast<std::size_t>(capsule)].body;
    const Eigen::Vector3d before = contact_.velocity_W(body, contact_.segment_W(capsule).p_WE);
    const Eigen::Vector3d expected =
        contact_.acceleration_W(body, contact_.segment_W(capsule).p_WE);
    const VelocityVector a = contact_.acceleration();
    state.p_WB += dt * state.v_WB_W;
    state.q_WB = state.q_WB * Eigen::Quaterniond(Eigen::AngleAxisd(dt * state.w_WB_B.norm(),
                                                                   state.w_WB_B.normalized()));
    state.joint_position_rad += dt * state.joint_velocity_rad_s;
    state.v_WB_W += dt * a.head<3>();
    state.w_WB_B += dt * a.segment<3>(3);
    for (int j = 0; j < model_.na(); ++j) state.joint_velocity_rad_s[j] += dt * a[model_.dof(j)];
    contact_.update(state);
    const Eigen::Vector3d after = contact_.velocity_W(body, contact_.segment_W(capsule).p_WE);
    EXPECT_LT(((after - before) / dt - expected).norm(), 1e-3 * (1.0 + expected.norm()));
  }
}

TEST_P(ContactDynamicsOf, TheShapeHasTheJointsInertiaAndAHundredPairsThatAreApartAtHome) {
  RobotState home;
  home.p_WB.z() = model_.home_height_m();
  home.joint_position_rad = model_.home_rad();
  home.joint_velocity_rad_s.setZero(model_.na());
  contact_.update(home);
  for (int j = 0; j < model_.na(); ++j)
    EXPECT_NEAR(contact_.joint_inertia()[j], model_.joint(j).inertia_kg_m2, 1e-9);
  EXPECT_GE(contact_.shape().pairs.size(), 100u);
  for (const CapsulePair& pair : contact_.shape().pairs) EXPECT_GT(pair.home_distance_m, 0.0);
}

INSTANTIATE_TEST_SUITE_P(Robots, ContactDynamicsOf, ::testing::ValuesIn(robots()),
                         [](const auto& robot) { return robot.param.filename().string(); });

}  // namespace
}  // namespace longmen::model
