#include "runtime/live_robot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

#include "runtime/live_documents.h"

namespace longmen::runtime {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kInputsPerTick = 4;      // each grants at most one arming event
constexpr Tick kStatePeriod = 16;      // ticks: 62.5 Hz
constexpr Tick kRuleQuiet = 500;       // ticks after which a rule that binds again is a new finding
constexpr double kBehindMax_s = 0.05;  // further behind, time stretches
constexpr double kEndTime_s = 3.0;     // to come to a stand at the end

std::uint8_t share(double value, double limit) {
  if (!(limit > 0.0)) return 0;
  return static_cast<std::uint8_t>(
      std::lround(255.0 * std::clamp(std::abs(value) / limit, 0.0, 1.0)));
}

/// 0 in the middle of the range, 255 at an end of it.
std::uint8_t range_share(double value, double low, double high) {
  return share(value - 0.5 * (low + high), 0.5 * (high - low));
}

/// 0 disarmed, 1 armed, 2 stopping, 3 emergency stop.
static_assert(static_cast<int>(gate::Arming::State::kStopping) == wall::Event::kArmingStopping);
int arming_code(const gate::Arming& arming) {
  return arming.emergency() ? 3 : static_cast<int>(arming.state());
}

wall::PlanStage stage_of(const skills::PlanExecutor* executor) {
  if (executor == nullptr) return wall::PlanStage::kNone;
  return static_cast<wall::PlanStage>(1 + static_cast<int>(executor->report().status));
}

}  // namespace

void TickTimes::add(double us) noexcept {
  const auto bin =
      static_cast<std::size_t>(std::clamp(us, 0.0, static_cast<double>(bins_.size() - 1)));
  ++bins_[bin];
  ++count_;
}

double TickTimes::quantile_us(double share_of_ticks) const noexcept {
  const double wanted = share_of_ticks * static_cast<double>(count_);
  double seen = 0.0;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    seen += bins_[bin];
    if (seen >= wanted && seen > 0.0) return static_cast<double>(bin + 1);
  }
  return 0.0;
}

LiveRobot::LiveRobot(Session& session, io::RobotIo& io, WallServer& wall, Poses poses,
                     io::FaultInjector* injector)
    : session_(session),
      io_(io),
      wall_(wall),
      poses_(std::move(poses)),
      injector_(io.is_simulated() ? injector : nullptr) {
  if (injector_ != nullptr) fault_tap_.emplace(*injector_);
  for (int j = 0; j < session.model().na(); ++j) joints_.push_back(session.model().joint(j).name);
  event_.text.reserve(1024);
}

Result<void> LiveRobot::run(const std::function<bool()>& ends) {
  const auto period = std::chrono::nanoseconds(std::llround(1e9 * session_.period_s()));
  Clock::time_point due = Clock::now();
  std::optional<Clock::time_point> end_at;
  while (true) {
    if (!end_at && ends()) {
      record::Event hold;
      hold.kind = record::Event::Kind::kStop;
      hold.stop = StopRung::kHold;
      hold.set_source("end");
      session_.take(hold);
      end_at = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(kEndTime_s));
    }
    if (end_at && (session_.loop().planner().standing() || Clock::now() > *end_at)) return {};
    take_inputs();
    const io::WriteStatus status = session_.tick(io_, fault_tap_ ? &*fault_tap_ : nullptr, &probe_);
    if (status != io::WriteStatus::kAccepted)
      return fail(ErrorCode::kInternal, "the robot refused a command of the motion gate");
    watch();
    due += period;
    const Clock::time_point now = Clock::now();
    if (now > due + period) ++late_;
    const std::chrono::duration<double> behind = now - due;
    if (behind.count() > kBehindMax_s) due = now;
    std::this_thread::sleep_until(due);
  }
}

void LiveRobot::listen(std::function<bool()> stop_has_come, std::string_view source) {
  stop_has_come_ = std::move(stop_has_come);
  stop_.kind = record::Event::Kind::kLease;
  stop_.lease.act = record::Event::Lease::Act::kEmergencyStop;
  stop_.set_source(source);
}

void LiveRobot::take_inputs() {
  if (stop_has_come_ && stop_has_come_()) session_.take(stop_);
  for (int i = 0; i < kInputsPerTick; ++i) {
    const WallInput* input = wall_.next_input();
    if (input == nullptr) return;
    record::Event event = input->event;
    wall::Outcome outcome = wall::Outcome::kTaken;
    if (event.kind == record::Event::Kind::kFault) outcome = inject(input->payload);
    if (!let_through(event)) {  // it never arrived: nobody answers
      wall_.pop_input();
      continue;
    }
    if (outcome == wall::Outcome::kTaken) session_.take(event, input->payload);
    if (input->request != 0) wall_.answer(input->client, {input->request, io_.tick(), outcome});
    if (input->event.kind == record::Event::Kind::kPlan) tell_verdict(input->request);
    wall_.pop_input();
  }
}

wall::Outcome LiveRobot::inject(std::string_view text) {
  if (injector_ == nullptr) return wall::Outcome::kRefused;
  const auto fault = io::parse_fault(0.0, std::string(text), joints_);
  // Beats that come by the clock cannot be kept back and handed on.
  if (!fault || fault->kind == io::FaultKind::kHeartbeatDelay) return wall::Outcome::kRefused;
  return injector_->add(*fault, io_.tick()) ? wall::Outcome::kTaken : wall::Outcome::kBusy;
}

bool LiveRobot::let_through(record::Event& event) {
  using Act = record::Event::Lease::Act;
  if (event.kind != record::Event::Kind::kLease) return true;
  if (event.lease.act == Act::kGrant) grant_ = event;
  if (injector_ == nullptr || event.lease.act != Act::kHeartbeat) return true;
  const auto fault = injector_->heartbeat_fault(io_.tick());
  if (fault == io::FaultKind::kHeartbeatReplay) event.lease = grant_.lease;
  return fault != io::FaultKind::kHeartbeatLoss;
}

void LiveRobot::tell() {
  event_.tick = io_.tick();
  event_.time_s = session_.loop().state().time_s;
  if (!wall_.publish(event_)) ++events_lost_;
  std::string text = std::move(event_.text);  // its memory is used again
  text.clear();
  event_ = wall::Event();
  event_.text = std::move(text);
}

/// Of the event's step.
void LiveRobot::tell_receipt() {
  std::array<char, kReceiptMax_bytes> json;
  const auto step = static_cast<std::size_t>(event_.step);
  if (step < session_.receipts().size())
    event_.text = receipt_json(session_.receipts()[step], session_.period_s(), json);
  tell();
}

void LiveRobot::tell_verdict(std::uint64_t request) {
  if (!session_.verdict()) return;
  event_.kind = wall::Event::Kind::kVerdict;
  event_.request = request;
  event_.text = verdict_document(session_);
  tell();
  told_.plan_over = session_.executor() == nullptr || session_.executor()->is_over();
}

void LiveRobot::watch() {
  times_.add(probe_.us);
  us_sum_ += probe_.us;
  ++us_count_;
  state_.tick_us_max = std::max(state_.tick_us_max, static_cast<float>(probe_.us));
  watch_gate();
  watch_plan();
  if (io_.tick() % kStatePeriod == 0) tell_state();
}

void LiveRobot::watch_gate() {
  const GateReport& report = session_.loop().gate_report();
  const int arming = arming_code(session_.loop().arming());
  if (arming != told_.arming) {
    told_.arming = arming;
    event_.kind = wall::Event::Kind::kArming;
    event_.detail = static_cast<std::uint8_t>(arming);
    tell();
  }
  if (report.rung != told_.rung) {
    told_.rung = report.rung;
    event_.kind = wall::Event::Kind::kRung;
    event_.detail = static_cast<std::uint8_t>(report.rung);
    event_.rule = report.rule;
    tell();
  }
  if (!report.changed || report.rule == MotionRule::kNone) return;
  if (state_.rule == MotionRule::kNone || report.margin < state_.margin) {
    state_.rule = report.rule;
    state_.joint = report.joint;
    state_.margin = static_cast<float>(report.margin);
  }
  const bool is_new = report.rule != told_.rule || report.joint != told_.joint ||
                      report.tick - told_.rule_tick > kRuleQuiet;
  told_.rule = report.rule;
  told_.joint = report.joint;
  told_.rule_tick = report.tick;
  if (!is_new) return;
  event_.kind = wall::Event::Kind::kIntervention;
  event_.rule = report.rule;
  event_.joint = report.joint;
  event_.margin = report.margin;
  event_.value = report.change_max_Nm;
  if (report.joint >= 0) event_.text = joints_[static_cast<std::size_t>(report.joint)];
  tell();
}

void LiveRobot::watch_plan() {
  const skills::PlanExecutor* executor = session_.executor();
  if (executor == nullptr) return;
  const skills::PlanExecutor::Report& report = executor->report();
  if (report.step_ended) {
    event_.kind = wall::Event::Kind::kStepEnded;
    const bool has_failed = report.status == skills::SkillStatus::kFailed;
    event_.step = static_cast<std::int16_t>(has_failed ? report.step : report.ended_step);
    event_.detail = static_cast<std::uint8_t>(report.fault);
    tell_receipt();
  }
  if (report.step_began) {
    event_.kind = wall::Event::Kind::kStepBegan;
    event_.step = static_cast<std::int16_t>(report.step);
    tell_receipt();
    if (!executor->words().empty()) {
      event_.kind = wall::Event::Kind::kSpeech;
      event_.step = static_cast<std::int16_t>(report.step);
      event_.text = executor->words();
      tell();
    }
  }
  if (executor->is_over() && !told_.plan_over) {
    event_.kind = wall::Event::Kind::kPlanEnded;
    event_.detail = static_cast<std::uint8_t>(report.fault);
    tell();
  }
  told_.plan_over = executor->is_over();
}

void LiveRobot::tell_state() {
  const Loop& loop = session_.loop();
  const RobotState& robot = loop.state();
  const GateReport& report = loop.gate_report();
  wall::State& s = state_;
  s.tick = io_.tick();
  s.time_s = robot.time_s;
  s.armed = report.armed ? 1 : 0;
  s.lease_held = loop.arming().lease() != 0 ? 1 : 0;
  s.emergency = loop.arming().emergency() ? 1 : 0;
  s.standing = loop.planner().standing() ? 1 : 0;
  s.recorded = session_.is_recorded() ? 1 : 0;
  s.rung = report.rung;
  s.source = report.source;
  s.gate_changed = static_cast<std::uint64_t>(loop.counts().gate_changed);
  s.gate_stopped = static_cast<std::uint64_t>(loop.counts().gate_stopped);
  s.late_ticks = late_;
  s.tick_us_mean = us_count_ > 0 ? static_cast<float>(us_sum_ / us_count_) : 0.0f;
  s.tick_us_p99 = static_cast<float>(times_.quantile_us(0.99));
  s.plan = stage_of(session_.executor());
  if (const auto* executor = session_.executor()) {
    const auto& plan = executor->report();
    s.fault = static_cast<std::uint8_t>(plan.fault);
    s.step = static_cast<std::int16_t>(plan.step);
    s.step_count = static_cast<std::int16_t>(plan.step_count);
    s.progress = static_cast<float>(plan.progress);
    s.step_time_s = static_cast<float>(plan.step_time_s);
  }
  for (std::size_t i = 0; i < 3; ++i)
    s.p_WB_m[i] = static_cast<float>(robot.p_WB[static_cast<Eigen::Index>(i)]);
  const Eigen::Vector3d x_W = robot.q_WB * Eigen::Vector3d::UnitX();
  const Eigen::Vector3d z_W = robot.q_WB * Eigen::Vector3d::UnitZ();
  s.yaw_rad = static_cast<float>(std::atan2(x_W.y(), x_W.x()));
  s.tilt_rad = static_cast<float>(std::acos(std::clamp(z_W.z(), -1.0, 1.0)));
  s.speed_m_s = static_cast<float>(robot.v_WB_W.head<2>().norm());
  s.position_sigma_m = static_cast<float>(robot.position_sigma_m);
  for (std::size_t foot = 0; foot < kFeet; ++foot)
    s.foot_force_N[foot] = static_cast<float>(robot.foot_force_N[foot]);
  const ProposedCommand& sent = loop.safe_values();
  for (int j = 0; j < session_.model().na(); ++j) {
    const model::JointInfo& joint = session_.model().joint(j);
    const auto slot = static_cast<std::size_t>(j);
    const double q = robot.joint_position_rad[j];
    const double v = robot.joint_velocity_rad_s[j];
    const double torque = sent.torque_Nm[j] +
                          sent.stiffness_Nm_rad[j] * (sent.position_rad[j] - q) +
                          sent.damping_Nms_rad[j] * (sent.velocity_rad_s[j] - v);
    s.torque_share[slot] = share(torque, joint.torque_max_Nm);
    s.speed_share[slot] = share(v, joint.velocity_max_rad_s);
    s.range_share[slot] = range_share(q, joint.position_min_rad, joint.position_max_rad);
  }
  const WorldState& world = loop.world();
  s.track_count = static_cast<std::uint8_t>(world.track_count);
  for (std::size_t t = 0; t < s.track_count; ++t) {
    const Track& track = world.tracks[t];
    s.tracks[t] = {track.id,
                   track.is_person ? std::uint8_t{1} : std::uint8_t{0},
                   {static_cast<float>(track.p_WO.x()), static_cast<float>(track.p_WO.y())},
                   {static_cast<float>(track.v_WO.x()), static_cast<float>(track.v_WO.y())},
                   static_cast<float>(track.radius_m),
                   static_cast<float>(track.height_m)};
  }
  if (poses_) poses_(s);
  wall_.publish(s, loop.arming().lease());

  if (!session_.is_recorded() && !told_.record_failed) {
    told_.record_failed = true;
    event_.kind = wall::Event::Kind::kRecord;
    tell();
  }
  s.rule = MotionRule::kNone;
  s.joint = -1;
  s.margin = 0;
  s.tick_us_max = 0;
  us_sum_ = 0.0;
  us_count_ = 0;
}

}  // namespace longmen::runtime
