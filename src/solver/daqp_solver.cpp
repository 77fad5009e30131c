#include "solver/daqp_solver.h"

extern "C" {
#include <api.h>
#include <utils.h>
}

namespace longmen::solver {
namespace {

int sense_of(RowKind kind) {
  switch (kind) {
    case RowKind::kEquality:
      return DAQP_ACTIVE | DAQP_IMMUTABLE;
    case RowKind::kSoft:
      return DAQP_SOFT;
    case RowKind::kHard:
      break;
  }
  return 0;
}

}  // namespace

struct DaqpSolver::Workspace {
  DAQPWorkspace daqp{};
  DAQPProblem problem{};
  std::vector<int> sense;
  std::vector<double> price_inverse;  // zero: the usual price
  bool is_priced = false;
  bool is_set_up = false;
  bool cold = false;
  int iterations_max = 0;

  /// Of a row of A among all rows: the simple bounds come first.
  [[nodiscard]] std::size_t index_of(int row) const noexcept {
    return static_cast<std::size_t>(problem.ms) + static_cast<std::size_t>(row);
  }

  ~Workspace() {
    if (!is_set_up) return;
    free_daqp_workspace(&daqp);
    free_daqp_ldp(&daqp);
  }
};

DaqpSolver::DaqpSolver(int n, int simple_bounds, int rows, const std::vector<RowKind>& kinds,
                       int iterations_max)
    : workspace_(std::make_unique<Workspace>()) {
  const int m = simple_bounds + rows;
  H.setIdentity(n, n);
  f.setZero(n);
  A.setZero(rows, n);
  lower.setConstant(m, -kInfinity);
  upper.setConstant(m, kInfinity);
  x_.setZero(n);
  multipliers_.setZero(m);
  workspace_->iterations_max = iterations_max;
  workspace_->price_inverse.assign(static_cast<std::size_t>(m), 0.0);
  for (const RowKind kind : kinds) workspace_->sense.push_back(sense_of(kind));
  DAQPProblem& problem = workspace_->problem;
  problem.n = n;
  problem.m = m;
  problem.ms = simple_bounds;
}

DaqpSolver::~DaqpSolver() = default;
DaqpSolver::DaqpSolver(DaqpSolver&&) noexcept = default;
DaqpSolver& DaqpSolver::operator=(DaqpSolver&&) noexcept = default;

void DaqpSolver::set_kind(int row, RowKind kind) noexcept {
  workspace_->sense[workspace_->index_of(row)] = sense_of(kind);
}

void DaqpSolver::set_price(int row, double price) noexcept {
  workspace_->price_inverse[workspace_->index_of(row)] = 1.0 / price;
  workspace_->is_priced = true;
}

void DaqpSolver::reset() noexcept { workspace_->cold = true; }

QpStatus DaqpSolver::solve() noexcept {
  Workspace& w = *workspace_;
  DAQPProblem& problem = w.problem;
  problem.H = H.data();
  problem.f = f.data();
  problem.A = A.data();
  problem.bupper = upper.data();
  problem.blower = lower.data();
  problem.sense = w.sense.data();
  iterations_ = 0;

  int flag = 1;
  if (!w.is_set_up) {
    // The first solve takes the memory; create() of the owner runs one, so that no tick does.
    allocate_daqp_settings(&w.daqp);
    w.daqp.settings->iter_limit = w.iterations_max;
    w.daqp.settings->eq_reduction = DAQP_EQ_REDUCTION_OFF;
    w.daqp.settings->time_limit = 0;  // a clock in the solver would break replay
    flag = setup_daqp(&problem, &w.daqp, nullptr);
    w.is_set_up = flag > 0;
  } else {
    if (w.is_priced)
      daqp_set_soft_weights(&w.daqp, w.price_inverse.data(), w.price_inverse.data(), nullptr,
                            nullptr);
    int mask = DAQP_UPDATE_Rinv | DAQP_UPDATE_M | DAQP_UPDATE_v | DAQP_UPDATE_d |
               DAQP_UPDATE_unconstrained;
    if (w.cold) mask |= DAQP_UPDATE_sense;
    w.cold = false;
    flag = daqp_update_ldp(mask, &w.daqp, &problem);
  }
  if (flag < 0) {
    w.cold = true;
    return flag == DAQP_EXIT_INFEASIBLE ? QpStatus::kInfeasible : QpStatus::kInvalid;
  }

  DAQPResult result{};
  result.x = x_.data();
  result.lam = multipliers_.data();
  daqp_solve(&result, &w.daqp);
  iterations_ = result.iter;
  if (result.exitflag > 0) return QpStatus::kSolved;
  w.cold = true;
  switch (result.exitflag) {
    case DAQP_EXIT_ITERLIMIT:
    case DAQP_EXIT_CYCLE:
      return QpStatus::kIterationLimit;
    case DAQP_EXIT_INFEASIBLE:
      return QpStatus::kInfeasible;
    default:
      return QpStatus::kInvalid;
  }
}

}  // namespace longmen::solver
