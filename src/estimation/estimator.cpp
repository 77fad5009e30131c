#include "estimation/estimator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimation/sensor_fault.h"
#include "math/so3.h"

namespace longmen::estimation {
namespace {

// How much worse the stand-ins are than the sensors that they stand in for.
constexpr double kStandInDoubt = 0.15;  // of the weight: a missing foot force, by the other's
constexpr double kLegGyroScale = 10.0;
constexpr double kLegGyroTime_s = 0.03;
constexpr double kModelAccelerometerScale = 20.0;
constexpr double kImpactAccelerometerScale = 10.0;
constexpr double kLegContactMin = 0.3;  ///< below it the legs say nothing about turning

// What may have happened while a sensor was lost.
constexpr double kBlindTilt_rad = 0.05;
constexpr double kBlindVelocity_m_s = 0.5;

}  // namespace

Result<Estimator> Estimator::create(const model::RobotModel& model, const EstimatorConfig& config,
                                    double period_s) {
  if (auto valid = config.validate(); !valid) return tl::make_unexpected(valid.error());
  if (!(period_s >= 1e-4 && period_s <= 0.01))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("period_s is {}, must be 0.0001 to 0.01", period_s));
  auto left = model::KinematicChain::to_sole(model, kLeft);
  if (!left) return tl::make_unexpected(left.error());
  auto right = model::KinematicChain::to_sole(model, kRight);
  if (!right) return tl::make_unexpected(right.error());
  return Estimator(model, config, period_s, std::move(*left), std::move(*right));
}

Estimator::Estimator(const model::RobotModel& model, const EstimatorConfig& config, double period_s,
                     model::KinematicChain left, model::KinematicChain right)
    : na_(model.na()),
      dt_s_(period_s),
      mass_kg_(model.mass_kg()),
      config_(config),
      actuation_ticks_(std::llround(model.actuation_latency_s() / period_s)),
      prediction_ticks_(std::llround(config.prediction_s / period_s)),
      airborne_max_(std::llround(config.guard.airborne_max_s / period_s)),
      legs_{std::move(left), std::move(right)},
      guard_(config.guard, na_, period_s),
      joints_(config.joints, period_s),
      filter_(config.base, period_s),
      fixes_(config.pose_fix, period_s) {
  for (Eigen::Vector3d& d : disagreement_) d.setZero();
  for (int j = 0; j < na_; ++j) dof_.push_back(model.dof(j));
  joint_acceleration_.setZero(na_);
  kinematic_position_rad_ = model.home_rad();
  joints_.start(model.home_rad(), joint_acceleration_);
}

void Estimator::set_predicted_acceleration(const model::VelocityVector& a, Tick tick) noexcept {
  if (a.size() == na_ + 6 && a.allFinite()) accelerations_.push(a, tick);
}

void Estimator::tick(const SensorFrame& frame, RobotState& state) noexcept {
  const bool sized = frame.joint_position_rad.size() == na_;
  if (started_) {
    if (const auto* a = acceleration_from(sample_tick_ + 1))
      for (int j = 0; j < na_; ++j)
        joint_acceleration_[j] = (*a)[dof_[static_cast<std::size_t>(j)]];
    else
      joint_acceleration_.setZero();
    joints_.predict(joint_acceleration_);
  }
  const CheckedFrame& checked =
      started_ || !sized
          ? guard_.check(frame, joints_.position_rad(), joints_.velocity_rad_s(), gyro_B_rad_s_)
          : guard_.check(frame, frame.joint_position_rad, frame.joint_velocity_rad_s,
                         frame.gyro_B_rad_s);
  faults_ = checked.faults;
  if (started_)
    step(frame, checked);
  else
    started_ = start(frame, checked);

  if (started_ && !filter_.finite()) {
    started_ = false;
    fixes_.restart();
    ++counts_.restarts;
  }
  faults_ |= reasons_to_distrust();
  const bool blind = (faults_ & (kImuLost | kJointsLost | kFeetLost)) != 0;
  if (was_blind_ && !blind) filter_.loosen(kBlindTilt_rad, kBlindVelocity_m_s);
  was_blind_ = blind;
  for (std::size_t bit = 0; bit < counts_.ticks_with_fault.size(); ++bit)
    counts_.ticks_with_fault[bit] += (faults_ >> bit) & 1U;
  write(frame, state);
}

bool Estimator::start(const SensorFrame& frame, const CheckedFrame& checked) noexcept {
  bool whole = checked.gyro_ok && checked.accelerometer_ok && checked.attitude_ok;
  for (int j = 0; j < na_; ++j)
    whole = whole && checked.joint_use[static_cast<std::size_t>(j)] == JointObserver::kBoth;
  for (const bool ok : checked.foot_ok) whole = whole && ok;
  if (!whole) return false;

  start_tick_ = frame.tick;
  sample_tick_ = frame.tick - guard_.imu_age();
  airborne_ticks_ = 0;
  joints_.start(frame.joint_position_rad, frame.joint_velocity_rad_s);
  kinematic_position_rad_ = frame.joint_position_rad;
  gyro_B_rad_s_ = frame.gyro_B_rad_s;
  force_B_m_s2_ = frame.accelerometer_B_m_s2;
  weigh_feet(frame, checked);
  for (std::size_t i = 0; i < kFeet; ++i) {
    const model::ChainPose pose = legs_[i].pose(kinematic_position_rad_);
    feet_[i] = {pose.p_BT, pose.R_BT};
  }
  filter_.start(frame.q_WB.normalized(), feet_);
  return true;
}

void Estimator::step(const SensorFrame& frame, const CheckedFrame& checked) noexcept {
  sample_tick_ = frame.tick - guard_.imu_age();
  observe_joints(frame, checked);
  move_base(frame, checked);
  weigh_feet(frame, checked);
  for (std::size_t i = 0; i < kFeet; ++i) {
    const model::ChainPose pose = legs_[i].pose(kinematic_position_rad_);
    feet_[i] = {pose.p_BT, pose.R_BT};
  }
  filter_.update_feet(feet_, rest_);
  if (checked.attitude_ok) filter_.update_attitude(frame.q_WB.normalized());
  faults_ |= fixes_.tick(frame.pose_fix, sample_tick_, filter_);
  airborne_ticks_ = contact_[kLeft] + contact_[kRight] > 0.0 ? 0 : airborne_ticks_ + 1;
}

void Estimator::observe_joints(const SensorFrame& frame, const CheckedFrame& checked) noexcept {
  for (int j = 0; j < na_; ++j) {
    const JointObserver::Use use = checked.joint_use[static_cast<std::size_t>(j)];
    if (use == JointObserver::kNeither) {
      kinematic_position_rad_[j] = joints_.position_rad()[j];
      continue;
    }
    const double position = (use & JointObserver::kPosition) != 0U ? frame.joint_position_rad[j]
                                                                   : joints_.position_rad()[j];
    const double velocity = (use & JointObserver::kVelocity) != 0U ? frame.joint_velocity_rad_s[j]
                                                                   : joints_.velocity_rad_s()[j];
    // After a long absence the prediction is worth less than what the sensor says.
    const bool absent =
        std::abs(position - joints_.position_rad()[j]) > config_.guard.joint_position_jump_rad ||
        std::abs(velocity - joints_.velocity_rad_s()[j]) > config_.guard.joint_velocity_jump_rad_s;
    if (absent)
      joints_.restart(j, position, velocity);
    else
      joints_.update(j, use, position, velocity);
    kinematic_position_rad_[j] =
        (use & JointObserver::kPosition) != 0U ? position : joints_.position_rad()[j];
  }
}

void Estimator::move_base(const SensorFrame& frame, const CheckedFrame& checked) noexcept {
  Eigen::Vector3d gyro = gyro_B_rad_s_;
  double gyro_scale = 1.0;
  if (checked.gyro_ok) {
    gyro = 0.5 * (gyro_B_rad_s_ + frame.gyro_B_rad_s);  // mean over the period
    gyro_B_rad_s_ = frame.gyro_B_rad_s;
  } else {
    // Stand in: what the controller expects, drawn towards what the loaded legs say.
    gyro_scale = kLegGyroScale;
    if (const auto* a = acceleration_from(sample_tick_)) gyro_B_rad_s_ += dt_s_ * a->segment<3>(3);
    if (rest_[kLeft] + rest_[kRight] >= kLegContactMin) {
      const Eigen::Vector3d legs = angular_velocity_from_legs() + filter_.state().gyro_bias_B_rad_s;
      gyro_B_rad_s_ += std::min(1.0, dt_s_ / kLegGyroTime_s) * (legs - gyro_B_rad_s_);
    }
    gyro = gyro_B_rad_s_;
  }

  double force_scale = 1.0;
  if (checked.accelerometer_ok) {
    force_B_m_s2_ = frame.accelerometer_B_m_s2;
    const double deviation = std::abs(force_B_m_s2_.norm() - kGravity_m_s2);
    if (deviation > config_.guard.accelerometer_trust_m_s2) force_scale = kImpactAccelerometerScale;
  } else {
    force_scale = kModelAccelerometerScale;
    Eigen::Vector3d specific_W(0, 0, kGravity_m_s2);
    if (const auto* a = acceleration_from(sample_tick_)) specific_W += a->head<3>();
    force_B_m_s2_ =
        filter_.state().q_WB.conjugate() * specific_W + filter_.state().accelerometer_bias_B_m_s2;
  }
  filter_.propagate(gyro, force_B_m_s2_, gyro_scale, force_scale);
}

Eigen::Vector3d Estimator::angular_velocity_from_legs() const noexcept {
  // A loaded foot does not turn: w_WB = -w_BS, each foot by its load.
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  double weight = 0.0;
  for (std::size_t i = 0; i < kFeet; ++i) {
    if (contact_[i] <= 0.0) continue;
    sum -=
        contact_[i] * legs_[i].angular_velocity(joints_.position_rad(), joints_.velocity_rad_s());
    weight += rest_[i];
  }
  return sum / weight;
}

void Estimator::weigh_feet(const SensorFrame& frame, const CheckedFrame& checked) noexcept {
  // What both feet carry, as the accelerometer has it: one missing force is that less the other,
  // less what both may be wrong by, or a foot in the air would be taken for one that lands.
  const Eigen::Vector3d force_B = force_B_m_s2_ - filter_.state().accelerometer_bias_B_m_s2;
  const double total_N = std::clamp(mass_kg_ * (filter_.state().q_WB * force_B).z(), 0.0,
                                    config_.guard.foot_force_max_N);
  const auto& ok = checked.foot_ok;
  for (std::size_t i = 0; i < kFeet; ++i) {
    if (ok[i])
      force_N_[i] = frame.foot_force_N[i];
    else if (ok[1 - i])
      force_N_[i] = std::max(
          0.0, total_N - frame.foot_force_N[1 - i] - kStandInDoubt * mass_kg_ * kGravity_m_s2);
    contact_[i] = std::clamp((force_N_[i] - config_.contact.force_none_N) /
                                 (config_.contact.force_full_N - config_.contact.force_none_N),
                             0.0, 1.0);
    disagreement_[i] += std::min(1.0, dt_s_ / config_.contact.slip_time_s) *
                        (filter_.foot_innovation(static_cast<int>(i)) - disagreement_[i]);
    const bool slips = disagreement_[i].norm() > config_.contact.slip_m;
    rest_ticks_[i] = contact_[i] > 0.0 && !slips ? rest_ticks_[i] + 1 : 0;
    const double age_s = static_cast<double>(rest_ticks_[i]) * dt_s_;
    rest_[i] = contact_[i] / (1.0 + config_.contact.settle_ratio *
                                        std::exp(-age_s / config_.contact.settle_time_s));
  }
}

std::uint32_t Estimator::reasons_to_distrust() const noexcept {
  if (!started_) return kNotStarted;
  std::uint32_t reasons = 0;
  const Tick gap_max = guard_.gap_max();
  if (guard_.gyro_gap() > gap_max || guard_.accelerometer_gap() > gap_max) reasons |= kImuLost;
  for (int j = 0; j < na_; ++j)
    if (guard_.joint_gap(j) > gap_max) reasons |= kJointsLost;
  if (guard_.foot_gap(kLeft) > gap_max && guard_.foot_gap(kRight) > gap_max) reasons |= kFeetLost;
  if (airborne_ticks_ > airborne_max_) reasons |= kNothingToStandOn;
  return reasons;
}

const model::VelocityVector* Estimator::acceleration_from(Tick sample_tick) const noexcept {
  // The command of tick k acts from k + actuation on, for one tick; its effect is in the sample of
  // the end of that time.
  return accelerations_.find(sample_tick - 1 - actuation_ticks_);
}

void Estimator::write(const SensorFrame& frame, RobotState& state) noexcept {
  const BaseState& base = filter_.state();
  const Eigen::Quaterniond q_offset = math::quaternion_z(fixes_.offset_yaw_rad());
  Eigen::Quaterniond q_WB = base.q_WB;
  Eigen::Vector3d v_W = base.v_WB_W;
  Eigen::Vector3d p_W = base.p_WB;
  Eigen::Vector3d w_B =
      started_ ? Eigen::Vector3d(gyro_B_rad_s_ - base.gyro_bias_B_rad_s) : Eigen::Vector3d::Zero();
  state.joint_position_rad = joints_.position_rad();
  state.joint_velocity_rad_s = joints_.velocity_rad_s();
  double fade = 1.0;
  for (Tick ahead = 1; started_ && ahead <= prediction_ticks_; ++ahead) {
    const model::VelocityVector* a = acceleration_from(sample_tick_ + ahead);
    Eigen::Vector3d a_W = Eigen::Vector3d::Zero();
    Eigen::Vector3d alpha_B = Eigen::Vector3d::Zero();
    if (a != nullptr && config_.predict_base_with_model) {
      a_W = a->head<3>();
      alpha_B = a->segment<3>(3);
    }
    p_W += dt_s_ * (v_W + 0.5 * dt_s_ * a_W);
    v_W += dt_s_ * a_W;
    q_WB = q_WB * math::exp_so3(dt_s_ * (w_B + 0.5 * dt_s_ * alpha_B));
    w_B += dt_s_ * alpha_B;
    fade *= JointObserver::kFade;
    for (int j = 0; j < na_; ++j) {
      const double qdd = (a != nullptr ? (*a)[dof_[static_cast<std::size_t>(j)]] : 0.0) +
                         fade * joints_.unexplained_rad_s2()[j];
      state.joint_position_rad[j] += dt_s_ * (state.joint_velocity_rad_s[j] + 0.5 * dt_s_ * qdd);
      state.joint_velocity_rad_s[j] += dt_s_ * qdd;
    }
  }
  state.tick = frame.tick;
  state.time_s = static_cast<double>(frame.tick) * dt_s_;
  state.valid = started_ && (faults_ & kInvalidatingFaults) == 0;
  state.p_WB = p_W + fixes_.offset_p_W();
  state.q_WB = (q_offset * q_WB).normalized();
  state.v_WB_W = q_offset * v_W;
  state.w_WB_B = w_B;
  state.frame_turn_rad = fixes_.frame_turn_rad();
  state.frame_shift_m = fixes_.frame_shift_m();
  state.foot_force_N = force_N_;
  state.contact_probability = contact_;
  if (fixes_.aligned()) {
    state.position_sigma_m =
        std::hypot(filter_.position_sigma_m(), fixes_.offset_p_W().head<2>().norm());
    state.yaw_sigma_rad = std::hypot(filter_.yaw_sigma_rad(), fixes_.offset_yaw_rad());
    state.fix_age_s = static_cast<double>(frame.tick - fixes_.last_fused_tick()) * dt_s_;
  } else {
    state.position_sigma_m = config_.pose_fix.unknown_position_sigma_m;
    state.yaw_sigma_rad = config_.pose_fix.unknown_yaw_sigma_rad;
    state.fix_age_s =
        static_cast<double>(frame.tick - (started_ ? start_tick_ : frame.tick)) * dt_s_;
  }
  state.sensor_faults = faults_;
}

}  // namespace longmen::estimation
