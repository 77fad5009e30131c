#pragma once

#include <string>
#include <vector>

#include "world/world.h"

namespace longmen::agent {

/// What a thing is called in the other language, for things that the world names in one only. A
/// dictionary of everyday nouns; empty when the world gives both, or the noun is not in it.
[[nodiscard]] std::vector<std::string> translations_of(const world::Names& names);

}  // namespace longmen::agent
