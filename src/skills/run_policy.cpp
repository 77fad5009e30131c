#include "skills/run_policy.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"

namespace longmen::skills {
namespace {

using Eigen::Vector2d;

}  // namespace

SkillTick RunPolicy::tick(const SkillView& view, Goal& goal) noexcept {
  const PolicyStanding standing = view.policy.standing;
  if (fault_ == SkillFault::kNone && standing == PolicyStanding::kLost)
    fault_ = SkillFault::kPolicyLost;
  if (fault_ == SkillFault::kNone && standing == PolicyStanding::kRescued)
    fault_ = SkillFault::kRescued;
  if (!began_at_W_) {
    if (fault_ != SkillFault::kNone) return failed(fault_);
    if (standing != PolicyStanding::kReady || !view.standing) return kRunning;
    began_at_W_ = view.state.p_WB.head<2>();
  }
  if (fault_ == SkillFault::kNone && !is_over()) fault_ = look(view);
  if (fault_ != SkillFault::kNone) return recover(goal);
  time_s_ += period_s_;
  if (!is_over()) {
    walk(speed_m_s_, goal);
    return kRunning;
  }
  goal.locomotion = Goal::Locomotion::kStand;
  return view.standing ? kDone : kRunning;
}

/// Whether the body is where the policy may drive, and how fast the way ahead lets it.
SkillFault RunPolicy::look(const SkillView& view) noexcept {
  const Eigen::Matrix3d R_WB = view.state.q_WB.toRotationMatrix();
  const Vector2d p_W = view.state.p_WB.head<2>();
  if ((p_W - *began_at_W_).norm() > terms_.radius_m) return SkillFault::kOutOfBounds;
  const double yaw_rad = math::yaw_of(R_WB);
  const Vector2d v_W_m_s = math::rotation_2d(yaw_rad) * Vector2d(terms_.speed_m_s, 0.0);
  ahead_.look_round(view);
  if (ahead_.share(v_W_m_s) < 1.0) return SkillFault::kBlocked;
  speed_m_s_ = terms_.speed_m_s;
  if (ahead_.is_in_slow_zone(v_W_m_s))
    speed_m_s_ = std::clamp(speed_m_s_, -slow_zone_m_s_, slow_zone_m_s_);
  return SkillFault::kNone;
}

/// Whatever the policy left behind, the trusted walker first steps in place: feet that step catch
/// more than feet that stand.
SkillTick RunPolicy::recover(Goal& goal) noexcept {
  walk(0.0, goal);
  recovered_s_ += period_s_;
  return recovered_s_ < kRecover_s ? kRunning : failed(fault_);
}

void RunPolicy::walk(double speed_m_s, Goal& goal) noexcept {
  goal.locomotion = Goal::Locomotion::kWalk;
  goal.velocity_H_m_s = {speed_m_s, 0.0};
}

}  // namespace longmen::skills
