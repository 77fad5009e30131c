#pragma once

#include <Eigen/Core>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "view/frame.h"

struct mjModel_;

namespace longmen::view {

/// A camera upright in W at `eye_W`, looking at `target_W`.
struct Camera {
  Eigen::Vector3d eye_W = Eigen::Vector3d::Zero();
  Eigen::Vector3d target_W = Eigen::Vector3d::UnitX();
  double field_of_view_deg = 38.0;  ///< vertical
};

/// How the camera follows.
struct CameraOptions {
  std::string subject{};          ///< a body of the robot; empty: the first that moves freely
  double bearing_deg = 128.0;     ///< of the camera from the heading; 0 sees the face, 180 the back
  double elevation_deg = 13.0;    ///< of the camera above the middle of the body
  double distance_heights = 2.1;  ///< how far away, in heights of the body
  double position_smoothing_s = 0.3;  ///< 1 sigma
  double heading_smoothing_s = 1.2;   ///< 1 sigma
  double look_ahead_s = 0.5;          ///< how far ahead of a walking body it aims
};

/// Cameras for every frame of a run, known as a whole: smoothed without delay, at one side of the
/// robot (the one with more room), and nearer where a wall or furniture would be in between.
/// Errors: kInvalidArgument for poses of another model; kUnknownName for the subject.
Result<std::vector<Camera>> follow(const mjModel_& model, std::span<const Frame> frames,
                                   const CameraOptions& options);

}  // namespace longmen::view
