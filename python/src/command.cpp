#include "command.h"

#include <nanobind/eigen/dense.h>

#include <array>

#include "bindings.h"
#include "gate/motion/motion_rules.h"

namespace nb = nanobind;

namespace longmen::python {
namespace {

constexpr std::array kRungs = {"none", "slow", "hold", "settle", "brace"};
constexpr std::array kSources = {"proposal", "trusted", "bridge", "brace"};

nb::object array(const JointVector& values) { return nb::cast(Eigen::VectorXd(values)); }

}  // namespace

ProposedCommand command_from(int na, const Eigen::VectorXd& torque_Nm,
                             const Eigen::VectorXd& position_rad,
                             const Eigen::VectorXd& velocity_rad_s,
                             const Eigen::VectorXd& stiffness_Nm_rad,
                             const Eigen::VectorXd& damping_Nms_rad) {
  ProposedCommand command;
  command.torque_Nm = joint_vector(torque_Nm, na, "torque_Nm");
  command.position_rad = joint_vector(position_rad, na, "position_rad");
  command.velocity_rad_s = joint_vector(velocity_rad_s, na, "velocity_rad_s");
  command.stiffness_Nm_rad = joint_vector(stiffness_Nm_rad, na, "stiffness_Nm_rad");
  command.damping_Nms_rad = joint_vector(damping_Nms_rad, na, "damping_Nms_rad");
  return command;
}

nb::dict command_dict(const ProposedCommand& command) {
  nb::dict dict;
  dict["torque_Nm"] = array(command.torque_Nm);
  dict["position_rad"] = array(command.position_rad);
  dict["velocity_rad_s"] = array(command.velocity_rad_s);
  dict["stiffness_Nm_rad"] = array(command.stiffness_Nm_rad);
  dict["damping_Nms_rad"] = array(command.damping_Nms_rad);
  return dict;
}

JointVector torque_of(const ProposedCommand& command, const JointVector& q, const JointVector& v) {
  return command.torque_Nm + command.stiffness_Nm_rad.cwiseProduct(command.position_rad - q) +
         command.damping_Nms_rad.cwiseProduct(command.velocity_rad_s - v);
}

nb::dict report_dict(const GateReport& report) {
  nb::dict dict;
  dict["changed"] = report.changed;
  dict["armed"] = report.armed;
  dict["rung"] = kRungs[static_cast<std::size_t>(report.rung)];
  dict["source"] = kSources[static_cast<std::size_t>(report.source)];
  dict["rule"] = gate::name_of(report.rule);
  dict["joint"] = static_cast<int>(report.joint);
  dict["margin"] = report.margin;
  dict["change_max_Nm"] = report.change_max_Nm;
  return dict;
}

}  // namespace longmen::python
