#include <exception>
#include <iostream>

#include "commands.h"

int main(int argc, char** argv) {
  using namespace longmen::app;
  CLI::App app("Longmen: AI models drive a humanoid robot, and nothing unsafe comes through.");
  app.name("longmen");
  app.set_version_flag("--version", LONGMEN_VERSION);
  app.require_subcommand(1);
  int exit_code = kExitDefect;
  add_plan(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitBadInput;
  } catch (const std::exception& error) {
    std::cerr << "defect: " << error.what() << '\n';
    return kExitDefect;
  }
  return exit_code;
}
