#pragma once

#include <string_view>
#include <vector>

#include "core/plan.h"
#include "core/result.h"
#include "world/world.h"

namespace longmen::agent {

/// Reads the steps that a language model wrote: {"steps": [{"skill", "args"}, …]} with skills of
/// the catalogue, exactly their parameters, numbers in range and things of this world. Untrusted
/// text. Errors: kParse, kUnknownName, kMissingKey, kInvalidArgument, each naming what would be
/// valid.
Result<std::vector<PlanStep>> read_steps(std::string_view json, const world::World& world);

/// The JSON schema of such an answer over this world, for endpoints that can be held to one; with
/// "ask" (a question back) and "cannot" (why not) beside "steps".
[[nodiscard]] std::string answer_schema(const world::World& world);

}  // namespace longmen::agent
