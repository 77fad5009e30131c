#include "gate/motion/joint_barrier.h"

namespace longmen::gate {

JointBarrier::Finding JointBarrier::binding(double q, double v, double tau, Interval allowed,
                                            double speed_max) const noexcept {
  // Everything seen in the direction of the bound that is crossed.
  const double side = tau > allowed.hi ? 1.0 : -1.0;
  const double bound = side * (side > 0.0 ? allowed.hi : allowed.lo);
  if (bound >= tau_max) return {MotionRule::kTorque, tau_max - std::abs(tau)};

  const double push = side * tau;
  const double speed = side * v;
  const double room = side > 0.0 ? q_max - q : q - q_min;
  const double w = speed + push / (push >= 0.0 ? I_min : I_max) * T;
  if (speed_bound(room, speed) >= speed_max) return {MotionRule::kVelocity, speed_max - w};
  const double braking = w > 0.0 ? 0.5 * w * w / a_b : 0.0;
  return {MotionRule::kRange, room - 0.5 * (speed + w) * T - braking};
}

}  // namespace longmen::gate
