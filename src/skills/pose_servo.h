#pragma once

#include <Eigen/Core>

#include "skills/skill.h"

namespace longmen::skills {

/// How the body walks to a pose.
struct PoseServoConfig {
  double approach_speed_m_s = 0.20;
  double sideways_speed_m_s = 0.12;
  double close_m = 0.12;  ///< the smoothed position counts within this
  double position_gain_1_s = 1.6;
  double yaw_gain_1_s = 1.2;
  double yaw_rate_max_rad_s = 0.7;
  double yaw_decelerate_rad_s2 = 0.6;
  double smoothing_s = 0.35;    ///< of the estimate, against the sway of steps
  double stop_within_m = 0.02;  ///< smoothed error at which stopping begins
  double stop_within_rad = 0.02;
  double stop_after_s = 0.4;
  double accept_m = 0.034;  ///< error at rest that is good enough
  double accept_rad = 0.03;
  double last_accept_m = 0.05;  ///< and after the last attempt
  double last_accept_rad = 0.052;
  double rest_s = 0.4;  ///< from standing to the measurement
  double measure_s = 0.8;
  double correct_share = 0.3;  ///< of that error, aimed off by the next attempt
  int attempts_max = 8;
};

/// The same for a pose that need not be exact: to step back, with or without a box.
[[nodiscard]] PoseServoConfig rough(PoseServoConfig config) noexcept;

/// Brings the base to a pose on the floor that is near, and to rest there: closes in on position
/// and heading together, stops, measures at rest, and corrects what stopping has moved. Works on
/// the estimate alone. Real-time safe.
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
  enum class Phase { kBegin, kApproach, kStop, kMeasure };

  void begin(const RobotState& state) noexcept;
  void observe(const RobotState& state) noexcept;
  void approach(Goal& goal) noexcept;
  [[nodiscard]] SkillTick measure() noexcept;
  [[nodiscard]] double yaw_error() const noexcept;

  PoseServoConfig config_;
  double period_s_;
  bool is_turn_ = false;
  double turn_by_rad_ = 0.0;

  Phase phase_ = Phase::kBegin;
  Eigen::Vector2d target_W_ = Eigen::Vector2d::Zero();
  double target_yaw_rad_ = 0.0;                           ///< unwrapped for a turn
  Eigen::Vector2d aim_offset_ = Eigen::Vector2d::Zero();  ///< in the pose's heading frame
  double aim_offset_rad_ = 0.0;

  Eigen::Vector2d p_W_ = Eigen::Vector2d::Zero();
  double yaw_rad_ = 0.0;  ///< unwrapped since the start
  Eigen::Vector2d smooth_p_W_ = Eigen::Vector2d::Zero();
  double smooth_yaw_rad_ = 0.0;
  double phase_s_ = 0.0;
  double calm_s_ = 0.0;
  double rest_time_s_ = 0.0;
  int samples_ = 0;
  int attempts_ = 0;
  double start_distance_ = 0.0;  ///< m, or rad for a turn
  Eigen::Vector2d error_sum_m_ = Eigen::Vector2d::Zero();
  double error_sum_rad_ = 0.0;
  Eigen::Vector2d rest_error_m_ = Eigen::Vector2d::Zero();
  double rest_error_rad_ = 0.0;
};

}  // namespace longmen::skills
