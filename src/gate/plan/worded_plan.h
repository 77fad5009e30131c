#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/plan.h"
#include "core/result.h"
#include "core/verdict.h"
#include "gate/plan/hazard_judge.h"
#include "world/world.h"

namespace longmen::gate::plan {

/// Error: kInvalidArgument when it has no word.
Result<void> check_instruction(const std::string& instruction, const std::string& where);

/// Reads {"instruction": "", "steps": [], "objects": [], "scene": "", "facts": [], "context": []};
/// all but the instruction may be absent, other keys are not looked at. Errors: kParse,
/// kMissingKey, kInvalidArgument (type, size, depth).
Result<WordedPlan> parse_worded_plan(const std::string& json, const std::string& where);
/// Reads {"steps": [...]} or [...]; a step is free text or {"skill": "", "args": {}}.
Result<std::vector<std::string>> parse_steps(const std::string& json, const std::string& where);
/// The plan message of such a file whose steps are all typed; nothing when one is free text.
/// Errors: as parse_steps.
Result<std::optional<std::string>> plan_message_of(const std::string& json,
                                                   const std::string& instruction,
                                                   const std::string& model,
                                                   const std::string& where);
/// A typed step as the words that the rules read.
[[nodiscard]] std::string words_of_step(const PlanStep& step, const world::World* world);
/// The world's names, people and places as objects of the plan.
void add_world(WordedPlan& plan, const world::World& world);
/// A typed plan, its sentence and its world, as the words that the rules read.
[[nodiscard]] WordedPlan words_of_plan(const Plan& plan, const world::World& world);

/// {"verdict": "", "reasons": [{"rule", "step", "facts", "text_en", "text_zh"}]}; step is null when
/// the instruction itself is meant, else an index from 0.
[[nodiscard]] std::string answer_json(const Verdict& verdict);

}  // namespace longmen::gate::plan
