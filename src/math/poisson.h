#pragma once

#include <cmath>
#include <cstdint>

#include "math/interval.h"

namespace longmen::math {

/// Sum of the terms of a Poisson distribution of this mean from `count` on downwards (-1) or
/// upwards (+1), away from the mean: they fall geometrically.
inline double poisson_tail(std::int64_t count, double mean, int direction) noexcept {
  const auto k = static_cast<double>(count);
  double term = std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0));
  double sum = 0.0;
  for (double i = k; i >= 0.0 && term > 1e-18 * sum; i += direction) {
    sum += term;
    term *= direction < 0 ? i / mean : mean / (i + 1.0);
  }
  return sum;
}

/// Exact 95 % interval of the mean behind a count that was seen (Garwood, Biometrika 28, 1936): at
/// its low end so many or more have a probability of 2.5 %, at its high end so many or fewer.
/// Divided by the time watched it is the interval of a rate.
inline Interval poisson_95(std::int64_t count) noexcept {
  constexpr double kTail = 0.025;
  const auto k = static_cast<double>(count);
  const auto solve = [&](double low, double high, int direction) {
    for (int i = 0; i < 100; ++i) {
      const double middle = 0.5 * (low + high);
      const bool is_rare = poisson_tail(count, middle, direction) < kTail;
      // Upwards the tail grows with the mean, downwards it shrinks.
      (is_rare == (direction > 0) ? low : high) = middle;
    }
    return 0.5 * (low + high);
  };
  return {count == 0 ? 0.0 : solve(0.0, k, +1), solve(k, k + 10.0 * std::sqrt(k + 1.0), -1)};
}

}  // namespace longmen::math
