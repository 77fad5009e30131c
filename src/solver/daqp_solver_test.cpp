#include "solver/daqp_solver.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace longmen::solver {
namespace {

TEST(DaqpSolver, SolutionMeetsTheKktConditionsOnRandomProblems) {
  constexpr int kN = 8, kRows = 12;
  std::vector<RowKind> kinds(kN + kRows, RowKind::kHard);
  kinds[kN] = RowKind::kEquality;
  DaqpSolver solver(kN, kN, kRows, kinds, 100);
  Random random(3);
  for (int trial = 0; trial < 200; ++trial) {
    Eigen::MatrixXd G(kN, kN);
    for (int i = 0; i < kN * kN; ++i) G.data()[i] = random.normal();
    solver.H = G * G.transpose() + Eigen::MatrixXd::Identity(kN, kN);
    for (int i = 0; i < kN; ++i) solver.f[i] = 5 * random.normal();
    for (int i = 0; i < kRows * kN; ++i) solver.A.data()[i] = random.normal();
    solver.lower.setConstant(-1.0);
    solver.upper.setConstant(1.0);
    solver.lower[kN] = solver.upper[kN] = 0.1;
    ASSERT_EQ(solver.solve(), QpStatus::kSolved);
    Eigen::VectorXd rows(kN + kRows);
    rows << solver.x(), solver.A * solver.x();
    EXPECT_LE((rows - solver.upper).maxCoeff(), 1e-5);
    EXPECT_LE((solver.lower - rows).maxCoeff(), 1e-5);
    // No feasible direction lowers the cost: the projected gradient onto random feasible points is
    // never negative.
    const Eigen::VectorXd gradient = solver.H * solver.x() + solver.f;
    for (int k = 0; k < 20; ++k) {
      Eigen::VectorXd y(kN);
      for (int i = 0; i < kN; ++i) y[i] = random.uniform(-1, 1);
      const Eigen::RowVectorXd a = solver.A.row(0);
      y -= a.transpose() * ((a * y - 0.1) / a.squaredNorm());
      Eigen::VectorXd y_rows(kN + kRows);
      y_rows << y, solver.A * y;
      if (((y_rows - solver.upper).array() > 1e-9).any() ||
          ((solver.lower - y_rows).array() > 1e-9).any())
        continue;
      EXPECT_GE(gradient.dot(y - solver.x()), -1e-4);
    }
  }
}

TEST(DaqpSolver, AnInfeasibleProblemIsReportedAndTheNextOneSolves) {
  DaqpSolver solver(2, 2, 1, {RowKind::kHard, RowKind::kHard, RowKind::kHard}, 50);
  solver.A << 1, 1;
  solver.lower << 0, 0, 5;
  solver.upper << 1, 1, 6;
  EXPECT_EQ(solver.solve(), QpStatus::kInfeasible);
  solver.lower << 0, 0, 1;
  ASSERT_EQ(solver.solve(), QpStatus::kSolved);
  EXPECT_NEAR(solver.x()[0], 0.5, 1e-9);
}

}  // namespace
}  // namespace longmen::solver
