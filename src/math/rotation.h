#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cmath>

namespace longmen::math {

/// Rotation about Z by `yaw_rad`.
[[nodiscard]] inline Eigen::Matrix3d rotation_z(double yaw_rad) {
  const double c = std::cos(yaw_rad), s = std::sin(yaw_rad);
  Eigen::Matrix3d R;
  R << c, -s, 0, s, c, 0, 0, 0, 1;
  return R;
}

[[nodiscard]] inline Eigen::Matrix2d rotation_2d(double yaw_rad) {
  const double c = std::cos(yaw_rad), s = std::sin(yaw_rad);
  Eigen::Matrix2d R;
  R << c, -s, s, c;
  return R;
}

/// Heading of a frame: direction of its X axis projected on the ground, in (-pi, pi].
[[nodiscard]] inline double yaw_of(const Eigen::Matrix3d& R_WF) {
  return std::atan2(R_WF(1, 0), R_WF(0, 0));
}

/// The same angle in (-pi, pi].
[[nodiscard]] inline double wrap_angle(double angle_rad) {
  return std::atan2(std::sin(angle_rad), std::cos(angle_rad));
}

/// Rotation vector of R: axis times angle, angle in [0, pi].
[[nodiscard]] inline Eigen::Vector3d rotation_log(const Eigen::Matrix3d& R) {
  const Eigen::AngleAxisd a(R);
  return a.angle() * a.axis();
}

[[nodiscard]] inline Eigen::Matrix3d skew(const Eigen::Vector3d& v) {
  Eigen::Matrix3d S;
  S << 0, -v.z(), v.y(), v.z(), 0, -v.x(), -v.y(), v.x(), 0;
  return S;
}

}  // namespace longmen::math
