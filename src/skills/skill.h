#pragma once

#include <cstdint>

#include "core/gate_report.h"
#include "core/goal.h"
#include "core/motion_policy.h"
#include "core/rest_pose.h"
#include "core/robot_state.h"
#include "core/stream_command.h"
#include "core/world_state.h"

namespace longmen::skills {

/// How things stand with the motion policy of the present step.
struct PolicyState {
  PolicyStanding standing = PolicyStanding::kStarting;
  double driven_share = 0.0;  ///< of the ticks since it was let in
};

/// What a skill sees each time it is asked.
struct SkillView {
  const RobotState& state;
  const WorldState& world;
  bool standing = true;  ///< both feet down and nothing asked to move, as the planner has it
  StopRung rung = StopRung::kNone;
  const RestPose& rest;  ///< where the body would stand if it stopped now, as the planner has it
  const StreamCommand* stream = nullptr;  ///< the last that came from outside; nullptr: none can
  MotionRule rule = MotionRule::kNone;    ///< of the motion gate, that bound in the last tick
  PolicyState policy{};
};

enum class SkillStatus : std::uint8_t { kWaiting, kRunning, kDone, kFailed };

/// Why a step ended without being done.
enum class SkillFault : std::uint8_t {
  kNone,
  kTimeout,      ///< longer than the catalogue allows
  kNotReached,   ///< tried, and did not come close enough
  kLost,         ///< the robot does not know where it is
  kBlocked,      ///< someone or something stands in the way
  kStopped,      ///< held by the stop ladder, or disarmed
  kExpired,      ///< the approval ran out before the first step
  kCancelled,    ///< called off
  kUnreachable,  ///< no way over the free floor leads there, or the arms do not
  kMissed,       ///< what the hands are to hold is not between them, or nowhere to be seen
  kPolicyLost,   ///< the policy died, hung, talked nonsense, or is another file
  kRescued,      ///< the policy headed for a fall: the trusted controller took the body over
  kOutOfBounds,  ///< the policy left the circle that it was let into
};

/// A skill's answer to a tick.
struct SkillTick {
  SkillStatus status = SkillStatus::kRunning;
  SkillFault fault = SkillFault::kNone;
};
inline constexpr SkillTick kRunning{SkillStatus::kRunning, SkillFault::kNone};
inline constexpr SkillTick kDone{SkillStatus::kDone, SkillFault::kNone};
[[nodiscard]] constexpr SkillTick failed(SkillFault fault) { return {SkillStatus::kFailed, fault}; }

}  // namespace longmen::skills
