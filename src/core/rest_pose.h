#pragma once

#include "core/types.h"

namespace longmen {

/// Where the base comes to rest, in W, if the body is to stand from now on. Follows from where the
/// feet are, so it is free of the sway of steps.
struct RestPose {
  Eigen::Vector2d p_WB_m = Eigen::Vector2d::Zero();
  double yaw_rad = 0.0;
  bool steps = false;  ///< the feet are at it: the pose moves on with every step
};

}  // namespace longmen
