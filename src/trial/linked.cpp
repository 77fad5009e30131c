#include "trial/linked.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/allocation_counter.h"
#include "core/random.h"
#include "io/fault/lossy_link.h"
#include "model/robot_model.h"
#include "trial/plant_watch.h"
#include "trial/process_pool.h"
#include "trial/scenario_parts.h"
#include "trial/test_authority.h"
#include "trial/tick_timer.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr double kMeet_s = 20.0;    // for the other side to come
constexpr double kAnswer_s = 10.0;  // for it to answer, of a clock on the wall: it died, or is ill
constexpr Tick kSilence_ticks = 10;
constexpr std::uint64_t kStreamStates = 200, kStreamCommands = 201;

Tick ticks(double s) { return static_cast<Tick>(std::llround(s / kTick_s)); }

io::LinkFaults faults_of(const Scenario::Link& link) {
  io::LinkFaults faults{
      .latency = ticks(link.latency_s), .loss = link.loss, .down = {}, .replay = {}};
  const auto take = [](const std::vector<Scenario::Link::Stretch>& from, auto& to) {
    for (const auto& s : from) to.push_back({ticks(s.t_s), ticks(s.t_s + s.duration_s)});
  };
  take(link.down, faults.down);
  take(link.replay, faults.replay);
  return faults;
}

/// The robot's end: what it shows of itself, and what its motors do.
class FarRobot {
 public:
  FarRobot(io::SimPlant& plant, const Scenario::Link& link, std::uint64_t seed)
      : plant_(plant),
        latency_(ticks(link.latency_s)),
        states_(faults_of(link), Random::stream(seed, kStreamStates), SensorFrame{}),
        commands_(faults_of(link), Random::stream(seed, kStreamCommands), io::LinkCommand{}) {
    plant_.read(shown_);
    for (Tick* tick : {&shown_.imu_tick, &shown_.joint_tick, &shown_.foot_tick}) *tick -= latency_;
    held_.values.resize(plant_.joint_count());
    held_.powered.set();
  }

  /// What a controller sees in this tick: the newest that has come through. Before the first has,
  /// the standing robot of before.
  const SensorFrame& show() {
    plant_.read(frame_);
    states_.send(plant_.tick(), &frame_);
    const SensorFrame* arrived = states_.receive();
    const bool is_replayed = arrived != nullptr && arrived->tick <= seen_;
    if (is_replayed) ++replays_refused;
    if (arrived != nullptr && !is_replayed) {
      shown_ = *arrived;
      seen_ = arrived->tick;
    } else {
      if (plant_.tick() >= latency_ && !is_replayed) ++states_lost;
      shown_.pose_fix.present = false;
      shown_.detection_count = 0;
      shown_.sighting_count = 0;
    }
    shown_.tick = plant_.tick();
    return shown_;
  }

  /// Ends the tick. nullptr: nothing was sent.
  io::WriteStatus obey(const io::LinkCommand* sent) {
    commands_.send(plant_.tick(), sent);
    const io::LinkCommand* arrived = commands_.receive();
    const bool is_replayed = arrived != nullptr && arrived->values.tick <= obeyed_;
    if (is_replayed) ++replays_refused;
    if (arrived != nullptr && !is_replayed) {
      held_ = *arrived;
      obeyed_ = arrived->values.tick;
      silence_ = 0;
    } else {
      if (plant_.tick() >= latency_ && !is_replayed) ++commands_lost;
      if (++silence_ == kSilence_ticks) hold();
    }
    if (silence_ >= kSilence_ticks) ++held_ticks;
    held_.values.tick = plant_.tick();
    plant_.power_motors(held_.powered);
    return plant_.drive(held_.values);
  }

  std::int64_t states_lost = 0;
  std::int64_t commands_lost = 0;
  std::int64_t replays_refused = 0;  ///< states and commands that were no newer than the last
  std::int64_t held_ticks = 0;       ///< that the motors held where they were

 private:
  /// Nobody says what to do: the motors keep their joints where they are.
  void hold() {
    held_.values.torque_Nm.setZero();
    held_.values.velocity_rad_s.setZero();
    held_.values.position_rad = frame_.joint_position_rad;
  }

  io::SimPlant& plant_;
  Tick latency_;
  io::LossyLink<SensorFrame> states_;
  io::LossyLink<io::LinkCommand> commands_;
  SensorFrame frame_;
  SensorFrame shown_;
  io::LinkCommand held_;
  Tick seen_ = -1;    ///< of the last state that came through
  Tick obeyed_ = -1;  ///< of the last command
  Tick silence_ = 0;
};

/// The answer to this period, in lock-step: what comes late is an older one's.
Result<io::LinkCommand> answer_to(Tick period, io::DdsRobotEnd& end) {
  io::LinkCommand command;
  do {
    if (!end.take(command, kAnswer_s))
      return fail(
          ErrorCode::kIo,
          fmt::format("the controller has not answered period {} within {:g} s", period, kAnswer_s),
          "DDS");
  } while (command.values.tick != period);
  return command;
}

/// What has come by the end of this period's millisecond, and how long its own answer took.
class WallTime {
 public:
  std::optional<io::LinkCommand> commands_until(Tick period, io::DdsRobotEnd& end) {
    const Clock::time_point began = Clock::now();
    if (!start_) start_ = began;
    const Clock::time_point until = *start_ + std::chrono::milliseconds(period + 1);
    std::optional<io::LinkCommand> newest;
    bool is_answered = false;
    io::LinkCommand command;
    while (!is_answered) {
      const double rest_s = std::chrono::duration<double>(until - Clock::now()).count();
      if (!end.take(command, std::max(rest_s, 0.0))) break;
      newest = command;
      is_answered = command.values.tick == period;
    }
    if (is_answered)
      round_trip_us_.push_back(
          std::chrono::duration<float, std::micro>(Clock::now() - began).count());
    else
      ++misses_;
    std::this_thread::sleep_until(until);
    return newest;
  }
  [[nodiscard]] Json report() const {
    const Percentiles p = percentiles(round_trip_us_);
    return {{"misses", misses_},
            {"round_trip_us", {{"p50", p.p50}, {"p99", p.p99}, {"p999", p.p999}, {"max", p.max}}}};
  }

 private:
  std::optional<Clock::time_point> start_;
  std::vector<float> round_trip_us_;
  std::int64_t misses_ = 0;  ///< periods whose answer did not come within them
};

/// The controller's side: the same loop that drives a robot, its periods begun by what arrives.
Result<Json> drive(const Scenario& scenario, const DataFolders& folders,
                   const io::DdsMeeting& meeting, const EpisodeOptions& options) {
  auto session = session_of(scenario, folders, false);
  if (!session) return tl::make_unexpected(session.error());
  const int na = session->model().na();
  auto terminal = io::DdsTerminal::open(meeting, na, /*is_simulated=*/true);
  if (!terminal) return tl::make_unexpected(terminal.error());
  if (options.record)
    if (auto started = session->start_record(*options.record, scenario.seed, {}); !started)
      return tl::make_unexpected(started.error());
  if (auto given = give_map(scenario, *session); !given) return tl::make_unexpected(given.error());
  if (auto met = terminal->wait_for_robot(kMeet_s); !met) return tl::make_unexpected(met.error());

  TimedIo io(*terminal);
  TickTimer timer(io, static_cast<std::size_t>(ticks(scenario.duration_s)) + 1);
  TestAuthority authority(*terminal);
  ScenarioInputs inputs;
  EpisodeResult result;
  Json link{{"stop_after_s", nullptr}};
  std::uint64_t allocations = 0;
  bool is_down = false;
  for (;;) {
    const auto news = terminal->wait(kAnswer_s);
    if (!news) return tl::make_unexpected(news.error());
    if (*news == io::DdsTerminal::News::kOver) break;
    if (*news == io::DdsTerminal::News::kSilent)
      return fail(ErrorCode::kIo, fmt::format("the robot has been silent for {:g} s", kAnswer_s),
                  "DDS");
    const Tick tick = terminal->tick();
    ScenarioInputs::lease(authority.events(tick, std::nullopt), *session);
    inputs.command(scenario.command, tick, *session);
    if (!is_down && terminal->silence() >= kSilence_ticks) {
      is_down = true;
      record::Event hold;
      hold.kind = record::Event::Kind::kStop;
      hold.stop = StopRung::kHold;
      hold.set_source("link");
      session->take(hold);
    }
    const AllocationScope scope;
    if (session->tick(io, nullptr, &timer) != io::WriteStatus::kAccepted) break;
    allocations += scope.count();
    const GateReport& gate = session->loop().gate_report();
    result.gate.watch(gate);
    if (is_down && link["stop_after_s"].is_null() && gate.rung >= StopRung::kHold)
      link["stop_after_s"] = static_cast<double>(terminal->silence()) * kTick_s;
  }
  if (auto closed = session->close_record(); !closed) return tl::make_unexpected(closed.error());
  const runtime::LoopCounts& counts = session->loop().counts();
  result.gate.ticks = counts.ticks;
  result.gate.changed = counts.gate_changed;
  result.gate.stopped = counts.gate_stopped;
  result.tick_us = timer.percentiles();
  if (allocations_are_counted()) result.allocations_in_loop = allocations;
  Json json = to_json(result);
  json["link"] = link;
  return json;
}

}  // namespace

Result<Json> serve_plant(const Scenario& scenario, const DataFolders& folders,
                         const io::DdsMeeting& meeting, LinkPace pace) {
  const auto folder = find_robot(scenario.robot, folders.robots);
  if (!folder) return tl::make_unexpected(folder.error());
  const auto robot = model::RobotModel::load(*folder);
  if (!robot) return tl::make_unexpected(robot.error());
  auto plant = plant_of(scenario, folders, *robot);
  if (!plant) return tl::make_unexpected(plant.error());
  auto end = io::DdsRobotEnd::open(meeting, robot->na());
  if (!end) return tl::make_unexpected(end.error());
  if (auto met = end->wait_for_controller(kMeet_s); !met) return tl::make_unexpected(met.error());

  const double cpu_begin_s = process_cpu_s();
  FarRobot far(*plant, scenario.link.value_or(Scenario::Link()), scenario.seed);
  PlantWatch watch(scenario, *plant);
  WallTime wall;
  do {
    if (auto sent = end->publish(far.show()); !sent) return tl::make_unexpected(sent.error());
    io::WriteStatus status{};
    if (pace == LinkPace::kWallTime) {
      const auto newest = wall.commands_until(plant->tick(), *end);
      status = far.obey(newest ? &*newest : nullptr);
    } else {
      const auto answer = answer_to(plant->tick(), *end);
      if (!answer) return tl::make_unexpected(answer.error());
      status = far.obey(&*answer);
    }
    if (status != io::WriteStatus::kAccepted)
      return fail(ErrorCode::kInternal, "the plant refused a command of the link");
    watch.step();
  } while (!watch.is_over());
  if (auto sent = end->publish_end(); !sent) return tl::make_unexpected(sent.error());

  EpisodeResult result;
  watch.fill(result);
  result.real_time_factor = plant->truth().time_s / (process_cpu_s() - cpu_begin_s);
  Json json = to_json(result);
  json["link"] = {{"states_lost", far.states_lost},
                  {"commands_lost", far.commands_lost},
                  {"replays_refused", far.replays_refused},
                  {"motors_held_s", static_cast<double>(far.held_ticks) * kTick_s}};
  if (pace == LinkPace::kWallTime) json["link"].update(wall.report());
  return json;
}

Result<Json> run_linked(const Scenario& scenario, const DataFolders& folders,
                        const EpisodeOptions& options, LinkPace pace) {
  const io::DdsMeeting meeting{.domain = 0, .partition = fmt::format("longmen {}", getpid())};
  std::array<Json, 2> sides;
  const auto ran = run_processes(
      2, 2,
      [&](std::size_t i) {
        return i == 0 ? serve_plant(scenario, folders, meeting, pace)
                      : drive(scenario, folders, meeting, options);
      },
      [](std::size_t i) { return i == 0 ? "the simulated robot" : "the controller"; },
      [&](std::size_t i, Json json) {
        sides[i] = std::move(json);
        return true;
      });
  if (!ran) return tl::make_unexpected(ran.error());
  Json& whole = sides[0];  // the truth is the plant's; the rest the controller's
  for (const char* key : {"gate", "tick_us", "allocations_in_loop"}) whole[key] = sides[1].at(key);
  whole["link"].update(sides[1].at("link"));
  return whole;
}

Result<Json> run_scenario(const Scenario& scenario, const DataFolders& folders,
                          const EpisodeOptions& options) {
  if (scenario.link) return run_linked(scenario, folders, options, LinkPace::kLockStep);
  auto episode = Episode::create(scenario, folders, options);
  if (!episode) return tl::make_unexpected(episode.error());
  while (episode->step()) {
  }
  const auto result = episode->finish();
  if (!result) return tl::make_unexpected(result.error());
  return to_json(*result);
}

}  // namespace longmen::trial
