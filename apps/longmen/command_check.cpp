#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "commands.h"
#include "gate/plan/hazard_judge.h"
#include "gate/plan/worded_plan.h"
#include "paths.h"
#include "world/world.h"

namespace longmen::app {
namespace {

using gate::plan::HazardJudge;
using gate::plan::WordedPlan;

struct CheckOptions {
  std::string instruction;
  std::string plan;
  std::string world;
  std::string facts;
  std::string batch;
  bool json = false;
};

int refuse(const Error& error) {
  std::cerr << error.text() << '\n';
  return kExitBadInput;
}

/// One answer a line; a line that cannot be judged is an error of that line.
int run_batch(const HazardJudge& judge, const std::string& file) {
  std::ifstream lines(file, std::ios::binary);
  if (!lines) return refuse({ErrorCode::kNotFound, "cannot be read", file});
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto plan = gate::plan::parse_worded_plan(line, fmt::format("{}:{}", file, number));
    if (!plan) return refuse(plan.error());
    const auto verdict = judge.judge(*plan);
    if (!verdict) return refuse(verdict.error());
    std::cout << gate::plan::answer_json(*verdict) << '\n';
  }
  return kExitGoalMet;
}

Result<WordedPlan> read_case(const CheckOptions& options) {
  WordedPlan worded;
  worded.instruction = options.instruction;
  if (auto said = gate::plan::check_instruction(worded.instruction, "--instruction"); !said)
    return tl::make_unexpected(said.error());
  if (!options.plan.empty()) {
    std::ifstream file(options.plan, std::ios::binary);
    if (!file) return fail(ErrorCode::kNotFound, "cannot be read", options.plan);
    std::ostringstream text;
    text << file.rdbuf();
    auto steps = gate::plan::parse_steps(text.str(), options.plan);
    if (!steps) return tl::make_unexpected(steps.error());
    worded.steps = std::move(*steps);
  }
  Result<world::World> world;
  if (!options.facts.empty()) {
    world = world::load_facts(options.facts);
  } else if (!options.world.empty()) {
    auto folder = world::find_world(options.world, project_folder() / "worlds");
    if (!folder) return tl::make_unexpected(folder.error());
    world = world::load_world(*folder);
  } else {
    return worded;
  }
  if (!world) return tl::make_unexpected(world.error());
  gate::plan::add_world(worded, *world);
  return worded;
}

int run(const CheckOptions& options) {
  auto judge = HazardJudge::load(project_folder() / "rules");
  if (!judge) return refuse(judge.error());
  if (!options.batch.empty()) return run_batch(*judge, options.batch);
  const auto worded = read_case(options);
  if (!worded) return refuse(worded.error());
  const auto verdict = judge->judge(*worded);
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
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen check --instruction \"put the fork in the microwave\" --json");
  command->callback([options, text, batch, &exit_code] {
    if (text->count() + batch->count() == 0) throw CLI::RequiredError("--instruction or --batch");
    exit_code = run(*options);
  });
}

}  // namespace longmen::app
