#pragma once

#include <Eigen/Core>

#include "skills/skill.h"

namespace longmen::skills {

/// How the body walks to a pose.
struct PoseServoConfig {
  double approach_speed_m_s = 0.30;
  double sideways_speed_m_s = 0.15;
  double position_gain_1_s = 1.8;  ///< most of the error in the next step of about 0.45 s
  double yaw_gain_1_s = 1.2;
  double yaw_rate_max_rad_s = 0.7;
  double yaw_decelerate_rad_s2 = 0.6;
  double drift_s = 0.9;  ///< over which the drift of the steps is averaged: two steps
  double drift_max_m_s = 0.075;
  double stop_s = 0.25;         ///< of drifting that is foreseen until the last step
  double stop_within_m = 0.02;  ///< error of the foreseen rest at which stopping begins
  double stop_within_rad = 0.02;
  double accept_m = 0.034;  ///< error at rest that is good enough
  double accept_rad = 0.03;
  double last_accept_m = 0.05;  ///< and after the last attempt
  double last_accept_rad = 0.052;
  double measure_s = 0.25;     ///< of being near enough, at rest
  double settle_max_s = 1.0;   ///< given for it, where the feet stand well
  double correct_share = 0.5;  ///< of what is missed, aimed off by the next attempt
  int attempts_max = 8;
};

/// The same for a pose that need not be exact: to step back, with or without a box.
[[nodiscard]] PoseServoConfig rough(PoseServoConfig config) noexcept;

/// Brings the base to a pose on the floor that is near, and to rest there: steps until the body, if
/// it stood where its feet are, would stand at the pose; stops; measures at rest, and steps again
/// when that is not near enough. Works on the estimate alone. Real-time safe.
class PoseServo {
 public:
  PoseServo(const PoseServoConfig& config, double period_s)
      : config_(config), period_s_(period_s) {}

  /// To a pose in W.
  void go_to(const Eigen::Vector2d& p_WB_m, double yaw_rad) noexcept;
  /// Turns on the spot by an angle (left positive, more than a whole turn allowed), from where the
  /// body is when first ticked.
  void turn_by(double angle_rad) noexcept;

  /// Writes the locomotion of `goal`. Done when the body stands at the pose.
  [[nodiscard]] SkillTick tick(const SkillView& view, Goal& goal) noexcept;

  /// How fast to turn towards a heading this far off, so that it can be braked.
  [[nodiscard]] double yaw_rate(double error_rad) const noexcept;
  [[nodiscard]] double approach_speed_m_s() const noexcept { return config_.approach_speed_m_s; }

  /// 0 at the start, 1 at the pose.
  [[nodiscard]] double progress() const noexcept;
  /// Error measured at the last rest: in the heading frame of the pose, m; and of the heading, rad.
  [[nodiscard]] const Eigen::Vector2d& rest_error_m() const noexcept { return rest_error_m_; }
  [[nodiscard]] double rest_error_rad() const noexcept { return rest_error_rad_; }

 private:
  enum class Phase { kBegin, kApproach, kStop, kSettle };

  void begin(const RobotState& state) noexcept;
  void observe(const RobotState& state) noexcept;
  void observe_drift(const RestPose& rest) noexcept;
  void approach(const RestPose& rest, Goal& goal) noexcept;
  [[nodiscard]] SkillTick settle(const RestPose& rest) noexcept;
  [[nodiscard]] bool is_at_pose(const Eigen::Vector2d& error_m, double error_rad) const noexcept;
  /// From a heading to that of the pose; whole turns count for a turn.
  [[nodiscard]] double yaw_error(double yaw_rad) const noexcept;

  PoseServoConfig config_;
  double period_s_;
  bool is_turn_ = false;
  double turn_by_rad_ = 0.0;

  Phase phase_ = Phase::kBegin;
  Eigen::Vector2d target_W_ = Eigen::Vector2d::Zero();
  double target_yaw_rad_ = 0.0;  ///< unwrapped for a turn
  /// What attempts have missed the pose by, aimed off: in its heading frame.
  Eigen::Vector2d aim_off_T_m_ = Eigen::Vector2d::Zero();
  double aim_off_rad_ = 0.0;

  Eigen::Vector2d p_W_ = Eigen::Vector2d::Zero();
  double yaw_rad_ = 0.0;                                   ///< unwrapped since the start
  Eigen::Vector2d drift_H_m_s_ = Eigen::Vector2d::Zero();  ///< commanded less walked
  Eigen::Vector2d command_H_m_s_ = Eigen::Vector2d::Zero();
  Eigen::Vector2d last_rest_W_ = Eigen::Vector2d::Zero();
  bool stepped_ = false;
  double settle_s_ = 0.0;
  double near_s_ = 0.0;
  int attempts_ = 0;
  double start_distance_ = 0.0;  ///< m, or rad for a turn
  Eigen::Vector2d rest_error_m_ = Eigen::Vector2d::Zero();
  double rest_error_rad_ = 0.0;
};

}  // namespace longmen::skills
