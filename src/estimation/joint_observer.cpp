#include "estimation/joint_observer.h"

#include <algorithm>
#include <cmath>

namespace longmen::estimation {
namespace {

constexpr double kUnexplainedMax_rad_s2 = 1e4;  // more than any motor gives its joint

/// Fixed point of the Riccati recursion for x = (q, qd), unknown acceleration constant over a tick.
Eigen::Matrix2d steady_gain(const JointObserverConfig& config, double dt, unsigned use) {
  Eigen::Matrix2d F;
  F << 1, dt, 0, 1;
  const Eigen::Vector2d g(0.5 * dt * dt, dt);
  const double a = config.acceleration_sigma_rad_s2;
  const Eigen::Matrix2d Q = a * a * g * g.transpose();
  // A measurement left out has so much noise that it moves nothing.
  constexpr double kUnused = 1e9;
  Eigen::Matrix2d R = Eigen::Matrix2d::Zero();
  R(0, 0) = (use & JointObserver::kPosition) ? config.position_sigma_rad : kUnused;
  R(1, 1) = (use & JointObserver::kVelocity) ? config.velocity_sigma_rad_s : kUnused;
  R = R * R;

  Eigen::Matrix2d P = R.cwiseMin(1.0);
  Eigen::Matrix2d K = Eigen::Matrix2d::Zero();
  for (int i = 0; i < 20000; ++i) {
    P = F * P * F.transpose() + Q;
    const Eigen::Matrix2d S = P + R;
    K = P * S.inverse();
    P = (Eigen::Matrix2d::Identity() - K) * P;
    P = (0.5 * (P + P.transpose())).eval();
  }
  if (!(use & JointObserver::kPosition)) K.col(0).setZero();
  if (!(use & JointObserver::kVelocity)) K.col(1).setZero();
  return K;
}

}  // namespace

JointObserver::JointObserver(const JointObserverConfig& config, double period_s)
    : dt_s_(period_s), surprise_rad_s_(config.surprise_rad_s) {
  for (unsigned use = 0; use < gains_.size(); ++use)
    gains_[use] =
        use == kNeither ? Eigen::Matrix2d::Zero().eval() : steady_gain(config, dt_s_, use);
  // Velocities alone leave the position to integration: there is no steady state to gain from.
  gains_[kVelocity].row(0).setZero();
}

void JointObserver::start(const JointVector& position_rad,
                          const JointVector& velocity_rad_s) noexcept {
  position_rad_ = position_rad;
  velocity_rad_s_ = velocity_rad_s;
  unexplained_.setZero(position_rad.size());
  surprise_.setZero(position_rad.size());
}

void JointObserver::predict(const JointVector& acceleration_rad_s2) noexcept {
  unexplained_ *= kFade;
  const JointVector a = acceleration_rad_s2 + unexplained_;
  position_rad_ += dt_s_ * velocity_rad_s_ + (0.5 * dt_s_ * dt_s_) * a;
  velocity_rad_s_ += dt_s_ * a;
}

void JointObserver::update(int i, Use use, double position_rad, double velocity_rad_s) noexcept {
  if (use == kNeither) return;
  Eigen::Vector2d innovation((use & kPosition) != 0U ? position_rad - position_rad_[i] : 0.0,
                             (use & kVelocity) != 0U ? velocity_rad_s - velocity_rad_s_[i] : 0.0);
  // What no noise explains is believed at once. Alone it is an impact, and over; the second of the
  // same sign is a force that lasts.
  const double surprise =
      innovation[1] - std::clamp(innovation[1], -surprise_rad_s_, surprise_rad_s_);
  innovation[1] -= surprise;
  if (surprise * surprise_[i] > 0.0)
    unexplained_[i] = std::clamp(unexplained_[i] + surprise / dt_s_, -kUnexplainedMax_rad_s2,
                                 kUnexplainedMax_rad_s2);
  else if (surprise != 0.0)
    unexplained_[i] = 0.0;
  surprise_[i] = surprise;
  const Eigen::Vector2d correction = gains_[use] * innovation;
  position_rad_[i] += correction[0] + 0.5 * dt_s_ * surprise;
  velocity_rad_s_[i] += correction[1] + surprise;
}

void JointObserver::restart(int i, double position_rad, double velocity_rad_s) noexcept {
  position_rad_[i] = position_rad;
  velocity_rad_s_[i] = velocity_rad_s;
  unexplained_[i] = 0.0;
  surprise_[i] = 0.0;
}

}  // namespace longmen::estimation
