#pragma once

#include <vector>

#include "agent/grammar.h"
#include "core/bilingual.h"
#include "core/plan.h"
#include "world/world.h"

namespace longmen::agent {

/// Steps for clauses, or why there are none.
struct Resolution {
  std::vector<PlanStep> steps;
  bool confirm = false;
  std::optional<Bilingual> refusal;
};

/// Turns clauses into steps: finds what names and pronouns mean, spells compounds out, repeats,
/// keeps within the catalogue's limits, and holds requests against prohibitions.
[[nodiscard]] Resolution resolve(const std::vector<Clause>& clauses, const world::World& world);

}  // namespace longmen::agent
