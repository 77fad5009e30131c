#include "skills/pose_servo.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"

namespace longmen::skills {
namespace {

using Eigen::Vector2d;

constexpr double kOffset_max_m = 0.2;  // of the aim

double yaw_of(const RobotState& state) { return math::yaw_of(state.q_WB.toRotationMatrix()); }

}  // namespace

PoseServoConfig rough(PoseServoConfig config) noexcept {
  config.accept_m = config.last_accept_m = 0.10;
  config.accept_rad = config.last_accept_rad = 0.10;
  config.stop_within_m = 0.04;
  config.stop_within_rad = 0.04;
  config.measure_s = 0.3;
  return config;
}

void PoseServo::go_to(const Vector2d& p_WB_m, double yaw_rad) noexcept {
  is_turn_ = false;
  target_W_ = p_WB_m;
  target_yaw_rad_ = yaw_rad;
  phase_ = Phase::kBegin;
}

void PoseServo::turn_by(double angle_rad) noexcept {
  is_turn_ = true;
  turn_by_rad_ = angle_rad;
  phase_ = Phase::kBegin;
}

void PoseServo::begin(const RobotState& state) noexcept {
  p_W_ = smooth_p_W_ = state.p_WB.head<2>();
  yaw_rad_ = smooth_yaw_rad_ = yaw_of(state);
  if (is_turn_) {
    target_W_ = p_W_;
    target_yaw_rad_ = yaw_rad_ + turn_by_rad_;
  }
  aim_offset_.setZero();
  aim_offset_rad_ = 0.0;
  attempts_ = 0;
  start_distance_ = is_turn_ ? std::abs(turn_by_rad_) : (target_W_ - p_W_).norm();
  phase_ = Phase::kApproach;
  phase_s_ = calm_s_ = 0.0;
}

/// Takes the estimate in, smoothed and with the heading unwrapped; and whatever is remembered in W
/// along when W itself is redefined.
void PoseServo::observe(const RobotState& state) noexcept {
  if (state.frame_turn_rad != 0.0 || !state.frame_shift_m.isZero()) {
    const Eigen::Matrix2d R = math::rotation_2d(state.frame_turn_rad);
    const Vector2d shift = state.frame_shift_m.head<2>();
    smooth_p_W_ = R * smooth_p_W_ + shift;
    smooth_yaw_rad_ += state.frame_turn_rad;
    yaw_rad_ += state.frame_turn_rad;
    if (is_turn_) {
      target_W_ = R * target_W_ + shift;
      target_yaw_rad_ += state.frame_turn_rad;
    }
  }
  p_W_ = state.p_WB.head<2>();
  yaw_rad_ += math::wrap_angle(yaw_of(state) - yaw_rad_);
  const double share = std::min(1.0, period_s_ / config_.smoothing_s);
  smooth_p_W_ += share * (p_W_ - smooth_p_W_);
  smooth_yaw_rad_ += share * (yaw_rad_ - smooth_yaw_rad_);
}

double PoseServo::yaw_error() const noexcept {
  const double error = target_yaw_rad_ + aim_offset_rad_ - yaw_rad_;
  return is_turn_ ? error : math::wrap_angle(error);
}

SkillTick PoseServo::tick(const SkillView& view, Goal& goal) noexcept {
  if (phase_ == Phase::kBegin) begin(view.state);
  observe(view.state);
  phase_s_ += period_s_;
  goal.locomotion = Goal::Locomotion::kWalk;
  goal.velocity_H_m_s.setZero();
  goal.yaw_rate_rad_s = 0.0;
  switch (phase_) {
    case Phase::kBegin:
    case Phase::kApproach:
      approach(goal);
      return kRunning;
    case Phase::kStop:
      goal.locomotion = Goal::Locomotion::kStand;
      if (!view.standing) {
        rest_time_s_ = 0.0;
      } else if ((rest_time_s_ += period_s_) > config_.rest_s) {
        phase_ = Phase::kMeasure;
        error_sum_m_.setZero();
        error_sum_rad_ = 0.0;
        samples_ = 0;
      }
      return kRunning;
    case Phase::kMeasure:
      goal.locomotion = Goal::Locomotion::kStand;
      return measure();
  }
  return kRunning;
}

void PoseServo::approach(Goal& goal) noexcept {
  const Eigen::Matrix2d R_WT = math::rotation_2d(target_yaw_rad_);
  const Vector2d aim_W = target_W_ + R_WT * aim_offset_;
  // Close by, the sway of the steps must not be chased.
  const bool is_close = (aim_W - smooth_p_W_).norm() < config_.close_m;
  const Vector2d error_H = math::rotation_2d(-yaw_rad_) * (aim_W - (is_close ? smooth_p_W_ : p_W_));
  const Vector2d velocity = config_.position_gain_1_s * error_H;
  goal.velocity_H_m_s.x() =
      std::clamp(velocity.x(), -config_.approach_speed_m_s, config_.approach_speed_m_s);
  goal.velocity_H_m_s.y() =
      std::clamp(velocity.y(), -config_.sideways_speed_m_s, config_.sideways_speed_m_s);
  goal.yaw_rate_rad_s = yaw_rate(yaw_error());

  const double smooth_yaw_error = yaw_error() + (yaw_rad_ - smooth_yaw_rad_);
  const bool is_near = (aim_W - smooth_p_W_).norm() < config_.stop_within_m &&
                       std::abs(smooth_yaw_error) < config_.stop_within_rad;
  calm_s_ = is_near ? calm_s_ + period_s_ : 0.0;
  if (calm_s_ > config_.stop_after_s) {
    phase_ = Phase::kStop;
    phase_s_ = rest_time_s_ = 0.0;
  }
}

/// The mean error of a while at rest decides; what stopping has moved is aimed off the next time.
SkillTick PoseServo::measure() noexcept {
  const Vector2d error_W = target_W_ - p_W_;
  error_sum_m_ += math::rotation_2d(-target_yaw_rad_) * error_W;
  error_sum_rad_ +=
      is_turn_ ? target_yaw_rad_ - yaw_rad_ : math::wrap_angle(target_yaw_rad_ - yaw_rad_);
  ++samples_;
  if (samples_ * period_s_ < config_.measure_s) return kRunning;
  rest_error_m_ = error_sum_m_ / samples_;
  rest_error_rad_ = error_sum_rad_ / samples_;
  ++attempts_;
  const bool is_last = attempts_ >= config_.attempts_max;
  const double within_m = is_last ? config_.last_accept_m : config_.accept_m;
  const double within_rad = is_last ? config_.last_accept_rad : config_.accept_rad;
  // A turn is about the heading; where it leaves the body is not its matter, within reason.
  const bool is_near = is_turn_ || rest_error_m_.norm() < within_m;
  if (is_near && std::abs(rest_error_rad_) < within_rad) return kDone;
  if (is_last) return failed(SkillFault::kNotReached);
  // Part of it was chance: the next stop will not repeat it.
  aim_offset_ += config_.correct_share * rest_error_m_;
  aim_offset_rad_ += config_.correct_share * rest_error_rad_;
  if (aim_offset_.norm() > kOffset_max_m) aim_offset_ *= kOffset_max_m / aim_offset_.norm();
  phase_ = Phase::kApproach;
  phase_s_ = calm_s_ = 0.0;
  return kRunning;
}

double PoseServo::yaw_rate(double error_rad) const noexcept {
  const double brake = std::sqrt(2.0 * config_.yaw_decelerate_rad_s2 * std::abs(error_rad));
  const double limit = std::min(config_.yaw_rate_max_rad_s, brake);
  return std::clamp(config_.yaw_gain_1_s * error_rad, -limit, limit);
}

double PoseServo::progress() const noexcept {
  if (phase_ == Phase::kBegin) return 0.0;
  const double left = is_turn_ ? std::abs(target_yaw_rad_ - yaw_rad_) : (target_W_ - p_W_).norm();
  return start_distance_ < 1e-6 ? 1.0 : std::clamp(1.0 - left / start_distance_, 0.0, 1.0);
}

}  // namespace longmen::skills
