#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "commands.h"

int longmen::app::refuse(const Error& error) {
  std::cerr << error.text() << '\n';
  return error.code == ErrorCode::kInternal ? kExitDefect : kExitBadInput;
}

namespace {

using namespace longmen::app;

const CLI::App* find_command(const CLI::App& parent, const std::string& name) {
  for (const CLI::App* command : parent.get_subcommands({}))
    if (command->get_name() == name) return command;
  return nullptr;
}

/// What is wrong with the arguments, in one line that names what would be valid.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const CLI::App* command = &app;
  std::string path = "longmen";
  std::string unknown;
  for (int i = 1; i < argc && command->get_require_subcommand_min() > 0; ++i) {
    const std::string argument = argv[i];
    if (argument.empty() || argument.front() == '-') continue;
    const CLI::App* next = find_command(*command, argument);
    if (next == nullptr) {
      unknown = argument;
      break;
    }
    command = next;
    path += " " + argument;
  }
  if (command->get_require_subcommand_min() == 0)
    return fmt::format("{0}: {1} ({0} --help shows what is valid)", path, error.what());

  std::vector<std::string> names;
  for (const CLI::App* valid : command->get_subcommands({})) names.push_back(valid->get_name());
  return fmt::format("{}: {}; commands: {}", path,
                     unknown.empty() ? error.what() : fmt::format("unknown command '{}'", unknown),
                     fmt::join(names, ", "));
}

int run(int argc, char** argv) {
  CLI::App app("Longmen: AI models drive a humanoid robot, and nothing unsafe comes through.");
  app.name("longmen");
  app.set_version_flag("--version", "longmen " LONGMEN_VERSION);
  app.require_subcommand(1);
  app.footer(
      "'longmen COMMAND --help' explains a command and shows an example.\n"
      "'./longmen test [--all]' runs the test suite.\n"
      "Exit codes: 0 goal met; 1 ran, goal not met; 2 bad input; 3 refused or not understood;\n"
      "4 stopped by a person or the gate; 64 and more: a defect.");

  int exit_code = kExitDefect;
  add_run(app, exit_code);
  add_plan(app, exit_code);
  add_replay(app, exit_code);
  add_register(app, exit_code);
  add_exam(app, exit_code);
  add_mcp(app, exit_code);
  add_bench(app, exit_code);
  add_incidents(app, exit_code);
  add_report(app, exit_code);
  add_check(app, exit_code);
  add_key(app, exit_code);
  add_robot(app, exit_code);
  add_scenario(app, exit_code);
  add_plant(app, exit_code);
  add_campaign(app, exit_code);
  add_attack(app, exit_code);
  add_fault(app, exit_code);
  add_stop(app, exit_code);
  add_verify(app, exit_code);
  add_serve(app, exit_code);
  add_why(app, exit_code);
  add_live(app, exit_code);
  add_mind(app, exit_code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    std::cerr << usage_error(app, error, argc, argv) << '\n';
    return kExitBadInput;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "longmen: a defect of the program: " << error.what() << '\n';
  } catch (...) {
    std::cerr << "longmen: a defect of the program: unknown exception\n";
  }
  return kExitDefect;
}
