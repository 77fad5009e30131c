#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "commands.h"
#include "io/dds/dds_stop.h"
#include "wall/client.h"

namespace longmen::app {
namespace {

struct StopOptions {
  std::string socket;
  std::optional<int> dds_domain;
};

constexpr double kPatience_s = 3.0;

int stop_by_dds(int domain) {
  auto button = io::DdsStopButton::open({domain, {}});
  if (!button) return refuse(button.error());
  if (auto met = button->wait_for_robot(kPatience_s); !met) return refuse(met.error());
  if (auto pressed = button->press(); !pressed) return refuse(pressed.error());
  std::cout << "stop sent\n";
  return kExitGoalMet;
}

int stop_by_socket(const std::string& socket) {
  auto robot = wall::Client::connect(socket, wall::Role::kWatcher, "stop");
  if (!robot) return refuse(robot.error());
  const auto request = robot->stop(wall::StopRequest::Act::kEmergency);
  if (!request) return refuse(request.error());
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                         std::chrono::duration<double>(kPatience_s));
  while (std::chrono::steady_clock::now() < until) {
    const auto message = robot->next(20);
    if (!message) return refuse(message.error());
    const auto* receipt = *message ? std::get_if<wall::Receipt>(&**message) : nullptr;
    if (receipt == nullptr || receipt->request != *request) continue;
    std::cout << "stopped in tick " << receipt->tick << '\n';
    return receipt->outcome == wall::Outcome::kTaken ? kExitGoalMet : kExitBadInput;
  }
  return refuse({ErrorCode::kIo, "the robot does not answer", socket});
}

int run(const StopOptions& options) {
  if (options.dds_domain) return stop_by_dds(*options.dds_domain);
  return stop_by_socket(options.socket);
}

}  // namespace

void add_stop(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<StopOptions>();
  CLI::App* command = app.add_subcommand(
      "stop", "Emergency stop of a live robot: it holds, and is DISARMED until a person resets it");
  auto* way = command->add_option_group("way", "how it is reached");
  way->add_option("--socket", options->socket, "of the robot's process");
  way->add_option("--dds", options->dds_domain, "domain in which it listens")
      ->check(CLI::Range(0, 230));
  way->require_option(1);
  command->footer("Example: longmen stop --socket robot.sock");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
