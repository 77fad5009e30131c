#pragma once

#include <string>
#include <string_view>

#include "agent/agent.h"
#include "core/result.h"
#include "world/world.h"

namespace longmen::agent {

/// The text that a model wrote, out of the body of an OpenAI-compatible chat completion. Untrusted
/// bytes. Error: kParse.
Result<std::string> content_of_completion(std::string_view body);

/// What a model's text means in this world: a plan of the catalogue's steps, a question, or why
/// not; anything else is no usable answer, and says why. Untrusted text.
/// @param sentence  what the person said
/// @param model     the model's name, for the plan
Answer answer_of(const std::string& written, std::string_view sentence, const std::string& model,
                 const world::World& world);

/// An answer as a model would have written it: what answer_of reads.
[[nodiscard]] std::string reply_of(const Answer& answer);

/// That an endpoint gave nothing that can be used, and why.
Cannot no_answer(const Error& error);

}  // namespace longmen::agent
