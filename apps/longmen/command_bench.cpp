#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "commands.h"
#include "paths.h"
#include "trial/episode.h"

namespace longmen::app {
namespace {

struct BenchOptions {
  std::string robot = "qinglong";
  double speed_m_s = 0.8;
  double duration_s = 20.0;
  bool json = false;
};

/// The whole of it: honest plant, all sensors' noise, record to disk, walking.
trial::Scenario walk(const BenchOptions& options) {
  trial::Scenario scenario;
  scenario.robot = options.robot;
  scenario.seed = 1;
  scenario.duration_s = options.duration_s;
  scenario.command = {{.t_s = 1.0, .vx_m_s = options.speed_m_s}};
  scenario.measure_from_s = 0.5 * options.duration_s;
  scenario.measure_to_s = options.duration_s;
  return scenario;
}

nlohmann::ordered_json to_json(const trial::Percentiles& p) {
  return {{"p50", p.p50}, {"p99", p.p99}, {"p999", p.p999}, {"max", p.max}};
}

void print_row(std::string_view name, const trial::Percentiles& p) {
  std::cout << fmt::format("  {:<14} {:>7.1f} {:>7.1f} {:>7.1f} {:>7.1f}\n", name, p.p50, p.p99,
                           p.p999, p.max);
}

int run(const BenchOptions& options) {
  auto episode =
      trial::Episode::create(walk(options), trial::DataFolders::under(project_folder()), {});
  if (!episode) {
    std::cerr << episode.error().text() << '\n';
    return kExitBadInput;
  }
  while (episode->step()) {
  }
  const auto result = episode->finish();
  if (!result) {
    std::cerr << result.error().text() << '\n';
    return kExitDefect;
  }
  if (options.json) {
    nlohmann::ordered_json json;
    for (std::size_t part = 0; part < result->tick_us.size(); ++part)
      json["tick_us"][std::string(trial::kTickPartNames[part])] = to_json(result->tick_us[part]);
    json["plant_step_us"] = to_json(result->plant_step_us);
    json["real_time_factor"] = result->real_time_factor;
    if (result->allocations_in_loop) json["allocations_in_loop"] = *result->allocations_in_loop;
    json["fell"] = result->body.fell;
    std::cout << json.dump() << '\n';
    return result->body.fell ? kExitGoalNotMet : kExitGoalMet;
  }
  std::cout << fmt::format("{} walks {} m/s for {} s on the honest plant, everything recorded.\n",
                           options.robot, options.speed_m_s, options.duration_s);
  std::cout << "CPU time of the loop's thread, us:\n";
  std::cout << "                     p50     p99   p99.9     max\n";
  for (std::size_t part = 0; part < result->tick_us.size(); ++part)
    print_row(trial::kTickPartNames[part], result->tick_us[part]);
  print_row("(plant step)", result->plant_step_us);
  std::cout << fmt::format(
      "{:.1f} times real time in CPU time of the whole process, recorder thread included\n",
      result->real_time_factor);
  if (result->allocations_in_loop)
    std::cout << fmt::format("{} allocations in the loop\n", *result->allocations_in_loop);
  return result->body.fell ? kExitGoalNotMet : kExitGoalMet;
}

}  // namespace

void add_bench(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command =
      app.add_subcommand("bench", "Time every part of the control tick while the robot walks");
  command->add_option("--robot", options->robot, "name of a robot, or its folder")
      ->capture_default_str();
  command->add_option("--speed", options->speed_m_s, "forward, m/s")
      ->check(CLI::Range(0.0, 2.0))
      ->capture_default_str();
  command->add_option("--duration", options->duration_s, "s")
      ->check(CLI::Range(2.0, 600.0))
      ->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen bench --speed 1.2 --json");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
