#include "skills/pick_up.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"
#include "skills/glide.h"

namespace longmen::skills {
namespace {

using Eigen::Vector3d;

constexpr double kLook_s = 1.0;             // of seeing it at rest, before the first step
constexpr double kLookMax_s = 6.0;          // of waiting to see it at all
constexpr double kNearBy_m = 1.2;           // farther away it is a matter of walking there first
constexpr double kPickUpPhaseMax_s = 10.0;  // of one phase of the arms, before it gives up
constexpr double kReadyAway_m = 0.05;       // counts as there
constexpr double kReachAway_m = 0.03;
constexpr double kPickUpCalm_s = 0.2;
constexpr double kReachSpeed_m_s = 0.25;
constexpr double kCloseSpeed_m_s = 0.10;
constexpr double kTouch_m = 0.01;    // of each palm from the side, before the squeeze
constexpr double kSqueezed_s = 1.0;  // beyond the rise of the force
constexpr double kSqueezeRate_N_s = 80.0;
constexpr double kWidthError_m =
    0.035;                              // farther off than this there is something else, or nothing
constexpr double kLiftedShare = 0.4;    // of the lift that the box must have come along
constexpr double kLiftedAway_m = 0.02;  // of the palms, when the weight is borne
constexpr double kPickUpSee_s = 0.5;    // until what the hands did is seen

}  // namespace

PickUp::PickUp(const Palms& palms, const Task& task, const PoseServoConfig& servo,
               const CarryConfig& config, double period_s)
    : palms_(&palms),
      task_(task),
      config_(config),
      servo_(servo, period_s),
      step_back_(rough(servo), period_s),
      period_s_(period_s) {}

void PickUp::start(const world::StandPose& stand,
                   const std::optional<world::Body>& furniture) noexcept {
  stand_ = stand;
  furniture_ = furniture;
}

void PickUp::enter(Phase phase) noexcept {
  phase_ = phase;
  phase_s_ = calm_s_ = 0.0;
}

Box PickUp::box_in(const WorldState& world) const noexcept {
  const TrackedObject& seen = world.objects[static_cast<std::size_t>(task_.object)];
  return {seen.p_WO, math::yaw_of(seen.q_WO.toRotationMatrix()), task_.size_m};
}

double PickUp::away_m(const SkillView& view, const PalmPair& pair) const noexcept {
  double away = 0.0;
  for (const int side : {kLeft, kRight})
    away = std::max(away, (palms_->p_HP(side, view.state) - pair.target(side).p_HP).norm());
  return away;
}

SkillTick PickUp::tick(const SkillView& view, Grip& grip, Goal& goal) noexcept {
  goal = Goal{};
  phase_s_ += period_s_;
  if (phase_ == Phase::kLook) return look(view);
  const bool legs = phase_ == Phase::kApproach || phase_ == Phase::kStepBack;
  if (!legs && phase_s_ > kPickUpPhaseMax_s) return failed(SkillFault::kNotReached);
  return phase_ < Phase::kLift ? take(view, grip, goal) : carry_off(view, grip, goal);
}

SkillTick PickUp::look(const SkillView& view) noexcept {
  const TrackedObject& seen = view.world.objects[static_cast<std::size_t>(task_.object)];
  const bool is_seen = seen.known && seen.age_s < config_.seen_age_s;
  calm_s_ = is_seen && view.standing ? calm_s_ + period_s_ : 0.0;
  if (calm_s_ < kLook_s) return phase_s_ > kLookMax_s ? failed(SkillFault::kMissed) : kRunning;
  const Vector3d up_W = seen.q_WO * Vector3d::UnitZ();
  if (std::acos(std::clamp(up_W.z(), -1.0, 1.0)) > config_.tilt_max_rad)
    return failed(SkillFault::kUnreachable);
  const Box box = box_in(view.world);
  const auto grasp =
      plan_grasp(box, stand_.yaw_rad, furniture_, view.state.p_WB.z(), *palms_, config_);
  if (!grasp || (grasp->stand.p_WB_m - view.state.p_WB.head<2>()).norm() > kNearBy_m)
    return failed(SkillFault::kUnreachable);
  grasp_ = *grasp;
  quarter_rad_ = grasp_.stand.yaw_rad - box.yaw_rad;
  p_OM_ = math::rotation_z(grasp_.stand.yaw_rad).transpose() * (grasp_.middle_W - box.p_WO);
  servo_.go_to(grasp_.stand.p_WB_m, grasp_.stand.yaw_rad);
  step_back_.go_to(stand_.p_WB_m, stand_.yaw_rad);
  pair_.fingers_down_rad = config_.fingers_down_rad;
  pair_.apart_m = grasp_.size_m.y() + 2.0 * config_.beside_m;
  pair_.middle_H = {config_.ready_ahead_m, 0.0, grasp_.middle_W.z() - view.state.p_WB.z()};
  enter(Phase::kReady);
  return kRunning;
}

/// Where the palms belong beside the box as it is seen now, from the body as it stands now.
void PickUp::aim_at_box(const SkillView& view) noexcept {
  const Box box = box_in(view.world);
  const double heading_rad = math::yaw_of(view.state.q_WB.toRotationMatrix());
  const double fingers_rad = box.yaw_rad + quarter_rad_;
  const Vector3d middle_W = box.p_WO + math::rotation_z(fingers_rad) * p_OM_;
  aim_.middle_H = math::rotation_z(heading_rad).transpose() * (middle_W - view.state.p_WB);
  aim_.yaw_rad = math::wrap_angle(fingers_rad - heading_rad);
}

/// Up to the squeeze.
SkillTick PickUp::take(const SkillView& view, Grip& grip, Goal& goal) noexcept {
  const double width_m = grasp_.size_m.y();
  double squeeze_N = 0.0;
  if (phase_ >= Phase::kReach) crouch_m_ = grasp_.crouch_m;
  switch (phase_) {
    case Phase::kReady:
      calm_s_ = away_m(view, pair_) < kReadyAway_m ? calm_s_ + period_s_ : 0.0;
      if (calm_s_ > kPickUpCalm_s) enter(Phase::kApproach);
      break;
    case Phase::kApproach: {
      const SkillTick come = servo_.tick(view, goal);
      if (come.status == SkillStatus::kFailed) return come;
      if (come.status == SkillStatus::kDone) enter(Phase::kReach);
      break;
    }
    case Phase::kReach:
      aim_at_box(view);
      pair_.yaw_rad = aim_.yaw_rad;
      glide(pair_.middle_H, aim_.middle_H, kReachSpeed_m_s * period_s_);
      calm_s_ = pair_.middle_H == aim_.middle_H && away_m(view, pair_) < kReachAway_m
                    ? calm_s_ + period_s_
                    : 0.0;
      if (calm_s_ > kPickUpCalm_s) enter(Phase::kClose);
      break;
    case Phase::kClose:
      glide(pair_.apart_m, width_m + 2.0 * kTouch_m, 2.0 * kCloseSpeed_m_s * period_s_);
      if (pair_.apart_m == width_m + 2.0 * kTouch_m) calm_s_ += period_s_;
      if (calm_s_ > kPickUpCalm_s) enter(Phase::kSqueeze);
      break;
    default: {
      pair_.apart_m = width_m;
      squeeze_N = squeeze_for(task_.mass_kg, -p_OM_.x(), config_);
      if (phase_s_ < squeeze_N / kSqueezeRate_N_s + kSqueezed_s) break;
      const double apart_m =
          (palms_->p_HP(kLeft, view.state) - palms_->p_HP(kRight, view.state)).norm();
      if (std::abs(apart_m - width_m) > kWidthError_m) return failed(SkillFault::kMissed);
      capture(view, grip);
      grip.write(goal);
      goal.crouch_m = crouch_m_;
      enter(Phase::kLift);
      return kRunning;
    }
  }
  for (const int side : {kLeft, kRight})
    goal.palms[static_cast<std::size_t>(side)] = pair_.target(side);
  goal.squeeze_N = squeeze_N;
  goal.crouch_m = crouch_m_;
  return kRunning;
}

/// From here on the box is where the palms are.
void PickUp::capture(const SkillView& view, Grip& grip) const noexcept {
  grip.object = task_.object;
  grip.palms = pair_;
  grip.palms.middle_H = palms_->middle_H(view.state);
  grip.squeeze_N = squeeze_for(task_.mass_kg, -p_OM_.x(), config_);
  grip.size_m = grasp_.size_m;
  const auto slot = static_cast<std::size_t>(task_.object);
  grip.p_MO = grip.seen_p_MO(view.world.objects[slot], view.state);
  grip.p_MO.y() = 0.0;  // the palms know better
}

/// How far the palms hang below where they are asked to be.
double PickUp::below_m(const SkillView& view, const Grip& grip) const noexcept {
  return grip.palms.middle_H.z() - palms_->middle_H(view.state).z();
}

/// From the lift on.
SkillTick PickUp::carry_off(const SkillView& view, Grip& grip, Goal& goal) noexcept {
  const double step_m = config_.speed_m_s * period_s_;
  SkillTick result = kRunning;
  double crouch_m = crouch_m_;
  switch (phase_) {
    case Phase::kLift:
      if (phase_s_ <= 1.5 * period_s_) {
        start_z_W_m_ = box_in(view.world).p_WO.z();
        aim_ = grip.palms;
        aim_.middle_H.z() += config_.lift_m;
      }
      glide(grip.palms.middle_H, aim_.middle_H, step_m);
      // The arms follow as the weight is felt.
      calm_s_ = grip.palms.middle_H == aim_.middle_H && below_m(view, grip) < kLiftedAway_m
                    ? calm_s_ + period_s_
                    : 0.0;
      if (calm_s_ < kPickUpSee_s) break;
      if (box_in(view.world).p_WO.z() - start_z_W_m_ < kLiftedShare * config_.lift_m) {
        result = failed(SkillFault::kMissed);
        break;
      }
      aim_.middle_H.x() = config_.chest_gap_m + 0.5 * grip.size_m.x() - grip.p_MO.x();
      aim_.middle_H.y() = 0.0;
      enter(Phase::kDraw);
      break;
    case Phase::kDraw:
      glide(grip.palms.middle_H, aim_.middle_H, step_m);
      glide(grip.palms.yaw_rad, 0.0, period_s_);
      if (grip.palms.middle_H == aim_.middle_H) calm_s_ += period_s_;
      if (calm_s_ > kPickUpCalm_s) enter(Phase::kStepBack);
      break;
    case Phase::kSettle:  // away from every edge: to the height at which it is carried
      crouch_m = 0.0;
      glide(grip.palms.middle_H, aim_.middle_H, step_m);
      if (grip.palms.middle_H == aim_.middle_H) calm_s_ += period_s_;
      if (calm_s_ > kPickUpCalm_s) result = kDone;
      break;
    default:
      result = step_back_.tick(view, goal);
      crouch_m = 0.0;
      if (result.status != SkillStatus::kDone) break;
      result = kRunning;
      aim_.middle_H.z() = config_.carry_height_m;
      enter(Phase::kSettle);
      break;
  }
  grip.write(goal);
  goal.crouch_m = crouch_m;
  return result;
}

double PickUp::progress() const noexcept {
  constexpr double kPhases = 1.0 + static_cast<double>(Phase::kSettle);
  double within = 0.0;
  if (phase_ == Phase::kApproach) within = servo_.progress();
  if (phase_ == Phase::kStepBack) within = step_back_.progress();
  return (static_cast<double>(phase_) + within) / kPhases;
}

}  // namespace longmen::skills
