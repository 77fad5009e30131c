#include "control/get_up.h"

#include <algorithm>
#include <cmath>

namespace longmen::control {
namespace {

constexpr double kStillJoint_rad_s = 0.3;
constexpr double kStillBase_rad_s = 0.3;
constexpr double kStill_s = 0.2;       // still for so long: it has come to rest
constexpr double kWaitMax_s = 3.0;     // a body that sways for longer is taken as it is
constexpr double kRest_s = 0.3;        // after a motion, before it is looked where the body lies
constexpr double kBellyDown = -0.7;    // of the base's X axis, along W's Z: the belly is down
constexpr double kFeetShare = 0.7;     // of the weight, on both soles
constexpr double kFootShare = 0.2;     // and at least on each
constexpr double kLeanCos = 0.5;       // of the base, for the whole-body controller to take over
constexpr double kPeakSpeed = 1.5;     // of a smooth step, against its mean
constexpr double kTorqueShare = 0.9;   // of the motor's: what is left is noise of the encoders
constexpr double kDampingShare = 0.5;  // of what stops a joint's inertia within one period

}  // namespace

GetUp::GetUp(const model::RobotModel& model, const GetUpConfig& config, double period_s)
    : config_(config),
      period_s_(period_s),
      weight_N_(model.mass_kg() * kGravity_m_s2),
      speed_max_rad_s_(JointVector::Zero(model.na())),
      torque_max_Nm_(JointVector::Zero(model.na())),
      stiffness_Nm_rad_(JointVector::Zero(model.na())),
      damping_Nms_rad_(JointVector::Zero(model.na())),
      from_rad_(model.home_rad()),
      position_rad_(model.home_rad()) {
  for (int j = 0; j < model.na(); ++j) {
    speed_max_rad_s_[j] = config.speed_share * model.joint(j).velocity_max_rad_s;
    torque_max_Nm_[j] = kTorqueShare * model.joint(j).torque_max_Nm;
    stiffness_Nm_rad_[j] = config.stiffness_1_rad * model.joint(j).torque_max_Nm;
    damping_Nms_rad_[j] = std::min(config.damping_s * stiffness_Nm_rad_[j],
                                   kDampingShare * model.joint(j).inertia_kg_m2 / period_s);
  }
}

void GetUp::start() noexcept {
  attempts_ = 0;
  enter(Phase::kWait);
}

void GetUp::enter(Phase phase) noexcept {
  phase_ = phase;
  phase_s_ = 0.0;
  calm_s_ = 0.0;
  begin_frame(0);
}

void GetUp::begin_frame(std::size_t frame) noexcept {
  frame_ = frame;
  frame_s_ = 0.0;
  frame_duration_s_ = 0.0;
  from_rad_ = position_rad_;
}

bool GetUp::play(const GetUpConfig::Motion& motion) noexcept {
  const GetUpConfig::Frame& last = motion.back();
  if (frame_ >= motion.size()) {
    position_rad_ = last.position_rad;
    frame_s_ += period_s_;
    return frame_s_ >= kRest_s;
  }
  const GetUpConfig::Frame& frame = motion[frame_];
  if (frame_duration_s_ == 0.0) {
    const auto way_rad = (frame.position_rad - from_rad_).cwiseAbs();
    frame_duration_s_ =
        std::max(frame.duration_s, kPeakSpeed * way_rad.cwiseQuotient(speed_max_rad_s_).maxCoeff());
  }
  frame_s_ += period_s_;
  const double share = std::min(1.0, frame_s_ / frame_duration_s_);
  const double smooth = share * share * (3.0 - 2.0 * share);
  position_rad_ = from_rad_ + smooth * (frame.position_rad - from_rad_);
  if (share >= 1.0) begin_frame(frame_ + 1);
  return false;
}

bool GetUp::lies_still(const RobotState& state) const noexcept {
  return state.joint_velocity_rad_s.cwiseAbs().maxCoeff() < kStillJoint_rad_s &&
         state.w_WB_B.norm() < kStillBase_rad_s;
}

bool GetUp::is_on_feet(const RobotState& state) const noexcept {
  const double left_N = state.foot_force_N[kLeft], right_N = state.foot_force_N[kRight];
  const double up = (state.q_WB * Eigen::Vector3d::UnitZ()).z();
  return left_N + right_N > kFeetShare * weight_N_ &&
         std::min(left_N, right_N) > kFootShare * weight_N_ && up > kLeanCos;
}

/// Between motions: by how the body lies.
void GetUp::decide(const RobotState& state) noexcept {
  if (attempts_ == kAttemptsMax) return enter(Phase::kFailed);
  ++attempts_;
  const double chest_up = (state.q_WB * Eigen::Vector3d::UnitX()).z();
  enter(chest_up < kBellyDown ? Phase::kRise : Phase::kRoll);
}

void GetUp::tick(const RobotState& state, bool drives, ProposedCommand& command) noexcept {
  if (!drives && phase_ != Phase::kFailed) {
    position_rad_ = state.joint_position_rad;
    enter(Phase::kWait);
  }
  phase_s_ += period_s_;
  switch (phase_) {
    case Phase::kWait:
      calm_s_ = lies_still(state) ? calm_s_ + period_s_ : 0.0;
      if (calm_s_ >= kStill_s || phase_s_ >= kWaitMax_s) {
        position_rad_ = state.joint_position_rad;
        enter(Phase::kLie);
      }
      break;
    case Phase::kLie:
      if (play(config_.lie)) decide(state);
      break;
    case Phase::kRoll:
      if (play(config_.roll)) decide(state);
      break;
    case Phase::kRise:
      if (play(config_.rise)) enter(is_on_feet(state) ? Phase::kOnFeet : Phase::kWait);
      break;
    case Phase::kOnFeet:
    case Phase::kFailed:
      break;
  }
  const bool limp = phase_ == Phase::kWait || phase_ == Phase::kFailed;
  command.tick = state.tick;
  command.torque_Nm.setZero(position_rad_.size());
  command.velocity_rad_s.setZero(position_rad_.size());
  command.damping_Nms_rad = damping_Nms_rad_;
  if (limp) {
    command.position_rad = position_rad_;
    command.stiffness_Nm_rad.setZero(position_rad_.size());
    return;
  }
  // No farther ahead of the joints than their motors can pull.
  command.stiffness_Nm_rad = stiffness_Nm_rad_;
  command.position_rad.resize(position_rad_.size());
  for (Eigen::Index j = 0; j < position_rad_.size(); ++j) {
    const double braking_Nm = damping_Nms_rad_[j] * state.joint_velocity_rad_s[j];
    const double torque_Nm =
        stiffness_Nm_rad_[j] * (position_rad_[j] - state.joint_position_rad[j]) - braking_Nm;
    const double bound_Nm = std::clamp(torque_Nm, -torque_max_Nm_[j], torque_max_Nm_[j]);
    command.position_rad[j] =
        state.joint_position_rad[j] + (bound_Nm + braking_Nm) / stiffness_Nm_rad_[j];
  }
}

}  // namespace longmen::control
