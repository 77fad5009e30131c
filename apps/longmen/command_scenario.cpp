#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands.h"
#include "gate/plan/plan_gate.h"
#include "paths.h"
#include "trial/campaign.h"
#include "trial/episode.h"
#include "trial/linked.h"
#include "trial/metrics.h"
#include "view/film.h"

namespace longmen::app {
namespace {

using Json = nlohmann::ordered_json;

struct ScenarioOptions {
  std::string file;
  bool json = false;
  std::string record;
  std::string video;
  bool no_record = false;
  std::optional<std::uint64_t> seed;
  std::string seeds;  // "A..B"
  int jobs = 1;
  bool vary_pushes = false;
  std::string io = "sim";
  std::string speed = "max";
};

/// "3..40" as first and last.
constexpr std::uint64_t kSeedsMax = 100'000;

Result<std::pair<std::uint64_t, std::uint64_t>> parse_seeds(const std::string& text) {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  const std::size_t dots = text.find("..");
  bool good = dots != std::string::npos;
  if (good) {
    const auto number = [&](const std::string& digits, std::uint64_t& value) {
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value);
      return error == std::errc() && end == digits.data() + digits.size() && !digits.empty();
    };
    good = number(text.substr(0, dots), from) && number(text.substr(dots + 2), to) && from <= to &&
           to - from < kSeedsMax;
  }
  if (!good)
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("'{}' must be A..B with whole numbers, A at most B, no more than {} of them",
                    text, kSeedsMax),
        "--seeds");
  return std::pair(from, to);
}

void print_text(const Json& r) {
  const auto number = [](const Json& value, const char* format) {
    return value.is_null() ? std::string("-")
                           : fmt::format(fmt::runtime(format), value.get<double>());
  };
  std::cout << (r.at("fell").get<bool>() ? "fell at " + number(r.at("fell_at_s"), "{:.2f} s\n")
                                         : std::string("did not fall\n"));
  std::cout << fmt::format(
      "distance {} m, speed {} m/s (error {} rms), drift {} m, yaw {} rad\n",
      number(r.at("distance_m"), "{:.2f}"), number(r.at("speed_mean_m_s"), "{:.3f}"),
      number(r.at("speed_error_rms_m_s"), "{:.3f}"), number(r.at("lateral_drift_m"), "{:.3f}"),
      number(r.at("yaw_error_rad"), "{:.3f}"));
  std::cout << fmt::format(
      "foot slip {} m; limits broken: torque {}, range {}, speed {}; largest torque asked {} N m\n",
      number(r.at("foot_slip_max_m"), "{:.4f}"), r.at("torque_limit_violations").dump(),
      r.at("joint_limit_violations").dump(), r.at("joint_speed_violations").dump(),
      number(r.at("max_abs_command_before_clamp"), "{:.0f}"));
  std::cout << fmt::format("energy {} J, cost of transport {}\n",
                           number(r.at("energy_J"), "{:.0f}"),
                           number(r.at("cost_of_transport"), "{:.2f}"));
  const Json& gate = r.at("gate");
  std::cout << fmt::format("gate: {} ticks, {} changed, {} stopped\n", gate.at("ticks").dump(),
                           gate.at("changed").dump(), gate.at("stopped").dump());
  if (const Json& policy = r.at("policy"); !policy.is_null())
    std::cout << fmt::format("policy: drove {} of {} ticks, the body was taken over {} times{}\n",
                             policy.at("driven_ticks").dump(), policy.at("ticks").dump(),
                             policy.at("rescues").dump(),
                             policy.at("lost_its_seat").get<bool>() ? ", lost its seat" : "");
  if (r.contains("link"))
    for (const auto& [key, value] : r.at("link").items())
      std::cout << fmt::format("link: {} {}\n", key, value.dump());
  std::cout << "CPU time of a tick, us:  p50   p99  p99.9   max\n";
  for (const auto& [part, us] : r.at("tick_us").items())
    std::cout << fmt::format("  {:<18} {:>7.1f} {:>6.1f} {:>6.1f} {:>6.1f}\n", part,
                             us.at("p50").get<double>(), us.at("p99").get<double>(),
                             us.at("p999").get<double>(), us.at("max").get<double>());
  const Json& allocations = r.at("allocations_in_loop");
  std::cout << fmt::format("{} times real time; {} allocations in the loop; state hash {}\n",
                           number(r.at("real_time_factor"), "{:.1f}"),
                           allocations.is_null() ? std::string("uncounted") : allocations.dump(),
                           r.at("state_hash").get<std::string>());
}

constexpr double kPushShown_s = 0.8;

Bilingual words_of(const trial::CommandRow& row) {
  if (row.stands()) return {"stand", "站立"};
  return {
      fmt::format("ahead {:.2f} m/s, to the left {:.2f} m/s, turn {:.2f} rad/s", row.vx_m_s,
                  row.vy_m_s, row.yaw_rate_rad_s),
      fmt::format("前 {:.2f}，左 {:.2f}，转 {:.2f}", row.vx_m_s, row.vy_m_s, row.yaw_rate_rad_s)};
}

/// Pictures of a run are drawn after it, from the poses kept here.
view::Frame frame_of(const trial::Episode& episode, const trial::Scenario& scenario,
                     const std::string& title) {
  const io::SimPlant& plant = episode.plant();
  view::Frame frame;
  frame.time_s = plant.truth().time_s;
  frame.pose.qpos.assign(plant.scene_qpos().begin(), plant.scene_qpos().end());
  frame.pose.mocap_pos.assign(plant.scene_mocap_pos().begin(), plant.scene_mocap_pos().end());
  frame.pose.mocap_quat.assign(plant.scene_mocap_quat().begin(), plant.scene_mocap_quat().end());
  frame.caption.sentence = title;
  frame.caption.step = words_of(trial::command_at(scenario.command, frame.time_s));
  for (const io::Push& push : scenario.pushes) {
    const double since_s = frame.time_s - push.t_s;
    if (since_s < 0.0 || since_s > push.duration_s + kPushShown_s) continue;
    const std::string impulse = fmt::format("{:.0f} N s", push.impulse_Ns.norm());
    frame.caption.notice = {"pushed: " + impulse, "推力 " + impulse};
  }
  return frame;
}

/// How a run is filmed, if it is.
struct Film {
  std::string file;  ///< empty: not at all
  std::string title;
};

Result<Json> run_filmed(const trial::Scenario& scenario, const trial::EpisodeOptions& options,
                        const Film& film) {
  auto episode =
      trial::Episode::create(scenario, trial::DataFolders::under(project_folder()), options);
  if (!episode) return tl::make_unexpected(episode.error());
  std::vector<view::Frame> frames;
  do {
    if (episode->plant().tick() % kFilmPeriod == 0)
      frames.push_back(frame_of(*episode, scenario, film.title));
  } while (episode->step());
  const auto result = episode->finish();
  if (!result) return tl::make_unexpected(result.error());
  const std::string& subject = episode->robot().body_name(model::Role::kBase);
  const auto scene = episode->plant().scene_to_draw();
  if (!scene) return tl::make_unexpected(scene.error());
  const auto filmed =
      view::write_video(**scene, frames, film.file, {.camera = {.subject = subject}});
  if (!filmed) return tl::make_unexpected(filmed.error());
  return trial::to_json(*result);
}

Result<Json> run_one(const trial::Scenario& scenario, const trial::EpisodeOptions& options,
                     const Film& film, trial::LinkPace pace) {
  if (!film.file.empty()) return run_filmed(scenario, options, film);
  const auto folders = trial::DataFolders::under(project_folder());
  return pace == trial::LinkPace::kWallTime ? trial::run_linked(scenario, folders, options, pace)
                                            : trial::run_scenario(scenario, folders, options);
}

/// A body or joint that the robot lacks is found when scenario and robot meet: the file is named.
Error in_file(Error error, const std::string& file) {
  if (error.where.find('/') == std::string::npos)
    error.where = error.where.empty() ? file : file + ": " + error.where;
  return error;
}

trial::LinkPace pace_of(const ScenarioOptions& options) {
  return options.speed == "real" ? trial::LinkPace::kWallTime : trial::LinkPace::kLockStep;
}

int run_seeds(const trial::Scenario& scenario, const ScenarioOptions& options) {
  const auto seeds = parse_seeds(options.seeds);
  if (!seeds) return refuse(seeds.error());
  const trial::CampaignOptions campaign{.seed_from = seeds->first,
                                        .seed_to = seeds->second,
                                        .jobs = options.jobs,
                                        .vary_pushes = options.vary_pushes};
  // Compiled here, the rule packs need not be compiled in each process.
  if (const auto gate = gate::plan::PlanGate::load(project_folder() / "rules"); !gate)
    return refuse(gate.error());
  const auto summary = trial::run_campaign(
      scenario, campaign,
      [&](const trial::Scenario& varied) {
        return run_one(varied, {.record = std::nullopt, .recorded = !options.no_record}, {},
                       pace_of(options));
      },
      [](const Json& result) { std::cout << result.dump() << std::endl; });
  if (!summary) return refuse(in_file(summary.error(), options.file));
  std::cout << summary->dump() << std::endl;
  return kExitGoalMet;
}

int run(const ScenarioOptions& options) {
  auto scenario = trial::load_scenario(options.file);
  if (!scenario) return refuse(scenario.error());
  if (options.seed) scenario->seed = *options.seed;
  if (options.io == "dds" && !scenario->link) scenario->link = trial::Scenario::Link{};
  if (options.speed == "real" && !scenario->link)
    return refuse({ErrorCode::kInvalidArgument,
                   "only a robot behind a link has wall time: --io dds", "--speed"});
  if (!options.seeds.empty()) return run_seeds(*scenario, options);

  trial::EpisodeOptions episode;
  episode.recorded = !options.no_record;
  if (!options.record.empty()) episode.record = options.record;
  if (!options.video.empty()) {
    // To be known before a run, not after it.
    if (const auto checked = view::check_video_file(options.video); !checked)
      return refuse(checked.error());
  }
  const auto result =
      run_one(*scenario, episode,
              {.file = options.video, .title = std::filesystem::path(options.file).stem().string()},
              pace_of(options));
  if (!result) return refuse(in_file(result.error(), options.file));
  if (options.json)
    std::cout << result->dump() << '\n';
  else
    print_text(*result);
  return kExitGoalMet;
}

}  // namespace

void add_scenario(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ScenarioOptions>();
  CLI::App* command = app.add_subcommand(
      "scenario", "Run a test of the body, without agent or plan, in simulation at full speed");
  command->add_option("file", options->file, "scenario (docs/scenarios.md)")->required();
  command->add_flag("--json", options->json, "print one JSON object");
  auto* record = command->add_option("--record", options->record, "keep the record in this file");
  command->add_flag("--no-record", options->no_record, "record nothing")->excludes(record);
  auto* video = command->add_option("--video", options->video, "film the run into this .mp4");
  auto* seed = command->add_option("--seed", options->seed, "instead of the scenario's seed")
                   ->check(CLI::Range(std::uint64_t{0}, kSeedMax));
  command
      ->add_option("--seeds", options->seeds,
                   "A..B: run each seed, print one JSON line for each and a summary")
      ->excludes(seed)
      ->excludes(record)
      ->excludes(video);
  command->add_option("--jobs", options->jobs, "processes at a time, with --seeds")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_flag("--vary-pushes", options->vary_pushes,
                    "with --seeds: draw each push's direction, and its time within a second");
  command
      ->add_option("--io", options->io,
                   "sim: the robot in this process; dds: in one of its own, behind DDS topics")
      ->check(CLI::IsMember({"sim", "dds"}))
      ->capture_default_str();
  command
      ->add_option("--speed", options->speed,
                   "of a robot behind a link: max, in lock-step; real: a period a millisecond")
      ->check(CLI::IsMember({"max", "real"}))
      ->capture_default_str();
  command->footer("Example: longmen scenario scenarios/walk_0.8.yaml --seeds 1..40 --jobs 2");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
