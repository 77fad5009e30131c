#include "planning/footing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/rotation.h"

namespace longmen::planning {
namespace {

using Eigen::Vector2d;

constexpr double kProbe_m = 0.025;  // distance of the points that are looked at
// The grade is the mean over a stretch of this length, its ends rounded.
constexpr double kGradeLength_m = 0.30;
constexpr double kGradeRounding_m = 0.10;
constexpr double kGradeProbe_m = 0.02;
constexpr int kGradeProbes = 20;  // to each side
constexpr std::array<double, 3> kGradeLines_m{-0.1, 0.0, 0.1};

/// Trapezoid: 1 in the middle, down to 0 over kGradeRounding_m about each end.
double grade_weight(double x) {
  return std::clamp((0.5 * (kGradeLength_m + kGradeRounding_m) - std::abs(x)) / kGradeRounding_m,
                    0.0, 1.0);
}

}  // namespace

FootingMap::FootingMap(const model::RobotModel& model, const GaitConfig::Terrain& config)
    : config_(config) {
  for (const int side : {kLeft, kRight}) {
    const model::Sole& sole = model.sole(side);
    Pattern& pattern = patterns_[static_cast<std::size_t>(side)];
    const double x0 = -sole.aft_m - config.clear_m, x1 = sole.fore_m + config.clear_m;
    const double y0 = -sole.right_m - config.clear_side_m, y1 = sole.left_m + config.clear_side_m;
    const int nx = static_cast<int>(std::ceil((x1 - x0) / kProbe_m));
    const int ny = static_cast<int>(std::ceil((y1 - y0) / kProbe_m));
    for (int i = 0; i <= nx; ++i)
      for (int j = 0; j <= ny; ++j) {
        Probe probe;
        probe.p_S = {x0 + (x1 - x0) * i / nx, y0 + (y1 - y0) * j / ny};
        const double x = probe.p_S.x(), y = probe.p_S.y();
        probe.is_carrying = x >= -sole.aft_m + config.overhang_aft_m &&
                            x <= sole.fore_m - config.overhang_fore_m && y >= -sole.right_m &&
                            y <= sole.left_m;
        pattern.probes.push_back(probe);
        if (!probe.is_carrying) continue;
        pattern.middle += probe.p_S;
        ++pattern.carrying;
      }
    pattern.middle /= std::max(1, pattern.carrying);
    for (const Probe& probe : pattern.probes)
      if (probe.is_carrying) pattern.spread += (probe.p_S - pattern.middle).cwiseAbs2();
  }
}

Footing FootingMap::at(int side, const Vector2d& p_W, double yaw_rad) const noexcept {
  const Pattern& pattern = patterns_[static_cast<std::size_t>(side)];
  const Eigen::Matrix2d R_WS = math::rotation_2d(yaw_rad);
  // Least squares over the carrying probes; they form a grid, so that both slopes are independent.
  double mean = 0.0;
  Vector2d moment = Vector2d::Zero();
  for (const Probe& probe : pattern.probes) {
    if (!probe.is_carrying) continue;
    const double h = map_->height_m(p_W + R_WS * probe.p_S);
    mean += h;
    moment += h * (probe.p_S - pattern.middle);
  }
  mean /= pattern.carrying;
  const Vector2d slope_S = moment.cwiseQuotient(pattern.spread);
  Footing footing;
  footing.height_m = mean - slope_S.dot(pattern.middle);
  footing.is_safe = slope_S.norm() < config_.slope_max;
  for (const Probe& probe : pattern.probes) {
    const double off =
        map_->height_m(p_W + R_WS * probe.p_S) - footing.height_m - slope_S.dot(probe.p_S);
    if (off > config_.rough_m || (probe.is_carrying && off < -config_.rough_m))
      footing.is_safe = false;
  }
  // A map's noise tilts every plane a little.
  const auto certain = [&](double s) {
    return std::copysign(std::max(0.0, std::abs(s) - config_.slope_noise), s);
  };
  footing.slope = R_WS * Vector2d(certain(slope_S.x()), certain(slope_S.y()));
  return footing;
}

double FootingMap::highest_m(int side, const Vector2d& p_W, double yaw_rad) const noexcept {
  const Eigen::Matrix2d R_WS = math::rotation_2d(yaw_rad);
  double highest = -std::numeric_limits<double>::max();
  for (const Probe& probe : patterns_[static_cast<std::size_t>(side)].probes)
    highest = std::max(highest, map_->height_m(p_W + R_WS * probe.p_S));
  return highest;
}

Grade FootingMap::grade(const Vector2d& p_W, double yaw_rad) const noexcept {
  const Eigen::Matrix2d R_WH = math::rotation_2d(yaw_rad);
  Grade grade;
  double weights = 0.0, moment = 0.0;
  for (int i = -kGradeProbes; i <= kGradeProbes; ++i) {
    const double x = i * kGradeProbe_m;
    const double w = grade_weight(x);
    // The mean's derivative is that of the weights, the other way round.
    const double dw =
        (grade_weight(x - 0.5 * kGradeProbe_m) - grade_weight(x + 0.5 * kGradeProbe_m)) /
        kGradeProbe_m;
    if (w <= 0.0 && dw == 0.0) continue;
    double h = 0.0;
    for (const double y : kGradeLines_m) h += map_->height_m(p_W + R_WH * Vector2d(x, y));
    h /= static_cast<double>(kGradeLines_m.size());
    weights += w;
    grade.height_m += w * h;
    moment += dw * h;
  }
  grade.height_m /= weights;
  grade.slope = moment / weights;
  return grade;
}

}  // namespace longmen::planning
