#include "planning/step_planner.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace longmen::planning {
namespace {

/// One axis of the problem with the location eliminated.
struct Axis {
  double growth;  ///< g = xi e^{-omega t}
  double nominal_step, nominal_offset, min, max;
  double w_u, w_b;

  [[nodiscard]] double location(double sigma) const {
    const double free =
        (w_u * nominal_step + w_b * (growth * sigma - nominal_offset)) / (w_u + w_b);
    return std::clamp(free, min, max);
  }
  /// Half the derivative of the cost to sigma.
  [[nodiscard]] double slope(double sigma) const {
    return w_b * growth * (growth * sigma - location(sigma) - nominal_offset);
  }
  /// sigma at which the free location meets `bound`; false if it never moves.
  bool kink(double bound, double& sigma) const {
    if (std::abs(growth) < 1e-9) return false;
    sigma = ((bound * (w_u + w_b) - w_u * nominal_step) / w_b + nominal_offset) / growth;
    return true;
  }
};

}  // namespace

Step plan_step(const StepProblem& p, const StepWeights& w) noexcept {
  const double decay = std::exp(-p.omega_1_s * p.time_s);
  std::array<Axis, 2> axes;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    axes[i] = {p.dcm[k] * decay, p.nominal_step[k], p.nominal_offset[k],
               p.step_min[k],    p.step_max[k],     w.location,
               w.offset};
  }
  const double sigma_nominal = std::exp(p.omega_1_s * p.nominal_duration_s);
  const double sigma_min = std::exp(p.omega_1_s * p.duration_min_s);
  const double sigma_max = std::exp(p.omega_1_s * std::max(p.duration_max_s, p.duration_min_s));
  const auto slope = [&](double sigma) {
    return w.duration * (sigma - sigma_nominal) + axes[0].slope(sigma) + axes[1].slope(sigma);
  };

  // The slope is continuous, non-decreasing and linear between these knots; the last may repeat.
  std::array<double, 6> knots = {};
  knots.fill(sigma_max);
  knots[0] = sigma_min;
  std::size_t count = 2;
  for (const Axis& axis : axes)
    for (const double bound : {axis.min, axis.max}) {
      double sigma = 0.0;
      if (axis.kink(bound, sigma) && sigma > sigma_min && sigma < sigma_max) knots[count++] = sigma;
    }
  std::sort(knots.begin(), knots.end());

  double sigma = knots[0];
  double left = slope(sigma);
  if (left < 0.0) {
    sigma = sigma_max;
    for (std::size_t i = 1; i < knots.size(); ++i) {
      const double right = slope(knots[i]);
      if (right >= 0.0) {
        const double span = right - left;
        sigma = span > 0.0 ? knots[i - 1] - left * (knots[i] - knots[i - 1]) / span : knots[i];
        break;
      }
      left = right;
    }
  }
  Step step;
  step.location = {axes[0].location(sigma), axes[1].location(sigma)};
  step.duration_s = std::log(sigma) / p.omega_1_s;
  return step;
}

}  // namespace longmen::planning
