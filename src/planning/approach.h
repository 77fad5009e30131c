#pragma once

#include <algorithm>

namespace longmen::planning {

/// `value`, moved towards `target` by at most `step`.
[[nodiscard]] inline double approach(double value, double target, double step) {
  return value + std::clamp(target - value, -step, step);
}

}  // namespace longmen::planning
