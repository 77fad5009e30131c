#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "commands.h"
#include "paths.h"
#include "trial/replay.h"

namespace longmen::app {
namespace {

struct ReplayOptions {
  std::string file;
  bool json = false;
};

int run(const ReplayOptions& options) {
  const bool is_terminal = isatty(STDERR_FILENO) == 1;
  const auto report = trial::replay(options.file, project_folder(), [&](Tick ticks) {
    if (is_terminal) std::cerr << fmt::format("\r\033[K{} ticks run again", ticks) << std::flush;
  });
  if (is_terminal) std::cerr << "\r\033[K" << std::flush;
  if (!report) {
    std::cerr << report.error().text() << '\n';
    return report.error().code == ErrorCode::kInternal ? kExitDefect : kExitBadInput;
  }
  if (options.json) {
    nlohmann::ordered_json json;
    json["ticks"] = report->ticks;
    json["identical"] = !report->difference.has_value();
    json["difference"] =
        report->difference ? nlohmann::ordered_json(report->difference->text()) : nullptr;
    json["complete"] = report->complete;
    json["gap_at_tick"] = report->gap_at ? nlohmann::ordered_json(*report->gap_at) : nullptr;
    std::cout << json.dump() << '\n';
  } else if (report->difference) {
    std::cout << report->difference->text() << '\n';
  } else {
    std::cout << fmt::format("{} ticks run again: every bit is the same\n", report->ticks);
  }
  if (!report->complete) std::cerr << "the record was cut: " << report->end_note << '\n';
  if (report->gap_at)
    std::cerr << fmt::format("the record has a gap at tick {}; nothing after it was run again\n",
                             *report->gap_at);
  return report->difference ? kExitGoalNotMet : kExitGoalMet;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = app.add_subcommand(
      "replay", "Run a record's inputs through the code again and find the first bit that differs");
  command->add_option("file", options->file, "a record (.mcap)")->required();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "Exit code 0: no bit differs, up to where a cut record ends; 1: one does.\n"
      "Example: longmen replay runs/20260101T120000Z.mcap");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
