// What an endpoint of a language model sends back: the body of the reply, and the text that the
// model wrote.

#include <filesystem>

#include "agent/endpoint_reply.h"
#include "core/plan_message.h"
#include "target.h"
#include "world/world.h"

namespace {
using namespace longmen;

const world::World& factory() {
  static const world::World loaded =
      world::load_world(std::filesystem::path(LONGMEN_SOURCE_DIR) / "worlds/factory").value();
  return loaded;
}

void check_answer(const std::string& written) {
  const agent::Answer answer = agent::answer_of(written, "wave", "model", factory());
  const auto is_line = [](const std::string& words) {
    return !words.empty() && words.size() < 4000 &&
           words.find_first_of("\n\r") == std::string::npos;
  };
  if (const auto* ask = std::get_if<agent::Ask>(&answer))
    return fuzz::demand(is_line(ask->question.en) && is_line(ask->question.zh),
                        "a question is one line");
  if (const auto* cannot = std::get_if<agent::Cannot>(&answer))
    return fuzz::demand(is_line(cannot->reason.en) && is_line(cannot->reason.zh),
                        "a reason is one line");
  const Plan& plan = std::get<agent::Proposal>(answer).plan;
  fuzz::demand(!plan.steps.empty(), "a proposal has steps");
  const auto message = encode_plan(plan);
  fuzz::demand(message.has_value(), "a proposal can be written as a message");
  fuzz::demand(decode_plan(*message).has_value(), "a proposal's message can be read");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(fuzz::text(data, size));
  const auto content = agent::content_of_completion(body);
  fuzz::demand_value_or_line(content);
  if (content) check_answer(*content);
  check_answer(body);
  return 0;
}
