#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "paths.h"
#include "trial/campaign.h"
#include "trial/linked.h"

namespace longmen::app {
namespace {

struct AttackOptions {
  std::string robot = "qinglong";
  std::vector<std::string> kinds;
  double minutes = 1.0;
  std::uint64_t seed = 1;
  int jobs = 1;
  bool json = false;
};

constexpr double kEpisode_s = 20.0;
constexpr double kWalk_m_s = 0.4;
constexpr double kFrom_s = 1.0;

trial::Scenario scenario_of(const AttackOptions& options, trial::AttackKind kind) {
  trial::Scenario scenario;
  scenario.robot = options.robot;
  scenario.duration_s = kEpisode_s;
  scenario.command = {{.t_s = 0.5, .vx_m_s = kWalk_m_s}};
  scenario.attack = trial::Scenario::Attack{kind, kFrom_s};
  scenario.measure_from_s = kFrom_s;
  scenario.measure_to_s = kEpisode_s;
  return scenario;
}

/// Sums and extremes over an attacker's episodes, by the truth of the plant.
struct AttackTally {
  std::int64_t episodes = 0, ticks = 0, torque = 0, range = 0, speed = 0, links = 0, falls = 0;
  double range_margin_min_rad = 1e9, speed_share_max = 0.0;
  std::int64_t seed_of_least = 0;
  double speed_mean_m_s = 0.0;

  void add(const nlohmann::ordered_json& run) {
    ++episodes;
    ticks += run["gate"]["ticks"].get<std::int64_t>();
    torque += run["torque_limit_violations"].get<std::int64_t>();
    range += run["joint_limit_violations"].get<std::int64_t>();
    speed += run["joint_speed_violations"].get<std::int64_t>();
    links += run["links_touched"].get<std::int64_t>();
    falls += run["fell"].get<bool>() ? 1 : 0;
    if (run["range_margin_min_rad"].get<double>() < range_margin_min_rad) {
      range_margin_min_rad = run["range_margin_min_rad"].get<double>();
      seed_of_least = run["seed"].get<std::int64_t>();
    }
    speed_share_max = std::max(speed_share_max, run["speed_share_max"].get<double>());
    if (!run["speed_mean_m_s"].is_null()) speed_mean_m_s += run["speed_mean_m_s"].get<double>();
  }
  [[nodiscard]] nlohmann::ordered_json json(std::string_view attacker) const {
    return {
        {"attacker", attacker},
        {"episodes", episodes},
        {"ticks", ticks},
        {"violations", {{"torque", torque}, {"range", range}, {"speed", speed}, {"links", links}}},
        {"falls", falls},
        {"range_margin_min_rad", range_margin_min_rad},
        {"speed_share_max", speed_share_max},
        {"seed_of_least_margin", seed_of_least},
        {"speed_kept_share",
         speed_mean_m_s / (kWalk_m_s * static_cast<double>(std::max<std::int64_t>(1, episodes)))}};
  }
};

int run(const AttackOptions& options) {
  std::vector<std::string> kinds = options.kinds;
  if (kinds.empty()) kinds.assign(trial::kAttackNames.begin(), trial::kAttackNames.end());
  for (const std::string& name : kinds)
    if (!trial::attack_from_name(name))
      return refuse({ErrorCode::kUnknownName,
                     fmt::format("'{}' is no attacker; valid: {}", name,
                                 fmt::join(trial::kAttackNames, ", ")),
                     "--attacker"});
  const trial::DataFolders folders = trial::DataFolders::under(project_folder());
  const auto episodes =
      static_cast<std::uint64_t>(std::max(1.0, std::round(60.0 * options.minutes / kEpisode_s)));
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  bool broken = false;
  for (const std::string& name : kinds) {
    AttackTally tally;
    const auto summary = trial::run_campaign(
        scenario_of(options, trial::attack_from_name(name).value()),
        {.seed_from = options.seed,
         .seed_to = options.seed + episodes - 1,
         .jobs = options.jobs,
         .vary_pushes = false},
        [&](const trial::Scenario& scenario) {
          return trial::run_scenario(scenario, folders,
                                     {.record = std::nullopt, .recorded = false});
        },
        [&](const nlohmann::ordered_json& result) { tally.add(result); });
    if (!summary) return refuse(summary.error());
    const nlohmann::ordered_json json = tally.json(name);
    broken = broken || tally.torque + tally.range + tally.speed + tally.links > 0;
    if (options.json)
      all.push_back(json);
    else
      std::cout
          << fmt::format(
                 "{:<10} {} ticks: broken torque {}, range {}, speed {}, links {}; falls {} of "
                 "{}; least range margin {:.4f} rad (seed {}), fastest {:.0f} % of the "
                 "limit; {:.0f} % of the walking speed kept",
                 name, tally.ticks, tally.torque, tally.range, tally.speed, tally.links,
                 tally.falls, tally.episodes, tally.range_margin_min_rad, tally.seed_of_least,
                 100.0 * tally.speed_share_max, 100.0 * json["speed_kept_share"].get<double>())
          << std::endl;
  }
  if (options.json) std::cout << nlohmann::ordered_json{{"attacks", all}}.dump() << '\n';
  return broken ? kExitGoalNotMet : kExitGoalMet;
}

}  // namespace

void add_attack(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<AttackOptions>();
  CLI::App* command = app.add_subcommand(
      "attack",
      "Let attackers drive a simulated robot, and count what came through the motion gate");
  command->add_option("--robot", options->robot, "robot by name or folder")->capture_default_str();
  command->add_option("--attacker", options->kinds,
                      fmt::format("{}; default: all", fmt::join(trial::kAttackNames, ", ")));
  command->add_option("--minutes", options->minutes, "of simulated time for each attacker")
      ->check(CLI::Range(0.1, 10000.0))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "first seed; one for each 20 s")
      ->check(CLI::Range(std::uint64_t{0}, kSeedMax))
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "processes at a time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Example: longmen attack --attacker worst --minutes 10\n"
      "A run is repeated, and recorded, as a scenario with 'attack: {kind: worst, "
      "from_s: 1}' and its seed.\nExit code 1: something came through.");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
