#include "estimation/sensor_guard.h"

#include <cmath>

namespace longmen::estimation {
namespace {

/// One sensor's verdict in a tick: 0 if in order, else the fault's bit.
struct Bits {
  std::uint32_t invalid;
  std::uint32_t frozen;
};

void count_gap(bool ok, Tick& gap) { gap = ok ? 0 : gap + 1; }

}  // namespace

void StampWatch::configure(Tick slack, Tick gap_max) noexcept {
  slack_ = slack;
  gap_max_ = gap_max;
}

Stamp StampWatch::look(Tick now, Tick stamp) noexcept {
  const bool first = age_ < 0;
  const bool still = !first && stamp == last_stamp_;
  last_stamp_ = stamp;
  const Tick age = now - stamp;
  if (first) age_ = std::max<Tick>(age, 0);
  if (still) return Stamp::kStill;
  if (age >= 0 && age <= age_ + slack_) {
    late_since_ = -1;
    return Stamp::kOnTime;
  }
  if (late_since_ < 0) late_since_ = now;
  if (age < 0 || now - late_since_ < gap_max_) return Stamp::kLate;
  age_ = age;  // it stays that late: that is how this sensor is now
  late_since_ = -1;
  return Stamp::kOnTime;
}

SensorGuard::SensorGuard(const SensorGuardConfig& config, int na, double period_s)
    : config_(config), na_(na), gap_max_(std::llround(config.gap_max_s / period_s)) {
  const Tick slack = std::llround(config.stamp_slack_s / period_s);
  for (StampWatch* watch : {&imu_stamp_, &joint_stamp_, &foot_stamp_})
    watch->configure(slack, gap_max_);
}

const CheckedFrame& SensorGuard::check(const SensorFrame& frame,
                                       const JointVector& predicted_position_rad,
                                       const JointVector& predicted_velocity_rad_s,
                                       const Eigen::Vector3d& w_expected_B) noexcept {
  checked_ = CheckedFrame{};
  if (!has_last_) last_ = frame;
  check_imu(frame, w_expected_B);
  check_joints(frame, predicted_position_rad, predicted_velocity_rad_s);
  check_feet(frame);
  last_ = frame;
  has_last_ = true;
  return checked_;
}

void SensorGuard::check_imu(const SensorFrame& frame,
                            const Eigen::Vector3d& w_expected_B) noexcept {
  const Stamp stamp = imu_stamp_.look(frame.tick, frame.imu_tick);
  if (stamp == Stamp::kLate) checked_.faults |= kImuLate;
  // `moving`: what the value says is no robot at rest, which may well repeat itself.
  const auto judge = [&](bool possible, bool repeats, bool moving, const Bits& bits) {
    std::uint32_t fault = 0;
    if (!possible)
      fault = bits.invalid;
    else if (repeats && (moving || stamp == Stamp::kStill))
      fault = bits.frozen;
    checked_.faults |= fault;
    return fault == 0 && stamp != Stamp::kLate;
  };

  const Eigen::Vector3d& w = frame.gyro_B_rad_s;
  bool possible = w.allFinite() && w.cwiseAbs().maxCoeff() <= config_.gyro_max_rad_s;
  if (possible && gyro_gap_ <= gap_max_)
    possible = (w - w_expected_B).cwiseAbs().maxCoeff() <= config_.gyro_jump_rad_s;
  checked_.gyro_ok = judge(possible, has_last_ && w == last_.gyro_B_rad_s,
                           w.norm() > config_.gyro_frozen_rad_s, {kGyroInvalid, kGyroFrozen});
  count_gap(checked_.gyro_ok, gyro_gap_);

  const Eigen::Vector3d& f = frame.accelerometer_B_m_s2;
  possible = f.allFinite() && f.cwiseAbs().maxCoeff() <= config_.accelerometer_max_m_s2;
  const bool force_repeats = has_last_ && f == last_.accelerometer_B_m_s2;
  checked_.accelerometer_ok =
      judge(possible, force_repeats,
            std::abs(f.norm() - kGravity_m_s2) > config_.accelerometer_frozen_m_s2,
            {kAccelerometerInvalid, kAccelerometerFrozen});
  count_gap(checked_.accelerometer_ok, accelerometer_gap_);

  const Eigen::Vector4d& q = frame.q_WB.coeffs();
  possible = q.allFinite() && std::abs(q.norm() - 1.0) < 0.01;
  const bool attitude_repeats = has_last_ && q == last_.q_WB.coeffs();
  checked_.attitude_ok =
      judge(possible, attitude_repeats, false, {kAttitudeInvalid, kAttitudeFrozen});
  count_gap(checked_.attitude_ok, attitude_gap_);
}

void SensorGuard::check_joints(const SensorFrame& frame, const JointVector& predicted_position_rad,
                               const JointVector& predicted_velocity_rad_s) noexcept {
  const Stamp stamp = joint_stamp_.look(frame.tick, frame.joint_tick);
  if (stamp == Stamp::kLate) checked_.faults |= kJointsLate;
  const bool sizes_fit =
      frame.joint_position_rad.size() == na_ && frame.joint_velocity_rad_s.size() == na_;
  const bool last_fits = has_last_ && last_.joint_position_rad.size() == na_ &&
                         last_.joint_velocity_rad_s.size() == na_;
  const auto judge = [&](double value, double last, double predicted, double jump, double frozen,
                         Tick gap, const Bits& bits) {
    const double off = std::abs(value - predicted);
    std::uint32_t fault = 0;
    if (last_fits && value == last && (off > frozen || stamp == Stamp::kStill))
      fault = bits.frozen;
    else if (!std::isfinite(value) || (off > jump && gap <= gap_max_))
      fault = bits.invalid;
    checked_.faults |= fault;
    return fault == 0 && stamp != Stamp::kLate;
  };
  for (int j = 0; j < na_; ++j) {
    const auto joint = static_cast<std::size_t>(j);
    bool position_ok = false;
    bool velocity_ok = false;
    if (sizes_fit) {
      position_ok = judge(frame.joint_position_rad[j],
                          last_fits ? last_.joint_position_rad[j] : 0.0, predicted_position_rad[j],
                          config_.joint_position_jump_rad, config_.joint_position_frozen_rad,
                          position_gap_[joint], {kJointPositionInvalid, kJointPositionFrozen});
      velocity_ok =
          judge(frame.joint_velocity_rad_s[j], last_fits ? last_.joint_velocity_rad_s[j] : 0.0,
                predicted_velocity_rad_s[j], config_.joint_velocity_jump_rad_s,
                config_.joint_velocity_frozen_rad_s, velocity_gap_[joint],
                {kJointVelocityInvalid, kJointVelocityFrozen});
    } else {
      checked_.faults |= kJointPositionInvalid | kJointVelocityInvalid;
    }
    count_gap(position_ok, position_gap_[joint]);
    count_gap(velocity_ok, velocity_gap_[joint]);
    checked_.joint_use[joint] =
        static_cast<JointObserver::Use>((position_ok ? JointObserver::kPosition : 0U) |
                                        (velocity_ok ? JointObserver::kVelocity : 0U));
  }
}

void SensorGuard::check_feet(const SensorFrame& frame) noexcept {
  const Stamp stamp = foot_stamp_.look(frame.tick, frame.foot_tick);
  if (stamp == Stamp::kLate) checked_.faults |= kFeetLate;
  for (std::size_t side = 0; side < kFeet; ++side) {
    const double force = frame.foot_force_N[side];
    std::uint32_t fault = 0;
    if (!std::isfinite(force) || std::abs(force) > config_.foot_force_max_N)
      fault = kFootForceInvalid;
    else if (has_last_ && stamp == Stamp::kStill && force == last_.foot_force_N[side])
      fault = kFootForceFrozen;
    checked_.faults |= fault;
    checked_.foot_ok[side] = fault == 0 && stamp != Stamp::kLate;
    count_gap(checked_.foot_ok[side], foot_gap_[side]);
  }
}

}  // namespace longmen::estimation
