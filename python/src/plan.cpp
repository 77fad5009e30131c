#include <fmt/format.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include <nlohmann/json.hpp>

#include "agent/parser.h"
#include "bindings.h"
#include "core/plan_message.h"
#include "gate/plan/plan_gate.h"
#include "world/world.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace longmen::python {
namespace {

world::World load_world(const std::string& world, const std::filesystem::path& worlds) {
  return value_or_throw(world::load_world(value_or_throw(world::find_world(world, worlds))));
}

std::string plan(const std::string& text, const std::string& world,
                 const std::filesystem::path& worlds) {
  const auto parser = value_or_throw(agent::Parser::create());
  const agent::Answer answer = parser.answer(text, load_world(world, worlds));
  if (const auto* cannot = std::get_if<agent::Cannot>(&answer))
    return nlohmann::json{{"cannot", {{"en", cannot->reason.en}, {"zh", cannot->reason.zh}}}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
  const auto& proposal = std::get<agent::Proposal>(answer);
  return fmt::format("{{\"plan\": {}, \"confirm\": {}}}",
                     value_or_throw(encode_plan(proposal.plan)), proposal.confirm);
}

std::string judge(const std::string& message, const std::string& world,
                  const std::filesystem::path& worlds, const std::filesystem::path& rules,
                  bool practice) {
  const auto gate = value_or_throw(gate::plan::PlanGate::load(rules));
  const world::World known = load_world(world, worlds);
  const Plan proposed = value_or_throw(decode_plan(message));
  const Verdict verdict =
      gate.judge(proposed, known, gate::plan::Situation::at_start(known), practice);
  return fmt::format("{{\"verdict\": {}, \"steps\": {}}}", verdict_json(verdict),
                     steps_json(verdict.plan.steps));
}

}  // namespace

void bind_plan(nb::module_& m) {
  m.def("plan", &plan, "text"_a, "world"_a, "worlds"_a);
  m.def("judge", &judge, "message"_a, "world"_a, "worlds"_a, "rules"_a, "practice"_a);
}

}  // namespace longmen::python
