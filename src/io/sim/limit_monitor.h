#pragma once

#include <cstdint>

#include "core/types.h"

namespace longmen::io {

/// Limits of the joints, arrays [na].
struct JointLimits {
  JointVector torque_max_Nm;
  JointVector position_min_rad;
  JointVector position_max_rad;
  JointVector speed_max_rad_s;
};

/// What was broken so far.
struct LimitViolations {
  std::int64_t torque = 0;    ///< commands of one joint beyond its torque limit, before any clamp
  std::int64_t position = 0;  ///< stretches of time of one joint beyond its range by over 0.01 rad
  std::int64_t speed = 0;     ///< stretches of over 2 ms of one joint beyond its speed limit
  /// Of those: blows, which brought the joint from half its limit to so long beyond it in less time
  /// than passes between what is measured and what the motors do about it.
  std::int64_t speed_blows = 0;
  double torque_max_Nm = 0.0;  ///< largest torque asked of any joint, before any clamp
};

/// Counts broken joint limits, step by step. Speeds do not count during a push and 0.2 s after it:
/// no motor can hold a joint against every blow.
class LimitMonitor {
 public:
  static constexpr double kPositionTolerance_rad = 0.01;
  static constexpr double kSpeedTolerance_s = 0.002;
  static constexpr double kPushGrace_s = 0.2;
  static constexpr double kBlowFromShare = 0.5;  ///< of the speed limit

  LimitMonitor() = default;
  /// @param reaction_s  between a measurement and the torque that answers it.
  LimitMonitor(const JointLimits& limits, double step_s, double reaction_s);

  /// @param torque_Nm  [na] what each motor was asked for; not finite counts as beyond the limit.
  /// @param pushed     a push acts in this step.
  void step(const JointVector& torque_Nm, const JointVector& position_rad,
            const JointVector& velocity_rad_s, bool pushed) noexcept;

  [[nodiscard]] const LimitViolations& violations() const noexcept { return violations_; }

 private:
  JointLimits limits_;
  int speed_steps_max_ = 0;
  int grace_steps_ = 0;
  int reaction_steps_ = 0;
  int grace_left_ = 0;
  std::array<bool, kMaxJoints> beyond_range_{};
  std::array<int, kMaxJoints> too_fast_steps_{};
  std::array<int, kMaxJoints> fast_steps_{};  ///< since it was below half its speed limit
  LimitViolations violations_;
};

}  // namespace longmen::io
