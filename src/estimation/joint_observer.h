#pragma once

#include <array>

#include "core/types.h"

namespace longmen::estimation {

struct JointObserverConfig {
  double acceleration_sigma_rad_s2 = 60.0;  ///< what the predicted acceleration misses, one tick
  double position_sigma_rad = 7e-4;
  double velocity_sigma_rad_s = 0.05;
  double surprise_rad_s = 0.12;  ///< farther from the prediction, no noise explains a velocity
};

/// Position and velocity of every joint: for each joint the steady-state Kalman filter of a double
/// integrator driven by a known acceleration, measured in position, in velocity, or in both. Gains
/// are computed once. What no noise explains is believed at once, and taken to last when it comes
/// twice: an impact, and a foot that lost its ground; docs/math/estimation.md.
class JointObserver {
 public:
  static constexpr double kFade = 0.7;  ///< of what is unexplained, in a period

  /// Which of a joint's two measurements can be used in this tick.
  enum Use : unsigned { kNeither = 0, kPosition = 1, kVelocity = 2, kBoth = 3 };

  JointObserver(const JointObserverConfig& config, double period_s);

  void start(const JointVector& position_rad, const JointVector& velocity_rad_s) noexcept;

  /// Acceleration that the model has been missing, rad/s^2 [na]; kFade of it in the next period.
  [[nodiscard]] const JointVector& unexplained_rad_s2() const noexcept { return unexplained_; }

  /// One period ahead with this acceleration, rad/s^2 [na].
  void predict(const JointVector& acceleration_rad_s2) noexcept;
  /// Corrects joint `i`; a measurement that `use` leaves out is not read.
  void update(int i, Use use, double position_rad, double velocity_rad_s) noexcept;
  /// Puts joint `i` to a state, for a sensor that came back after a long absence.
  void restart(int i, double position_rad, double velocity_rad_s) noexcept;

  [[nodiscard]] const JointVector& position_rad() const noexcept { return position_rad_; }
  [[nodiscard]] const JointVector& velocity_rad_s() const noexcept { return velocity_rad_s_; }

  /// [from position; from velocity] to [position, velocity], of a set of measurements.
  [[nodiscard]] const Eigen::Matrix2d& gain(Use use) const noexcept { return gains_[use]; }

 private:
  double dt_s_;
  double surprise_rad_s_;
  std::array<Eigen::Matrix2d, 4> gains_;  ///< columns: position, velocity measurement
  JointVector position_rad_;
  JointVector velocity_rad_s_;
  JointVector unexplained_;
  JointVector surprise_;  ///< of the last tick, rad/s; zero: none
};

}  // namespace longmen::estimation
