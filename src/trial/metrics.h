#pragma once

#include <optional>
#include <vector>

#include "io/sim/limit_monitor.h"
#include "io/sim/terrain.h"
#include "io/sim/truth.h"
#include "trial/scenario.h"

namespace longmen::trial {

/// What the body really did, from the plant's truth. docs/scenarios.md defines each figure.
struct BodyMetrics {
  bool fell = false;
  std::optional<double> fell_at_s;
  double distance_m = 0.0;

  // Over the measured window; absent when the robot fell before it had a second of it.
  std::optional<double> speed_mean_m_s;
  std::optional<double> speed_error_rms_m_s;
  std::optional<double> lateral_drift_m;
  std::optional<double> yaw_error_rad;
  std::optional<double> yaw_rate_mean_rad_s;
  int steps = 0;  ///< touchdowns within the window
  /// 5th percentile of the times that a foot was in the air before it touched down, over the whole
  /// run, without bounces of less than 0.1 s; absent without a step.
  std::optional<double> swing_p05_s;

  double foot_slip_max_m = 0.0;
  double energy_J = 0.0;
  std::optional<double> cost_of_transport;  ///< absent below 0.1 m
  double joint_acceleration_rms_rad_s2 = 0.0;
};

/// Watches one episode.
class Metrics {
 public:
  /// @param home_height_m  of the base above the ground at the start.
  Metrics(const Scenario& scenario, double home_height_m, double mass_kg, double step_s);

  /// Once each control period, after the plant has moved.
  void step(const io::Truth& truth);

  /// From now on this is what the body is asked for, in the place of the scenario's commands.
  void command(const CommandRow& row) { scenario_.command.assign(1, row); }

  [[nodiscard]] bool fell() const { return result_.fell; }
  [[nodiscard]] double fell_at_s() const { return result_.fell_at_s.value_or(0.0); }
  [[nodiscard]] BodyMetrics finish() const;

 private:
  struct Sample {
    double time_s = 0.0;
    Eigen::Vector2d p_W = Eigen::Vector2d::Zero();
    double yaw_rad = 0.0;  // unwrapped
    Eigen::Vector2d command_H_m_s = Eigen::Vector2d::Zero();
    double command_yaw_rate_rad_s = 0.0;
  };
  /// Mean of the samples within half a second of `index`.
  [[nodiscard]] Sample smooth(std::size_t index) const;
  void measure_window(BodyMetrics& result) const;
  void measure_distance(BodyMetrics& result) const;
  void watch_feet(const io::Truth& truth);

  Scenario scenario_;
  io::Ground ground_;
  double home_height_m_;
  double mass_kg_;
  double step_s_;
  std::int64_t steps_per_sample_;
  std::int64_t step_count_ = 0;
  std::size_t row_ = 0;
  std::vector<Sample> samples_;
  std::array<Eigen::Vector3d, kFeet> slip_W_m_{Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero()};
  std::array<double, kFeet> air_s_{};
  std::vector<double> swings_s_;
  JointVector joint_velocity_before_rad_s_;
  double joint_acceleration_square_sum_ = 0.0;
  std::int64_t joint_accelerations_ = 0;
  BodyMetrics result_;
};

/// The row that holds at a time; a zero row (stand) before the first.
[[nodiscard]] CommandRow command_at(const std::vector<CommandRow>& rows, double time_s);

}  // namespace longmen::trial
