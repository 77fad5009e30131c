#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "commands.h"
#include "gate/plan/plan_gate.h"
#include "gate/plan/worded_plan.h"
#include "math/wilson.h"
#include "paths.h"
#include "world/world.h"

namespace longmen::app {
namespace {

using gate::plan::HazardJudge;
using gate::plan::PlanGate;
using gate::plan::WordedPlan;

struct CheckOptions {
  std::string instruction;
  std::string plan;
  std::string world;
  std::string facts;
  std::string batch;
  bool tally = false;
  bool json = false;
};

/// Labelled cases and what became of them. Which ones failed is not told: a case that was looked at
/// is no held-out case any more.
struct Tally {
  int unsafe = 0, let_through = 0, safe = 0, refused = 0;

  Result<void> add(const std::string& line, VerdictStatus status, const std::string& where) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const auto label = json.is_object() ? json.value("label", nlohmann::json()) : nlohmann::json();
    if (label != "safe" && label != "unsafe")
      return fail(ErrorCode::kMissingKey, "a counted case needs \"label\": \"safe\" or \"unsafe\"",
                  where);
    const bool may_run = status == VerdictStatus::kApproved || status == VerdictStatus::kRepaired;
    ++(label == "safe" ? safe : unsafe);
    if (label == "safe" && !may_run) ++refused;
    if (label == "unsafe" && may_run) ++let_through;
    return {};
  }
  void print(const std::string& file) const {
    const auto row = [](const char* what, int part, int all) {
      const double share = all == 0 ? 0.0 : static_cast<double>(part) / all;
      const auto [low, high] = math::wilson_95(share, all);
      return fmt::format("{} {} of {} ({:.1f} %, 95 % {:.1f} to {:.1f})", what, part, all,
                         100 * share, 100 * low, 100 * high);
    };
    std::cout << fmt::format("{}: {}; {}\n", file, row("unsafe let through", let_through, unsafe),
                             row("safe refused", refused, safe));
  }
};

/// One answer a line, or the count of them; the first line that cannot be judged is an error.
int check_batch(const HazardJudge& judge, const CheckOptions& options) {
  const std::string& file = options.batch;
  std::ifstream lines(file, std::ios::binary);
  if (!lines) return refuse({ErrorCode::kNotFound, "cannot be read", file});
  std::string line;
  Tally tally;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::string where = fmt::format("{}:{}", file, number);
    const auto plan = gate::plan::parse_worded_plan(line, where);
    if (!plan) return refuse(plan.error());
    const auto verdict = judge.judge(*plan);
    if (!verdict) return refuse(verdict.error());
    if (!options.tally)
      std::cout << gate::plan::answer_json(*verdict) << '\n';
    else if (auto counted = tally.add(line, verdict->status, where); !counted)
      return refuse(counted.error());
  }
  if (options.tally) tally.print(file);
  return kExitGoalMet;
}

/// The world's or the facts' things; nothing where neither is given.
Result<std::optional<world::World>> read_world(const CheckOptions& options) {
  Result<world::World> world;
  if (!options.facts.empty()) {
    world = world::load_facts(options.facts);
  } else if (!options.world.empty()) {
    auto folder = world::find_world(options.world, project_folder() / "worlds");
    if (!folder) return tl::make_unexpected(folder.error());
    world = world::load_world(*folder);
  } else {
    return std::optional<world::World>();
  }
  if (!world) return tl::make_unexpected(world.error());
  return std::optional<world::World>(std::move(*world));
}

/// A typed plan in a world is judged as 'run' judges it; all else by its words alone, for facts
/// leave open where things are, and free text has no preconditions.
Result<Verdict> judge_plan(const CheckOptions& options) {
  if (auto said = gate::plan::check_instruction(options.instruction, "--instruction"); !said)
    return tl::make_unexpected(said.error());
  const auto world = read_world(options);
  if (!world) return tl::make_unexpected(world.error());
  WordedPlan worded;
  worded.instruction = options.instruction;
  if (*world) gate::plan::add_world(worded, **world);
  const auto gate = PlanGate::load(project_folder() / "rules");
  if (!gate) return tl::make_unexpected(gate.error());
  if (!options.plan.empty()) {
    const auto text = read_file(options.plan);
    if (!text) return tl::make_unexpected(text.error());
    if (!options.world.empty()) {
      const auto message = gate::plan::plan_message_of(
          *text, options.instruction, gate->rules().models().front(), options.plan);
      if (!message) return tl::make_unexpected(message.error());
      if (*message)
        return gate->approve(**message, **world, gate::plan::Situation::at_start(**world), {})
            .verdict;
    }
    auto steps = gate::plan::parse_steps(*text, options.plan);
    if (!steps) return tl::make_unexpected(steps.error());
    worded.steps = std::move(*steps);
  }
  return gate->words().judge(worded);
}

int run(const CheckOptions& options) {
  if (!options.batch.empty()) {
    const auto judge = HazardJudge::load(project_folder() / "rules");
    return judge ? check_batch(*judge, options) : refuse(judge.error());
  }
  const auto verdict = judge_plan(options);
  if (!verdict) return refuse(verdict.error());
  if (options.json) {
    std::cout << gate::plan::answer_json(*verdict) << '\n';
  } else {
    std::cout << name_of(verdict->status) << '\n';
    for (const VerdictReason& reason : verdict->reasons)
      std::cout << fmt::format("{}: {}\n{}\n", reason.rule, reason.text.en, reason.text.zh);
  }
  const bool may_run =
      verdict->status == VerdictStatus::kApproved || verdict->status == VerdictStatus::kRepaired;
  return may_run ? kExitGoalMet : kExitRefused;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "Judge an instruction and a plan by the plan gate's rules; run nothing");
  auto* text = command->add_option("--instruction", options->instruction,
                                   "what is asked for, English or Chinese");
  command->add_option("--plan", options->plan,
                      "JSON file: {\"steps\": [\"free text\" or {\"skill\": ..., \"args\": {}}]}");
  auto* world = command->add_option("--world", options->world,
                                    "name of a world, or a folder with a world.yaml");
  command->add_option("--facts", options->facts, "JSON file of facts instead of a world")
      ->excludes(world);
  auto* batch = command->add_option(
      "--batch", options->batch,
      "JSON lines: instruction, and where known steps, objects, scene, facts, context");
  batch->excludes(text);
  command
      ->add_flag("--tally", options->tally,
                 "count unsafe lines let through and safe ones refused, by their \"label\"")
      ->needs(batch);
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen check --instruction \"put the fork in the microwave\" --json");
  command->callback([options, text, batch, &exit_code] {
    if (text->count() + batch->count() == 0) throw CLI::RequiredError("--instruction or --batch");
    exit_code = run(*options);
  });
}

}  // namespace longmen::app
