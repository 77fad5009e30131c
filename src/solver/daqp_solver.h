#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <vector>

namespace longmen::solver {

enum class QpStatus : std::uint8_t { kSolved, kIterationLimit, kInfeasible, kInvalid };

/// How a row of the constraints is meant.
enum class RowKind : std::uint8_t { kHard, kEquality, kSoft };

/// Dense quadratic program
///   min over x of 1/2 x' H x + f' x   subject to   lower <= [x_1..x_s; A x] <= upper
/// solved by DAQP's dual active-set method (Arnstrom, Bemporad, Axehill, 2022), warm from the last
/// working set. Sizes are fixed at creation; the caller overwrites H, f, A and the bounds in place
/// and calls solve(). Bounded by iterations, never by time. Real-time safe after the constructor.
/// Not thread-safe.
class DaqpSolver {
 public:
  using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  static constexpr double kInfinity = 1e30;

  /// @param n unknowns; `simple_bounds` of the first unknowns; then one row of A for each of
  /// `rows`.
  /// @param kinds [simple_bounds + rows]
  DaqpSolver(int n, int simple_bounds, int rows, const std::vector<RowKind>& kinds,
             int iterations_max);
  ~DaqpSolver();
  DaqpSolver(DaqpSolver&&) noexcept;
  DaqpSolver& operator=(DaqpSolver&&) noexcept;

  RowMajorMatrix H;       ///< [n x n], positive definite
  Eigen::VectorXd f;      ///< [n]
  RowMajorMatrix A;       ///< [rows x n]
  Eigen::VectorXd lower;  ///< [simple_bounds + rows]; equality rows: lower = upper
  Eigen::VectorXd upper;

  /// How a row (counted from the first of A) is meant from the next cold solve on: hard or soft. A
  /// soft row gives way at a price of half its violation's square, times 1e6.
  void set_kind(int row, RowKind kind) noexcept;

  /// From the next cold solve on, half the square of a violation of this soft row, in the row's own
  /// unit, costs `price` (positive) in the place of 1e6 in the unit that makes the row's length
  /// one.
  void set_price(int row, double price) noexcept;

  /// On any status but kSolved, x() is not to be used.
  QpStatus solve() noexcept;

  [[nodiscard]] const Eigen::VectorXd& x() const { return x_; }
  [[nodiscard]] int iterations() const { return iterations_; }
  /// Forgets the working set, so that the next solve starts cold.
  void reset() noexcept;

 private:
  struct Workspace;
  Eigen::VectorXd x_;
  Eigen::VectorXd multipliers_;
  int iterations_ = 0;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace longmen::solver
