#pragma once

#include <mujoco/mujoco.h>

#include <cstdint>
#include <span>

#include "core/random.h"
#include "io/sim/start_pose.h"

namespace longmen::io {

/// Lays the robot down: the attitude that `pose` says, or any, and joints off their present angles
/// by the draw, or anywhere in their ranges; no two links touch, and the lowest is just above the
/// ground, which is level at height 0 there.
/// @param base_q  of the free joint, in qpos
/// @param joint_q  of the joints, in qpos
void lie_down(const mjModel& model, mjData& data, int base_q, std::span<const int> joint_q,
              StartPose pose, Random random);

}  // namespace longmen::io
