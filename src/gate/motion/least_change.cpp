#include "gate/motion/least_change.h"

#include <algorithm>
#include <cmath>

namespace longmen::gate {
namespace {

constexpr int kIterationsMax = 200;
constexpr double kRelaxMargin = 1e-5;   // so that what was just possible stays possible
constexpr double kRelaxNothing = 1e-4;  // a violation below this is rounding
constexpr double kPrice = 1e6;          // of a violation of one, against torques in shares
constexpr double kEmpty = 1e-9;

std::vector<solver::RowKind> all_hard(int count) {
  return std::vector<solver::RowKind>(static_cast<std::size_t>(count), solver::RowKind::kHard);
}

}  // namespace

LeastChange::LeastChange(const JointVector& torque_max_Nm)
    : torque_max_(torque_max_Nm),
      hard_(static_cast<int>(torque_max_Nm.size()), static_cast<int>(torque_max_Nm.size()),
            kRowsMax, all_hard(static_cast<int>(torque_max_Nm.size()) + kRowsMax), kIterationsMax),
      soft_(static_cast<int>(torque_max_Nm.size()), static_cast<int>(torque_max_Nm.size()),
            kRowsMax, all_hard(static_cast<int>(torque_max_Nm.size()) + kRowsMax), kIterationsMax) {
  for (Scaled& row : scaled_) row.direction.setZero(torque_max_.size());
  // The first solves of each take its memory, that of soft rows and their prices included.
  for (int row = 0; row < kRowsMax; ++row) {
    soft_.set_kind(row, solver::RowKind::kSoft);
    soft_.set_price(row, kPrice);
  }
  static_cast<void>(hard_.solve());
  for (int i = 0; i < 2; ++i) static_cast<void>(soft_.solve());
}

void LeastChange::load(solver::DaqpSolver& qp, std::span<const BarrierRow> rows,
                       int priority) noexcept {
  const Eigen::Index na = torque_max_.size();
  qp.A.setZero();
  for (std::size_t i = 0; i < kRowsMax; ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    qp.lower[na + row] = -solver::DaqpSolver::kInfinity;
    if (i >= rows.size() || scaled_[i].empty) continue;
    const int own = static_cast<int>(rows[i].priority);
    if (own > priority) continue;
    qp.A.row(row) = scaled_[i].direction.transpose();
    qp.lower[na + row] = scaled_[i].bound - relax_[i];
    if (&qp != &soft_) continue;
    qp.set_kind(static_cast<int>(i),
                own == priority ? solver::RowKind::kSoft : solver::RowKind::kHard);
    qp.set_price(static_cast<int>(i), kPrice * scaled_[i].share * scaled_[i].share);
  }
  qp.reset();  // other rows than at the last solve
}

double LeastChange::violation_of(std::span<const BarrierRow> rows, int priority) noexcept {
  double violation = 0.0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (scaled_[i].empty || static_cast<int>(rows[i].priority) != priority) continue;
    const double own = std::max(0.0, scaled_[i].bound - scaled_[i].direction.dot(soft_.x()));
    relax_[i] = own + kRelaxMargin;
    violation = std::max(violation, own * scaled_[i].share);
  }
  return violation;
}

LeastChange::Outcome LeastChange::solve(const JointVector& wanted_Nm, const JointVector& lo_Nm,
                                        const JointVector& hi_Nm, std::span<const BarrierRow> rows,
                                        JointVector& tau_Nm, bool task_alone) noexcept {
  Outcome outcome;
  const Eigen::Index na = torque_max_.size();
  if (rows.size() > kRowsMax) return outcome;
  std::array<bool, kBarrierPriorities> present{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // In x = (tau - wanted) / tau_max, and of unit length.
    Scaled& row = scaled_[i];
    row.direction = rows[i].coefficients.cwiseProduct(torque_max_);
    const double length = row.direction.norm();
    row.empty = !(length > kEmpty);
    if (row.empty) continue;
    row.direction /= length;
    row.share = length / rows[i].scale;
    row.bound = (rows[i].bound - rows[i].coefficients.dot(wanted_Nm)) / length;
    relax_[i] = 0.0;
    present[static_cast<std::size_t>(rows[i].priority)] = true;
  }
  for (solver::DaqpSolver* qp : {&hard_, &soft_}) {
    qp->lower.head(na) = (lo_Nm - wanted_Nm).cwiseQuotient(torque_max_);
    qp->upper.head(na) = (hi_Nm - wanted_Nm).cwiseQuotient(torque_max_);
  }

  const auto finish = [&](const solver::DaqpSolver& qp) {
    tau_Nm = wanted_Nm + qp.x().cwiseProduct(torque_max_);
    tau_Nm = tau_Nm.cwiseMax(lo_Nm).cwiseMin(hi_Nm);
    outcome.solved = tau_Nm.allFinite();
  };
  load(hard_, rows, kBarrierPriorities);
  if (hard_.solve() == solver::QpStatus::kSolved) {
    finish(hard_);
    return outcome;
  }
  // Mostly it is what is only asked for that cannot be kept: then one more problem is enough.
  constexpr int kLast = kBarrierPriorities - 1;
  if (present[kLast]) {
    load(soft_, rows, kLast);
    if (soft_.solve() == solver::QpStatus::kSolved) {
      outcome.relaxed = violation_of(rows, kLast);
      outcome.relaxed_priority = static_cast<BarrierPriority>(kLast);
      finish(soft_);
      return outcome;
    }
  }
  if (task_alone) return outcome;
  for (int priority = 0; priority < kBarrierPriorities; ++priority) {
    if (!present[static_cast<std::size_t>(priority)]) continue;
    load(soft_, rows, priority);
    if (soft_.solve() != solver::QpStatus::kSolved) return outcome;
    const double violation = violation_of(rows, priority);
    if (violation > kRelaxNothing && outcome.relaxed == 0.0) {
      outcome.relaxed = violation;
      outcome.relaxed_priority = static_cast<BarrierPriority>(priority);
    }
  }
  load(hard_, rows, kBarrierPriorities);
  if (hard_.solve() == solver::QpStatus::kSolved) finish(hard_);
  return outcome;
}

}  // namespace longmen::gate
