#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/bilingual.h"
#include "core/gate_report.h"
#include "core/result.h"

namespace longmen::gate {

/// The numbers of the motion gate's rules, as read from rules/limits/motion.yaml, where each has
/// its source. Plain seconds and ratios; the gate turns them into ticks and torques in create().
struct MotionLimits {
  double credible_torque_ratio = 0.0;  ///< of the torque limit: beyond it a command is not meant
  double bridge_s = 0.0;               ///< longest time on the last set-point without a command
  double proposal_return_s = 0.0;      ///< faultless time before a proposal drives again
  double proposal_silent_s = 0.0;      ///< time without a usable proposal that is a hold
  double world_age_s = 0.0;            ///< age of the world's estimate that asks to go slow
  double speed_lost_ratio = 0.0;       ///< of the speed limit: beyond it a stop is asked for
  double speed_margin_share = 0.0;     ///< of the speed limit, held back from foreign proposals
  double coupling_uncertainty = 0.0;   ///< of accelerations by all torques together
  double brake_torque_share = 0.0;     ///< of the torque limit, for braking
  double inertia_uncertainty = 0.0;
  double reaction_s = 0.0;
  double overshoot_rad = 0.0;  ///< stopping point past the range: beyond it a stop is asked for
  double lost_hold_s = 0.0;    ///< time out of bounds after which slow becomes hold
  double stiffness_ratio_per_rad = 0.0;  ///< of the torque limit
  double credible_beyond_range_rad = 0.0;
  double credible_speed_ratio = 0.0;  ///< of the speed limit
  double tilt_brace_rad = 0.0;
  double heartbeat_s = 0.0;
  double stopping_s = 0.0;
  StopRung emergency_rung = StopRung::kHold;
  double release_slow_s = 0.0;
  double release_hold_s = 0.0;
  double release_settle_s = 0.0;
  double release_brace_s = 0.0;
  double brace_stiffness_share = 0.0;
  double self_clearance_m = 0.0;      ///< kept between links
  double self_brake_m_s2 = 0.0;       ///< deceleration that links can rely on
  double self_brake_legs_m_s2 = 0.0;  ///< the same for links of two legs
  double people_sigmas = 0.0;         ///< of a track's position and speed that count
  double people_reaction_s = 0.0;
  double contact_speed_m_s = 0.0;  ///< at which touching a person is allowed
  double hand_brake_m_s2 = 0.0;
  double hand_near_m = 0.0;        ///< people farther from an arm are not looked at
  double stop_time_s = 0.0;        ///< of the walking robot, to a stand
  double intrusion_m = 0.0;        ///< what a person's outstretched hand adds
  double warning_m = 0.0;          ///< beyond the protective distance: slow
  double assumed_speed_m_s = 0.0;  ///< of a person not seen for `unseen_s`
  double unseen_s = 0.0;
  double walking_m_s = 0.0;       ///< tracked slower than this, a person stands
  double zone_clearance_m = 0.0;  ///< kept from zones that are to be kept out of
  double zone_warning_m = 0.0;    ///< beyond what stopping needs: slow
  double capture_share = 0.0;     ///< of the CoM's height: how far the DCM may be from the support
  double capture_return_share = 0.0;  ///< and how near it must be again
  double lean_rad = 0.0;              ///< of the base, by which a foreign proposal has lost
  double lean_return_rad = 0.0;       ///< and how upright it must be again
  double power_share = 0.0;           ///< of torque limit times speed limit
  double torque_full_s = 0.0;         ///< in which the torque may go from none to all
};

/// The rule pack of the motion gate: its numbers, and what each rule says to people.
struct MotionRules {
  MotionLimits limits;
  std::map<MotionRule, Bilingual> sentences;  ///< with {joint}, {margin}, {change}

  /// One sentence for a report. `joint_names` [na]. Empty if no rule bound.
  [[nodiscard]] Bilingual explain(const GateReport& report,
                                  const std::vector<std::string>& joint_names) const;
};

/// Errors: those of config::load_yaml; an unknown or missing key, a number out of bounds, an empty
/// source, a sentence with an unknown placeholder.
[[nodiscard]] Result<MotionRules> load_motion_rules(const std::filesystem::path& file);
[[nodiscard]] Result<MotionRules> parse_motion_rules(const std::string& text,
                                                     const std::string& where);

/// The rule's key in the file, "none" for kNone.
[[nodiscard]] const char* name_of(MotionRule rule) noexcept;

}  // namespace longmen::gate
