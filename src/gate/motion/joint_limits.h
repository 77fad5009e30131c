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
  /// Bounds of the inertia that the joint's torque accelerates, over all postures.
  JointVector inertia_min_kgm2;
  JointVector inertia_max_kgm2;

  [[nodiscard]] int na() const { return static_cast<int>(position_min_rad.size()); }
  void resize(int na);
  /// Errors: kInvalidArgument for a shape, a number that is not finite, an empty range, a limit or
  /// inertia that is not positive.
  [[nodiscard]] Result<void> validate() const;
};

/// Range, speed and torque of the model's joints. The inertias are bounded over sampled postures
/// (home and seeded random ones): from below by the inertia that the joint feels when every other
/// joint and the base are free, 1 / (M^-1)_jj, from above by the one with all of them held, M_jj.
[[nodiscard]] JointLimits joint_limits_of(const model::RobotModel& model);

}  // namespace longmen::gate
