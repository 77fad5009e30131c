#include "trial/episode.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "core/allocation_counter.h"
#include "io/fault/fault_injector.h"
#include "model/robot_model.h"
#include "runtime/session.h"
#include "trial/attacker.h"
#include "trial/plant_watch.h"
#include "trial/scenario_parts.h"
#include "trial/sim_robot.h"
#include "trial/test_authority.h"
#include "trial/tick_timer.h"
#include "world/world.h"

namespace longmen::trial {
namespace {

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
  PlantWatch watch;
  ScenarioInputs inputs;
  std::filesystem::path record_to_remove;  // empty: keep
  std::uint64_t allocations = 0;
  double cpu_begin_s = 0.0;
  bool timed = true;
  bool joint_proposals = false;
  GateCounts gate;

  Parts(const Scenario& s, runtime::Session robot_side, io::SimPlant sim,
        const std::vector<io::Fault>& faults, std::size_t timed_ticks)
      : scenario(s),
        session(std::move(robot_side)),
        plant(std::move(sim)),
        injector(faults, kTick_s),
        faulty(plant, injector),
        io(faulty),
        tap(injector, attacker, seat),
        authority(plant),
        timer(io, timed_ticks),
        watch(s, plant) {
    if (s.attack) attacker.emplace(s.attack->kind, s.attack->from_s, plant, s.seed);
  }

  ~Parts() { remove_record(); }
  void remove_record() {
    std::error_code ignored;
    if (!record_to_remove.empty()) std::filesystem::remove(record_to_remove, ignored);
  }

  Result<void> start_record(const EpisodeOptions& options);
  Result<void> seat_policy(const DataFolders& folders);
};

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
        fmt::format("the policy's process did not get ready: {} (longmen-policy --check FILE says "
                    "what is wrong with a file)",
                    policy::loss_name(host->loss())),
        file->string());
  seat.emplace(std::move(*host), session.loop(), session.model());
  return {};
}

Result<Episode> Episode::create(const Scenario& scenario, const DataFolders& folders,
                                const EpisodeOptions& options) {
  if (scenario.link)
    return fail(ErrorCode::kUnsupported, "a scenario with a link runs as two processes", "link");
  const bool foreign_proposals =
      options.joint_proposals || scenario.attack.has_value() || scenario.policy.has_value() ||
      std::any_of(scenario.faults.begin(), scenario.faults.end(),
                  [](const FaultRow& row) { return row.target == "command"; });
  auto session = session_of(scenario, folders, foreign_proposals);
  if (!session) return tl::make_unexpected(session.error());
  const auto faults = faults_of(scenario, sim_robot(session->model()).joints);
  if (!faults) return tl::make_unexpected(faults.error());
  auto plant = plant_of(scenario, folders, session->model());
  if (!plant) return tl::make_unexpected(plant.error());

  const auto ticks = static_cast<std::size_t>(std::llround(scenario.duration_s / kTick_s));
  auto parts = std::make_unique<Parts>(scenario, std::move(*session), std::move(*plant), *faults,
                                       options.timed ? std::max<std::size_t>(1, ticks) : 0);
  if (auto started = parts->start_record(options); !started)
    return tl::make_unexpected(started.error());
  if (auto given = give_map(scenario, parts->session); !given)
    return tl::make_unexpected(given.error());
  parts->timed = options.timed;
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
  p.watch.command(row);
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
  ScenarioInputs::lease(p.authority.events(tick, p.injector.heartbeat_fault(tick)), p.session);
  ScenarioInputs::faults(p.scenario.faults, tick, p.session);
  p.inputs.command(p.scenario.command, tick, p.session);
  if (p.seat) p.seat->let_in(static_cast<double>(tick) * kTick_s >= p.scenario.policy->from_s);
  const AllocationScope scope;
  const auto status =
      p.timed ? p.session.tick(p.io, &p.tap, &p.timer) : p.session.tick(p.faulty, &p.tap);
  p.allocations += scope.count();
  p.watch.step();
  if (p.seat) p.seat->watch(p.session.loop().gate_report());
  p.gate.watch(p.session.loop().gate_report());
  return status == io::WriteStatus::kAccepted && !p.watch.is_over();
}

Result<EpisodeResult> Episode::finish() {
  Parts& p = *parts_;
  if (auto closed = p.session.close_record(); !closed) return tl::make_unexpected(closed.error());
  p.remove_record();
  if (p.session.loop().counts().write_refused > 0)
    return fail(ErrorCode::kInternal, "the plant refused a command of the loop");
  EpisodeResult result;
  p.watch.fill(result);
  const runtime::LoopCounts& counts = p.session.loop().counts();
  result.gate = {counts.ticks, counts.gate_changed, counts.gate_stopped, p.gate.changed_by};
  if (p.seat) result.policy = p.seat->report();
  result.is_timed = p.timed;
  if (p.timed) {
    result.tick_us = p.timer.percentiles();
    result.plant_step_us = p.timer.plant_step();
  }
  result.real_time_factor = p.plant.truth().time_s / (process_cpu_s() - p.cpu_begin_s);
  if (allocations_are_counted()) result.allocations_in_loop = p.allocations;
  return result;
}

bool Episode::fell() const { return parts_->watch.fell(); }
const io::SimPlant& Episode::plant() const { return parts_->plant; }
const runtime::Loop& Episode::loop() const { return parts_->session.loop(); }
const model::RobotModel& Episode::robot() const { return parts_->session.model(); }
runtime::PolicySeat* Episode::policy() { return parts_->seat ? &*parts_->seat : nullptr; }

}  // namespace longmen::trial
