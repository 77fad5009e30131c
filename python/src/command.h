#pragma once

#include <nanobind/nanobind.h>

#include <Eigen/Core>

#include "core/command.h"
#include "core/gate_report.h"

namespace longmen::python {

/// A command as Python hands it over: torque, position, velocity, stiffness, damping, each [na].
[[nodiscard]] ProposedCommand command_from(int na, const Eigen::VectorXd& torque_Nm,
                                           const Eigen::VectorXd& position_rad,
                                           const Eigen::VectorXd& velocity_rad_s,
                                           const Eigen::VectorXd& stiffness_Nm_rad,
                                           const Eigen::VectorXd& damping_Nms_rad);

/// {"torque_Nm": ..., "position_rad": ..., ...} as NumPy arrays.
[[nodiscard]] nanobind::dict command_dict(const ProposedCommand& command);

/// A motor's torque at (q, v) under a command, before any clamp (docs/conventions.md); [na], N.m.
[[nodiscard]] JointVector torque_of(const ProposedCommand& command, const JointVector& q,
                                    const JointVector& v);

/// {"changed", "armed", "rung", "source", "rule", "joint", "margin", "change_max_Nm"}.
[[nodiscard]] nanobind::dict report_dict(const GateReport& report);

}  // namespace longmen::python
