#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "commands.h"
#include "paths.h"
#include "trial/campaign_report.h"
#include "trial/campaign_run.h"

namespace longmen::app {
namespace {

struct CampaignOptions {
  std::string file;
  std::string out;
  std::string against;
  std::string run;
  std::string record;
  int jobs = 0;
  bool json = false;
};

volatile std::sig_atomic_t stop_requested = 0;

int refuse(const Error& error) {
  std::cerr << error.text() << '\n';
  return error.code == ErrorCode::kInternal ? kExitDefect : kExitBadInput;
}

Result<void> write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (!stream) return fail(ErrorCode::kIo, "cannot be written", file.string());
  return {};
}

trial::DataFolders data_folders() { return trial::DataFolders::under(project_folder()); }

/// One case alone, to look at it.
int run_case(const trial::Campaign& campaign, const CampaignOptions& options) {
  const auto units = trial::units_of(campaign);
  const auto unit = std::find_if(units.begin(), units.end(), [&](const auto& u) {
    return trial::name_of(campaign, u) == options.run;
  });
  if (unit == units.end())
    return refuse({ErrorCode::kUnknownName,
                   fmt::format("the campaign has no run '{}'; a run is ROW/TEST/SEED, as in '{}'",
                               options.run, trial::name_of(campaign, units.front())),
                   "--run"});
  std::optional<std::filesystem::path> record;
  if (!options.record.empty()) record = options.record;
  const auto result = trial::run_unit(campaign, *unit, data_folders(), record);
  if (!result) return refuse(result.error());
  std::cout << result->dump() << '\n';
  return trial::passes(campaign.rows[unit->row], *result) ? kExitGoalMet : kExitGoalNotMet;
}

/// One line that a terminal rewrites and a log keeps each hundredth.
void show_progress(std::size_t done, std::size_t all) {
  const bool is_terminal = isatty(STDERR_FILENO) == 1;
  const std::size_t step = std::max<std::size_t>(1, all / 100);
  if (!is_terminal && done % step != 0 && done != all) return;
  std::cerr << (is_terminal ? "\r\033[K" : "") << fmt::format("{} of {} runs", done, all)
            << (is_terminal && done != all ? "" : "\n") << std::flush;
}

int run_all(const trial::Campaign& campaign, const CampaignOptions& options) {
  const auto build = trial::build_digest(project_folder());
  if (!build) return refuse(build.error());
  std::optional<trial::CampaignResults> against;
  if (!options.against.empty()) {
    auto read = trial::CampaignResults::read(options.against);
    if (!read) return refuse(read.error());
    against = std::move(*read);
  }
  const std::filesystem::path folder = options.out.empty()
                                           ? std::filesystem::path("runs") / campaign.name
                                           : std::filesystem::path(options.out);
  auto results = trial::CampaignResults::open(folder, *build);
  if (!results) return refuse(results.error());

  std::signal(SIGINT, [](int) { stop_requested = 1; });
  std::signal(SIGTERM, [](int) { stop_requested = 1; });
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const auto ran =
      trial::run_missing(campaign, data_folders(), options.jobs > 0 ? options.jobs : cores,
                         *results, [](std::size_t done, std::size_t all) {
                           show_progress(done, all);
                           return stop_requested == 0;
                         });
  if (!ran) return refuse(ran.error());

  const auto* other = against ? &*against : nullptr;
  const auto rows = trial::summarise(campaign, *results, other);
  if (auto done = trial::write_table(campaign, *results, folder / "results.parquet"); !done)
    return refuse(done.error());
  if (auto done = write_text(folder / "report.html",
                             trial::to_html(campaign, options.file, rows, *results, other));
      !done)
    return refuse(done.error());
  if (options.json)
    std::cout << trial::to_json(rows).dump() << '\n';
  else
    std::cout << trial::to_text(rows) << "table: " << (folder / "results.parquet").string()
              << "\nreport: " << (folder / "report.html").string() << '\n';
  if (stop_requested != 0) {
    std::cerr << "broken off: the same command goes on\n";
    return kExitStopped;
  }
  const bool all_passed = std::all_of(rows.begin(), rows.end(),
                                      [](const auto& row) { return row.passed == row.planned; });
  return all_passed ? kExitGoalMet : kExitGoalNotMet;
}

int run(const CampaignOptions& options) {
  const auto campaign = trial::load_campaign(options.file);
  if (!campaign) return refuse(campaign.error());
  return options.run.empty() ? run_all(*campaign, options) : run_case(*campaign, options);
}

}  // namespace

void add_campaign(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<CampaignOptions>();
  CLI::App* command = app.add_subcommand(
      "campaign", "Run many tests with many seeds on all cores; a table and a report of the rates");
  command->add_option("file", options->file, "campaign (docs/campaigns.md)")->required();
  auto* out =
      command->add_option("--out", options->out,
                          "folder of the results, taken up where it was left; default: runs/NAME");
  auto* against = command->add_option(
      "--against", options->against, "folder with results of another build, to compare run by run");
  auto* jobs =
      command->add_option("--jobs", options->jobs, "processes at a time; default: all cores")
          ->check(CLI::Range(1, 1024));
  auto* run_one = command->add_option("--run", options->run, "only this case: ROW/TEST/SEED")
                      ->excludes(out)
                      ->excludes(against)
                      ->excludes(jobs);
  command->add_option("--record", options->record, "with --run: keep its record in this file")
      ->needs(run_one);
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen campaign campaigns/spine.yaml");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
