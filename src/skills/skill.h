#pragma once

#include <cstdint>

#include "core/gate_report.h"
#include "core/goal.h"
#include "core/rest_pose.h"
#include "core/robot_state.h"
#include "core/stream_command.h"
#include "core/world_state.h"

namespace longmen::skills {

/// What a skill sees each time it is asked.
struct SkillView {
  const RobotState& state;
  const WorldState& world;
  bool standing = true;  ///< both feet down and nothing asked to move, as the planner has it
  StopRung rung = StopRung::kNone;
  const RestPose& rest;  ///< where the body would stand if it stopped now, as the planner has it
  const StreamCommand* stream = nullptr;  ///< the last that came from outside; nullptr: none can
  MotionRule rule = MotionRule::kNone;    ///< of the motion gate, that bound in the last tick
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
