#include "trial/mission.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"
#include "trial/sim_robot.h"

namespace longmen::trial {
namespace {

constexpr Tick kHeartbeatTicks = 20;
constexpr Tick kDistanceTicks = 1000;
constexpr std::uint64_t kLease = 1;
constexpr double kAfterEnd_s = 1.0;  // the robot has to stand still that long after the last step
constexpr double kStandTimeMax_s = 10.0;  // and is given so long to come to it
constexpr double kFallenShare = 0.5;      // of the base's home height
constexpr double kNear_m = 0.10;          // of its place, where an arrival begins
// At its place, for the question whether the goal is met: what a person would accept. The errors
// are reported as well.
constexpr double kArrived_m = 0.10;
constexpr double kArrived_rad = 0.105;
constexpr double kPut_m = 0.05;
constexpr double kPut_rad = 0.1;

}  // namespace

struct Mission::Parts {
  runtime::Session session;
  io::SimPlant plant;
  MissionResult result;
  std::uint64_t sequence = 0;
  bool was_over = false;
  double over_since_s = 0.0;
  double standing_since_s = -1.0;
  bool stop_asked = false;
  int put_object = -1;  ///< the object that was put down last
  Eigen::Vector3d put_at_W = Eigen::Vector3d::Zero();
  std::optional<Eigen::Vector2d> last_p_W;  ///< a second ago or less
  std::optional<double> near_since_s;       ///< of the place that is walked to, by the truth

  void send_lease();
  void watch();
  [[nodiscard]] const world::Place* place_of(int step) const;
  void measure_arrival(const world::Place& place);
};

Result<runtime::Session> Mission::session_of(const MissionOptions& options) {
  return runtime::Session::create({.project_folder = options.project_folder,
                                   .robot_folder = options.robot_folder,
                                   .world_folder = options.world_folder,
                                   .practice = options.practice,
                                   .admitted = options.admitted,
                                   .period_s = kTick_s,
                                   .authority = options.authority,
                                   .rehearsed = options.rehearsed});
}

Result<Mission> Mission::create(const MissionOptions& options) {
  auto session = session_of(options);
  if (!session) return tl::make_unexpected(session.error());
  return create(std::move(*session), options);
}

Result<Mission> Mission::create(runtime::Session session, const MissionOptions& options) {
  session.set_admission(options.is_admitted);
  const world::World& world = session.world();
  io::PlantOptions plant_options;
  plant_options.seed = options.seed;
  plant_options.period_s = kTick_s;
  plant_options.world_file = options.world_folder / "scene.xml";
  plant_options.people = options.people.value_or(world.people);
  plant_options.objects = options.objects.value_or(world.objects);
  plant_options.people_halt_m = options.people_halt_m;
  const world::StandPose spawn = options.spawn.value_or(world.spawn);
  plant_options.spawn_p_W = spawn.p_WB_m;
  plant_options.spawn_yaw_rad = spawn.yaw_rad;
  auto plant = io::SimPlant::create(sim_robot(session.model()), plant_options);
  if (!plant) return tl::make_unexpected(plant.error());
  if (!options.record.empty())
    if (auto started = session.start_record(options.record, options.seed,
                                            {{"instruction", options.instruction}});
        !started)
      return tl::make_unexpected(started.error());
  return Mission(
      std::make_unique<Parts>(Parts{.session = std::move(session), .plant = std::move(*plant)}));
}

void Mission::propose(const std::string& message) {
  record::Event event;
  event.kind = record::Event::Kind::kPlan;
  event.set_source("mind");
  Parts& p = *parts_;
  p.session.take(event, message);
  const VerdictStatus status = p.session.verdict()->status;
  if (status == VerdictStatus::kRefused || status == VerdictStatus::kAsk) return;
  p.was_over = false;
  p.standing_since_s = -1.0;
  p.near_since_s.reset();
  p.put_object = -1;
  p.result.steps_done = 0;
  p.result.position_error_m = p.result.heading_error_rad = p.result.arrival_s = std::nullopt;
}

void Mission::stop() {
  if (parts_->stop_asked) return;
  parts_->stop_asked = true;
  record::Event event;
  event.kind = record::Event::Kind::kStop;
  event.stop = StopRung::kHold;
  event.set_source("signal");
  parts_->session.take(event);
}

void Mission::Parts::send_lease() {
  if (plant.tick() % kHeartbeatTicks != 0) return;
  record::Event event = record::Event::of_lease(kLease, ++sequence);
  event.set_source("run");
  session.take(event);
}

bool Mission::step() {
  Parts& p = *parts_;
  p.send_lease();
  if (p.session.tick(p.plant) != io::WriteStatus::kAccepted) return false;
  p.watch();
  const double now_s = p.plant.truth().time_s;
  if (p.result.fell) return false;
  const skills::PlanExecutor* executor = p.session.executor();
  if (executor == nullptr) return false;
  if (!executor->is_over()) return true;
  if (!p.was_over) {
    p.was_over = true;
    p.over_since_s = now_s;
  }
  if (!p.session.loop().planner().standing())
    p.standing_since_s = -1.0;
  else if (p.standing_since_s < 0.0)
    p.standing_since_s = now_s;
  const bool stood = p.standing_since_s >= 0.0 && now_s - p.standing_since_s >= kAfterEnd_s;
  return !stood && now_s - p.over_since_s < kStandTimeMax_s;
}

void Mission::Parts::watch() {
  result.gate.watch(session.loop().gate_report());
  const io::Truth& truth = plant.truth();
  if (truth.p_WB.z() < kFallenShare * plant.home_height_m() || truth.link_on_ground ||
      truth.diverged)
    result.fell = true;
  const Eigen::Vector2d p_W = truth.p_WB.head<2>();
  if (plant.tick() % kDistanceTicks == 0) {
    if (last_p_W) result.distance_m += (p_W - *last_p_W).norm();
    last_p_W = p_W;
  }
  const skills::PlanExecutor* executor = session.executor();
  if (executor == nullptr) return;
  const skills::PlanExecutor::Report& report = executor->report();
  if (report.step_began) near_since_s.reset();
  const world::Place* place = place_of(report.step_ended ? report.ended_step : report.step);
  if (place != nullptr && !near_since_s && (p_W - place->stand->p_WB_m).norm() < kNear_m)
    near_since_s = truth.time_s;
  if (!report.step_ended || report.status == skills::SkillStatus::kFailed) return;
  ++result.steps_done;
  if (place != nullptr) measure_arrival(*place);
  if (const auto spot = executor->spot_of(report.ended_step)) {
    const PlanStep& step = executor->plan().steps[static_cast<std::size_t>(report.ended_step)];
    const world::World& world = session.world();
    put_object = static_cast<int>(world.object(std::get<std::string>(step.args.at("object"))) -
                                  world.objects.data());
    put_at_W = *spot;
  }
}

/// Where a step of the plan walks to; nullptr if it is no walk_to.
const world::Place* Mission::Parts::place_of(int step) const {
  const std::vector<PlanStep>& steps = session.executor()->plan().steps;
  if (step < 0 || static_cast<std::size_t>(step) >= steps.size()) return nullptr;
  const PlanStep& s = steps[static_cast<std::size_t>(step)];
  const auto name = s.args.find("place");
  if (s.skill != skill(SkillId::kWalkTo).name || name == s.args.end()) return nullptr;
  const world::Place* place = session.world().place(std::get<std::string>(name->second));
  return place != nullptr && place->stand ? place : nullptr;
}

void Mission::Parts::measure_arrival(const world::Place& place) {
  const io::Truth& truth = plant.truth();
  result.position_error_m = (truth.p_WB.head<2>() - place.stand->p_WB_m).norm();
  result.heading_error_rad = std::abs(math::wrap_angle(truth.yaw_rad() - place.stand->yaw_rad));
  result.arrival_s = near_since_s ? std::optional(truth.time_s - *near_since_s) : std::nullopt;
}

MissionResult Mission::finish() {
  Parts& p = *parts_;
  MissionResult result = p.result;
  if (const auto closed = p.session.close_record(); !closed) result.record_error = closed.error();
  const runtime::LoopCounts& counts = p.session.loop().counts();
  result.duration_s = p.plant.truth().time_s;
  result.gate.ticks = counts.ticks;
  result.gate.changed = counts.gate_changed;
  result.gate.stopped = counts.gate_stopped;
  result.people = p.plant.people_touched();
  result.state_hash = p.plant.state_hash().hex();
  if (p.put_object >= 0) {
    const io::Truth::Object& object =
        p.plant.truth().objects[static_cast<std::size_t>(p.put_object)];
    result.object_error_m = (object.p_WO - p.put_at_W).norm();
    const Eigen::Vector3d up_W = object.q_WO * Eigen::Vector3d::UnitZ();
    result.object_tilt_rad = std::acos(std::clamp(up_W.z(), -1.0, 1.0));
  }
  const skills::PlanExecutor* executor = p.session.executor();
  if (executor == nullptr) return result;
  result.fault = executor->report().fault;
  result.stopped = p.stop_asked || result.fault == skills::SkillFault::kStopped;
  result.goal_met = executor->report().status == skills::SkillStatus::kDone && !result.fell &&
                    result.position_error_m.value_or(0.0) <= kArrived_m &&
                    result.object_error_m.value_or(0.0) <= kPut_m &&
                    result.object_tilt_rad.value_or(0.0) <= kPut_rad &&
                    result.heading_error_rad.value_or(0.0) <= kArrived_rad;
  return result;
}

const runtime::Session& Mission::session() const { return parts_->session; }
const io::SimPlant& Mission::plant() const { return parts_->plant; }
Mission::Mission(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Mission::Mission(Mission&&) noexcept = default;
Mission::~Mission() = default;

}  // namespace longmen::trial
