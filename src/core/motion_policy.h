#pragma once

#include <cstdint>

namespace longmen {

/// What a motion policy is held to while it drives: a set of them has a name in the rules.
struct PolicyBounds {
  double speed_m_s = 0.0;          ///< ahead or back, the most that may be asked of it
  double radius_m = 0.0;           ///< about where it began
  double time_s = 0.0;             ///< the longest that it may drive
  double torque_share = 1.0;       ///< of every joint's limit
  double joint_speed_share = 1.0;  ///< of every joint's limit
  int rescues_max = 0;             ///< times that the motion gate may take the body over from it
};

/// How it stands with the motion policy of a plan's step.
enum class PolicyStanding : std::uint8_t {
  kStarting,
  kReady,
  kLost,     ///< its process failed, or it is not the file that the rules name
  kRescued,  ///< it headed for a fall, and the trusted controller has taken the body over for good
};

}  // namespace longmen
