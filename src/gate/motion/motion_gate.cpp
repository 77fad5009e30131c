#include "gate/motion/motion_gate.h"

#include <fmt/format.h>

#include <cstring>

namespace longmen::gate {
namespace {

using Member = JointVector ProposedCommand::*;
constexpr std::array<Member, 5> kArrays = {
    &ProposedCommand::torque_Nm, &ProposedCommand::position_rad, &ProposedCommand::velocity_rad_s,
    &ProposedCommand::stiffness_Nm_rad, &ProposedCommand::damping_Nms_rad};

/// A corrected torque aims this much inside its bound, relative to the terms of its sum, so that
/// rounding cannot carry the sum across.
constexpr double kRounding = 1e-12;

/// Beyond these the base's state cannot be meant.
constexpr double kPlaceMax_m = 1e6;
constexpr double kBaseSpeedMax_m_s = 50.0;
constexpr double kBaseTurnMax_rad_s = 100.0;

Tick ticks_of(double duration_s, double period_s) {
  return static_cast<Tick>(std::ceil(duration_s / period_s - 1e-9));
}

/// Known by the bits: what is not bit for bit the trusted command is not trusted.
bool same_bits(const ProposedCommand& a, const ProposedCommand& b) noexcept {
  if (&a == &b) return true;
  if (a.tick != b.tick) return false;
  for (const Member member : kArrays) {
    const JointVector& x = a.*member;
    const JointVector& y = b.*member;
    if (x.size() != y.size()) return false;
    if (std::memcmp(x.data(), y.data(), sizeof(double) * static_cast<std::size_t>(x.size())) != 0)
      return false;
  }
  return true;
}

Arming::Config arming_config(const MotionLimits& rules, double period_s) {
  return {.heartbeat_ticks_max = ticks_of(rules.heartbeat_s, period_s),
          .stopping_ticks = ticks_of(rules.stopping_s, period_s),
          .emergency_rung = rules.emergency_rung};
}

StopLadder::ReleaseTicks release_ticks(const MotionLimits& rules, double period_s) {
  return {0, ticks_of(rules.release_slow_s, period_s), ticks_of(rules.release_hold_s, period_s),
          ticks_of(rules.release_settle_s, period_s), ticks_of(rules.release_brace_s, period_s)};
}

}  // namespace

Result<MotionGate> MotionGate::create(const model::RobotModel& model, const MotionLimits& rules,
                                      double period_s, const std::vector<world::Zone>& zones) {
  auto gate = create(joint_limits_of(model), rules, period_s);
  if (gate) gate->body_.emplace(model, rules, zones);
  return gate;
}

Result<MotionGate> MotionGate::create(const JointLimits& limits, const MotionLimits& rules,
                                      double period_s) {
  if (auto valid = limits.validate(); !valid) return tl::make_unexpected(valid.error());
  if (!(period_s >= 0.0005 && period_s <= 0.005))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("control period is {} s, must be in [0.0005, 0.005]", period_s),
                "motion gate");
  if (rules.reaction_s < period_s)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("range.reaction_s is {}, must be at least the control period {}",
                            rules.reaction_s, period_s),
                "motion gate");
  MotionGate gate(limits, rules, period_s);
  for (int j = 0; j < gate.na_; ++j) {
    const JointBarrier& barrier = gate.barriers_[static_cast<std::size_t>(j)];
    const double width_min = 2.0 * barrier.a_b * barrier.T * barrier.T;
    if (barrier.q_max - barrier.q_min < width_min)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("range of joint {} is {} rad wide, must be at least {} to stop in", j,
                              barrier.q_max - barrier.q_min, width_min),
                  "motion gate");
  }
  return gate;
}

MotionGate::MotionGate(const JointLimits& limits, const MotionLimits& rules, double period_s)
    : na_(limits.na()),
      limits_(limits),
      rules_(rules),
      ticks_{ticks_of(rules.bridge_s, period_s), ticks_of(rules.proposal_return_s, period_s),
             ticks_of(rules.proposal_silent_s, period_s), ticks_of(rules.lost_hold_s, period_s),
             ticks_of(rules.world_age_s, period_s)},
      tilt_cos_min_(std::cos(rules.tilt_brace_rad)),
      lean_cos_min_(std::cos(rules.lean_rad)),
      lean_return_cos_min_(std::cos(rules.lean_return_rad)),
      torque_step_share_(period_s / rules.torque_full_s),
      arming_(arming_config(rules, period_s)),
      ladder_(release_ticks(rules, period_s), StopRung::kHold),
      q_(JointVector::Zero(na_)),
      v_(JointVector::Zero(na_)),
      wanted_(JointVector::Zero(na_)),
      lo_(JointVector::Zero(na_)),
      hi_(JointVector::Zero(na_)),
      sent_(JointVector::Zero(na_)) {
  for (ProposedCommand* command : {&output_, &last_, &brace_}) command->resize(na_);
  for (int j = 0; j < na_; ++j) {
    JointBarrier& barrier = barriers_[static_cast<std::size_t>(j)];
    barrier.q_min = limits.position_min_rad[j];
    barrier.q_max = limits.position_max_rad[j];
    barrier.v_max = limits.speed_max_rad_s[j];
    barrier.tau_max = limits.torque_max_Nm[j];
    barrier.I_min = (1.0 - rules.inertia_uncertainty) * limits.inertia_min_kgm2[j];
    barrier.I_max = (1.0 + rules.inertia_uncertainty) * limits.inertia_max_kgm2[j];
    barrier.a_b = rules.brake_torque_share * barrier.tau_max / barrier.I_max;
    barrier.T = rules.reaction_s;

    // Stiffness over the whole range plus damping up to full speed is at most the torque limit.
    const double share = rules.brace_stiffness_share;
    brace_.stiffness_Nm_rad[j] = share * barrier.tau_max / (barrier.q_max - barrier.q_min);
    brace_.damping_Nms_rad[j] =
        std::min((1.0 - share) * barrier.tau_max / barrier.v_max, barrier.I_min / rules.reaction_s);
  }
  const double beyond = rules.credible_beyond_range_rad;
  credible_.position_min_rad = limits.position_min_rad.array() - beyond;
  credible_.position_max_rad = limits.position_max_rad.array() + beyond;
  credible_.speed_rad_s = rules.credible_speed_ratio * limits.speed_max_rad_s;
  credible_.torque_Nm = rules.credible_torque_ratio * limits.torque_max_Nm;
  credible_.stiffness_Nm_rad = rules.stiffness_ratio_per_rad * limits.torque_max_Nm;
  credible_.damping_Nms_rad =
      (1.0 - rules.inertia_uncertainty) / period_s * limits.inertia_min_kgm2;
}

MotionRule MotionGate::command_fault(const ProposedCommand& command, Tick tick) const noexcept {
  if (command.tick != tick) return MotionRule::kFresh;
  for (const Member member : kArrays) {
    const JointVector& values = command.*member;
    if (values.size() != na_ || !values.allFinite()) return MotionRule::kFinite;
  }
  const bool credible = (command.torque_Nm.array().abs() <= credible_.torque_Nm.array()).all();
  return credible ? MotionRule::kNone : MotionRule::kFinite;
}

MotionRule MotionGate::joint_fault(const RobotState& state, Tick tick) const noexcept {
  if (state.tick != tick) return MotionRule::kFresh;
  for (const JointVector* values : {&state.joint_position_rad, &state.joint_velocity_rad_s})
    if (values->size() != na_) return MotionRule::kFinite;
  // Written so that a NaN is a fault. A joint far beyond its range or speed is a broken sensor.
  const auto q = state.joint_position_rad.array();
  const auto v = state.joint_velocity_rad_s.array();
  const bool believable = (q >= credible_.position_min_rad.array()).all() &&
                          (q <= credible_.position_max_rad.array()).all() &&
                          (v.abs() <= credible_.speed_rad_s.array()).all();
  return believable ? MotionRule::kNone : MotionRule::kFinite;
}

MotionRule MotionGate::base_fault(const RobotState& state) noexcept {
  if (!state.valid) return MotionRule::kFresh;
  // Written so that a NaN is a fault.
  const bool is_rotation = std::abs(state.q_WB.squaredNorm() - 1.0) < 1e-3;
  const bool can_be = (state.p_WB.array().abs() < kPlaceMax_m).all() &&
                      (state.v_WB_W.array().abs() < kBaseSpeedMax_m_s).all() &&
                      (state.w_WB_B.array().abs() < kBaseTurnMax_rad_s).all();
  return is_rotation && can_be ? MotionRule::kNone : MotionRule::kFinite;
}

MotionGate::Finding MotionGate::lost_joint() const noexcept {
  for (int j = 0; j < na_; ++j) {
    const JointBarrier& barrier = barriers_[static_cast<std::size_t>(j)];
    const double over = rules_.speed_lost_ratio * limits_.speed_max_rad_s[j] - std::abs(v_[j]);
    if (over < 0.0) return {MotionRule::kVelocity, j, over};
    const double room = barrier.room_after_braking(q_[j], v_[j]) + rules_.overshoot_rad;
    if (room < 0.0) return {MotionRule::kRange, j, room};
  }
  return {};
}

bool MotionGate::in_favour(MotionRule proposal_fault) noexcept {
  if (proposal_fault != MotionRule::kNone) {
    in_favour_ = false;
    fault_seen_ = proposal_fault;
    faultless_ = 0;
  } else if (!in_favour_ && ++faultless_ >= ticks_.proposal_return) {
    in_favour_ = true;
  }
  out_of_favour_ = in_favour_ ? 0 : out_of_favour_ + 1;
  return in_favour_;
}

void MotionGate::take_joints(const RobotState& state) noexcept {
  q_ = state.joint_position_rad;
  v_ = state.joint_velocity_rad_s;
  if (!has_joints_) bracing_ = false;  // now there is a posture to keep
  has_joints_ = true;
}

void MotionGate::take_body(const RobotState& state, const WorldState& world) noexcept {
  body_->see(state, world);
  const JointVector& inertia_kgm2 = body_->joint_inertia();
  for (int j = 0; j < na_; ++j) {
    JointBarrier& barrier = barriers_[static_cast<std::size_t>(j)];
    barrier.I_min = (1.0 - rules_.inertia_uncertainty) * inertia_kgm2[j];
    barrier.I_max = (1.0 + rules_.inertia_uncertainty) * inertia_kgm2[j];
  }
}

void MotionGate::hold_back_speed(double share) noexcept {
  for (int j = 0; j < na_; ++j)
    barriers_[static_cast<std::size_t>(j)].v_held = (1.0 - share) * limits_.speed_max_rad_s[j];
}

double MotionGate::impedance_at(const ProposedCommand& command, int j) const noexcept {
  return command.stiffness_Nm_rad[j] * (command.position_rad[j] - q_[j]) +
         command.damping_Nms_rad[j] * (command.velocity_rad_s[j] - v_[j]);
}

void MotionGate::take_brace_posture() noexcept {
  // With no position ever known there is no posture to keep: damping alone.
  for (int j = 0; j < na_; ++j) {
    const JointBarrier& barrier = barriers_[static_cast<std::size_t>(j)];
    brace_.position_rad[j] = std::clamp(q_[j], barrier.q_min, barrier.q_max);
    brace_.stiffness_Nm_rad[j] = has_joints_ ? rules_.brace_stiffness_share * barrier.tau_max /
                                                   (barrier.q_max - barrier.q_min)
                                             : 0.0;
  }
}

bool MotionGate::keep_set_point(int j) noexcept {
  double& stiffness = output_.stiffness_Nm_rad[j];
  double& damping = output_.damping_Nms_rad[j];
  double& position = output_.position_rad[j];
  double& velocity = output_.velocity_rad_s[j];
  const bool stiffness_ok = stiffness >= 0.0 && stiffness <= credible_.stiffness_Nm_rad[j];
  const bool damping_ok = damping >= 0.0 && damping <= credible_.damping_Nms_rad[j];
  // A target without a gain does nothing, and may be anything.
  const bool position_ok = stiffness == 0.0 || (position >= credible_.position_min_rad[j] &&
                                                position <= credible_.position_max_rad[j]);
  const bool velocity_ok = damping == 0.0 || std::abs(velocity) <= credible_.speed_rad_s[j];
  if (stiffness_ok && damping_ok && position_ok && velocity_ok) return true;
  stiffness = std::clamp(stiffness, 0.0, credible_.stiffness_Nm_rad[j]);
  damping = std::clamp(damping, 0.0, credible_.damping_Nms_rad[j]);
  position = std::clamp(position, credible_.position_min_rad[j], credible_.position_max_rad[j]);
  velocity = std::clamp(velocity, -credible_.speed_rad_s[j], credible_.speed_rad_s[j]);
  return false;
}

MotionRule MotionGate::balance_fault(double up_W) const noexcept {
  if (up_W < (in_favour_ ? lean_cos_min_ : lean_return_cos_min_)) return MotionRule::kBalance;
  const double share = in_favour_ ? rules_.capture_share : rules_.capture_return_share;
  return body_ && body_->divergence_share() > share ? MotionRule::kBalance : MotionRule::kNone;
}

MotionGate::Finding MotionGate::narrow(int j, double tau,
                                       JointBarrier::Interval& allowed) const noexcept {
  const JointBarrier& barrier = barriers_[static_cast<std::size_t>(j)];
  Finding finding;
  // What the joint's own barriers ask for comes first: never an empty interval.
  const auto cut = [&](double lo, double hi) {
    allowed.lo = std::min(std::max(allowed.lo, lo), allowed.hi);
    allowed.hi = std::max(std::min(allowed.hi, hi), allowed.lo);
  };
  if (barrier.v_held < barrier.v_max) {
    const JointBarrier::Interval held = barrier.interval(q_[j], v_[j], barrier.v_held);
    cut(held.lo, held.hi);
    if (tau < held.lo || tau > held.hi) {
      const auto binding = barrier.binding(q_[j], v_[j], tau, held, barrier.v_held);
      finding = {binding.rule, j, binding.margin};
    }
  }
  // Driving only: braking is never refused.
  const double power_max = rules_.power_share * barrier.tau_max * limits_.speed_max_rad_s[j];
  const double speed = std::abs(v_[j]);
  if (speed * barrier.tau_max > power_max) {
    const double torque = power_max / speed;
    if (v_[j] > 0.0)
      cut(-barrier.tau_max, torque);
    else
      cut(-torque, barrier.tau_max);
    if (tau * v_[j] > power_max) finding = {MotionRule::kPower, j, power_max - tau * v_[j]};
  }
  if (const double torque_max = shares_.torque * barrier.tau_max; shares_.torque < 1.0) {
    cut(-torque_max, torque_max);
    if (std::abs(tau) > torque_max) finding = {MotionRule::kTorque, j, torque_max - std::abs(tau)};
  }
  if (foreign_ && sent_tick_ >= 0) {
    const double step = torque_step_share_ * barrier.tau_max * (1.0 + 1e-9);
    cut(sent_[j] - step, sent_[j] + step);
    if (std::abs(tau - sent_[j]) > step)
      finding = {MotionRule::kTorqueRate, j, step - std::abs(tau - sent_[j])};
  }
  return finding;
}

MotionGate::Finding MotionGate::keep_barriers(GateReport& report) noexcept {
  Finding worst;
  double worst_change = -1.0;  // relative to the joint's torque limit
  for (int j = 0; j < na_; ++j) {
    const JointBarrier& barrier = barriers_[static_cast<std::size_t>(j)];
    const bool set_point_kept = keep_set_point(j);
    const double impedance = impedance_at(output_, j);
    const double tau = output_.torque_Nm[j] + impedance;
    const JointBarrier::Interval own = barrier.interval(q_[j], v_[j]);
    JointBarrier::Interval allowed = own;
    const Finding narrowed = narrow(j, tau, allowed);
    const bool torque_kept = tau >= allowed.lo && tau <= allowed.hi;
    // Power and rate shape what is wanted; the body's barriers may need more.
    wanted_[j] = narrowed.rule == MotionRule::kNone ? tau : std::clamp(tau, allowed.lo, allowed.hi);
    lo_[j] = own.lo;
    hi_[j] = own.hi;
    if (torque_kept && set_point_kept) continue;

    ++report.joints_changed;
    double change = 0.0;
    if (!torque_kept) {
      const double inset = kRounding * (barrier.tau_max + std::abs(impedance));
      const double middle = 0.5 * (allowed.lo + allowed.hi);
      const double target = std::clamp(tau, std::min(allowed.lo + inset, middle),
                                       std::max(allowed.hi - inset, middle));
      const double limit = barrier.tau_max - inset;
      output_.torque_Nm[j] = std::clamp(target, -limit, limit) - impedance;
      change = std::abs(target - tau);
    }
    report.change_max_Nm = std::max(report.change_max_Nm, change);
    if (change / barrier.tau_max > worst_change) {
      worst_change = change / barrier.tau_max;
      worst.joint = j;
      if (torque_kept) {
        worst.rule = MotionRule::kSetPoint;
        worst.margin = 0.0;
      } else {
        const bool by_own = tau < own.lo || tau > own.hi;
        const JointBarrier::Finding binding =
            by_own ? barrier.binding(q_[j], v_[j], tau, own)
                   : JointBarrier::Finding{narrowed.rule, narrowed.margin};
        worst.rule = binding.rule;
        worst.margin = binding.margin;
      }
    }
  }
  return worst;
}

bool MotionGate::keep_body(bool is_foreign, GateReport& report, Finding& finding) noexcept {
  JointVector tau = wanted_.cwiseMax(lo_).cwiseMin(hi_);
  const BodyBarriers::Outcome outcome =
      body_->keep(std::span(barriers_.data(), static_cast<std::size_t>(na_)), wanted_, lo_, hi_,
                  tau, is_foreign);
  if (!outcome.changed) return true;
  report.joints_changed = 0;
  report.change_max_Nm = 0.0;
  for (int j = 0; j < na_; ++j) {
    const double change = std::abs(tau[j] - wanted_[j]);
    if (change == 0.0) continue;
    const double impedance = impedance_at(output_, j);
    const double inset =
        kRounding * (barriers_[static_cast<std::size_t>(j)].tau_max + std::abs(impedance));
    const double limit = barriers_[static_cast<std::size_t>(j)].tau_max - inset;
    output_.torque_Nm[j] = std::clamp(tau[j], -limit, limit) - impedance;
    ++report.joints_changed;
    report.change_max_Nm = std::max(report.change_max_Nm, change);
  }
  finding = {outcome.rule, outcome.joint, outcome.margin};
  return outcome.kept;
}

SafeCommand MotionGate::filter(const ProposedCommand& proposal, const RobotState& state,
                               const WorldState& world, const ProposedCommand& trusted,
                               const StopRequest& request, Tick tick, GateReport& report) noexcept {
  report = GateReport{};
  report.tick = tick;
  arming_.step(tick, request.events);
  report.armed = arming_.armed();

  // What can be relied on.
  MotionRule state_bad = joint_fault(state, tick);
  const bool joints_usable = state_bad == MotionRule::kNone;
  if (joints_usable) {
    take_joints(state);
    state_bad = base_fault(state);
  }
  const bool state_usable = state_bad == MotionRule::kNone;
  if (state_usable && body_) take_body(state, world);
  const MotionRule trusted_bad = command_fault(trusted, tick);
  const bool is_trusted = same_bits(proposal, trusted);
  // Also while the trusted controller catches what a foreign one has left.
  hold_back_speed(is_trusted ? 0.0 : rules_.speed_margin_share);
  MotionRule proposal_bad = is_trusted ? trusted_bad : command_fault(proposal, tick);
  const double up_W =
      1.0 - 2.0 * (state.q_WB.x() * state.q_WB.x() + state.q_WB.y() * state.q_WB.y());
  // A proposal that is not the trusted controller's has to stay where that one could take over.
  if (!is_trusted && proposal_bad == MotionRule::kNone && state_usable)
    proposal_bad = balance_fault(up_W);

  // What each finding asks of the ladder.
  StopRung demanded = std::max(arming_.demand(), request.rung);
  const bool favour = in_favour(proposal_bad);
  // Who heads for a fall is no reason to stand still: the trusted controller steps on.
  if (out_of_favour_ > ticks_.proposal_silent && fault_seen_ != MotionRule::kBalance)
    demanded = std::max(demanded, StopRung::kHold);
  if (world.tick > tick || world.tick < tick - ticks_.world_age)
    demanded = std::max(demanded, StopRung::kSlow);
  const BodyBarriers::Demand near =
      body_ && state_usable ? body_->separation() : BodyBarriers::Demand{};
  demanded = std::max(demanded, near.rung);
  Finding lost;
  if (joints_usable) {
    lost = lost_joint();
    lost_ = lost.rule == MotionRule::kNone && !body_lost_ ? 0 : lost_ + 1;
  }
  if (lost_ > 0)
    demanded = std::max(demanded, lost_ > ticks_.lost_hold ? StopRung::kHold : StopRung::kSlow);
  const bool tilted = state_usable && up_W < tilt_cos_min_;
  if (tilted) demanded = StopRung::kBrace;

  const bool foreign_drives = !is_trusted && favour && report.armed &&
                              demanded == StopRung::kNone && ladder_.rung() == StopRung::kNone;
  const bool missed = !state_usable || (!foreign_drives && trusted_bad != MotionRule::kNone);
  missed_ = missed ? missed_ + 1 : 0;
  if (has_last_ && missed_ > ticks_.bridge) demanded = StopRung::kBrace;
  report.rung = ladder_.step(demanded);
  foreign_ = foreign_drives && report.rung == StopRung::kNone;
  shares_ = foreign_ ? request.shares : ForeignShares{};
  if (foreign_ && shares_.speed < 1.0 - rules_.speed_margin_share)
    hold_back_speed(1.0 - shares_.speed);

  // Whose command leaves. Before the first usable one the gate braces, and the ladder forgets it.
  Finding finding;
  if (report.rung == StopRung::kBrace || (missed && !has_last_)) {
    if (!bracing_) take_brace_posture();
    report.rung = StopRung::kBrace;
    report.source = CommandSource::kBrace;
    finding.rule = tilted ? MotionRule::kTilt : MotionRule::kBrace;
    output_ = brace_;
  } else if (missed) {
    report.source = CommandSource::kBridge;
    finding.rule = state_usable ? trusted_bad : state_bad;
    output_ = last_;
  } else if (is_trusted || foreign_drives) {
    report.source = CommandSource::kProposal;
    output_ = proposal;
  } else {
    report.source = CommandSource::kTrusted;
    if (!favour)
      finding.rule = fault_seen_;
    else if (report.armed && lost.rule != MotionRule::kNone)
      finding = lost;
    else
      finding.rule = report.armed ? MotionRule::kStop : MotionRule::kDisarmed;
    output_ = trusted;
  }
  bracing_ = report.source == CommandSource::kBrace;
  output_.tick = tick;

  // Every command, also the gate's own, keeps the barriers.
  if (has_joints_) {
    Finding bound = keep_barriers(report);
    body_lost_ = state_usable && body_ && !keep_body(!is_trusted, report, bound);
    if (finding.rule == MotionRule::kNone) finding = bound;
    if (finding.rule == MotionRule::kNone) finding = lost;
    if (finding.rule == MotionRule::kNone && near.rung != StopRung::kNone)
      finding = {near.rule, -1, near.margin_m};
    if (report.source != CommandSource::kProposal && proposal_bad == MotionRule::kNone) {
      for (int j = 0; j < na_; ++j) {
        const double change = output_.torque_Nm[j] + impedance_at(output_, j) -
                              (proposal.torque_Nm[j] + impedance_at(proposal, j));
        report.change_max_Nm = std::max(report.change_max_Nm, std::abs(change));
      }
    }
  }
  if (has_joints_) {
    for (int j = 0; j < na_; ++j) sent_[j] = output_.torque_Nm[j] + impedance_at(output_, j);
    sent_tick_ = tick;
  } else {
    sent_tick_ = -1;
  }
  report.changed = report.source != CommandSource::kProposal || report.joints_changed > 0;
  report.rule = finding.rule;
  report.joint = static_cast<std::int16_t>(finding.joint);
  report.margin = finding.margin;

  if (!missed && !bracing_) {
    last_ = output_;
    has_last_ = true;
  }
  return SafeCommand(output_);
}

}  // namespace longmen::gate
