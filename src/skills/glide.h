#pragma once

#include <Eigen/Core>
#include <cmath>

namespace longmen::skills {

/// Moves a value towards a target by at most `step`, and to the target itself at the end.
inline void glide(double& value, double target, double step) noexcept {
  value = std::abs(target - value) <= step ? target : value + std::copysign(step, target - value);
}
inline void glide(Eigen::Vector3d& value, const Eigen::Vector3d& target, double step) noexcept {
  const Eigen::Vector3d way = target - value;
  const double length = way.norm();
  if (length <= step)
    value = target;
  else
    value += way * (step / length);
}

}  // namespace longmen::skills
