#include "trial/episode.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "core/allocation_counter.h"
#include "gate/motion/motion_rules.h"
#include "io/fault/fault_injector.h"
#include "model/robot_model.h"
#include "record/recorder.h"
#include "runtime/robot_tuning.h"
#include "trial/command_pilot.h"
#include "trial/sim_robot.h"
#include "trial/test_authority.h"
#include "trial/tick_timer.h"
#include "world/world.h"

namespace longmen::trial {
namespace {

constexpr double kPeriod_s = 0.001;
constexpr double kAfterFall_s = 1.0;  // enough to see it

/// Bad proposals of a scenario's faults.
class FaultTap final : public runtime::ProposalTap {
 public:
  explicit FaultTap(const io::FaultInjector& injector) : injector_(injector) {}
  void touch(ProposedCommand& proposal) noexcept override { injector_.break_proposal(proposal); }

 private:
  const io::FaultInjector& injector_;
};

Result<io::PlantOptions> plant_options(const Scenario& scenario, const DataFolders& folders) {
  io::PlantOptions options;
  options.seed = scenario.seed;
  options.period_s = kPeriod_s;
  options.terrain = scenario.terrain;
  options.ground_friction = scenario.friction;
  options.sensor_noise = scenario.sensor_noise;
  options.sensing_latency_s = scenario.sensing_delay_s;
  options.world_sensing.pose_fix = scenario.pose_fix;
  options.pushes = scenario.pushes;
  if (scenario.payload) options.payloads.push_back(*scenario.payload);
  if (!scenario.world) return options;
  const auto folder = world::find_world(*scenario.world, folders.worlds);
  if (!folder) return tl::make_unexpected(folder.error());
  const auto world = world::load_world(*folder);
  if (!world) return tl::make_unexpected(world.error());
  options.world_file = *folder / "scene.xml";
  options.people = world->people;
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

/// In the order in which they are made; each uses those before it.
struct Episode::Parts {
  Scenario scenario;
  model::RobotModel model;
  io::SimPlant plant;
  io::FaultInjector injector;
  io::FaultyIo faulty;
  TimedIo io;
  FaultTap tap;
  TestAuthority authority;
  CommandPilot pilot;
  TickTimer timer;
  std::optional<runtime::Loop> loop;
  Metrics metrics;
  std::unique_ptr<record::Recorder> recorder;
  std::filesystem::path record_to_remove;  // empty: keep
  Tick ticks_max;
  std::uint64_t allocations = 0;
  double cpu_begin_s = 0.0;
  std::optional<CommandRow> recorded_command;

  Parts(const Scenario& s, model::RobotModel robot, io::SimPlant sim,
        const std::vector<io::Fault>& faults, std::size_t ticks)
      : scenario(s),
        model(std::move(robot)),
        plant(std::move(sim)),
        injector(faults, kPeriod_s),
        faulty(plant, injector),
        io(faulty),
        tap(injector),
        authority(plant),
        pilot(s.command),
        timer(io, ticks),
        metrics(s, plant.home_height_m(), plant.mass_kg(), kPeriod_s),
        ticks_max(static_cast<Tick>(ticks)) {}

  ~Parts() { remove_record(); }
  void remove_record() {
    recorder.reset();
    std::error_code ignored;
    if (!record_to_remove.empty()) std::filesystem::remove(record_to_remove, ignored);
  }

  Result<void> start_record(const EpisodeOptions& options);
  void record_inputs(Tick tick, std::span<const gate::ArmingEvent> arming);
};

Result<void> Episode::Parts::start_record(const EpisodeOptions& options) {
  if (!options.recorded) return {};
  std::filesystem::path file = options.record.value_or(std::filesystem::path());
  if (!options.record)
    file = record_to_remove = std::filesystem::temp_directory_path() /
                              fmt::format("longmen_scenario_{}_{}.mcap", getpid(), scenario.seed);
  record::RunInfo run;
  run.robot = model.name();
  run.world = scenario.world.value_or("terrain");
  run.seed = scenario.seed;
  run.period_ns = std::llround(1e9 * kPeriod_s);
  for (int j = 0; j < model.na(); ++j) run.joints.push_back(model.joint(j).name);
  auto started = record::Recorder::create(file, run, {});
  if (!started) return tl::make_unexpected(started.error());
  recorder = std::move(*started);
  return {};
}

void Episode::Parts::record_inputs(Tick tick, std::span<const gate::ArmingEvent> arming) {
  if (!recorder) return;
  record::Event event;
  event.tick = tick;
  event.set_source("test authority");
  for (const gate::ArmingEvent& lease : arming) {
    event.kind = record::Event::Kind::kLease;
    event.lease = {static_cast<record::Event::Lease::Act>(lease.kind), lease.lease, lease.sequence};
    recorder->record_event(event);
  }
  const CommandRow row = command_at(scenario.command, static_cast<double>(tick) * kPeriod_s);
  if (recorded_command && recorded_command->t_s == row.t_s) return;
  recorded_command = row;
  event.kind = record::Event::Kind::kVelocityCommand;
  event.velocity_H_m_s = {row.vx_m_s, row.vy_m_s};
  event.yaw_rate_rad_s = row.yaw_rate_rad_s;
  recorder->record_event(event);
}

Result<Episode> Episode::create(const Scenario& scenario, const DataFolders& folders,
                                const EpisodeOptions& options) {
  const auto robot_folder = find_robot(scenario.robot, folders.robots);
  if (!robot_folder) return tl::make_unexpected(robot_folder.error());
  auto model = model::RobotModel::load(*robot_folder);
  if (!model) return tl::make_unexpected(model.error());
  const auto tuning = runtime::RobotTuning::load(*model);
  if (!tuning) return tl::make_unexpected(tuning.error());
  const auto rules = gate::load_motion_rules(folders.rules / "limits" / "motion.yaml");
  if (!rules) return tl::make_unexpected(rules.error());
  const io::SimRobot robot = sim_robot(*model);
  const auto faults = faults_of(scenario, robot.joints);
  if (!faults) return tl::make_unexpected(faults.error());
  const auto plant_with = plant_options(scenario, folders);
  if (!plant_with) return tl::make_unexpected(plant_with.error());
  auto plant = io::SimPlant::create(robot, *plant_with);
  if (!plant) return tl::make_unexpected(plant.error());

  const auto ticks = static_cast<std::size_t>(std::llround(scenario.duration_s / kPeriod_s));
  auto parts = std::make_unique<Parts>(scenario, std::move(*model), std::move(*plant), *faults,
                                       std::max<std::size_t>(1, ticks));
  auto loop = runtime::Loop::create(parts->model, *tuning, rules->limits, kPeriod_s);
  if (!loop) return tl::make_unexpected(loop.error());
  parts->loop.emplace(std::move(*loop));
  if (auto started = parts->start_record(options); !started)
    return tl::make_unexpected(started.error());
  parts->cpu_begin_s = process_cpu_s();
  return Episode(std::move(parts));
}

Episode::Episode(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Episode::Episode(Episode&&) noexcept = default;
Episode::~Episode() = default;

bool Episode::step() {
  Parts& p = *parts_;
  const Tick tick = p.plant.tick();
  const auto arming = p.authority.events(tick);
  p.record_inputs(tick, arming);
  const AllocationScope scope;
  const auto status = p.loop->tick(
      p.io, {.arming = arming},
      {.pilot = &p.pilot, .tap = &p.tap, .recorder = p.recorder.get(), .probe = &p.timer});
  p.allocations += scope.count();
  p.metrics.step(p.plant.truth());
  if (status != io::WriteStatus::kAccepted) return false;
  if (p.metrics.fell() && p.plant.truth().time_s >= p.metrics.fell_at_s() + kAfterFall_s)
    return false;
  return p.plant.tick() < p.ticks_max;
}

Result<EpisodeResult> Episode::finish() {
  Parts& p = *parts_;
  if (p.recorder) {
    auto closed = p.recorder->close();
    if (!closed) return tl::make_unexpected(closed.error());
    p.remove_record();
  }
  if (p.loop->counts().write_refused > 0)
    return fail(ErrorCode::kInternal, "the plant refused a command of the loop");
  EpisodeResult result;
  result.seed = p.scenario.seed;
  result.body = p.metrics.finish();
  result.violations = p.plant.violations();
  result.gate = {p.loop->counts().ticks, p.loop->counts().gate_changed,
                 p.loop->counts().gate_stopped};
  result.tick_us = p.timer.percentiles();
  result.real_time_factor = p.plant.truth().time_s / (process_cpu_s() - p.cpu_begin_s);
  if (allocations_are_counted()) result.allocations_in_loop = p.allocations;
  result.state_hash = p.plant.state_hash().hex();
  return result;
}

const io::SimPlant& Episode::plant() const { return parts_->plant; }
const runtime::Loop& Episode::loop() const { return *parts_->loop; }

}  // namespace longmen::trial
