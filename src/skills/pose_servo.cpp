#include "skills/pose_servo.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"

namespace longmen::skills {
namespace {

using Eigen::Vector2d;

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
  p_W_ = state.p_WB.head<2>();
  yaw_rad_ = yaw_of(state);
  if (is_turn_) {
    target_W_ = p_W_;
    target_yaw_rad_ = yaw_rad_ + turn_by_rad_;
  }
  attempts_ = 0;
  aim_off_T_m_.setZero();
  aim_off_rad_ = 0.0;
  drift_H_m_s_.setZero();
  stepped_ = false;
  start_distance_ = is_turn_ ? std::abs(turn_by_rad_) : (target_W_ - p_W_).norm();
  phase_ = Phase::kApproach;
}

/// Takes the estimate in, with the heading unwrapped; and whatever is remembered in W along when W
/// itself is redefined.
void PoseServo::observe(const RobotState& state) noexcept {
  if (state.frame_turn_rad != 0.0 || !state.frame_shift_m.isZero()) {
    yaw_rad_ += state.frame_turn_rad;
    if (is_turn_) {
      target_W_ =
          math::rotation_2d(state.frame_turn_rad) * target_W_ + state.frame_shift_m.head<2>();
      target_yaw_rad_ += state.frame_turn_rad;
    }
  }
  p_W_ = state.p_WB.head<2>();
  yaw_rad_ += math::wrap_angle(yaw_of(state) - yaw_rad_);
}

double PoseServo::yaw_error(double yaw_rad) const noexcept {
  const double error = target_yaw_rad_ - yaw_rad;
  return is_turn_ ? error : math::wrap_angle(error);
}

SkillTick PoseServo::tick(const SkillView& view, Goal& goal) noexcept {
  if (phase_ == Phase::kBegin) begin(view.state);
  observe(view.state);
  goal.locomotion = Goal::Locomotion::kWalk;
  goal.velocity_H_m_s.setZero();
  goal.yaw_rate_rad_s = 0.0;
  switch (phase_) {
    case Phase::kBegin:
    case Phase::kApproach:
      approach(view.rest, goal);
      return kRunning;
    case Phase::kStop:
      goal.locomotion = Goal::Locomotion::kStand;
      if (view.standing) {
        phase_ = Phase::kSettle;
        settle_s_ = near_s_ = 0.0;
      }
      return kRunning;
    case Phase::kSettle:
      goal.locomotion = Goal::Locomotion::kStand;
      return settle(view.rest);
  }
  return kRunning;
}

/// Steps carry the body a little less or more than they are asked to, each robot its own way.
void PoseServo::observe_drift(const RestPose& rest) noexcept {
  if (rest.steps && stepped_) {
    const Vector2d walked_H =
        math::rotation_2d(-rest.yaw_rad) * (rest.p_WB_m - last_rest_W_) / period_s_;
    drift_H_m_s_ += period_s_ / config_.drift_s * (command_H_m_s_ - walked_H - drift_H_m_s_);
  }
  stepped_ = rest.steps;
  last_rest_W_ = rest.p_WB_m;
}

void PoseServo::approach(const RestPose& rest, Goal& goal) noexcept {
  observe_drift(rest);
  const Eigen::Matrix2d R_HW = math::rotation_2d(-rest.yaw_rad);
  const double most = config_.drift_max_m_s;
  const Vector2d drift_H = drift_H_m_s_.cwiseMax(-most).cwiseMin(most);
  const Vector2d aim_W = target_W_ + math::rotation_2d(target_yaw_rad_) * aim_off_T_m_;
  const Vector2d error_H = R_HW * (aim_W - rest.p_WB_m);
  const double error_rad =
      yaw_error(yaw_rad_ + math::wrap_angle(rest.yaw_rad - yaw_rad_)) + aim_off_rad_;
  if ((error_H + config_.stop_s * drift_H).norm() < config_.stop_within_m &&
      std::abs(error_rad) < config_.stop_within_rad) {
    goal.locomotion = Goal::Locomotion::kStand;
    command_H_m_s_.setZero();
    phase_ = Phase::kStop;
    return;
  }
  const Vector2d most_H(config_.approach_speed_m_s, config_.sideways_speed_m_s);
  const Vector2d velocity_H = config_.position_gain_1_s * error_H;
  command_H_m_s_ = velocity_H.cwiseMax(-most_H).cwiseMin(most_H) + drift_H;
  goal.velocity_H_m_s = command_H_m_s_;
  goal.yaw_rate_rad_s = yaw_rate(error_rad);
}

bool PoseServo::is_at_pose(const Vector2d& error_m, double error_rad) const noexcept {
  const bool is_last = attempts_ + 1 >= config_.attempts_max;
  const double within_m = is_last ? config_.last_accept_m : config_.accept_m;
  const double within_rad = is_last ? config_.last_accept_rad : config_.accept_rad;
  // A turn is about the heading; where it leaves the body is not its matter, within reason.
  return (is_turn_ || error_m.norm() < within_m) && std::abs(error_rad) < within_rad;
}

/// Standing, the body still moves to the middle of its feet: it is waited for if they stand well.
SkillTick PoseServo::settle(const RestPose& rest) noexcept {
  settle_s_ += period_s_;
  const Eigen::Matrix2d R_TW = math::rotation_2d(-target_yaw_rad_);
  rest_error_m_ = R_TW * (target_W_ - p_W_);
  rest_error_rad_ = yaw_error(yaw_rad_);
  near_s_ = is_at_pose(rest_error_m_, rest_error_rad_) ? near_s_ + period_s_ : 0.0;
  const bool feet_stand_well =
      is_at_pose(R_TW * (target_W_ - rest.p_WB_m),
                 yaw_error(yaw_rad_ + math::wrap_angle(rest.yaw_rad - yaw_rad_)));
  if (near_s_ >= config_.measure_s && feet_stand_well) return kDone;
  if (feet_stand_well && settle_s_ < config_.settle_max_s) return kRunning;
  if (++attempts_ >= config_.attempts_max) return failed(SkillFault::kNotReached);
  // Part of it was chance: the next stop will not repeat it.
  if (!is_turn_) aim_off_T_m_ += config_.correct_share * rest_error_m_;
  aim_off_rad_ += config_.correct_share * rest_error_rad_;
  stepped_ = false;
  phase_ = Phase::kApproach;
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
