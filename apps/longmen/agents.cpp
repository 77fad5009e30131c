#include "agents.h"

#include <fmt/format.h>

#include "agent/embedded_agent.h"
#include "agent/endpoint_agent.h"
#include "agent/parser.h"
#include "paths.h"

namespace longmen::app {
namespace {

template <typename A>
Result<std::unique_ptr<agent::Agent>> made(Result<A> agent) {
  if (!agent) return tl::make_unexpected(agent.error());
  return std::make_unique<A>(std::move(*agent));
}

}  // namespace

Result<std::unique_ptr<agent::Agent>> make_agent(const std::string& model, int requests_max) {
  if (model == agent::Parser::kModel) return made(agent::Parser::create());
  if (model == agent::EmbeddedAgent::kModel)
    return made(agent::EmbeddedAgent::create(
        LONGMEN_EMBEDDING_WEIGHTS, project_folder() / "models" / "embedded" / "head.txt"));
  if (model.find("://") != std::string::npos) {
    agent::EndpointLimits limits;
    limits.requests_max = requests_max;
    return made(agent::EndpointAgent::create(model, limits));
  }
  return fail(ErrorCode::kUnknownName,
              fmt::format("unknown model '{}'; valid: {}", model, kModelHelp), "--model");
}

}  // namespace longmen::app
