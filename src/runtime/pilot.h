#pragma once

#include "core/gate_report.h"
#include "core/goal.h"
#include "core/rest_pose.h"
#include "core/robot_state.h"
#include "core/world_state.h"

namespace longmen::runtime {

/// Where the body's goal comes from: the skills of an approved plan, or an outside stream that an
/// approved step lets in. Asked once a tick; real-time safe.
class Pilot {
 public:
  virtual ~Pilot() = default;

  /// What the pilot sees: the robot, the world, whether it stands still, the rung of the stop
  /// ladder, where it would come to rest, and which rule of the motion gate bound last.
  struct View {
    const RobotState& state;
    const WorldState& world;
    bool standing = true;
    StopRung rung = StopRung::kNone;
    const RestPose& rest;
    MotionRule rule = MotionRule::kNone;
  };

  [[nodiscard]] virtual const Goal& tick(const View& view) noexcept = 0;
};

}  // namespace longmen::runtime
