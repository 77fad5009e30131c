#pragma once

#include "core/bilingual.h"
#include "skills/skill.h"

namespace longmen::skills {

/// Why a step ended without being done, for a person. Empty for kNone.
[[nodiscard]] Bilingual fault_text(SkillFault fault);

}  // namespace longmen::skills
