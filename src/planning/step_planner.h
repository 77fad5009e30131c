#pragma once

#include <Eigen/Core>

namespace longmen::planning {

/// Where and when to step next, in the linear inverted pendulum. All points are in the heading
/// frame, relative to the centre-of-pressure point of the stance foot.
struct StepProblem {
  double omega_1_s = 3.3;                         ///< sqrt(g / z)
  double time_s = 0.0;                            ///< since the step began
  Eigen::Vector2d dcm = Eigen::Vector2d::Zero();  ///< measured divergent component of motion
  Eigen::Vector2d nominal_step = Eigen::Vector2d::Zero();
  Eigen::Vector2d nominal_offset =
      Eigen::Vector2d::Zero();  ///< DCM minus foothold at touchdown of a steady gait
  double nominal_duration_s = 0.45;
  double duration_min_s = 0.15;
  double duration_max_s = 0.70;
  Eigen::Vector2d step_min = Eigen::Vector2d::Zero();
  Eigen::Vector2d step_max = Eigen::Vector2d::Zero();
};

struct StepWeights {
  double location = 1.0;
  double duration = 0.09;
  double offset = 50.0;
};

struct Step {
  Eigen::Vector2d location = Eigen::Vector2d::Zero();
  double duration_s = 0.0;  ///< from the beginning of the step
};

/// Step location u and duration T that minimise
///   w_u |u - u_nom|^2 + w_s (sigma - sigma_nom)^2 + w_b |b - b_nom|^2,  sigma = exp(omega T),
/// where b = xi e^{-omega t} sigma - u is the DCM offset at touchdown (Khadiv et al., "Walking
/// control based on step timing adaptation", IEEE T-RO 2020, eq. 14 to 17), inside the given boxes.
/// For a fixed sigma the best u has a closed form, and the cost is then convex and piecewise
/// quadratic in sigma alone: it is minimised exactly, segment by segment, without iteration.
/// Derivation: docs/math/step_planner.md.
[[nodiscard]] Step plan_step(const StepProblem& problem, const StepWeights& weights) noexcept;

}  // namespace longmen::planning
