#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cmath>

#include "math/rotation.h"

namespace longmen::math {

/// Rotation by the vector `phi` (axis times angle), exact at and near zero.
[[nodiscard]] inline Eigen::Quaterniond exp_so3(const Eigen::Vector3d& phi) noexcept {
  const double angle_squared = phi.squaredNorm();
  const double half = 0.5 * std::sqrt(angle_squared);
  const double sinc = half > 1e-4 ? std::sin(half) / (2.0 * half) : 0.5 - angle_squared / 48.0;
  Eigen::Quaterniond q(std::cos(half), sinc * phi.x(), sinc * phi.y(), sinc * phi.z());
  q.normalize();
  return q;
}

/// Rotation vector of q, of length at most pi; inverse of exp_so3.
[[nodiscard]] inline Eigen::Vector3d log_so3(const Eigen::Quaterniond& q) noexcept {
  const double sign = q.w() < 0.0 ? -1.0 : 1.0;
  const double sine = q.vec().norm();
  if (sine < 1e-9) return 2.0 * sign * q.vec();
  return (2.0 * sign * std::atan2(sine, sign * q.w()) / sine) * q.vec();
}

/// Left Jacobian of SO(3): exp_so3(phi + d) = exp_so3(J d) * exp_so3(phi) to first order.
[[nodiscard]] inline Eigen::Matrix3d left_jacobian_so3(const Eigen::Vector3d& phi) noexcept {
  const double a2 = phi.squaredNorm();
  const double a = std::sqrt(a2);
  const double one = a > 1e-3 ? (1.0 - std::cos(a)) / a2 : 0.5 - a2 / 24.0;
  const double two = a > 1e-3 ? (a - std::sin(a)) / (a2 * a) : 1.0 / 6.0 - a2 / 120.0;
  const Eigen::Matrix3d S = skew(phi);
  return Eigen::Matrix3d::Identity() + one * S + two * S * S;
}

/// Heading: direction of the frame's X axis about the vertical.
[[nodiscard]] inline double yaw_of(const Eigen::Quaterniond& q) noexcept {
  return std::atan2(2.0 * (q.w() * q.z() + q.x() * q.y()),
                    1.0 - 2.0 * (q.y() * q.y() + q.z() * q.z()));
}

/// Rotation about Z.
[[nodiscard]] inline Eigen::Quaterniond quaternion_z(double angle_rad) noexcept {
  return {std::cos(0.5 * angle_rad), 0.0, 0.0, std::sin(0.5 * angle_rad)};
}

}  // namespace longmen::math
