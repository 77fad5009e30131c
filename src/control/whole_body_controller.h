#pragma once

#include <Eigen/Core>
#include <memory>

#include "control/whole_body_config.h"
#include "core/command.h"
#include "core/result.h"
#include "core/whole_body_reference.h"
#include "model/dynamics.h"

namespace longmen::control {

/// What one tick achieved. Anything but kSolved means that the fallback was written.
enum class TickStatus : std::uint8_t { kSolved, kIterationLimit, kInfeasible, kNotFinite };

struct TickReport {
  TickStatus status = TickStatus::kNotFinite;
  int iterations = 0;
};

/// Turns a whole-body reference into joint torques by solving one QP a tick:
///   min over y = (a_joints, lambda) of the weighted squares of the task errors, subject to torque,
///   speed and range limits of the joints, and for each sole in contact the friction pyramid, the
///   centre of pressure inside the sole, and a bound on its normal force,
/// where the base moves as its rows of M a + h = S' tau + J' lambda say.
/// a_joints [na] are accelerations; lambda [6 a contact] is the wrench at the sole's origin in the
/// sole's frame. Derivation, row by row with the same symbols: docs/math/whole_body_qp.md.
/// Palms that have a target are tasks as well, and forces known to act on them stand in the
/// dynamics and in the momentum (docs/math/manipulation.md); `dynamics` must then have the palms of
/// this tick. Not thread-safe.
class WholeBodyController {
 public:
  /// Takes all memory. `model` must outlive the result.
  static Result<WholeBodyController> create(const model::RobotModel& model,
                                            const WholeBodyConfig& config);

  /// One control period: first the problem of this tick is written, then it is solved. Real-time
  /// safe. `command` is always written and finite: on failure it holds the joints where they were
  /// at the last solved tick, with that tick's torques and motor damping.
  void assemble(const model::Dynamics& dynamics, const RobotState& state,
                const WholeBodyReference& reference) noexcept;
  [[nodiscard]] TickReport solve(const RobotState& state, const WholeBodyReference& reference,
                                 ProposedCommand& command) noexcept;

  /// Planned generalised acceleration of the last solved tick [nv]; zero after a failure.
  [[nodiscard]] const model::VelocityVector& acceleration() const;
  /// Planned normal force of a sole in the last solved tick, N.
  [[nodiscard]] double normal_force_N(int side) const;

  WholeBodyController(WholeBodyController&&) noexcept;
  WholeBodyController& operator=(WholeBodyController&&) noexcept;
  ~WholeBodyController();

 private:
  struct Workspace;
  explicit WholeBodyController(std::unique_ptr<Workspace> workspace);
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace longmen::control
