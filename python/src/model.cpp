#include <nanobind/eigen/dense.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "model/dynamics.h"
#include "model/robot_model.h"
#include "trial/episode.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace longmen::python {
namespace {

/// A robot's files with scratch memory for its kinematics; movable, so that Python may hold it.
class Robot {
 public:
  explicit Robot(const std::filesystem::path& folder)
      : model_(
            std::make_unique<model::RobotModel>(value_or_throw(model::RobotModel::load(folder)))),
        dynamics_(model::Dynamics::create(*model_)) {}

  [[nodiscard]] const model::RobotModel& model() const { return *model_; }

  const model::Dynamics& at(const Eigen::VectorXd& q, const Eigen::Vector3d& p_WB,
                            const Eigen::Vector4d& q_WB) {
    RobotState state;
    state.joint_position_rad = joint_vector(q, model_->na(), "joint_position_rad");
    state.joint_velocity_rad_s.setZero(model_->na());
    state.p_WB = p_WB;
    state.q_WB = Eigen::Quaterniond(q_WB[3], q_WB[0], q_WB[1], q_WB[2]);
    if (!state.joint_position_rad.allFinite() || !p_WB.allFinite() ||
        !(std::abs(q_WB.norm() - 1.0) < 1e-6))
      throw Failure({ErrorCode::kInvalidArgument,
                     "positions must be finite and q_WB of unit length (x, y, z, w)",
                     "forward_kinematics"});
    dynamics_.update(state);
    return dynamics_;
  }

 private:
  std::unique_ptr<model::RobotModel> model_;
  model::Dynamics dynamics_;
};

Eigen::Matrix4d pose(const Eigen::Matrix3d& R, const Eigen::Vector3d& p) {
  Eigen::Matrix4d X = Eigen::Matrix4d::Identity();
  X.topLeftCorner<3, 3>() = R;
  X.topRightCorner<3, 1>() = p;
  return X;
}

std::map<std::string, Eigen::Matrix4d> forward_kinematics(Robot& robot, const Eigen::VectorXd& q,
                                                          const Eigen::Vector3d& p_WB,
                                                          const Eigen::Vector4d& q_WB) {
  const model::Dynamics& dynamics = robot.at(q, p_WB, q_WB);
  std::map<std::string, Eigen::Matrix4d> poses;
  for (int r = 0; r < model::kRoleCount; ++r) {
    const auto role = static_cast<model::Role>(r);
    poses[std::string(model::role_name(role))] =
        pose(dynamics.rotation_W(role), dynamics.position_W(role));
  }
  poses["left_sole"] = pose(dynamics.sole(kLeft).R_WF, dynamics.sole(kLeft).p_WF);
  poses["right_sole"] = pose(dynamics.sole(kRight).R_WF, dynamics.sole(kRight).p_WF);
  return poses;
}

template <typename Value>
Eigen::VectorXd each_joint(const Robot& robot, Value value) {
  Eigen::VectorXd values(robot.model().na());
  for (int j = 0; j < robot.model().na(); ++j) values[j] = robot.model().joint(j).*value;
  return values;
}

}  // namespace

void bind_model(nb::module_& m) {
  using model::JointInfo;
  m.def(
      "find_robot",
      [](const std::string& robot, const std::filesystem::path& robots) {
        return value_or_throw(trial::find_robot(robot, robots));
      },
      "robot"_a, "robots"_a);
  nb::class_<Robot>(m, "Robot")
      .def(nb::init<const std::filesystem::path&>(), "folder"_a)
      .def_prop_ro("name", [](const Robot& r) { return r.model().name(); })
      .def_prop_ro("mass_kg", [](const Robot& r) { return r.model().mass_kg(); })
      .def_prop_ro("home_height_m", [](const Robot& r) { return r.model().home_height_m(); })
      .def_prop_ro("joint_names",
                   [](const Robot& r) {
                     std::vector<std::string> names;
                     for (int j = 0; j < r.model().na(); ++j)
                       names.push_back(r.model().joint(j).name);
                     return names;
                   })
      .def_prop_ro("roles",
                   [](const Robot& r) {
                     std::map<std::string, std::string> roles;
                     for (int i = 0; i < model::kRoleCount; ++i) {
                       const auto role = static_cast<model::Role>(i);
                       roles[std::string(model::role_name(role))] = r.model().body_name(role);
                     }
                     return roles;
                   })
      .def_prop_ro("home_rad", [](const Robot& r) { return Eigen::VectorXd(r.model().home_rad()); })
      .def_prop_ro("position_min_rad",
                   [](const Robot& r) { return each_joint(r, &JointInfo::position_min_rad); })
      .def_prop_ro("position_max_rad",
                   [](const Robot& r) { return each_joint(r, &JointInfo::position_max_rad); })
      .def_prop_ro("velocity_max_rad_s",
                   [](const Robot& r) { return each_joint(r, &JointInfo::velocity_max_rad_s); })
      .def_prop_ro("torque_max_Nm",
                   [](const Robot& r) { return each_joint(r, &JointInfo::torque_max_Nm); })
      .def_prop_ro("inertia_kg_m2",
                   [](const Robot& r) { return each_joint(r, &JointInfo::inertia_kg_m2); })
      .def("forward_kinematics", &forward_kinematics, "joint_position_rad"_a, "p_WB"_a, "q_WB"_a)
      .def(
          "center_of_mass",
          [](Robot& robot, const Eigen::VectorXd& q, const Eigen::Vector3d& p_WB,
             const Eigen::Vector4d& q_WB) {
            return Eigen::Vector3d(robot.at(q, p_WB, q_WB).p_WC());
          },
          "joint_position_rad"_a, "p_WB"_a, "q_WB"_a);
}

}  // namespace longmen::python
