#pragma once

#include <algorithm>
#include <limits>

#include "core/gate_report.h"
#include "gate/motion/braking.h"

namespace longmen::gate {

/// The set of torques that keep one joint inside its torque limit, its speed limit and its range,
/// braking distance included. Derivation with the same symbols: docs/math/barriers.md.
///
/// The joint is taken as I a = tau with I anywhere in [I_min, I_max]. A torque is held for the
/// reaction time T, then the joint brakes with a_b = share * tau_max / I, I the largest of all
/// postures; the point where it stands still must lie inside the range.
struct JointBarrier {
  double q_min = 0.0;    ///< rad
  double q_max = 0.0;    ///< rad
  double v_max = 0.0;    ///< rad/s
  double tau_max = 0.0;  ///< N.m
  double I_min = 0.0;    ///< kg.m2
  double I_max = 0.0;    ///< kg.m2
  double a_b = 0.0;      ///< rad/s2
  double T = 0.0;        ///< s
  /// rad/s; what is asked of the joint where nothing else is at stake. At v_max or beyond: nothing.
  double v_held = std::numeric_limits<double>::infinity();

  /// Closed interval, lo <= hi, always inside [-tau_max, tau_max].
  struct Interval {
    double lo = 0.0;
    double hi = 0.0;
  };

  [[nodiscard]] double speed_bound(double room, double v) const noexcept {
    return braking_speed(room, v, a_b, T);
  }

  /// q, v: finite.
  [[nodiscard]] Interval interval(double q, double v) const noexcept {
    return interval(q, v, v_max);
  }
  /// The same under another speed limit.
  [[nodiscard]] Interval interval(double q, double v, double speed_max) const noexcept {
    const double w_hi = std::min(speed_max, speed_bound(q_max - q, v));
    const double w_lo = -std::min(speed_max, speed_bound(q - q_min, -v));
    const double a_hi = (w_hi - v) / T;
    const double a_lo = (w_lo - v) / T;
    // Speeding up, the light joint is the dangerous one; braking, the heavy one.
    const double tau_hi = a_hi * (a_hi >= 0.0 ? I_min : I_max);
    const double tau_lo = a_lo * (a_lo <= 0.0 ? I_min : I_max);
    const double hi = std::clamp(tau_hi, -tau_max, tau_max);
    return {std::min(std::clamp(tau_lo, -tau_max, tau_max), hi), hi};
  }

  /// The rule whose bound `tau` crosses, and by how much.
  struct Finding {
    MotionRule rule = MotionRule::kNone;
    double margin = 0.0;  ///< N.m, rad/s or rad by the rule; negative: outside
  };
  /// `tau` must lie outside `allowed`, the interval at (q, v).
  [[nodiscard]] Finding binding(double q, double v, double tau, Interval allowed) const noexcept {
    return binding(q, v, tau, allowed, v_max);
  }
  /// The same for the interval under another speed limit.
  [[nodiscard]] Finding binding(double q, double v, double tau, Interval allowed,
                                double speed_max) const noexcept;

  /// Distance between the end of the range and the point where the joint, braking from now on,
  /// stands still; of the two ends the nearer one. Negative: past it, rad.
  [[nodiscard]] double room_after_braking(double q, double v) const noexcept {
    const double up = std::max(v, 0.0);
    const double down = std::min(v, 0.0);
    return std::min(q_max - q - 0.5 * up * up / a_b, q - q_min - 0.5 * down * down / a_b);
  }
};

}  // namespace longmen::gate
