#pragma once

#include <array>
#include <optional>
#include <span>

#include "core/command.h"
#include "core/gate_report.h"
#include "core/result.h"
#include "core/robot_state.h"
#include "core/world_state.h"
#include "gate/motion/arming.h"
#include "gate/motion/body_barriers.h"
#include "gate/motion/joint_barrier.h"
#include "gate/motion/joint_limits.h"
#include "gate/motion/motion_rules.h"
#include "gate/motion/stop_ladder.h"

namespace longmen::gate {

/// What a command that is not the trusted controller's may use of every joint's limits, each in
/// (0, 1].
struct ForeignShares {
  double torque = 1.0;
  double speed = 1.0;
};

/// What is asked of the gate in a tick, beside the commands. `events` are the leases, heartbeats
/// and stops that this tick took up.
struct StopRequest {
  StopRung rung = StopRung::kNone;  ///< of an operator, a skill, the record, a sensing monitor
  std::span<const ArmingEvent> events{};
  ForeignShares shares{};
};

/// The only way to the motors. Lets a safe command through with the same bits; otherwise makes the
/// least change, joint by joint, that keeps every barrier (docs/math/barriers.md); and when no
/// command can be trusted, takes the trusted controller's, then the last set-point, then braces.
///
/// A proposal that is bit for bit the trusted controller's command is trusted: a label could be
/// forged, the bits cannot. Anything else drives only while ARMED and off the stop ladder.
class MotionGate {
 public:
  /// The gate of a robot: its limits, and its inertias at each posture. `model` must outlive it.
  /// @param zones  of the floor, in W: those that are to be kept out of
  /// Errors: kInvalidArgument for limits that do not validate, a period outside [0.5, 5] ms, a
  /// range too narrow to stop in.
  [[nodiscard]] static Result<MotionGate> create(const model::RobotModel& model,
                                                 const MotionLimits& rules, double period_s,
                                                 const std::vector<world::Zone>& zones = {});
  /// The gate of joints whose inertias do not depend on the posture; the same errors.
  [[nodiscard]] static Result<MotionGate> create(const JointLimits& limits,
                                                 const MotionLimits& rules, double period_s);

  /// One control period. Real-time safe: bounded time, no heap, lock, clock or throw. Every input
  /// may be of the wrong tick, the wrong shape, NaN or absurd.
  /// @param proposal  what would like to drive: the controller's command or a policy's
  /// @param trusted   the trusted controller's command of this tick; may be the same object
  /// @param[out] report  what was done and why; report.rung is for skills and planner to obey
  /// @return always finite, of this tick, inside the torque limits at the estimated state
  [[nodiscard]] SafeCommand filter(const ProposedCommand& proposal, const RobotState& state,
                                   const WorldState& world, const ProposedCommand& trusted,
                                   const StopRequest& request, Tick tick,
                                   GateReport& report) noexcept;

  [[nodiscard]] const Arming& arming() const noexcept { return arming_; }
  [[nodiscard]] int na() const noexcept { return na_; }

 private:
  /// Beyond these a target, a gain or a measurement cannot be meant. All [na].
  struct CredibleLimits {
    JointVector position_min_rad;
    JointVector position_max_rad;
    JointVector speed_rad_s;
    JointVector torque_Nm;
    JointVector stiffness_Nm_rad;
    JointVector damping_Nms_rad;
  };
  struct TickLimits {
    Tick bridge = 0;
    Tick proposal_return = 0;
    Tick proposal_silent = 0;
    Tick lost_hold = 0;
    Tick world_age = 0;
  };
  /// A rule that bound, where, and by how much.
  struct Finding {
    MotionRule rule = MotionRule::kNone;
    int joint = -1;
    double margin = 0.0;
  };

  MotionGate(const JointLimits& limits, const MotionLimits& rules, double period_s);

  /// kNone if the command is of this tick, every value is a number, and its torques can be meant.
  [[nodiscard]] MotionRule command_fault(const ProposedCommand& command, Tick tick) const noexcept;
  /// kNone if the joints' state is of this tick and every value is one that a joint can have.
  [[nodiscard]] MotionRule joint_fault(const RobotState& state, Tick tick) const noexcept;
  /// kNone if the estimator vouches for the base, and its attitude is one.
  [[nodiscard]] static MotionRule base_fault(const RobotState& state) noexcept;
  /// The joint that is out of its bounds for good, if any, at (q_, v_).
  [[nodiscard]] Finding lost_joint() const noexcept;
  /// Keeps count of the proposal's faults. False: it has to be faultless for a while first.
  [[nodiscard]] bool in_favour(MotionRule proposal_fault) noexcept;
  /// Takes the joints' positions and velocities over.
  void take_joints(const RobotState& state) noexcept;
  /// Takes the whole body's state over, and with it the joints' inertias. After take_joints().
  void take_body(const RobotState& state, const WorldState& world) noexcept;
  /// Holds a share of every joint's speed limit back in this tick: under torques that the trusted
  /// controller does not know, the state is predicted less well. Links stay apart before that.
  void hold_back_speed(double share) noexcept;
  /// What stiffness and damping add to the feed-forward torque at (q_, v_), N.m.
  [[nodiscard]] double impedance_at(const ProposedCommand& command, int j) const noexcept;
  void take_brace_posture() noexcept;
  /// Makes the least change to output_ that keeps every barrier at (q_, v_).
  [[nodiscard]] Finding keep_barriers(GateReport& report) noexcept;
  [[nodiscard]] bool keep_set_point(int j) noexcept;
  /// The same for the barriers of the whole body, after keep_barriers(). False: one is not kept.
  [[nodiscard]] bool keep_body(bool is_foreign, GateReport& report, Finding& finding) noexcept;
  /// kNone if the body is where the next steps catch it. Nearer, once it has been lost.
  /// @param up_W  of the base's Z axis, along W's
  [[nodiscard]] MotionRule balance_fault(double up_W) const noexcept;
  /// Narrows what joint j's barriers allow to the speed that is not held back, its power and the
  /// rate of its torque, as far as they leave anything; the rule that `tau` would break of these.
  [[nodiscard]] Finding narrow(int j, double tau, JointBarrier::Interval& allowed) const noexcept;

  int na_;
  JointLimits limits_;
  MotionLimits rules_;
  TickLimits ticks_;
  CredibleLimits credible_;
  std::array<JointBarrier, kMaxJoints> barriers_{};
  std::optional<BodyBarriers> body_;
  double tilt_cos_min_;
  double lean_cos_min_;
  double lean_return_cos_min_;
  double torque_step_share_;  ///< of the torque limit, in one period

  Arming arming_;
  StopLadder ladder_;
  ProposedCommand output_;  ///< scratch: what leaves in this tick
  ProposedCommand last_;    ///< last command that came from a controller or policy, as it left
  ProposedCommand brace_;   ///< the damped posture
  bool has_last_ = false;
  bool has_joints_ = false;  ///< q_, v_ have been good once
  bool bracing_ = false;     ///< brace_ is in use and keeps its posture
  JointVector q_;            ///< last good joint positions and velocities
  JointVector v_;
  JointVector wanted_;  ///< scratch: whole torques as they were asked for, N.m
  JointVector lo_;      ///< scratch: what each joint's own barriers allow
  JointVector hi_;
  JointVector sent_;        ///< whole torques of the last tick, as they left
  Tick sent_tick_ = -1;     ///< of sent_; -1: none yet
  Tick missed_ = 0;         ///< ticks in a row without both a usable command and a usable state
  Tick lost_ = 0;           ///< ticks in a row with a barrier that could not be kept
  bool body_lost_ = false;  ///< a barrier of the whole body could not be kept in the last tick
  bool foreign_ = false;    ///< what leaves in this tick is not the trusted controller's
  ForeignShares shares_;    ///< of it, in this tick
  bool in_favour_ = true;   ///< the proposal may drive
  MotionRule fault_seen_ = MotionRule::kNone;  ///< why it last fell out of favour
  Tick faultless_ = 0;                         ///< ticks in a row without a fault, out of favour
  Tick out_of_favour_ = 0;                     ///< ticks in a row
};

}  // namespace longmen::gate
