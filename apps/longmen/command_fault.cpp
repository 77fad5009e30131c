#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "commands.h"
#include "io/fault/fault.h"
#include "paths.h"
#include "trial/episode.h"
#include "wall/client.h"

namespace longmen::app {
namespace {

struct FaultOptions {
  std::string kind;
  std::string target;
  std::string scenario;
  std::string socket;
  double at_s = 3.0;
  double duration_s = 0.1;
  std::uint64_t seed = 1;
  bool json = false;
};

constexpr double kAfter_s = 5.0;  // watched after the fault
constexpr auto kPatience = std::chrono::seconds(2);

/// Asks a live robot for it. What it does not take was not injected.
int inject(const FaultOptions& options) {
  auto robot = wall::Client::connect(options.socket, wall::Role::kOperator, "fault");
  if (!robot) return refuse(robot.error());
  const auto request =
      robot->inject(fmt::format("{} {} {}", options.kind, options.target, options.duration_s));
  if (!request) return refuse(request.error());
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    const auto message = robot->next(20);
    if (!message) return refuse(message.error());
    const auto* receipt = *message ? std::get_if<wall::Receipt>(&**message) : nullptr;
    if (receipt == nullptr || receipt->request != *request) continue;
    if (receipt->outcome != wall::Outcome::kTaken)
      return refuse(
          {ErrorCode::kUnsupported,
           fmt::format("the robot refuses '{} {}': only a simulated one breaks, and of the "
                       "kinds {} all but heartbeat_delay",
                       options.kind, options.target, io::fault_kinds()),
           options.socket});
    std::cout << fmt::format("injected in tick {}\n", receipt->tick);
    return kExitGoalMet;
  }
  return refuse({ErrorCode::kIo, "the robot does not answer", options.socket});
}

int run(const FaultOptions& options) {
  if (!options.socket.empty()) return inject(options);
  const std::filesystem::path file = options.scenario.empty()
                                         ? project_folder() / "scenarios" / "walk_0.4.yaml"
                                         : std::filesystem::path(options.scenario);
  auto scenario = trial::load_scenario(file);
  if (!scenario) return refuse(scenario.error());
  scenario->seed = options.seed;
  scenario->duration_s = options.at_s + options.duration_s + kAfter_s;
  scenario->measure_from_s = options.at_s + options.duration_s + 1.0;
  scenario->measure_to_s = scenario->duration_s;
  scenario->faults.push_back({options.at_s, options.kind, options.target, options.duration_s});
  auto episode = trial::Episode::create(*scenario, trial::DataFolders::under(project_folder()),
                                        {.record = std::nullopt, .recorded = false});
  if (!episode) return refuse(episode.error());
  while (episode->step()) {
  }
  const auto result = episode->finish();
  if (!result) return refuse(result.error());
  if (options.json) {
    std::cout << trial::to_json(*result).dump() << '\n';
  } else {
    std::cout << fmt::format(
        "{} on {} for {} s: {}; gate changed {} and stopped {} of {} ticks; limits broken: torque "
        "{}, "
        "range {}, speed {}\n",
        options.kind, options.target, options.duration_s,
        result->body.fell ? fmt::format("fell at {:.2f} s", *result->body.fell_at_s)
                          : std::string("did not fall"),
        result->gate.changed, result->gate.stopped, result->gate.ticks, result->violations.torque,
        result->violations.position, result->violations.speed);
  }
  return result->body.fell ? kExitGoalNotMet : kExitGoalMet;
}

}  // namespace

void add_fault(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<FaultOptions>();
  CLI::App* command = app.add_subcommand(
      "fault", "Break something while a simulated robot walks, and see whether it stays up");
  command->add_option("kind", options->kind, "kind of fault (docs/scenarios.md)")->required();
  command->add_option("target", options->target, "what breaks")->required();
  command->add_option("--scenario", options->scenario, "scenario file; default: walk_0.4");
  command->add_option("--socket", options->socket,
                      "of a robot that is live: it breaks now, in place of a scenario's robot");
  command->add_option("--at", options->at_s, "seconds")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  command->add_option("--for", options->duration_s, "seconds")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  command->add_option("--seed", options->seed)->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Example: longmen fault sensor_drift imu_gyro --for 0.5\n"
      "         longmen fault power_sag power --for 1 --socket robot.sock\n"
      "A fault that cannot be injected is refused (exit code 2); exit code 1: it fell.");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
