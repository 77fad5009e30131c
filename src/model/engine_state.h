#pragma once

#include "core/robot_state.h"
#include "model/dynamics.h"
#include "model/robot_model.h"

struct mjData_;

namespace longmen::model {

/// Writes a state into the engine's data, its velocity into `v` [nv] too, and computes kinematics,
/// mass matrix and the bodies' velocities from them. Real-time safe. @param state  finite, joint
/// arrays [na].
void write_state(const RobotModel& model, const RobotState& state, mjData_& data,
                 VelocityVector& v) noexcept;

}  // namespace longmen::model
