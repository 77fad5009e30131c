#include "skills/evidence.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/rotation.h"

namespace longmen::skills {
namespace {

// What a person would accept; the skills aim for less.
constexpr double kSeenAt_m = 0.10;
constexpr double kSeenAt_rad = 0.105;
constexpr double kSeenStill_m_s = 0.10;  // a standing body sways
constexpr double kSeenHeld_m = 0.25;     // between the hands, while the body moves
constexpr double kSeenPut_m = 0.08;
constexpr double kSeenUpright_rad = 0.17;
constexpr double kSeenDriving = 0.5;
constexpr double kNever = std::numeric_limits<double>::infinity();

double age_of(const TrackedObject& seen) noexcept {
  if (!seen.known) return kNever;
  return seen.age_s;
}

}  // namespace

bool Evidence::is_met() const noexcept {
  return std::all_of(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(count_),
                     [](const Observation& o) { return o.is_met(); });
}

Evidence at_pose(const RobotState& state, const world::StandPose& pose,
                 double sigma_max_m) noexcept {
  Evidence evidence;
  evidence.at_most("position_error_m", (state.p_WB.head<2>() - pose.p_WB_m).norm(), kSeenAt_m);
  const double yaw_rad = math::yaw_of(state.q_WB.toRotationMatrix());
  evidence.at_most("heading_error_rad", std::abs(math::wrap_angle(yaw_rad - pose.yaw_rad)),
                   kSeenAt_rad);
  evidence.at_most("position_sigma_m", state.position_sigma_m, sigma_max_m);
  return evidence;
}

Evidence at_rest(const RobotState& state) noexcept {
  Evidence evidence;
  evidence.at_most("base_speed_m_s", state.v_WB_W.head<2>().norm(), kSeenStill_m_s);
  return evidence;
}

Evidence has_turned(double turned_rad, double angle_rad) noexcept {
  Evidence evidence;
  evidence.at_most("turn_error_rad", std::abs(turned_rad - angle_rad), kSeenAt_rad);
  return evidence;
}

Evidence has_driven(const PolicyState& policy) noexcept {
  Evidence evidence;
  evidence.at_least("driven_share", policy.driven_share, kSeenDriving);
  return evidence;
}

Evidence in_hands(const RobotState& state, const WorldState& world, const Grip& grip,
                  const CarryConfig& config) noexcept {
  Evidence evidence;
  if (!grip.holds()) {
    evidence.at_most("seen_age_s", kNever, config.seen_age_s);
    return evidence;
  }
  const TrackedObject& seen = world.objects[static_cast<std::size_t>(grip.object)];
  evidence.at_most("seen_age_s", age_of(seen), config.seen_age_s);
  evidence.at_most("off_the_hands_m", (grip.seen_p_MO(seen, state) - grip.p_MO).norm(),
                   kSeenHeld_m);
  return evidence;
}

Evidence at_spot(const TrackedObject& seen, const Eigen::Vector3d& spot_W,
                 const CarryConfig& config) noexcept {
  Evidence evidence;
  evidence.at_most("seen_age_s", age_of(seen), config.seen_age_s);
  evidence.at_most("object_error_m", (seen.p_WO - spot_W).norm(), kSeenPut_m);
  const double up = (seen.q_WO * Eigen::Vector3d::UnitZ()).z();
  evidence.at_most("object_tilt_rad", std::acos(std::clamp(up, -1.0, 1.0)), kSeenUpright_rad);
  return evidence;
}

}  // namespace longmen::skills
