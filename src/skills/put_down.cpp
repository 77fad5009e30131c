#include "skills/put_down.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"
#include "skills/glide.h"

namespace longmen::skills {
namespace {

using Eigen::Matrix2d;
using Eigen::Matrix3d;
using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kPutDownPhaseMax_s = 12.0;
constexpr double kPutDownCalm_s = 0.3;
constexpr double kThere_m = 0.03;  // palms within this of where they are asked to be
constexpr double kAim_s = 0.7;    // how fast it is brought over the spot by what is seen of it, ...
constexpr double kAimed_s = 2.5;  // ... and for how long
constexpr double kBornAway_m = 0.02;  // palms held up by this much: the surface bears the box
constexpr double kFreeShare = 0.6;    // of the lift that it is lowered by without touching
constexpr double kLate_s = 0.2;
constexpr double kBelowMax_m = 0.04;  // that far below the surface something is wrong or borne
constexpr double kOpenSpeed_m_s = 0.10;
constexpr double kRetractSpeed_m_s = 0.20;
constexpr double kOpenedShare = 0.7;  // of the way that the palms open
constexpr double kSidestep_m = 0.05;  // between spots that are looked at
constexpr int kSpotsMax = 13;
constexpr double kPutWithin_m = 0.08;  // seen that near to where it should be
constexpr double kPutDownSee_s = 0.8;
constexpr int kCrouches = 4;

}  // namespace

PutDown::PutDown(const Palms& palms, const Task& task, const PoseServoConfig& servo,
                 const CarryConfig& config, double period_s)
    : palms_(&palms),
      task_(task),
      config_(config),
      servo_(servo, period_s),
      step_back_(rough(servo), period_s),
      period_s_(period_s) {}

void PutDown::enter(Phase phase) noexcept {
  phase_ = phase;
  phase_s_ = calm_s_ = 0.0;
}

SkillTick PutDown::tick(const SkillView& view, Grip& grip, Goal& goal) noexcept {
  goal = Goal{};
  phase_s_ += period_s_;
  if (phase_ == Phase::kBegin) {
    const SkillTick begun = begin(view, grip);
    grip.write(goal);
    return begun;
  }
  const bool legs = phase_ == Phase::kApproach || phase_ == Phase::kStepBack;
  if (!legs && phase_s_ > kPutDownPhaseMax_s) {
    grip.write(goal);
    return failed(SkillFault::kNotReached);
  }
  return phase_ < Phase::kOpen ? lay(view, grip, goal) : leave(view, goal);
}

/// Is there room for the box, and some to spare?
bool PutDown::is_free(const SkillView& view, const Vector2d& spot_W,
                      const Grip& grip) const noexcept {
  for (int i = 0; i < view.world.object_count; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    const TrackedObject& other = view.world.objects[slot];
    if (i == grip.object || !other.known) continue;
    const Vector3d& size_m = task_.size_m[slot];
    const bool is_here = std::abs(other.p_WO.z() - task_.surface_m) < size_m.z() + config_.lift_m;
    const double apart_m =
        0.5 * (grip.size_m.head<2>().norm() + size_m.head<2>().norm()) + config_.apart_m;
    if (is_here && (other.p_WO.head<2>() - spot_W).norm() < apart_m) return false;
  }
  return true;
}

/// Chooses the spot, and where to stand before it.
SkillTick PutDown::begin(const SkillView& view, const Grip& grip) noexcept {
  if (!grip.holds()) return failed(SkillFault::kMissed);
  object_ = grip.object;
  width_m_ = grip.size_m.y();
  const double yaw_rad = task_.stand.yaw_rad;
  const Matrix2d R_WS = math::rotation_2d(yaw_rad);
  const Vector2d ahead = R_WS.col(0);
  const double inside_m = config_.edge_m + 0.5 * grip.size_m.x();
  const double away_m = std::max(config_.near_m, inside_m + config_.standoff_m);
  const double stand_m = ahead.dot(task_.stand.p_WB_m);
  const double spot_m = front_of(task_.furniture, ahead) + inside_m;
  bool found = false;
  for (int k = 0; k < kSpotsMax && !found; ++k) {  // straight ahead first, then to both sides
    const int sidesteps = (k + 1) / 2;
    const double aside_m = kSidestep_m * sidesteps * (k % 2 == 0 ? 1.0 : -1.0);
    const Vector2d spot_W = task_.stand.p_WB_m + R_WS * Vector2d(spot_m - stand_m, aside_m);
    const Vector2d off_W = (spot_W - task_.furniture.p_W_m).cwiseAbs();
    const Vector2d room = 0.5 * task_.furniture.size_m.head<2>() -
                          Vector2d::Constant(0.5 * grip.size_m.head<2>().minCoeff());
    if ((off_W.array() > room.array()).any() || !is_free(view, spot_W, grip)) continue;
    spot_W_ = {spot_W.x(), spot_W.y(), task_.surface_m};
    found = true;
  }
  if (!found) return failed(SkillFault::kBlocked);

  PalmPair pair = grip.palms;
  bool can_reach = false;
  for (int k = 0; k < kCrouches && !can_reach; ++k) {
    crouch_m_ = config_.crouch_max_m * k / (kCrouches - 1);
    pair.middle_H = {away_m - grip.p_MO.x(), 0.0,
                     task_.surface_m - grip.p_MO.z() - view.state.p_WB.z() + crouch_m_};
    can_reach = palms_->can_reach(pair);
  }
  if (!can_reach) return failed(SkillFault::kUnreachable);
  servo_.go_to(spot_W_.head<2>() - away_m * ahead, yaw_rad);
  step_back_.go_to(task_.stand.p_WB_m, yaw_rad);
  enter(Phase::kRaise);
  return kRunning;
}

/// Until the surface bears it.
SkillTick PutDown::lay(const SkillView& view, Grip& grip, Goal& goal) noexcept {
  const double step_m = config_.speed_m_s * period_s_;
  const double over_m =
      task_.surface_m + config_.lift_m - grip.p_MO.z() - view.state.p_WB.z();  // of the palms, in H
  SkillTick result = kRunning;
  Vector3d& middle_H_asked = grip.palms.middle_H;
  goal.crouch_m = phase_ >= Phase::kExtend ? crouch_m_ : 0.0;
  switch (phase_) {
    case Phase::kRaise:
      glide(middle_H_asked.z(), std::max(over_m, middle_H_asked.z()), step_m);
      if (middle_H_asked.z() >= over_m) calm_s_ += period_s_;
      if (calm_s_ > kPutDownCalm_s) enter(Phase::kApproach);
      break;
    case Phase::kApproach:
      result = servo_.tick(view, goal);
      if (result.status != SkillStatus::kDone) break;
      result = kRunning;
      enter(Phase::kExtend);
      break;
    default: {
      // The spot as seen from the body as it stands now.
      const double heading_rad = math::yaw_of(view.state.q_WB.toRotationMatrix());
      const double yaw_rad = math::wrap_angle(task_.stand.yaw_rad - heading_rad);
      const Vector3d spot_H =
          math::rotation_z(heading_rad).transpose() * (spot_W_ - view.state.p_WB);
      Vector3d aim_H = spot_H - math::rotation_z(yaw_rad) * grip.p_MO;
      glide(grip.palms.yaw_rad, yaw_rad, period_s_);
      if (phase_ == Phase::kExtend) {
        aim_H.z() = over_m;
        glide(middle_H_asked, aim_H, step_m);
        const TrackedObject& seen = view.world.objects[static_cast<std::size_t>(object_)];
        const bool is_there = (middle_H_asked - aim_H).norm() < kThere_m &&
                              (palms_->middle_H(view.state) - aim_H).norm() < kThere_m &&
                              seen.known && seen.age_s < config_.seen_age_s;
        calm_s_ = is_there ? calm_s_ + period_s_ : 0.0;
        if (is_there) {  // over the spot is where the box is seen over it
          const Vector3d off_m = grip.seen_p_MO(seen, view.state) - grip.p_MO;
          grip.p_MO.head<2>() += std::min(1.0, period_s_ / kAim_s) * off_m.head<2>();
        }
        if (calm_s_ > kAimed_s) enter(Phase::kLower);
        break;
      }
      lowered_m_ += config_.lower_m_s * period_s_;
      aim_H.z() = over_m - std::min(lowered_m_, config_.lift_m + kBelowMax_m);
      glide(middle_H_asked, aim_H, step_m);
      const double above_m = palms_->middle_H(view.state).z() - middle_H_asked.z();
      if (lowered_m_ < kFreeShare * config_.lift_m)
        late_m_ += std::min(1.0, period_s_ / kLate_s) * (above_m - late_m_);
      const bool is_borne = above_m - late_m_ > kBornAway_m;
      calm_s_ = is_borne ? calm_s_ + period_s_ : 0.0;
      if (calm_s_ < kPutDownCalm_s && lowered_m_ < config_.lift_m + kBelowMax_m + kBornAway_m)
        break;
      pair_ = grip.palms;
      pair_.middle_H = palms_->middle_H(view.state);
      grip = Grip{};
      enter(Phase::kOpen);
      return leave(view, goal);
    }
  }
  grip.write(goal);
  return result;
}

/// Hands off, and away.
SkillTick PutDown::leave(const SkillView& view, Goal& goal) noexcept {
  const double open_m = width_m_ + 2.0 * config_.beside_m;
  SkillTick result = kRunning;
  goal.crouch_m = phase_ == Phase::kStepBack ? 0.0 : crouch_m_;
  switch (phase_) {
    case Phase::kOpen: {
      glide(pair_.apart_m, open_m, 2.0 * kOpenSpeed_m_s * period_s_);
      const double apart_m =
          (palms_->p_HP(kLeft, view.state) - palms_->p_HP(kRight, view.state)).norm();
      if (apart_m > width_m_ + kOpenedShare * 2.0 * config_.beside_m) enter(Phase::kRetract);
      break;
    }
    case Phase::kRetract: {
      const Vector3d aim_H(config_.ready_ahead_m, 0.0, pair_.middle_H.z());
      pair_.apart_m = open_m;
      glide(pair_.middle_H, aim_H, kRetractSpeed_m_s * period_s_);
      const TrackedObject& seen = view.world.objects[static_cast<std::size_t>(object_)];
      const bool is_out = palms_->middle_H(view.state).x() < config_.ready_ahead_m + kThere_m;
      calm_s_ = is_out ? calm_s_ + period_s_ : 0.0;
      if (calm_s_ < kPutDownSee_s) break;
      if (seen.age_s > config_.seen_age_s || (seen.p_WO - spot_W_).norm() > kPutWithin_m)
        return failed(SkillFault::kMissed);
      enter(Phase::kStepBack);
      break;
    }
    default:
      result = step_back_.tick(view, goal);
      break;
  }
  if (result.status == SkillStatus::kDone) return result;
  for (const int side : {kLeft, kRight})
    goal.palms[static_cast<std::size_t>(side)] = pair_.target(side);
  return result;
}

double PutDown::progress() const noexcept {
  constexpr double kPhases = 1.0 + static_cast<double>(Phase::kStepBack);
  double within = 0.0;
  if (phase_ == Phase::kApproach) within = servo_.progress();
  if (phase_ == Phase::kStepBack) within = step_back_.progress();
  return (static_cast<double>(phase_) + within) / kPhases;
}

}  // namespace longmen::skills
