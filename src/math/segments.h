#pragma once

#include <Eigen/Core>
#include <algorithm>

namespace longmen::math {

/// The two nearest points of two segments.
struct NearestPoints {
  Eigen::Vector3d first = Eigen::Vector3d::Zero();
  Eigen::Vector3d second = Eigen::Vector3d::Zero();
};

/// Nearest points of the segments a0 a1 and b0 b1, which may be points or parallel (Ericson,
/// Real-Time Collision Detection, 5.1.9). Finite for finite ends.
[[nodiscard]] inline NearestPoints nearest_points(const Eigen::Vector3d& a0,
                                                  const Eigen::Vector3d& a1,
                                                  const Eigen::Vector3d& b0,
                                                  const Eigen::Vector3d& b1) noexcept {
  constexpr double kPoint_m2 = 1e-12;
  const Eigen::Vector3d d1 = a1 - a0;
  const Eigen::Vector3d d2 = b1 - b0;
  const Eigen::Vector3d r = a0 - b0;
  const double a = d1.squaredNorm();
  const double e = d2.squaredNorm();
  const double f = d2.dot(r);
  double s = 0.0;
  double t = 0.0;
  if (a > kPoint_m2 && e > kPoint_m2) {
    const double c = d1.dot(r);
    const double b = d1.dot(d2);
    const double denominator = a * e - b * b;
    if (denominator > 1e-9 * a * e) s = std::clamp((b * f - c * e) / denominator, 0.0, 1.0);
    t = (b * s + f) / e;
    if (t < 0.0) {
      t = 0.0;
      s = std::clamp(-c / a, 0.0, 1.0);
    } else if (t > 1.0) {
      t = 1.0;
      s = std::clamp((b - c) / a, 0.0, 1.0);
    }
  } else if (a > kPoint_m2) {
    s = std::clamp(-d1.dot(r) / a, 0.0, 1.0);
  } else if (e > kPoint_m2) {
    t = std::clamp(f / e, 0.0, 1.0);
  }
  return {a0 + s * d1, b0 + t * d2};
}

}  // namespace longmen::math
