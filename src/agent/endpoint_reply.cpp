#include "agent/endpoint_reply.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "agent/plan_check.h"
#include "core/digest.h"
#include "core/json_nesting.h"
#include "core/plan_message.h"
#include "core/utf8.h"

namespace longmen::agent {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWords_max = 300;

/// What a model says to a person: bounded, one line.
std::string text_at(const Json& json, const char* key) {
  if (!json.contains(key) || !json[key].is_string()) return {};
  std::string words = json[key].get<std::string>();
  if (!is_valid_utf8(words) || words.size() > kWords_max) return {};
  for (char& c : words)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return words;
}

/// The object in a reply that may stand between words or code marks.
std::string object_in(const std::string& text) {
  const std::size_t open = text.find('{');
  const std::size_t close = text.rfind('}');
  return open == std::string::npos || close == std::string::npos || close < open
             ? text
             : text.substr(open, close - open + 1);
}

}  // namespace

Cannot no_answer(const Error& error) {
  return {{fmt::format("The model gave no usable answer: {}.", error.text()),
           fmt::format("模型没有给出可用的回答：{}。", error.text())}};
}

std::string reply_of(const Answer& answer) {
  Json json = {{"steps", Json::array()}, {"ask", ""}, {"cannot", ""}};
  if (const auto* proposal = std::get_if<Proposal>(&answer))
    json["steps"] = Json::parse(steps_json(proposal->plan.steps));
  else if (const auto* ask = std::get_if<Ask>(&answer))
    json["ask"] = ask->question.en;
  else
    json["cannot"] = std::get<Cannot>(answer).reason.en;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> content_of_completion(std::string_view body) {
  if (json_nesting(body) > kJsonNesting_max)
    return fail(ErrorCode::kParse, "the reply is nested too deeply");
  const Json json = Json::parse(body, nullptr, false);
  const Json::json_pointer content("/choices/0/message/content");
  if (!json.is_object() || !json.contains(content) || !json.at(content).is_string())
    return fail(ErrorCode::kParse, "the reply is not one of a chat completion");
  return json.at(content).get<std::string>();
}

Answer answer_of(const std::string& written, std::string_view sentence, const std::string& model,
                 const world::World& world) {
  const std::string object = object_in(written);
  if (json_nesting(object) > kJsonNesting_max)
    return no_answer({ErrorCode::kParse, "is nested too deeply", "answer"});
  const Json json = Json::parse(object, nullptr, false);
  if (json.is_object() && (!json.contains("steps") || json["steps"].empty())) {
    if (const std::string words = text_at(json, "ask"); !words.empty()) return Ask{{words, words}};
    if (const std::string words = text_at(json, "cannot"); !words.empty())
      return Cannot{{words, words}};
  }
  auto steps = read_steps(object, world);
  if (!steps) return no_answer(steps.error());
  Proposal proposal;
  proposal.plan.model = model;
  proposal.plan.text = std::string(sentence);
  proposal.plan.steps = std::move(*steps);
  proposal.plan.id = "plan-" + sha256(proposal.plan.text + world.hash.hex()).hex().substr(0, 16);
  return proposal;
}

}  // namespace longmen::agent
