#pragma once

#include <span>
#include <vector>

#include "core/result.h"
#include "view/camera.h"
#include "view/frame.h"

struct mjModel_;

namespace longmen::view {

/// What belongs to one frame of a run beside its pose.
struct Shot {
  Camera camera;
  double speed_m_s = 0.0;  ///< of the robot, mean over the second around
};

/// Looks through a whole run and decides, for each frame, where the camera is.
/// Errors: kInvalidArgument without frames, for frames that are not in order of time, or for poses
/// of another scene; kUnknownName for the subject.
Result<std::vector<Shot>> plan_shots(const mjModel_& model, std::span<const Frame> frames,
                                     const CameraOptions& options);

}  // namespace longmen::view
