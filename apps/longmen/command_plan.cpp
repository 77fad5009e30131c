#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/parser.h"
#include "commands.h"
#include "core/plan_message.h"
#include "paths.h"
#include "world/world.h"

namespace longmen::app {
namespace {

struct PlanOptions {
  std::string text;
  std::string world = "factory";
  std::string facts;
  bool json = false;
};

Result<world::World> load(const PlanOptions& options) {
  if (!options.facts.empty()) return world::load_facts(options.facts);
  auto folder = world::find_world(options.world, project_folder() / "worlds");
  if (!folder) return tl::make_unexpected(folder.error());
  return world::load_world(*folder);
}

void print_proposal(const agent::Proposal& proposal, bool json) {
  if (json) {
    std::cout << fmt::format("{{\"steps\": {}, \"confirm\": {}}}\n",
                             steps_json(proposal.plan.steps), proposal.confirm);
    return;
  }
  int number = 0;
  for (const PlanStep& step : proposal.plan.steps)
    std::cout << fmt::format("{:2}. {}\n", ++number, describe(step));
  if (proposal.confirm)
    std::cout << "The text leaves something open: to be confirmed before it runs. / "
                 "有些内容没有说明，执行前需要确认。\n";
}

void print_cannot(const agent::Cannot& cannot, bool json) {
  if (json) {
    const nlohmann::json answer = {
        {"cannot", {{"en", cannot.reason.en}, {"zh", cannot.reason.zh}}}};
    std::cout << answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    return;
  }
  std::cout << cannot.reason.en << '\n' << cannot.reason.zh << '\n';
}

int run(const PlanOptions& options) {
  const auto world = load(options);
  if (!world) {
    std::cerr << world.error().text() << '\n';
    return kExitBadInput;
  }
  const auto parser = agent::Parser::create();
  if (!parser) {
    std::cerr << "defect: " << parser.error().text() << '\n';
    return kExitDefect;
  }
  const agent::Answer answer = parser->answer(options.text, *world);
  if (const auto* cannot = std::get_if<agent::Cannot>(&answer)) {
    print_cannot(*cannot, options.json);
    return kExitRefused;
  }
  print_proposal(std::get<agent::Proposal>(answer), options.json);
  return kExitGoalMet;
}

}  // namespace

void add_plan(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* command =
      app.add_subcommand("plan", "Show the plan for a sentence, English or Chinese; run nothing");
  command->add_option("text", options->text, "the sentence")->required();
  auto* world =
      command
          ->add_option("--world", options->world, "name of a world, or a folder with a world.yaml")
          ->capture_default_str();
  command
      ->add_option("--facts", options->facts,
                   "JSON file {places: [], objects: [], people: []} instead of a world")
      ->excludes(world);
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer("Example: longmen plan \"walk to the workbench and point at the shelf\" --json");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
