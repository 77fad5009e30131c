#pragma once

#include "core/result.h"
#include "core/types.h"
#include "model/robot_model.h"

namespace longmen::gate {

/// What each joint can do and may do: all that the gate knows of the body. All arrays [na].
struct JointLimits {
  JointVector position_min_rad;
  JointVector position_max_rad;
  JointVector speed_max_rad_s;
  JointVector torque_max_Nm;
  /// Bounds over all postures of the inertia that the joint's torque turns, the other joints held.
  JointVector inertia_min_kgm2;
  JointVector inertia_max_kgm2;

  [[nodiscard]] int na() const { return static_cast<int>(position_min_rad.size()); }
  void resize(int na);
  /// Errors: kInvalidArgument for a shape, a number that is not finite, an empty range, a limit or
  /// inertia that is not positive.
  [[nodiscard]] Result<void> validate() const;
};

/// Range, speed and torque of the model's joints, and their inertias bounded over sampled postures
/// (home and seeded random ones).
[[nodiscard]] JointLimits joint_limits_of(const model::RobotModel& model);

}  // namespace longmen::gate
