#pragma once

#include <string>

#include "world/world.h"

namespace longmen::world {

/// Names are data that people and agents will read: short, visible, valid UTF-8, and within one
/// kind each means one thing.
Result<void> check_names(const World& world, const std::string& where);

}  // namespace longmen::world
