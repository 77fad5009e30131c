#pragma once

#include "core/bilingual.h"
#include "core/plan.h"
#include "world/world.h"

namespace longmen::world {

/// A step of a plan in words, as a person would say it: "walk to the workbench", "走到工作台".
/// What the world or the catalogue does not know is named as the plan names it.
[[nodiscard]] Bilingual step_sentence(const PlanStep& step, const World& world);

}  // namespace longmen::world
