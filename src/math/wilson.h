#pragma once

#include <algorithm>
#include <cmath>

#include "math/interval.h"

namespace longmen::math {

/// 95 % interval of the rate behind a share in [0, 1] seen among n (Wilson, J. Am. Stat. Assoc. 22,
/// 1927); of none seen: everything.
inline Interval wilson_95(double share, int n) noexcept {
  if (n <= 0) return {};
  constexpr double z = 1.959964;
  const double d = 1.0 + z * z / n;
  const double middle = share + z * z / (2.0 * n);
  const double half = z * std::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
  return {std::max(0.0, (middle - half) / d), std::min(1.0, (middle + half) / d)};
}

}  // namespace longmen::math
