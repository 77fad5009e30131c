#pragma once

#include <algorithm>
#include <cmath>

namespace longmen::gate {

/// Largest speed w towards a bound, at the end of the reaction time T, from which braking with a_b
/// still stops `room` away, when the speed is v now: the positive root of
///   w^2 / (2 a_b) + w T / 2 = room - v T / 2.
/// Past the bound it is -a_b T / 2: come back. Derivation: docs/math/barriers.md.
[[nodiscard]] inline double braking_speed(double room, double v, double a_b, double T) noexcept {
  const double c = 0.5 * a_b * T;
  return std::sqrt(std::max(0.0, c * c + 2.0 * a_b * (room - 0.5 * v * T))) - c;
}

}  // namespace longmen::gate
