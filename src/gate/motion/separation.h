#pragma once

#include <algorithm>

#include "core/gate_report.h"
#include "core/world_state.h"
#include "gate/motion/motion_rules.h"

namespace longmen::gate {

/// How a track and the robot stand to each other.
struct Approach {
  double distance_m = 0.0;  ///< of their surfaces, as tracked
  double robot_speed_m_s =
      0.0;  ///< of the robot's centre of mass towards the track; negative: away
  double other_speed_m_s = 0.0;  ///< of the track towards the robot, as tracked
};

/// Speed and separation monitoring after ISO/TS 15066:
///   S = v_h (T_r + T_s) + v_r T_r + v_r T_s / 2 + C + Z
/// with the robot slowing evenly within its stopping time T_s, v_h the tracked speed with its
/// uncertainty (a person who has not been seen for a while walks at the standard's 1.6 m/s), C what
/// an outstretched hand adds and Z the uncertainty of the distance.
[[nodiscard]] inline double protective_distance_m(const Approach& approach, const Track& track,
                                                  const MotionLimits& rules) noexcept {
  // Who stands has a tracked speed that is all noise: it counts from a slow walk on.
  const double unsure_m_s = rules.people_sigmas * track.velocity_sigma_m_s;
  double v_h =
      approach.other_speed_m_s > rules.walking_m_s ? approach.other_speed_m_s + unsure_m_s : 0.0;
  if (track.is_person && !(track.age_s <= rules.unseen_s))
    v_h = std::max(v_h, rules.assumed_speed_m_s);
  const double v_r = std::max(0.0, approach.robot_speed_m_s);
  const double T_r = rules.people_reaction_s;
  const double T_s = rules.stop_time_s;
  return v_h * (T_r + T_s) + v_r * (T_r + 0.5 * T_s) + (track.is_person ? rules.intrusion_m : 0.0) +
         rules.people_sigmas * track.position_sigma_m;
}

/// What the separation asks of the stop ladder: hold inside the protective distance, slow within
/// `warning_m` of it. Written so that what is no number asks for a hold.
[[nodiscard]] inline StopRung separation_demand(const Approach& approach, const Track& track,
                                                const MotionLimits& rules,
                                                double& margin_m) noexcept {
  margin_m = approach.distance_m - protective_distance_m(approach, track, rules);
  if (!(margin_m >= 0.0)) return StopRung::kHold;
  return margin_m < rules.warning_m ? StopRung::kSlow : StopRung::kNone;
}

}  // namespace longmen::gate
