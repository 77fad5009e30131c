#pragma once

#include <memory>
#include <string>

#include "agent/endpoint_agent.h"

namespace longmen::app {

/// What --model may name, for help texts and errors.
inline constexpr const char* kModelHelp =
    "parser, embedded, or URL#NAME of an OpenAI-compatible endpoint";

/// The agent of that name; an endpoint is asked at most as often. Errors: kUnknownName with the
/// valid ones, and those of its making.
[[nodiscard]] Result<std::unique_ptr<agent::Agent>> make_agent(
    const std::string& model, int requests_max = agent::EndpointLimits{}.requests_max);

}  // namespace longmen::app
