#pragma once

#include <array>
#include <span>

#include "core/types.h"
#include "solver/daqp_solver.h"

namespace longmen::gate {

/// What gives way last comes first.
enum class BarrierPriority : std::uint8_t { kPeople, kSelf, kThings, kTask };
inline constexpr int kBarrierPriorities = 4;

/// coefficients . tau >= bound, for the joint torques tau [na], N.m.
struct BarrierRow {
  JointVector coefficients;
  double bound = 0.0;
  BarrierPriority priority = BarrierPriority::kSelf;
  double scale = 1.0;  ///< a violation of so much, in the unit of `bound`, counts as one; positive
};

/// The torques nearest to wanted ones that keep rows and bounds:
///   min over tau of sum ((tau_j - wanted_j) / tau_max_j)^2
///   subject to lo <= tau <= hi and every row.
/// Bounds always hold. Where the rows cannot all hold, they give way by strict priority: first the
/// sum of the squares of the violations of people's rows is made as small as it can be, then,
/// keeping those, of the robot's own, and so on; a row's violation counts in its own scale, so that
/// one that torques hardly move takes no other with it. Memory is taken at creation, iterations are
/// bounded. Not thread-safe.
class LeastChange {
 public:
  static constexpr int kRowsMax = 48;

  /// @param torque_max_Nm [na], positive: the metric.
  explicit LeastChange(const JointVector& torque_max_Nm);

  struct Outcome {
    bool solved = false;   ///< false: tau is not to be used
    double relaxed = 0.0;  ///< largest violation that is left, in the row's scale
    BarrierPriority relaxed_priority = BarrierPriority::kTask;  ///< of that row
  };
  /// @param lo, hi  [na], lo <= hi, finite. @param rows  at most kRowsMax, finite.
  /// @param task_alone  not solved where more than rows of the task would have to give way
  [[nodiscard]] Outcome solve(const JointVector& wanted_Nm, const JointVector& lo_Nm,
                              const JointVector& hi_Nm, std::span<const BarrierRow> rows,
                              JointVector& tau_Nm, bool task_alone = false) noexcept;

 private:
  struct Scaled {
    JointVector direction;  ///< of unit length, in shares of tau_max
    double bound = 0.0;
    double share = 0.0;  ///< of a violation of one, in the row's scale
    bool empty = false;  ///< no torque moves it
  };
  void load(solver::DaqpSolver& qp, std::span<const BarrierRow> rows, int priority) noexcept;

  /// Of the rows of this priority at soft_.x(), the largest, in the row's scale; it is granted.
  double violation_of(std::span<const BarrierRow> rows, int priority) noexcept;

  JointVector torque_max_;
  solver::DaqpSolver hard_;
  solver::DaqpSolver soft_;  ///< the same, with the rows of one priority soft
  std::array<Scaled, kRowsMax> scaled_;
  std::array<double, kRowsMax> relax_{};
};

}  // namespace longmen::gate
