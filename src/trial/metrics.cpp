#include "trial/metrics.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace longmen::trial {
namespace {

constexpr double kSamplePeriod_s = 0.01;
constexpr std::size_t kHalfWindow = 50;     // samples: sway of a step averages out over 1 s
constexpr double kLoadedForce_N = 20.0;     // a foot that bears this much must not slide
constexpr double kAirborne_s = 0.05;        // without load this long: a touchdown follows
constexpr double kSwing_s = 0.1;            // and this long: the foot swung, and did not bounce
constexpr double kDistanceForCost_m = 0.1;  // less is no transport

}  // namespace

CommandRow command_at(const std::vector<CommandRow>& rows, double time_s) {
  CommandRow active;
  for (const CommandRow& row : rows) {
    if (row.t_s > time_s + 1e-9) break;
    active = row;
  }
  return active;
}

Metrics::Metrics(const Scenario& scenario, double home_height_m, double mass_kg, double step_s)
    : scenario_(scenario),
      ground_(scenario.world ? io::Ground{} : io::build_ground(scenario.terrain)),
      home_height_m_(home_height_m),
      mass_kg_(mass_kg),
      step_s_(step_s),
      steps_per_sample_(std::max<std::int64_t>(1, std::llround(kSamplePeriod_s / step_s))) {
  samples_.reserve(static_cast<std::size_t>(scenario.duration_s / kSamplePeriod_s) + 2);
}

void Metrics::step(const io::Truth& truth) {
  ++step_count_;
  const double ground_m = io::height_m(ground_, truth.p_WB.x(), truth.p_WB.y());
  const bool down =
      truth.p_WB.z() - ground_m < 0.5 * home_height_m_ || truth.link_on_ground || truth.diverged;
  if (down && !result_.fell) {
    result_.fell = true;
    result_.fell_at_s = truth.time_s;
  }
  if (result_.fell) return;  // what follows a fall is no walking

  result_.energy_J +=
      truth.motor_torque_Nm.cwiseProduct(truth.joint_velocity_rad_s).cwiseAbs().sum() * step_s_;
  if (joint_velocity_before_rad_s_.size() == truth.joint_velocity_rad_s.size()) {
    joint_acceleration_square_sum_ +=
        (truth.joint_velocity_rad_s - joint_velocity_before_rad_s_).squaredNorm() /
        (step_s_ * step_s_);
    joint_accelerations_ += truth.joint_velocity_rad_s.size();
  }
  joint_velocity_before_rad_s_ = truth.joint_velocity_rad_s;
  watch_feet(truth);
  if (step_count_ % steps_per_sample_ != 0) return;
  const CommandRow command = command_at(scenario_.command, truth.time_s);
  Sample sample;
  sample.time_s = truth.time_s;
  sample.p_W = truth.p_WB.head<2>();
  sample.yaw_rad = truth.yaw_rad();
  if (!samples_.empty())
    sample.yaw_rad =
        samples_.back().yaw_rad +
        std::remainder(sample.yaw_rad - samples_.back().yaw_rad, 2.0 * std::numbers::pi);
  sample.command_H_m_s = {command.vx_m_s, command.vy_m_s};
  sample.command_yaw_rate_rad_s = command.yaw_rate_rad_s;
  samples_.push_back(sample);
}

void Metrics::watch_feet(const io::Truth& truth) {
  const bool measured =
      truth.time_s >= scenario_.measure_from_s && truth.time_s <= scenario_.measure_to_s;
  for (std::size_t side = 0; side < kFeet; ++side) {
    if (truth.foot_force_N[side] >= kLoadedForce_N) {
      if (air_s_[side] >= kSwing_s) swings_s_.push_back(air_s_[side]);
      if (air_s_[side] >= kAirborne_s && measured) ++result_.steps;
      air_s_[side] = 0.0;
      slip_W_m_[side] += truth.v_slip_W[side] * step_s_;
      result_.foot_slip_max_m = std::max(result_.foot_slip_max_m, slip_W_m_[side].norm());
    } else {
      air_s_[side] += step_s_;
      slip_W_m_[side].setZero();
    }
  }
}

Metrics::Sample Metrics::smooth(std::size_t index) const {
  const std::size_t from = index > kHalfWindow ? index - kHalfWindow : 0;
  const std::size_t to = std::min(index + kHalfWindow, samples_.size() - 1);
  Sample mean;
  for (std::size_t i = from; i <= to; ++i) {
    mean.time_s += samples_[i].time_s;
    mean.p_W += samples_[i].p_W;
    mean.yaw_rad += samples_[i].yaw_rad;
  }
  const auto count = static_cast<double>(to - from + 1);
  mean.time_s /= count;
  mean.p_W /= count;
  mean.yaw_rad /= count;
  return mean;
}

void Metrics::measure_window(BodyMetrics& result) const {
  const auto at = [&](double time_s) {
    return static_cast<std::size_t>(
        std::lower_bound(samples_.begin(), samples_.end(), time_s - 1e-9,
                         [](const Sample& s, double t) { return s.time_s < t; }) -
        samples_.begin());
  };
  const std::size_t from = at(scenario_.measure_from_s);
  const std::size_t to = std::min(at(scenario_.measure_to_s), samples_.size() - 1);
  if (samples_.empty() || from + 2 * kHalfWindow > to) return;

  // The first and the last second of the window, each as one mean pose.
  const std::size_t first_index = from + kHalfWindow;
  const std::size_t last_index = to - kHalfWindow;
  const Sample first = smooth(first_index);
  const Sample last = smooth(last_index);

  // Where the command would have led from the first to the last.
  Eigen::Vector2d ideal_W = first.p_W;
  double ideal_yaw_rad = first.yaw_rad;
  double command_speed_sum = 0.0;
  double along_sum = 0.0;
  double square_sum = 0.0;
  std::size_t count = 0;
  for (std::size_t i = first_index; i < last_index; ++i) {
    const Sample& sample = samples_[i];
    const double dt_s = samples_[i + 1].time_s - sample.time_s;
    ideal_W += Eigen::Rotation2Dd(ideal_yaw_rad) * sample.command_H_m_s * dt_s;
    ideal_yaw_rad += sample.command_yaw_rate_rad_s * dt_s;

    const Sample& before = samples_[i - kHalfWindow];
    const Sample& after = samples_[i + kHalfWindow];
    const double yaw_rad = smooth(i).yaw_rad;
    const Eigen::Vector2d v_H =
        Eigen::Rotation2Dd(-yaw_rad) * ((after.p_W - before.p_W) / (after.time_s - before.time_s));
    const double commanded = sample.command_H_m_s.norm();
    along_sum += commanded > 0.0 ? v_H.dot(sample.command_H_m_s) / commanded : v_H.norm();
    command_speed_sum += commanded;
    square_sum += (v_H - sample.command_H_m_s).squaredNorm();
    ++count;
  }
  if (count == 0) return;
  const auto n = static_cast<double>(count);
  const double elapsed_s = last.time_s - first.time_s;
  // Standing and turning on the spot: the net speed, in which sway averages out.
  result.speed_mean_m_s = command_speed_sum > 0.0
                              ? along_sum / n
                              : (last.p_W - first.p_W).norm() / std::max(elapsed_s, 1e-9);
  result.speed_error_rms_m_s = std::sqrt(square_sum / n);
  const Eigen::Vector2d error_H = Eigen::Rotation2Dd(-ideal_yaw_rad) * (last.p_W - ideal_W);
  result.lateral_drift_m = error_H.y();
  result.yaw_error_rad = last.yaw_rad - ideal_yaw_rad;
  result.yaw_rate_mean_rad_s = (last.yaw_rad - first.yaw_rad) / std::max(elapsed_s, 1e-9);
}

void Metrics::measure_distance(BodyMetrics& result) const {
  // Path through the positions one second apart: sway is no distance.
  if (samples_.empty()) return;
  std::size_t i = 0;
  while (i + 1 < samples_.size()) {
    const std::size_t next = std::min(i + 2 * kHalfWindow, samples_.size() - 1);
    result.distance_m += (samples_[next].p_W - samples_[i].p_W).norm();
    i = next;
  }
  if (result.distance_m >= kDistanceForCost_m)
    result.cost_of_transport = result.energy_J / (mass_kg_ * kGravity_m_s2 * result.distance_m);
}

BodyMetrics Metrics::finish() const {
  BodyMetrics result = result_;
  if (joint_accelerations_ > 0)
    result.joint_acceleration_rms_rad_s2 =
        std::sqrt(joint_acceleration_square_sum_ / static_cast<double>(joint_accelerations_));
  measure_window(result);
  measure_distance(result);
  if (!swings_s_.empty()) {
    std::vector<double> swings_s = swings_s_;
    const auto at = swings_s.begin() + static_cast<std::ptrdiff_t>(swings_s.size() / 20);
    std::nth_element(swings_s.begin(), at, swings_s.end());
    result.swing_p05_s = *at;
  }
  return result;
}

}  // namespace longmen::trial
