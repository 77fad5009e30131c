#pragma once

#include <memory>
#include <optional>
#include <span>

#include "control/get_up.h"
#include "control/whole_body_controller.h"
#include "core/command.h"
#include "core/gate_report.h"
#include "core/result.h"
#include "core/robot_state.h"
#include "core/sensor_frame.h"
#include "core/whole_body_reference.h"
#include "core/world_state.h"
#include "estimation/estimator.h"
#include "estimation/object_tracker.h"
#include "estimation/world_tracker.h"
#include "gate/motion/motion_gate.h"
#include "io/robot_io.h"
#include "model/dynamics.h"
#include "planning/walking_planner.h"
#include "record/recorder.h"
#include "runtime/pilot.h"
#include "runtime/robot_tuning.h"
#include "runtime/tick_probe.h"
#include "world/height_map.h"

namespace longmen::runtime {

/// Changes a proposal on its way to the motion gate: a fault to be tested, or a policy that drives.
/// The gate keeps the trusted controller's own command beside it.
class ProposalTap {
 public:
  virtual ~ProposalTap() = default;
  virtual void touch(ProposedCommand& proposal) noexcept = 0;
};

/// Asynchronous inputs that this tick consumes. Whoever feeds the loop records them.
struct TickInputs {
  std::span<const gate::ArmingEvent> arming{};
  StopRung stop = StopRung::kNone;  ///< asked for by a person, the record or a monitor
  gate::ForeignShares shares{};     ///< of a policy that drives
  bool gets_up = false;             ///< after a fall, without being asked by a goal
};

/// Counts since the start, for people and metrics.
struct LoopCounts {
  std::int64_t ticks = 0;
  std::int64_t control_failures = 0;  ///< ticks on which the whole-body problem was not solved
  std::int64_t gate_changed = 0;
  /// Ticks on any rung of the stop ladder, after an armed robot was let go: arming is no stop.
  std::int64_t gate_stopped = 0;
  std::int64_t write_refused = 0;
};

/// One control period after another: read, estimate, pilot, plan, control, gate, write, record. The
/// only place that knows them all and their order. Lock-step and deterministic: the same frames and
/// inputs give the same bits. Starts DISARMED: the robot stands until a lease arrives.
class Loop {
 public:
  /// Everything is allocated here. `model` must outlive the loop. @param zones  of the floor, in W
  static Result<Loop> create(const model::RobotModel& model, const RobotTuning& tuning,
                             const gate::MotionLimits& limits, double period_s,
                             const std::vector<world::Zone>& zones = {});

  /// One period. Real-time safe. `pilot` and `recorder` and the rest may be absent (nullptr): no
  /// pilot is a goal to stand.
  struct Attachments {
    Pilot* pilot = nullptr;
    ProposalTap* tap = nullptr;
    record::Recorder* recorder = nullptr;
    TickProbe* probe = nullptr;
  };
  io::WriteStatus tick(io::RobotIo& io, const TickInputs& inputs,
                       const Attachments& attached) noexcept;

  /// The ground as it is known from now on. Between ticks; takes memory.
  void see_ground(const world::HeightMap& map) { planner_.see_ground(map); }

  [[nodiscard]] const SensorFrame& sensors() const { return sensors_; }
  [[nodiscard]] const RobotState& state() const { return state_; }
  [[nodiscard]] const WorldState& world() const { return world_; }
  [[nodiscard]] const WholeBodyReference& reference() const { return reference_; }
  [[nodiscard]] const Goal& goal() const { return goal_; }
  [[nodiscard]] const ProposedCommand& proposal() const { return proposal_; }
  /// The trusted controller's command, whoever proposed in its place.
  [[nodiscard]] const ProposedCommand& trusted() const { return trusted_; }
  [[nodiscard]] const GateReport& gate_report() const { return report_; }
  /// Values of the last safe command, as they went to the motors.
  [[nodiscard]] const ProposedCommand& safe_values() const { return safe_values_; }
  [[nodiscard]] const control::TickReport& control_report() const { return control_report_; }
  [[nodiscard]] const planning::WalkingPlanner& planner() const { return planner_; }
  /// nullptr for a robot that does not know how to get up.
  [[nodiscard]] const control::GetUp* get_up() const { return get_up_ ? &*get_up_ : nullptr; }
  /// The body is being got up from the ground.
  [[nodiscard]] bool rises() const { return rises_; }
  [[nodiscard]] const gate::Arming& arming() const { return gate_.arming(); }
  [[nodiscard]] const LoopCounts& counts() const { return counts_; }

 private:
  Loop(const model::RobotModel& model, estimation::Estimator estimator,
       estimation::WorldTracker tracker, estimation::ObjectTracker objects,
       planning::WalkingPlanner planner, control::WholeBodyController controller,
       gate::MotionGate gate);
  [[nodiscard]] Goal goal_of(Pilot* pilot, bool gets_up) noexcept;
  /// It has fallen: the gate braces, and the base leans far.
  [[nodiscard]] bool lies() const noexcept;
  /// Whether the body is to be got up in this tick, and what that means for the planner.
  void choose_to_rise() noexcept;
  /// The controller's acceleration, plus what the torques that were sent in the place of its own
  /// do to their joints: the estimator predicts with what acts, not with what was wished.
  [[nodiscard]] model::VelocityVector acceleration_of(const ProposedCommand& sent) const noexcept;

  estimation::Estimator estimator_;
  estimation::WorldTracker tracker_;
  estimation::ObjectTracker objects_;
  model::Dynamics dynamics_;
  planning::WalkingPlanner planner_;
  control::WholeBodyController controller_;
  std::optional<control::GetUp> get_up_;
  gate::MotionGate gate_;

  SensorFrame sensors_;
  RobotState state_;
  WorldState world_;
  Goal goal_;
  WholeBodyReference reference_;
  ProposedCommand trusted_;
  ProposedCommand proposal_;
  ProposedCommand safe_values_;
  GateReport report_;
  control::TickReport control_report_;
  LoopCounts counts_;
  bool let_go_ = false;  ///< armed, and the stop ladder has let go since
  bool rises_ = false;
  int carried_object_ = -1;  ///< of the last tick's goal
};

}  // namespace longmen::runtime
