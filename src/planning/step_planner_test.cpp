#include "planning/step_planner.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace longmen::planning {
namespace {

StepProblem steady_gait() {
  StepProblem p;
  const double e = std::exp(p.omega_1_s * p.nominal_duration_s);
  p.nominal_step = {0.3, -0.18};
  p.nominal_offset = {0.3 / (e - 1), 0.18 / (1 + e)};
  p.step_min = {-0.8, -0.75};
  p.step_max = {1.0, -0.1};
  // The DCM of a steady gait at the step's beginning: the offset grows by e until touchdown.
  p.dcm = (p.nominal_step + p.nominal_offset) / e;
  return p;
}

double cost(const StepProblem& p, const StepWeights& w, const Eigen::Vector2d& u, double sigma) {
  const Eigen::Vector2d b = p.dcm * std::exp(-p.omega_1_s * p.time_s) * sigma - u;
  const double s = sigma - std::exp(p.omega_1_s * p.nominal_duration_s);
  return w.location * (u - p.nominal_step).squaredNorm() + w.duration * s * s +
         w.offset * (b - p.nominal_offset).squaredNorm();
}

TEST(StepPlanner, OnTheSteadyGaitTheNominalStepIsBest) {
  const StepProblem p = steady_gait();
  const Step step = plan_step(p, {});
  EXPECT_LT((step.location - p.nominal_step).norm(), 1e-9);
  EXPECT_NEAR(step.duration_s, p.nominal_duration_s, 1e-9);
}

TEST(StepPlanner, NoRandomStepInsideTheBoundsCostsLess) {
  Random random(5);
  for (int trial = 0; trial < 300; ++trial) {
    StepProblem p = steady_gait();
    p.dcm += Eigen::Vector2d(0.3 * random.normal(), 0.15 * random.normal());
    p.time_s = random.uniform(0.0, 0.3);
    p.duration_min_s = p.time_s + 0.03;
    const Step best = plan_step(p, {});
    const double best_cost = cost(p, {}, best.location, std::exp(p.omega_1_s * best.duration_s));
    EXPECT_GE(best.duration_s, p.duration_min_s - 1e-12);
    EXPECT_LE(best.duration_s, p.duration_max_s + 1e-12);
    for (int k = 0; k < 100; ++k) {
      const Eigen::Vector2d u(random.uniform(p.step_min[0], p.step_max[0]),
                              random.uniform(p.step_min[1], p.step_max[1]));
      const double T = random.uniform(p.duration_min_s, p.duration_max_s);
      EXPECT_GE(cost(p, {}, u, std::exp(p.omega_1_s * T)), best_cost - 1e-9);
    }
  }
}

TEST(StepPlanner, APushForwardGivesALongerOrEarlierStep) {
  StepProblem p = steady_gait();
  p.dcm.x() += 0.05;
  const Step step = plan_step(p, {});
  EXPECT_GT(step.location.x(), p.nominal_step.x());
  EXPECT_LT(step.duration_s, p.nominal_duration_s);
}

}  // namespace
}  // namespace longmen::planning
