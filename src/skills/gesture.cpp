#include "skills/gesture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "math/rotation.h"

namespace longmen::skills {
namespace {

constexpr int kReachSteps = 4;      // of the arm's inverse kinematics in one tick
constexpr double kRaised_m = 0.06;  // hand counts as up within this
constexpr double kRaise_give_up_s = 4.0;
constexpr double kBrokenOff =
    2.0;  // an arm so many times farther off than it may be was taken away

void hold_joints(const planning::ArmReach& reach, const JointVector& posture_rad,
                 Goal& goal) noexcept {
  for (const int j : reach.joints()) {
    goal.posture_active[static_cast<std::size_t>(j)] = true;
    goal.posture_rad[j] = posture_rad[j];
  }
}

double angle_between(const Eigen::Vector3d& a, const Eigen::Vector3d& b) noexcept {
  return std::atan2(a.cross(b).norm(), a.dot(b));
}

/// The measured posture for all joints but the arm's, so that the waist's angle counts.
void follow_body(const planning::ArmReach& reach, const RobotState& state,
                 JointVector& posture_rad) noexcept {
  const JointVector arm = posture_rad;
  posture_rad = state.joint_position_rad;
  for (const int j : reach.joints()) posture_rad[j] = arm[j];
}

}  // namespace

SkillTick PointAt::tick(const SkillView& view, const Eigen::Vector3d& target_W_m,
                        Goal& goal) noexcept {
  const RobotState& state = view.state;
  const Eigen::Matrix3d R_BW = state.q_WB.toRotationMatrix().transpose();
  const Eigen::Vector3d target_B = R_BW * (target_W_m - state.p_WB);
  const Eigen::Vector2d to_W = target_W_m.head<2>() - state.p_WB.head<2>();
  const double aside_rad = math::wrap_angle(std::atan2(to_W.y(), to_W.x()) -
                                            math::yaw_of(state.q_WB.toRotationMatrix()));
  phase_s_ += period_s_;
  if (phase_ == Phase::kBegin) {
    posture_rad_ = state.joint_position_rad;
    if (std::abs(aside_rad) > config_.aside_max_rad) {
      servo_.turn_by(aside_rad - std::copysign(config_.turn_to_rad, aside_rad));
      phase_ = Phase::kTurn;
    } else {
      phase_ = Phase::kReach;
    }
    phase_s_ = 0.0;
  }
  if (phase_ == Phase::kTurn) {
    const SkillTick turned = servo_.tick(view, goal);
    if (turned.status != SkillStatus::kDone) return turned;
    phase_ = Phase::kReach;
    phase_s_ = 0.0;
  }
  if (phase_ == Phase::kReach && phase_s_ <= 1.5 * period_s_)
    side_ = aside_rad >= 0.0 ? kLeft : kRight;

  goal.locomotion = Goal::Locomotion::kStand;
  const planning::ArmReach& reach = arms_->reach[static_cast<std::size_t>(side_)];
  follow_body(reach, state, posture_rad_);
  const Eigen::Vector3d shoulder_B = reach.shoulder_B(posture_rad_);
  const Eigen::Vector3d direction_B = (target_B - shoulder_B).normalized();
  for (int i = 0; i < kReachSteps; ++i)
    reach.step(shoulder_B + config_.stretch * reach.length_m() * direction_B, posture_rad_);
  hold_joints(reach, posture_rad_, goal);

  const Eigen::Vector3d arm_B =
      reach.hand_B(state.joint_position_rad) - reach.shoulder_B(state.joint_position_rad);
  error_rad_ = angle_between(arm_B, direction_B);
  const bool is_pointing = error_rad_ < config_.pointing_within_rad;
  // The stop ladder had the arm meanwhile: it points anew.
  if (phase_ == Phase::kHold && error_rad_ > kBrokenOff * config_.pointing_within_rad) {
    phase_ = Phase::kReach;
    phase_s_ = held_error_rads_ = 0.0;
  }
  if (phase_ == Phase::kHold) held_error_rads_ += error_rad_ * period_s_;
  if (phase_ == Phase::kReach) {
    if (is_pointing) {
      phase_ = Phase::kHold;
      phase_s_ = 0.0;
    } else if (phase_s_ > config_.give_up_s) {
      return failed(SkillFault::kNotReached);
    }
    return kRunning;
  }
  return phase_s_ > config_.hold_s ? kDone : kRunning;
}

double PointAt::progress() const noexcept {
  switch (phase_) {
    case Phase::kBegin:
      return 0.0;
    case Phase::kTurn:
      return 0.4 * servo_.progress();
    case Phase::kReach:
      return 0.5;
    case Phase::kHold:
      break;
  }
  return std::min(1.0, 0.6 + 0.4 * phase_s_ / config_.hold_s);
}

Evidence PointAt::evidence() const noexcept {
  Evidence evidence;
  evidence.at_most("pointing_error_rad", held_error_rads_ / phase_s_, config_.pointing_within_rad);
  return evidence;
}

SkillTick Wave::tick(const SkillView& view, Goal& goal) noexcept {
  goal.locomotion = Goal::Locomotion::kStand;
  const planning::ArmReach& reach = arms_->reach[kRight];
  if (!has_begun_) posture_rad_ = view.state.joint_position_rad;
  has_begun_ = true;
  time_s_ += period_s_;
  if (raised_s_ >= 0.0) raised_s_ += period_s_;
  follow_body(reach, view.state, posture_rad_);

  // The hand above and outside its shoulder, and from there to both sides.
  const double length_m = reach.length_m();
  const double swing =
      raised_s_ < 0.0 ? 0.0
                      : config_.wave_reach *
                            std::sin(2.0 * std::numbers::pi * config_.wave_rate_1_s * raised_s_);
  const Eigen::Vector3d target_B =
      reach.shoulder_B(posture_rad_) +
      length_m * Eigen::Vector3d(0.35, lateral_sign(kRight) * (0.42 + swing), 0.55);
  for (int i = 0; i < kReachSteps; ++i) reach.step(target_B, posture_rad_);
  hold_joints(reach, posture_rad_, goal);

  const Eigen::Vector3d hand_B = reach.hand_B(view.state.joint_position_rad);
  const double left_m = (hand_B - target_B).norm();
  const Eigen::Vector3d hand_S = hand_B - reach.shoulder_B(view.state.joint_position_rad);
  if (raised_s_ < 0.0 && left_m < kRaised_m) {
    raised_s_ = 0.0;
    aside_min_m_ = aside_max_m_ = hand_S.y();
  }
  if (raised_s_ >= 0.0 && hand_S.z() > 0.0) {
    aside_min_m_ = std::min(aside_min_m_, hand_S.y());
    aside_max_m_ = std::max(aside_max_m_, hand_S.y());
  }
  if (raised_s_ < 0.0 && time_s_ > kRaise_give_up_s) return failed(SkillFault::kNotReached);
  return raised_s_ > config_.wave_s ? kDone : kRunning;
}

Evidence Wave::evidence() const noexcept {
  Evidence evidence;
  evidence.at_least("hand_waved_m", aside_max_m_ - aside_min_m_, config_.waved_min_m);
  return evidence;
}

double Wave::progress() const noexcept {
  return raised_s_ < 0.0 ? 0.0 : std::min(1.0, raised_s_ / config_.wave_s);
}

}  // namespace longmen::skills
