#include "trial/episode.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/allocation_counter.h"
#include "io/fault/fault_injector.h"
#include "model/robot_model.h"
#include "runtime/session.h"
#include "trial/attacker.h"
#include "trial/ground_map.h"
#include "trial/sim_robot.h"
#include "trial/test_authority.h"
#include "trial/tick_timer.h"
#include "world/world.h"

namespace longmen::trial {
namespace {

constexpr double kAfterFall_s = 1.0;  // enough to see it

/// Proposals from outside, an attacker's, and the bad ones of a scenario's faults.
class EpisodeTap final : public runtime::ProposalTap {
 public:
  EpisodeTap(io::FaultInjector& injector, std::optional<Attacker>& attacker,
             std::optional<runtime::PolicySeat>& seat)
      : injector_(injector), attacker_(attacker), seat_(seat) {}
  void put(const ProposedCommand& proposal) {
    outside_ = proposal;
    driven_ = true;
  }
  void withdraw() { driven_ = false; }
  void touch(ProposedCommand& proposal) noexcept override {
    if (driven_) {
      const Tick tick = proposal.tick;
      proposal = outside_;
      proposal.tick = tick;
    }
    if (attacker_) attacker_->touch(proposal);
    if (seat_) seat_->touch(proposal);
    injector_.break_proposal(proposal);
  }

 private:
  io::FaultInjector& injector_;
  std::optional<Attacker>& attacker_;
  std::optional<runtime::PolicySeat>& seat_;
  ProposedCommand outside_;
  bool driven_ = false;
};

Result<io::PlantOptions> plant_options(const Scenario& scenario, const DataFolders& folders) {
  io::PlantOptions options;
  options.seed = scenario.seed;
  options.period_s = kTick_s;
  options.terrain = scenario.terrain;
  options.ground_friction = scenario.friction;
  options.sensor_noise = scenario.sensor_noise;
  options.sensing_latency_s = scenario.sensing_delay_s;
  options.world_sensing = scenario.people_sensing;
  options.world_sensing.pose_fix = scenario.pose_fix;
  options.people = scenario.people;
  options.people_halt_m = scenario.people_halt_m;
  options.pushes = scenario.pushes;
  if (scenario.payload) options.payloads.push_back(*scenario.payload);
  if (!scenario.world) return options;
  const auto folder = world::find_world(*scenario.world, folders.worlds);
  if (!folder) return tl::make_unexpected(folder.error());
  const auto world = world::load_world(*folder);
  if (!world) return tl::make_unexpected(world.error());
  options.world_file = *folder / "scene.xml";
  options.people = world->people;
  options.objects = world->objects;
  options.spawn_p_W = world->spawn.p_WB_m;
  options.spawn_yaw_rad = world->spawn.yaw_rad;
  return options;
}

Result<std::vector<io::Fault>> faults_of(const Scenario& scenario,
                                         const std::vector<std::string>& joints) {
  std::vector<io::Fault> faults;
  for (const FaultRow& row : scenario.faults) {
    auto fault = io::make_fault(row.t_s, row.kind, row.target, row.duration_s, joints);
    if (!fault)
      return fail(fault.error().code, fault.error().message,
                  fmt::format("faults[{}]", faults.size()));
    faults.push_back(*fault);
  }
  return faults;
}

}  // namespace

Result<std::filesystem::path> find_robot(const std::string& name_or_folder,
                                         const std::filesystem::path& robots_folder) {
  std::error_code error;
  for (const std::filesystem::path& folder :
       {robots_folder / name_or_folder, std::filesystem::path(name_or_folder)})
    if (std::filesystem::is_regular_file(folder / "robot.yaml", error)) return folder;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(robots_folder, error))
    if (std::filesystem::is_regular_file(entry.path() / "robot.yaml", error))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return fail(ErrorCode::kNotFound, fmt::format("unknown robot '{}'; valid: {}, or a folder with "
                                                "a robot.yaml",
                                                name_or_folder, fmt::join(names, ", ")));
}

Result<std::filesystem::path> find_policy(const std::string& name_or_file,
                                          const std::filesystem::path& policies_folder) {
  std::error_code error;
  for (const char* ending : {".policy", ".onnx"})
    if (const auto file = policies_folder / (name_or_file + ending);
        std::filesystem::is_regular_file(file, error))
      return file;
  if (std::filesystem::is_regular_file(name_or_file, error))
    return std::filesystem::path(name_or_file);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(policies_folder, error))
    if (entry.path().extension() == ".policy" || entry.path().extension() == ".onnx")
      names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return fail(ErrorCode::kNotFound,
              fmt::format("unknown policy '{}'; valid: {}, or a file *.policy or *.onnx",
                          name_or_file, fmt::join(names, ", ")));
}

/// In the order in which they are made; each uses those before it.
struct Episode::Parts {
  Scenario scenario;
  runtime::Session session;
  io::SimPlant plant;
  io::FaultInjector injector;
  io::FaultyIo faulty;
  TimedIo io;
  std::optional<Attacker> attacker;
  std::optional<runtime::PolicySeat> seat;
  EpisodeTap tap;
  TestAuthority authority;
  TickTimer timer;
  Metrics metrics;
  std::filesystem::path record_to_remove;  // empty: keep
  Tick ticks_max;
  std::uint64_t allocations = 0;
  double cpu_begin_s = 0.0;
  std::optional<CommandRow> commanded;
  bool joint_proposals = false;
  std::int64_t links_touched = 0;
  bool links_touched_before = false;
  double range_margin_min_rad = std::numeric_limits<double>::max();
  double speed_share_max = 0.0;
  GateCounts gate;

  Parts(const Scenario& s, runtime::Session robot_side, io::SimPlant sim,
        const std::vector<io::Fault>& faults, std::size_t ticks)
      : scenario(s),
        session(std::move(robot_side)),
        plant(std::move(sim)),
        injector(faults, kTick_s),
        faulty(plant, injector),
        io(faulty),
        tap(injector, attacker, seat),
        authority(plant),
        timer(io, ticks),
        metrics(s, plant.home_height_m(), plant.mass_kg(), kTick_s),
        ticks_max(static_cast<Tick>(ticks)) {
    if (s.attack) attacker.emplace(s.attack->kind, s.attack->from_s, plant, s.seed);
  }

  ~Parts() { remove_record(); }
  void remove_record() {
    std::error_code ignored;
    if (!record_to_remove.empty()) std::filesystem::remove(record_to_remove, ignored);
  }

  Result<void> start_record(const EpisodeOptions& options);
  Result<void> seat_policy(const DataFolders& folders);
  void take_inputs(Tick tick);
  void watch();
};

/// What the gate did; the smallest margins, by the truth, until a fall.
void Episode::Parts::watch() {
  if (seat) seat->watch(session.loop().gate_report());
  gate.watch(session.loop().gate_report());
  const io::Truth& truth = plant.truth();
  if (metrics.fell()) return;
  if (truth.links_touch && !links_touched_before) ++links_touched;
  links_touched_before = truth.links_touch;
  const io::JointLimits& limits = plant.limits();
  for (Eigen::Index j = 0; j < truth.joint_position_rad.size(); ++j) {
    const double q = truth.joint_position_rad[j];
    range_margin_min_rad = std::min(
        {range_margin_min_rad, q - limits.position_min_rad[j], limits.position_max_rad[j] - q});
    speed_share_max = std::max(speed_share_max,
                               std::abs(truth.joint_velocity_rad_s[j]) / limits.speed_max_rad_s[j]);
  }
}

Result<void> Episode::Parts::start_record(const EpisodeOptions& options) {
  if (!options.recorded) return {};
  std::filesystem::path file = options.record.value_or(std::filesystem::path());
  if (!options.record)
    file = record_to_remove = std::filesystem::temp_directory_path() /
                              fmt::format("longmen_scenario_{}_{}.mcap", getpid(), scenario.seed);
  return session.start_record(file, scenario.seed, {});
}

Result<void> Episode::Parts::seat_policy(const DataFolders& folders) {
  if (!scenario.policy) return {};
  const auto file = find_policy(scenario.policy->model, folders.policies);
  if (!file) return tl::make_unexpected(file.error());
  auto host = runtime::start_policy(*file, session.model(), /*lock_step=*/true);
  if (!host) return tl::make_unexpected(host.error());
  if (!host->wait_until_ready())
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("the policy's process did not get ready: {}", policy::loss_name(host->loss())),
        file->string());
  seat.emplace(std::move(*host), session.loop(), session.model());
  return {};
}

void Episode::Parts::take_inputs(Tick tick) {
  record::Event event;
  event.set_source("test authority");
  for (const gate::ArmingEvent& lease : authority.events(tick, injector.heartbeat_fault(tick))) {
    event.kind = record::Event::Kind::kLease;
    event.lease = {static_cast<record::Event::Lease::Act>(lease.kind), lease.lease, lease.sequence};
    session.take(event);
  }
  const CommandRow row = command_at(scenario.command, static_cast<double>(tick) * kTick_s);
  if (commanded && commanded->t_s == row.t_s) return;
  commanded = row;
  event.kind = record::Event::Kind::kVelocityCommand;
  event.velocity_H_m_s = {row.vx_m_s, row.vy_m_s};
  event.yaw_rate_rad_s = row.yaw_rate_rad_s;
  session.take(event);
}

Result<Episode> Episode::create(const Scenario& scenario, const DataFolders& folders,
                                const EpisodeOptions& options) {
  const auto robot_folder = find_robot(scenario.robot, folders.robots);
  if (!robot_folder) return tl::make_unexpected(robot_folder.error());
  std::optional<std::filesystem::path> world_folder;
  if (scenario.world) {
    auto found = world::find_world(*scenario.world, folders.worlds);
    if (!found) return tl::make_unexpected(found.error());
    world_folder = *found;
  }
  auto session = runtime::Session::create(
      {.project_folder = folders.rules.parent_path(),
       .robot_folder = *robot_folder,
       .world_folder = world_folder,
       .pilot = runtime::PilotKind::kStream,
       .foreign_proposals =
           options.joint_proposals || scenario.attack.has_value() || scenario.policy.has_value() ||
           std::any_of(scenario.faults.begin(), scenario.faults.end(),
                       [](const FaultRow& row) { return row.target == "command"; }),
       .period_s = kTick_s});
  if (!session) return tl::make_unexpected(session.error());
  const io::SimRobot robot = sim_robot(session->model());
  const auto faults = faults_of(scenario, robot.joints);
  if (!faults) return tl::make_unexpected(faults.error());
  const auto plant_with = plant_options(scenario, folders);
  if (!plant_with) return tl::make_unexpected(plant_with.error());
  auto plant = io::SimPlant::create(robot, *plant_with);
  if (!plant) return tl::make_unexpected(plant.error());

  const auto ticks = static_cast<std::size_t>(std::llround(scenario.duration_s / kTick_s));
  auto parts = std::make_unique<Parts>(scenario, std::move(*session), std::move(*plant), *faults,
                                       std::max<std::size_t>(1, ticks));
  if (auto started = parts->start_record(options); !started)
    return tl::make_unexpected(started.error());
  if (scenario.map_error_m) {
    auto map = ground_map(scenario.terrain, *scenario.map_error_m, scenario.seed);
    if (!map) return tl::make_unexpected(map.error());
    record::Event event;
    event.kind = record::Event::Kind::kMap;
    event.set_source("test authority");
    parts->session.take(event, map->encode());
  }
  parts->joint_proposals = options.joint_proposals;
  if (auto seated = parts->seat_policy(folders); !seated)
    return tl::make_unexpected(seated.error());
  parts->cpu_begin_s = process_cpu_s();
  return Episode(std::move(parts));
}

Episode::Episode(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Episode::Episode(Episode&&) noexcept = default;
Episode::~Episode() = default;

bool Episode::command(const Eigen::Vector2d& velocity_H_m_s, double yaw_rate_rad_s) {
  if (!velocity_H_m_s.allFinite() || !std::isfinite(yaw_rate_rad_s)) return false;
  Parts& p = *parts_;
  const double speed = velocity_H_m_s.norm();
  const Eigen::Vector2d cut = speed > kSpeedMax_m_s
                                  ? Eigen::Vector2d(velocity_H_m_s * (kSpeedMax_m_s / speed))
                                  : velocity_H_m_s;
  const CommandRow row{static_cast<double>(p.plant.tick()) * kTick_s, cut.x(), cut.y(),
                       std::clamp(yaw_rate_rad_s, -kYawRateMax_rad_s, kYawRateMax_rad_s)};
  p.scenario.command.assign(1, row);
  p.metrics.command(row);
  return true;
}

bool Episode::propose(const ProposedCommand& proposal) {
  const auto na = parts_->session.model().na();
  for (const JointVector* v :
       {&proposal.torque_Nm, &proposal.position_rad, &proposal.velocity_rad_s,
        &proposal.stiffness_Nm_rad, &proposal.damping_Nms_rad})
    if (v->size() != na) return false;
  if (!parts_->joint_proposals) return false;
  parts_->tap.put(proposal);
  return true;
}

void Episode::withdraw() { parts_->tap.withdraw(); }

bool Episode::step() {
  Parts& p = *parts_;
  const Tick tick = p.plant.tick();
  p.take_inputs(tick);
  if (p.seat) p.seat->let_in(static_cast<double>(tick) * kTick_s >= p.scenario.policy->from_s);
  const AllocationScope scope;
  const auto status = p.session.tick(p.io, &p.tap, &p.timer);
  p.allocations += scope.count();
  p.metrics.step(p.plant.truth());
  p.watch();
  if (status != io::WriteStatus::kAccepted) return false;
  if (p.metrics.fell() && p.plant.truth().time_s >= p.metrics.fell_at_s() + kAfterFall_s)
    return false;
  return p.plant.tick() < p.ticks_max;
}

Result<EpisodeResult> Episode::finish() {
  Parts& p = *parts_;
  if (auto closed = p.session.close_record(); !closed) return tl::make_unexpected(closed.error());
  p.remove_record();
  if (p.session.loop().counts().write_refused > 0)
    return fail(ErrorCode::kInternal, "the plant refused a command of the loop");
  EpisodeResult result;
  result.seed = p.scenario.seed;
  result.body = p.metrics.finish();
  result.violations = p.plant.violations();
  result.people = p.plant.people_touched();
  result.links_touched = p.links_touched;
  result.range_margin_min_rad = p.range_margin_min_rad;
  result.speed_share_max = p.speed_share_max;
  result.unsolved_physics_steps = p.plant.unsolved_steps();
  const runtime::LoopCounts& counts = p.session.loop().counts();
  result.gate = {counts.ticks, counts.gate_changed, counts.gate_stopped, p.gate.changed_by};
  if (p.seat) result.policy = p.seat->report();
  result.tick_us = p.timer.percentiles();
  result.plant_step_us = p.timer.plant_step();
  result.real_time_factor = p.plant.truth().time_s / (process_cpu_s() - p.cpu_begin_s);
  if (allocations_are_counted()) result.allocations_in_loop = p.allocations;
  result.state_hash = p.plant.state_hash().hex();
  return result;
}

bool Episode::fell() const { return parts_->metrics.fell(); }
const io::SimPlant& Episode::plant() const { return parts_->plant; }
const runtime::Loop& Episode::loop() const { return parts_->session.loop(); }
const model::RobotModel& Episode::robot() const { return parts_->session.model(); }
runtime::PolicySeat* Episode::policy() { return parts_->seat ? &*parts_->seat : nullptr; }

}  // namespace longmen::trial
