// What people say: the parser answers any bytes, and what it proposes can be written as a message.

#include <filesystem>

#include "agent/parser.h"
#include "core/plan_message.h"
#include "target.h"
#include "world/world.h"

namespace {
using namespace longmen;

const agent::Parser& parser() {
  static const agent::Parser made = agent::Parser::create().value();
  return made;
}
const world::World& factory() {
  static const world::World loaded =
      world::load_world(std::filesystem::path(LONGMEN_SOURCE_DIR) / "worlds/factory").value();
  return loaded;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const agent::Answer answer = parser().answer(fuzz::text(data, size), factory());
  if (const auto* cannot = std::get_if<agent::Cannot>(&answer)) {
    fuzz::demand(!cannot->reason.en.empty() && !cannot->reason.zh.empty(),
                 "a refusal has a reason in both languages");
    return 0;
  }
  const Plan& plan = std::get<agent::Proposal>(answer).plan;
  fuzz::demand(!plan.steps.empty(), "a proposal has steps");
  const auto message = encode_plan(plan);
  fuzz::demand(message.has_value(), "a proposal can be written as a message");
  fuzz::demand(decode_plan(*message).has_value(), "a proposal's message can be read");
  return 0;
}
