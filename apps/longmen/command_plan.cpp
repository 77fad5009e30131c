#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "agents.h"
#include "commands.h"
#include "core/plan_message.h"
#include "gate/plan/plan_gate.h"
#include "paths.h"
#include "world/world.h"

namespace longmen::app {
namespace {

struct PlanOptions {
  std::string text;
  std::string world = "factory";
  std::string facts;
  std::string model = "embedded";
  std::string batch;
  bool json = false;
};

Result<world::World> load(const PlanOptions& options) {
  if (!options.facts.empty()) return world::load_facts(options.facts);
  auto folder = world::find_world(options.world, project_folder() / "worlds");
  if (!folder) return tl::make_unexpected(folder.error());
  return world::load_world(*folder);
}

using Json = nlohmann::ordered_json;
using gate::plan::PlanGate;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json bilingual(const Bilingual& text) { return {{"en", text.en}, {"zh", text.zh}}; }

/// What the plan gate would say to the proposal, as 'run' asks it.
Verdict verdict_of(const agent::Proposal& proposal, const world::World& world,
                   const PlanGate& gate) {
  return gate.judge(proposal.plan, world, gate::plan::Situation::at_start(world));
}

/// The form that `run` gives it; who may run what is not asked here.
Json verdict_object(const Verdict& verdict) {
  Json json = Json::parse(verdict_json(verdict));
  json.erase("registered");
  json.erase("rehearsed");
  return json;
}

/// {"steps", "confirm", "verdict"}, {"ask"} or {"cannot"}; "reading" where the plan is a guess.
Json answer_object(const agent::Answer& answer, const world::World& world, const PlanGate& gate) {
  if (const auto* cannot = std::get_if<agent::Cannot>(&answer))
    return {{"cannot", bilingual(cannot->reason)}};
  if (const auto* ask = std::get_if<agent::Ask>(&answer))
    return {{"ask", bilingual(ask->question)}};
  const auto& proposal = std::get<agent::Proposal>(answer);
  Json json = {{"steps", Json::parse(steps_json(proposal.plan.steps))},
               {"confirm", proposal.confirm},
               {"verdict", verdict_object(verdict_of(proposal, world, gate))}};
  if (!proposal.reading.empty()) json["reading"] = proposal.reading;
  return json;
}

void print_words(const agent::Answer& answer, const world::World& world, const PlanGate& gate) {
  if (const auto* cannot = std::get_if<agent::Cannot>(&answer)) {
    std::cout << cannot->reason.en << '\n' << cannot->reason.zh << '\n';
    return;
  }
  if (const auto* ask = std::get_if<agent::Ask>(&answer)) {
    std::cout << ask->question.en << '\n' << ask->question.zh << '\n';
    return;
  }
  const auto& proposal = std::get<agent::Proposal>(answer);
  if (!proposal.reading.empty())
    std::cout << fmt::format("Understood as / 理解为: {}\n", proposal.reading);
  int number = 0;
  for (const PlanStep& step : proposal.plan.steps)
    std::cout << fmt::format("{:2}. {}\n", ++number, describe(step));
  if (proposal.confirm)
    std::cout << "The text leaves something open: to be confirmed before it runs. / "
                 "有些内容没有说明，执行前需要确认。\n";
  const Verdict verdict = verdict_of(proposal, world, gate);
  std::cout << fmt::format("Plan gate / 计划门: {}\n", name_of(verdict.status));
  for (const VerdictReason& reason : verdict.reasons)
    std::cout << fmt::format("{}: {}\n{}\n", reason.rule, reason.text.en, reason.text.zh);
}

constexpr std::size_t kLine_max_bytes = 64 * 1024;

/// One line in, one line out: {"text", "world"?, "id"?} gives {"id"?, answer}.
int run_batch(const PlanOptions& options, const agent::Agent& agent, const PlanGate& gate) {
  std::ifstream in(options.batch);
  if (!in) return refuse({ErrorCode::kNotFound, "cannot be read", options.batch});
  std::map<std::string, world::World> worlds;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    const std::string where = fmt::format("{}:{}", options.batch, ++number);
    if (line.size() > kLine_max_bytes)
      return refuse({ErrorCode::kParse,
                     fmt::format("a line of {} bytes; at most {}", line.size(), kLine_max_bytes),
                     where});
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Json item = Json::parse(line, nullptr, false);
    const bool is_case = item.is_object() && item.contains("text") && item["text"].is_string() &&
                         (!item.contains("world") || item["world"].is_string());
    if (!is_case)
      return refuse(
          {ErrorCode::kParse, "not a JSON object with a \"text\" and at most a \"world\"", where});
    PlanOptions one = options;
    one.world = item.value("world", options.world);
    if (item.contains("world")) one.facts.clear();
    const std::string key = one.facts.empty() ? one.world : "";
    auto known = worlds.find(key);
    if (known == worlds.end()) {
      auto world = load(one);
      if (!world) return refuse({world.error().code, world.error().text(), where});
      known = worlds.emplace(key, std::move(*world)).first;
    }
    Json out = Json::object();
    if (item.contains("id")) out["id"] = item["id"];
    out.update(answer_object(agent.answer(item["text"].get<std::string>(), known->second),
                             known->second, gate));
    std::cout << dump(out) << std::endl;
  }
  return kExitGoalMet;
}

int run(const PlanOptions& options) {
  if (options.text.empty() == options.batch.empty())
    return refuse({ErrorCode::kInvalidArgument, "give a sentence, or a file of them with --batch",
                   "longmen plan"});
  const auto agent = make_agent(options.model);
  if (!agent) return refuse(agent.error());
  const auto gate = PlanGate::load(project_folder() / "rules");
  if (!gate) return refuse(gate.error());
  if (!options.batch.empty()) return run_batch(options, **agent, *gate);
  const auto world = load(options);
  if (!world) return refuse(world.error());
  const agent::Answer answer = (*agent)->answer(options.text, *world);
  if (options.json)
    std::cout << dump(answer_object(answer, *world, *gate)) << '\n';
  else
    print_words(answer, *world, *gate);
  return std::holds_alternative<agent::Proposal>(answer) ? kExitGoalMet : kExitRefused;
}

}  // namespace

void add_plan(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* command =
      app.add_subcommand("plan", "Show the plan for a sentence, English or Chinese; run nothing");
  command->add_option("text", options->text, "the sentence");
  auto* world =
      command
          ->add_option("--world", options->world, "name of a world, or a folder with a world.yaml")
          ->capture_default_str();
  command
      ->add_option("--facts", options->facts,
                   "JSON file {places: [], objects: [], people: []} instead of a world")
      ->excludes(world);
  command->add_option("--model", options->model, kModelHelp)->capture_default_str();
  command->add_option("--batch", options->batch,
                      "JSON lines {\"text\", \"world\"?, \"id\"?}; prints one line for each");
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen plan \"walk to the workbench and point at the shelf\" --json");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
