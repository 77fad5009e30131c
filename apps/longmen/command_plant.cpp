#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "commands.h"
#include "paths.h"
#include "trial/linked.h"

namespace longmen::app {
namespace {

struct PlantCommandOptions {
  std::string file;
  std::optional<std::uint64_t> seed;
  int domain = 0;
  std::string speed = "real";
};

int run(const PlantCommandOptions& options) {
  auto scenario = trial::load_scenario(options.file);
  if (!scenario) return refuse(scenario.error());
  if (options.seed) scenario->seed = *options.seed;
  std::cerr << fmt::format(
      "the robot waits for a controller on rt/lowcmd, DDS domain {}, this machine alone\n",
      options.domain);
  const auto result = trial::serve_plant(
      *scenario, trial::DataFolders::under(project_folder()),
      {.domain = options.domain, .partition = {}},
      options.speed == "real" ? trial::LinkPace::kWallTime : trial::LinkPace::kLockStep);
  if (!result) return refuse(result.error());
  std::cout << result->dump() << '\n';
  return kExitGoalMet;
}

}  // namespace

void add_plant(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<PlantCommandOptions>();
  CLI::App* command = app.add_subcommand(
      "plant", "The simulated robot of a scenario behind DDS topics, for any controller to drive");
  command->add_option("file", options->file, "scenario (docs/scenarios.md)")->required();
  command->add_option("--seed", options->seed, "instead of the scenario's seed")
      ->check(CLI::Range(std::uint64_t{0}, kSeedMax));
  command->add_option("--domain", options->domain, "of DDS")
      ->check(CLI::Range(0, 230))
      ->capture_default_str();
  command
      ->add_option("--speed", options->speed,
                   "real: a period a millisecond; max: each period waits for its answer")
      ->check(CLI::IsMember({"real", "max"}))
      ->capture_default_str();
  command->footer("Example: longmen plant scenarios/walk_0.8.yaml --speed max");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
