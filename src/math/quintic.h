#pragma once

namespace longmen::math {

/// Position, velocity and acceleration along one axis.
struct MotionState {
  double position = 0.0;
  double velocity = 0.0;
  double acceleration = 0.0;
};

/// The state `dt` later on the quintic that leads from `now` to `end` in `duration` (> 0).
/// Re-planning every tick from the own reference state stays smooth while the end moves
/// (minimum-jerk boundary conditions).
[[nodiscard]] inline MotionState quintic_step(const MotionState& now, const MotionState& end,
                                              double duration, double dt) {
  const double T = duration;
  const double D = end.position - now.position - now.velocity * T - 0.5 * now.acceleration * T * T;
  const double Dv = end.velocity - now.velocity - now.acceleration * T;
  const double Da = end.acceleration - now.acceleration;
  const double c3 = (10 * D - 4 * Dv * T + 0.5 * Da * T * T) / (T * T * T);
  const double c4 = (-15 * D + 7 * Dv * T - Da * T * T) / (T * T * T * T);
  const double c5 = (6 * D - 3 * Dv * T + 0.5 * Da * T * T) / (T * T * T * T * T);
  const double t = dt;
  return {now.position +
              t * (now.velocity + t * (0.5 * now.acceleration + t * (c3 + t * (c4 + t * c5)))),
          now.velocity + t * (now.acceleration + t * (3 * c3 + t * (4 * c4 + t * 5 * c5))),
          now.acceleration + t * (6 * c3 + t * (12 * c4 + t * 20 * c5))};
}

}  // namespace longmen::math
