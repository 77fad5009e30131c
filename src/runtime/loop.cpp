#include "runtime/loop.h"

#include <utility>

namespace longmen::runtime {
namespace {
constexpr double kSlowShare = 0.5;  // of every commanded velocity on the rung `slow`
constexpr double kLiesCos = 0.7;    // of the base's lean, in a brace: it has fallen
}  // namespace

Result<Loop> Loop::create(const model::RobotModel& model, const RobotTuning& tuning,
                          const gate::MotionLimits& limits, double period_s,
                          const std::vector<world::Zone>& zones) {
  auto estimator = estimation::Estimator::create(model, tuning.estimation, period_s);
  if (!estimator) return tl::make_unexpected(estimator.error());
  auto tracker = estimation::WorldTracker::create({}, period_s);
  if (!tracker) return tl::make_unexpected(tracker.error());
  auto objects = estimation::ObjectTracker::create({}, period_s);
  if (!objects) return tl::make_unexpected(objects.error());
  auto planner = planning::WalkingPlanner::create(model, tuning.gait, period_s);
  if (!planner) return tl::make_unexpected(planner.error());
  auto controller = control::WholeBodyController::create(model, tuning.control);
  if (!controller) return tl::make_unexpected(controller.error());
  auto gate = gate::MotionGate::create(model, limits, period_s, zones);
  if (!gate) return tl::make_unexpected(gate.error());
  Loop loop(model, std::move(*estimator), std::move(*tracker), *objects, std::move(*planner),
            std::move(*controller), std::move(*gate));
  if (tuning.get_up) loop.get_up_.emplace(model, *tuning.get_up, period_s);
  return loop;
}

Loop::Loop(const model::RobotModel& model, estimation::Estimator estimator,
           estimation::WorldTracker tracker, estimation::ObjectTracker objects,
           planning::WalkingPlanner planner, control::WholeBodyController controller,
           gate::MotionGate gate)
    : estimator_(std::move(estimator)),
      tracker_(tracker),
      objects_(objects),
      dynamics_(model::Dynamics::create(model)),
      planner_(std::move(planner)),
      controller_(std::move(controller)),
      gate_(std::move(gate)) {
  const int na = model.na();
  sensors_.joint_position_rad = model.home_rad();
  sensors_.joint_velocity_rad_s.setZero(na);
  state_.p_WB.z() = model.home_height_m();
  state_.joint_position_rad = model.home_rad();
  state_.joint_velocity_rad_s.setZero(na);
  reference_.posture_rad = model.home_rad();
  reference_.posture_rate_rad_s.setZero(na);
  trusted_.resize(na);
  proposal_.resize(na);
  safe_values_.resize(na);
}

Goal Loop::goal_of(Pilot* pilot, bool gets_up) noexcept {
  // The rung of the last tick rules: the gate decides it, the trusted planner executes it.
  Goal goal;
  if (gets_up && (rises_ || lies())) {
    goal.locomotion = Goal::Locomotion::kGetUp;
    return goal;
  }
  if (pilot == nullptr) return goal;
  const Pilot::View view{
      state_, world_, planner_.standing(), report_.rung, planner_.rest_pose(), report_.rule};
  const Goal& wanted = pilot->tick(view);
  if (wanted.locomotion == Goal::Locomotion::kGetUp) {
    goal.locomotion = Goal::Locomotion::kGetUp;  // the gate says whether it may
    return goal;
  }
  if (report_.rung >= StopRung::kHold) {  // what the hands hold they keep
    goal.palms = wanted.palms;
    goal.squeeze_N = wanted.squeeze_N;
    goal.carried_object = wanted.carried_object;
    return goal;
  }
  goal = wanted;
  if (report_.rung == StopRung::kSlow) {
    goal.velocity_H_m_s *= kSlowShare;
    goal.yaw_rate_rad_s *= kSlowShare;
  }
  return goal;
}

bool Loop::lies() const noexcept {
  return report_.rung == StopRung::kBrace &&
         (state_.q_WB * Eigen::Vector3d::UnitZ()).z() < kLiesCos;
}

void Loop::choose_to_rise() noexcept {
  const bool wanted = get_up_ && goal_.locomotion == Goal::Locomotion::kGetUp;
  if (!rises_ && wanted && lies()) {
    rises_ = true;
    get_up_->start();
  } else if (rises_ && (!wanted || get_up_->phase() == control::GetUp::Phase::kOnFeet)) {
    rises_ = false;
    planner_.restart(dynamics_, state_);
  }
}

model::VelocityVector Loop::acceleration_of(const ProposedCommand& sent) const noexcept {
  model::VelocityVector a = controller_.acceleration();
  const model::RobotModel& model = dynamics_.model();
  for (int j = 0; j < model.na(); ++j) {
    const double torque =
        sent.torque_Nm[j] +
        sent.stiffness_Nm_rad[j] * (sent.position_rad[j] - state_.joint_position_rad[j]) +
        sent.damping_Nms_rad[j] * (sent.velocity_rad_s[j] - state_.joint_velocity_rad_s[j]);
    const double expected =
        trusted_.torque_Nm[j] +
        trusted_.stiffness_Nm_rad[j] * (trusted_.position_rad[j] - state_.joint_position_rad[j]) +
        trusted_.damping_Nms_rad[j] * (trusted_.velocity_rad_s[j] - state_.joint_velocity_rad_s[j]);
    a[model.dof(j)] += (torque - expected) / dynamics_.M()(model.dof(j), model.dof(j));
  }
  return a;
}

io::WriteStatus Loop::tick(io::RobotIo& io, const TickInputs& inputs,
                           const Attachments& attached) noexcept {
  const auto end_part = [&](TickPart part) {
    if (attached.probe != nullptr) attached.probe->end_part(part);
  };
  io.read(sensors_);
  if (attached.probe != nullptr) attached.probe->begin_tick();

  estimator_.tick(sensors_, state_);
  state_.sensor_faults |= tracker_.tick(sensors_, world_);
  state_.sensor_faults |= objects_.tick(sensors_, carried_object_, world_);
  end_part(TickPart::kEstimator);

  goal_ = goal_of(attached.pilot, inputs.gets_up);
  carried_object_ = goal_.carried_object;
  dynamics_.update(state_);
  if (goal_.palms[kLeft].active || goal_.palms[kRight].active) dynamics_.update_palms();
  choose_to_rise();
  if (!rises_) {
    planner_.settle(report_.rung >= StopRung::kSettle);
    planner_.tick(goal_, dynamics_, state_, reference_);
  }
  end_part(TickPart::kPlanner);

  if (!rises_) controller_.assemble(dynamics_, state_, reference_);
  end_part(TickPart::kAssemble);

  if (rises_) {
    get_up_->tick(state_, report_.source != CommandSource::kBrace, trusted_);
    control_report_ = {.status = control::TickStatus::kSolved};
  } else {
    control_report_ = controller_.solve(state_, reference_, trusted_);
  }
  if (control_report_.status != control::TickStatus::kSolved) ++counts_.control_failures;
  proposal_ = trusted_;
  if (attached.tap != nullptr) attached.tap->touch(proposal_);
  end_part(TickPart::kSolve);

  SafeCommand safe =
      gate_.filter(proposal_, state_, world_, trusted_,
                   {inputs.stop, inputs.arming, inputs.shares, rises_}, sensors_.tick, report_);
  safe_values_ = safe.values();
  if (!rises_)  // what the ground does with a body that lies on it nobody predicts
    estimator_.set_predicted_acceleration(acceleration_of(safe_values_), sensors_.tick);
  end_part(TickPart::kGate);

  const io::WriteStatus status = io.write(std::move(safe));
  if (attached.recorder != nullptr)
    attached.recorder->record_tick(
        {sensors_, state_, world_, reference_, proposal_, report_, safe_values_});
  end_part(TickPart::kRecord);

  ++counts_.ticks;
  if (report_.changed) ++counts_.gate_changed;
  const bool is_stopping = report_.rung != StopRung::kNone;
  let_go_ = gate_.arming().state() != gate::Arming::State::kDisarmed && (let_go_ || !is_stopping);
  if (let_go_ && is_stopping) ++counts_.gate_stopped;
  if (status != io::WriteStatus::kAccepted) ++counts_.write_refused;
  return status;
}

}  // namespace longmen::runtime
