#include "io/sim/limit_monitor.h"

#include <cmath>
#include <limits>

namespace longmen::io {
namespace {
/// A torque that equals its limit but for rounding is not beyond it.
constexpr double kTorqueRounding = 1.0 + 1e-9;
}  // namespace

LimitMonitor::LimitMonitor(const JointLimits& limits, double step_s, double reaction_s)
    : limits_(limits),
      speed_steps_max_(static_cast<int>(std::lround(kSpeedTolerance_s / step_s))),
      grace_steps_(static_cast<int>(std::lround(kPushGrace_s / step_s))),
      reaction_steps_(static_cast<int>(std::lround(reaction_s / step_s))) {}

void LimitMonitor::step(const JointVector& torque_Nm, const JointVector& position_rad,
                        const JointVector& velocity_rad_s, bool pushed) noexcept {
  if (pushed)
    grace_left_ = grace_steps_;
  else if (grace_left_ > 0)
    --grace_left_;
  const bool speed_counts = !pushed && grace_left_ == 0;

  for (int j = 0; j < torque_Nm.size(); ++j) {
    const auto slot = static_cast<std::size_t>(j);
    const double torque = std::isfinite(torque_Nm[j]) ? std::abs(torque_Nm[j])
                                                      : std::numeric_limits<double>::infinity();
    violations_.torque_max_Nm = std::max(violations_.torque_max_Nm, torque);
    if (torque > limits_.torque_max_Nm[j] * kTorqueRounding) ++violations_.torque;

    const bool beyond_range =
        position_rad[j] < limits_.position_min_rad[j] - kPositionTolerance_rad ||
        position_rad[j] > limits_.position_max_rad[j] + kPositionTolerance_rad;
    if (beyond_range && !beyond_range_[slot]) ++violations_.position;
    beyond_range_[slot] = beyond_range;

    const double speed = std::abs(velocity_rad_s[j]);
    const bool fast = speed > kBlowFromShare * limits_.speed_max_rad_s[j];
    fast_steps_[slot] = fast ? fast_steps_[slot] + 1 : 0;
    const bool too_fast = speed_counts && speed > limits_.speed_max_rad_s[j];
    too_fast_steps_[slot] = too_fast ? too_fast_steps_[slot] + 1 : 0;
    if (too_fast_steps_[slot] == speed_steps_max_ + 1) {
      ++violations_.speed;
      if (fast_steps_[slot] <= reaction_steps_) ++violations_.speed_blows;
    }
  }
}

}  // namespace longmen::io
