#pragma once

#include <optional>
#include <string>

#include "agent/clause_head.h"
#include "agent/clause_things.h"

namespace longmen::agent {

/// The clause in the grammar's own words, if it were one of `frame`: "walk to the shelf". Nothing
/// when the frame needs a thing that the clause does not name, or the clause names one that the
/// frame has no use for.
[[nodiscard]] std::optional<std::string> words_of(Frame frame, const ClauseThings& things,
                                                  const world::World& world);

}  // namespace longmen::agent
