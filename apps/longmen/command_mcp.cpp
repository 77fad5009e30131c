#include <poll.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <memory>
#include <string>

#include "agents.h"
#include "commands.h"
#include "mcp_tools.h"
#include "paths.h"

namespace longmen::app {
namespace {

constexpr std::size_t kMessage_max_bytes = 256 * 1024;

struct McpOptions {
  std::string world = "factory";
  std::string model = "embedded";
  std::string robot;
};

/// Answers lines of standard input until it ends.
int serve(McpTools& tools) {
  std::string line;
  std::array<char, 65536> block{};
  for (bool is_open = true; is_open;) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, 50) > 0) {
      const ssize_t size = read(STDIN_FILENO, block.data(), block.size());
      is_open = size > 0;
      for (ssize_t i = 0; i < size; ++i) {
        if (block[static_cast<std::size_t>(i)] != '\n') {
          line += block[static_cast<std::size_t>(i)];
          if (line.size() > kMessage_max_bytes)
            return refuse({ErrorCode::kParse, "a message beyond 256 KiB", "standard input"});
          continue;
        }
        if (line.find_first_not_of(" \t\r") != std::string::npos)
          tools.take(line, [](const std::string& answer) { std::cout << answer << std::endl; });
        line.clear();
      }
    }
    if (auto attended = tools.attend(); !attended) return refuse(attended.error());
  }
  tools.leave();
  return kExitGoalMet;
}

int run(const McpOptions& options) {
  auto agent = make_agent(options.model);
  if (!agent) return refuse(agent.error());
  const auto folder = world::find_world(options.world, project_folder() / "worlds");
  if (!folder) return refuse(folder.error());
  auto world = world::load_world(*folder);
  if (!world) return refuse(world.error());
  auto gate = gate::plan::PlanGate::load(project_folder() / "rules");
  if (!gate) return refuse(gate.error());
  std::optional<wall::Client> robot;
  if (!options.robot.empty()) {
    auto connected = wall::Client::connect(options.robot, wall::Role::kOperator, "mcp");
    if (!connected) return refuse(connected.error());
    robot = std::move(*connected);
  }
  McpTools tools(std::move(*agent), std::move(*world), std::move(*gate), std::move(robot));
  return serve(tools);
}

}  // namespace

void add_mcp(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<McpOptions>();
  CLI::App* command = app.add_subcommand(
      "mcp", "Serve tools to an outside agent by the Model Context Protocol, on standard input");
  command->add_option("--world", options->world, "name of a world, or its folder")
      ->capture_default_str();
  command->add_option("--model", options->model, kModelHelp)->capture_default_str();
  command->add_option("--robot", options->robot, "the socket of a robot ('longmen live')");
  command->footer("Example: longmen mcp --world bank");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
