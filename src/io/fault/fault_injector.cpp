#include "io/fault/fault_injector.h"

#include <cmath>
#include <limits>
#include <utility>

namespace longmen::io {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kAbsurdTorque_Nm = 1e6;
constexpr double kAbsurdStiffness_Nm_rad = 1e9;

/// One value of a joint array, or all.
void copy_joints(int index, const JointVector& from, JointVector& to) {
  if (index == Fault::kAll)
    to = from;
  else
    to[index] = from[index];
}
void fill_joints(int index, double value, JointVector& to) {
  if (index == Fault::kAll)
    to.setConstant(value);
  else
    to[index] = value;
}

/// Puts what `from` says of the fault's part into `to`.
void copy_part(const Fault& fault, const SensorFrame& from, SensorFrame& to) {
  switch (fault.part) {
    case FaultPart::kImuGyro:
      to.gyro_B_rad_s = from.gyro_B_rad_s;
      to.imu_tick = from.imu_tick;
      break;
    case FaultPart::kImuAccelerometer:
      to.accelerometer_B_m_s2 = from.accelerometer_B_m_s2;
      to.imu_tick = from.imu_tick;
      break;
    case FaultPart::kImuAttitude:
      to.q_WB = from.q_WB;
      to.imu_tick = from.imu_tick;
      break;
    case FaultPart::kJointPosition:
      copy_joints(fault.index, from.joint_position_rad, to.joint_position_rad);
      if (fault.index == Fault::kAll) to.joint_tick = from.joint_tick;
      break;
    case FaultPart::kJointVelocity:
      copy_joints(fault.index, from.joint_velocity_rad_s, to.joint_velocity_rad_s);
      if (fault.index == Fault::kAll) to.joint_tick = from.joint_tick;
      break;
    case FaultPart::kFootForce: {
      const auto side = static_cast<std::size_t>(fault.index);
      to.foot_force_N[side] = from.foot_force_N[side];
      to.foot_tick = from.foot_tick;
      break;
    }
    default:
      break;  // no part of a frame
  }
}

void poison_part(const Fault& fault, SensorFrame& frame) {
  switch (fault.part) {
    case FaultPart::kImuGyro:
      frame.gyro_B_rad_s.setConstant(kNan);
      break;
    case FaultPart::kImuAccelerometer:
      frame.accelerometer_B_m_s2.setConstant(kNan);
      break;
    case FaultPart::kImuAttitude:
      frame.q_WB.coeffs().setConstant(kNan);
      break;
    case FaultPart::kJointPosition:
      fill_joints(fault.index, kNan, frame.joint_position_rad);
      break;
    case FaultPart::kJointVelocity:
      fill_joints(fault.index, kNan, frame.joint_velocity_rad_s);
      break;
    case FaultPart::kFootForce:
      frame.foot_force_N[static_cast<std::size_t>(fault.index)] = kNan;
      break;
    default:
      break;  // no part of a frame
  }
}

void add_joints(int index, double value, JointVector& to) {
  if (index == Fault::kAll)
    to.array() += value;
  else
    to[index] += value;
}

void drift_part(const Fault& fault, double since_s, SensorFrame& frame) {
  using F = FaultInjector;
  switch (fault.part) {
    case FaultPart::kImuGyro:
      frame.gyro_B_rad_s.array() += F::kDriftSpeed_rad_s2 * since_s;
      break;
    case FaultPart::kImuAccelerometer:
      frame.accelerometer_B_m_s2.array() += F::kDriftAcceleration_m_s3 * since_s;
      break;
    case FaultPart::kImuAttitude:
      frame.q_WB = frame.q_WB * Eigen::Quaterniond(Eigen::AngleAxisd(F::kDrift_rad_s * since_s,
                                                                     Eigen::Vector3d::UnitY()));
      break;
    case FaultPart::kJointPosition:
      add_joints(fault.index, F::kDrift_rad_s * since_s, frame.joint_position_rad);
      break;
    case FaultPart::kJointVelocity:
      add_joints(fault.index, F::kDriftSpeed_rad_s2 * since_s, frame.joint_velocity_rad_s);
      break;
    case FaultPart::kFootForce:
      frame.foot_force_N[static_cast<std::size_t>(fault.index)] += F::kDriftForce_N_s * since_s;
      break;
    default:
      break;  // no part of a frame
  }
}

/// A joint with the next one (the last with the first), a foot with the other.
void swap_part(const Fault& fault, SensorFrame& frame) {
  const auto swap_joints = [&](JointVector& values) {
    std::swap(values[fault.index], values[(fault.index + 1) % values.size()]);
  };
  if (fault.part == FaultPart::kJointPosition) swap_joints(frame.joint_position_rad);
  if (fault.part == FaultPart::kJointVelocity) swap_joints(frame.joint_velocity_rad_s);
  if (fault.part == FaultPart::kFootForce)
    std::swap(frame.foot_force_N[kLeft], frame.foot_force_N[kRight]);
}

}  // namespace

FaultInjector::FaultInjector(const std::vector<Fault>& faults, double period_s)
    : period_s_(period_s) {
  faults_.reserve(std::max(kFaultsMax, faults.size()));
  for (const Fault& fault : faults) schedule(fault);
  history_.resize(static_cast<std::size_t>(std::llround(kSensorDelay_s / period_s)) + 1);
}

void FaultInjector::schedule(const Fault& fault) {
  Scheduled& scheduled = faults_.emplace_back();
  scheduled.fault = fault;
  scheduled.begin = std::llround(fault.t_s / period_s_);
  scheduled.end = scheduled.begin +
                  std::max<Tick>(1, static_cast<Tick>(std::llround(fault.duration_s / period_s_)));
}

bool FaultInjector::add(Fault fault, Tick now) {
  std::erase_if(faults_, [now](const Scheduled& s) { return s.end <= now; });
  if (faults_.size() == faults_.capacity()) return false;
  fault.t_s = static_cast<double>(now) * period_s_;
  schedule(fault);
  return true;
}

void FaultInjector::break_sensors(SensorFrame& frame) noexcept {
  if (!has_history_) {
    for (SensorFrame& slot : history_) slot = frame;
    has_history_ = true;
  }
  const SensorFrame& previous = history_[newest_];
  for (Scheduled& s : faults_)
    if (s.fault.kind == FaultKind::kSensorFreeze && frame.tick == s.begin) s.held = previous;
  newest_ = (newest_ + 1) % history_.size();
  history_[newest_] = frame;
  const SensorFrame& late = history_[(newest_ + 1) % history_.size()];

  for (const Scheduled& s : faults_) {
    if (!s.active(frame.tick)) continue;
    if (s.fault.kind == FaultKind::kSensorNan)
      poison_part(s.fault, frame);
    else if (s.fault.kind == FaultKind::kSensorFreeze)
      copy_part(s.fault, s.held, frame);
    else if (s.fault.kind == FaultKind::kSensorDelay)
      copy_part(s.fault, late, frame);
    else if (s.fault.kind == FaultKind::kSensorDrift)
      drift_part(s.fault, static_cast<double>(frame.tick - s.begin) * period_s_, frame);
    else if (s.fault.kind == FaultKind::kSensorSwap)
      swap_part(s.fault, frame);
  }
}

void FaultInjector::break_proposal(ProposedCommand& command) noexcept {
  const ProposedCommand as_proposed = command;
  for (const Scheduled& s : faults_)
    if (s.fault.kind == FaultKind::kLateCommand && s.active(command.tick) && has_proposal_)
      command = last_proposal_;
  last_proposal_ = as_proposed;
  has_proposal_ = true;
  for (const Scheduled& s : faults_) {
    if (s.fault.kind != FaultKind::kBadCommand || !s.active(command.tick)) continue;
    switch ((command.tick - s.begin) % 3) {
      case 0:
        command.torque_Nm.setConstant(kNan);
        break;
      case 1:
        command.torque_Nm.setConstant(command.tick % 2 == 0 ? kAbsurdTorque_Nm : -kAbsurdTorque_Nm);
        break;
      default:
        command.position_rad.setConstant(std::numeric_limits<double>::infinity());
        command.stiffness_Nm_rad.setConstant(kAbsurdStiffness_Nm_rad);
        break;
    }
  }
}

MotorFaults FaultInjector::motor_faults(Tick tick) const noexcept {
  MotorFaults faults;
  for (const Scheduled& s : faults_) {
    if (!s.active(tick)) continue;
    faults.late = faults.late || s.fault.kind == FaultKind::kLateTick;
    faults.sag = faults.sag || s.fault.kind == FaultKind::kPowerSag;
    MotorMask* mask = nullptr;
    if (s.fault.kind == FaultKind::kMotorWeak) mask = &faults.weak;
    if (s.fault.kind == FaultKind::kMotorStuck) mask = &faults.stuck;
    if (s.fault.kind == FaultKind::kMotorReversed) mask = &faults.reversed;
    if (mask == nullptr) continue;
    if (s.fault.index == Fault::kAll)
      mask->set();
    else
      mask->set(static_cast<std::size_t>(s.fault.index));
  }
  return faults;
}

std::optional<FaultKind> FaultInjector::heartbeat_fault(Tick tick) const noexcept {
  std::optional<FaultKind> kind;
  for (const Scheduled& s : faults_)
    if (s.fault.part == FaultPart::kLease && s.active(tick)) kind = s.fault.kind;
  return kind;
}

MotorMask FaultInjector::powered(Tick tick) const noexcept {
  MotorMask mask;
  mask.set();
  for (const Scheduled& s : faults_) {
    const bool is_off =
        s.fault.kind == FaultKind::kMotorOff || s.fault.kind == FaultKind::kPowerLoss;
    if (!is_off || !s.active(tick)) continue;
    if (s.fault.index == Fault::kAll)
      mask.reset();
    else
      mask.reset(static_cast<std::size_t>(s.fault.index));
  }
  return mask;
}

void FaultyIo::read(SensorFrame& frame) noexcept {
  inner_.read(frame);
  if (frame.tick != frame_tick_) {
    frame_tick_ = frame.tick;
    injector_.break_sensors(frame);
    frame_ = frame;
  } else {
    frame = frame_;
  }
}

WriteStatus FaultyIo::write(SafeCommand&& command) noexcept {
  inner_.power_motors(powered_ & injector_.powered(inner_.tick()));
  inner_.break_motors(injector_.motor_faults(inner_.tick()));
  return inner_.write(std::move(command));
}

}  // namespace longmen::io
