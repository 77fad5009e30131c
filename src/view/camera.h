#pragma once

#include <Eigen/Core>
#include <string>

namespace longmen::view {

/// A camera upright in W at `eye_W`, looking at `target_W`.
struct Camera {
  Eigen::Vector3d eye_W = Eigen::Vector3d::Zero();
  Eigen::Vector3d target_W = Eigen::Vector3d::UnitX();
  double field_of_view_deg = 38.0;  ///< vertical
};

/// How the camera follows.
struct CameraOptions {
  std::string subject{};        ///< a body of the robot; empty: the only one that moves freely
  double bearing_deg = 128.0;   ///< of the camera from the heading; 0 sees the face, 180 the back
  double elevation_deg = 13.0;  ///< of the camera above the middle of the body
  double distance_heights = 2.35;     ///< how far away, in heights of the body
  double position_smoothing_s = 0.3;  ///< 1 sigma
  double heading_smoothing_s = 1.2;   ///< 1 sigma
  double look_ahead_s = 0.5;          ///< how far ahead of a walking body it aims
};

}  // namespace longmen::view
