#pragma once

#include <vector>

#include "view/camera.h"
#include "view/stage.h"
#include "view/subject.h"

namespace longmen::view {

/// Cameras for every frame of a run, known as a whole: smoothed without delay, at one side of the
/// robot (the one with more room), nearer where a wall or furniture would be in between, and
/// further behind it while an arm on its far side is stretched out.
[[nodiscard]] std::vector<Camera> follow(const Stage& stage, const Subject& subject,
                                         const CameraOptions& options);

}  // namespace longmen::view
