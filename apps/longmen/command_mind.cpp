#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "agent/dialogue.h"
#include "agents.h"
#include "commands.h"
#include "core/allocation_counter.h"
#include "core/plan_message.h"
#include "outcomes.h"
#include "paths.h"
#include "world/step_sentence.h"
#include "world/world.h"

namespace longmen::app {
namespace {

using nlohmann::json;

constexpr std::size_t kLineMax_bytes = 64 * 1024;

json steps_of(const Plan& plan, const world::World& world) {
  json steps = json::array();
  for (const PlanStep& step : plan.steps) {
    const Bilingual words = world::step_sentence(step, world);
    steps.push_back({{"skill", step.skill}, {"en", words.en}, {"zh", words.zh}});
  }
  return steps;
}

/// The requests of which it may hear again what became of their plans, by the questions' numbers.
using Dialogues = std::map<std::uint64_t, agent::Dialogue>;
constexpr std::size_t kDialoguesMax = 8;

/// `registered`: the name in the register under which the model proposes; empty: its own.
json said(const agent::Answer& answer, const world::World& world, const std::string& registered) {
  if (const auto* cannot = std::get_if<agent::Cannot>(&answer))
    return {{"cannot", {{"en", cannot->reason.en}, {"zh", cannot->reason.zh}}}};
  // A question is answered by asking anew, in more words.
  if (const auto* ask = std::get_if<agent::Ask>(&answer))
    return {{"cannot", {{"en", ask->question.en}, {"zh", ask->question.zh}}}};
  auto proposal = std::get<agent::Proposal>(answer);
  if (!registered.empty()) proposal.plan.model = registered;
  const auto message = encode_plan(proposal.plan);
  if (!message)
    return {{"cannot", {{"en", message.error().text()}, {"zh", message.error().text()}}}};
  return {{"plan", *message},
          {"cause", proposal.plan.cause},
          {"confirm", proposal.confirm},
          {"steps", steps_of(proposal.plan, world)}};
}

/// {"id", "text"}: a request. {"id", "of", "verdict" or "receipts"}: what became of the plan that
/// was the answer to the question of that number. Nothing: this is no question.
std::optional<json> answer_to(const json& question, const agent::Agent& agent,
                              const world::World& world, const std::string& registered,
                              Dialogues& dialogues) {
  const auto is_number = [&](const char* key) {
    return question.contains(key) && question[key].is_number_unsigned();
  };
  if (!question.is_object() || !is_number("id")) return std::nullopt;
  const auto id = question["id"].get<std::uint64_t>();
  if (question.contains("text") && question["text"].is_string()) {
    while (dialogues.size() >= kDialoguesMax) dialogues.erase(dialogues.begin());  // the oldest
    agent::Dialogue dialogue(agent, world, question["text"].get<std::string>());
    json answer = said(dialogue.open(), world, registered);
    dialogues.insert_or_assign(id, std::move(dialogue));
    return answer;
  }
  if (!is_number("of")) return std::nullopt;
  const auto found = dialogues.find(question["of"].get<std::uint64_t>());
  const auto outcome = question.contains("verdict")    ? outcome_of_verdict(question["verdict"])
                       : question.contains("receipts") ? outcome_of_receipts(question["receipts"])
                                                       : std::nullopt;
  if (found == dialogues.end() || !outcome) return json::object();
  auto dialogue = dialogues.extract(found);
  const auto answer = dialogue.mapped().after(*outcome);
  dialogue.key() = id;
  dialogues.insert(std::move(dialogue));
  return answer ? said(*answer, world, registered) : json::object();
}

int run(const std::string& world_name, const std::string& model, const std::string& registered) {
  const auto folder = world::find_world(world_name, project_folder() / "worlds");
  const auto world = folder ? world::load_world(*folder)
                            : Result<world::World>(tl::make_unexpected(folder.error()));
  if (!world) {
    std::cerr << world.error().text() << '\n';
    return kExitBadInput;
  }
  const auto agent = make_agent(model);
  if (!agent) {
    std::cerr << agent.error().text() << '\n';
    return kExitBadInput;
  }
  // From here on it thinks and speaks, and does nothing else.
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const rlimit no_files{0, 0};
  setrlimit(RLIMIT_FSIZE, &no_files);
  const rlimit memory{2u << 30, 2u << 30};
  // A sanitizer's shadow of the memory is larger than any bound.
  if (allocations_are_counted()) setrlimit(RLIMIT_AS, &memory);
  Dialogues dialogues;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.size() > kLineMax_bytes) return kExitBadInput;
    const json question = json::parse(line, nullptr, false);
    auto answer = answer_to(question, **agent, *world, registered, dialogues);
    if (!answer) return kExitBadInput;
    (*answer)["id"] = question["id"];
    std::cout << answer->dump(-1, ' ', false, json::error_handler_t::replace) << '\n' << std::flush;
  }
  return kExitGoalMet;
}

}  // namespace

void add_mind(CLI::App& app, int& exit_code) {
  auto world = std::make_shared<std::string>("factory");
  CLI::App* command = app.add_subcommand(
      "mind", "The mind's process: reads {\"id\", \"text\"} and writes plans, a line of JSON each");
  command->add_option("--world", *world, "name of a world, or its folder")->capture_default_str();
  auto model = std::make_shared<std::string>("embedded");
  command->add_option("--model", *model, kModelHelp)->capture_default_str();
  auto registered = std::make_shared<std::string>();
  command->add_option("--registered-as", *registered,
                      "the model's name in the register; default: its own");
  command->footer("Example: echo '{\"id\": 1, \"text\": \"wave\"}' | longmen mind");
  command->callback(
      [world, model, registered, &exit_code] { exit_code = run(*world, *model, *registered); });
}

}  // namespace longmen::app
