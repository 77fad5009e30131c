#pragma once

#include <string>
#include <string_view>

#include "core/plan.h"
#include "core/result.h"
#include "core/verdict.h"

namespace longmen {

/// Bounds of a plan message. Whatever is larger is refused before it is read.
struct PlanMessageLimits {
  std::size_t size_max_bytes = 64 * 1024;
  std::size_t steps_max = 64;
  std::size_t args_max = 4;           ///< of one step
  std::size_t name_max_bytes = 64;    ///< id, model, key, skill, argument names
  std::size_t text_max_bytes = 2000;  ///< the sentence, the cause, and texts as arguments
  double number_max = 1e9;            ///< magnitude
};
inline constexpr PlanMessageLimits kPlanMessageLimits{};

/// The wall between mind and robot: a plan crosses as these bytes and nothing else.
///   {"id": "…", "model": "…", "text": "…",
///    "steps": [{"skill": "turn", "args": {"angle_deg": 90.0}}, …], "key": "…", "cause": "…"}
/// Key and cause are absent where there is none.
/// Keys sorted, no white space: one plan has one encoding, and the plan hash is that of its bytes.
/// Errors: kInvalidArgument when the plan is beyond the limits or a text is not UTF-8.
Result<std::string> encode_plan(const Plan& plan);

/// Reads untrusted bytes: bounded, strict about keys and kinds, valid UTF-8 only, never throws.
/// Checks form, not meaning: the plan gate does that. Errors: kParse, kUnknownKey, kMissingKey,
/// kInvalidArgument.
Result<Plan> decode_plan(std::string_view bytes);

/// The same step form, for `--json` output and records: [{"skill", "args"}, …].
[[nodiscard]] std::string steps_json(const std::vector<PlanStep>& steps);
/// {"status", "rules": [], "reasons": {"en", "zh"}, "rehearsed", "registered"}.
[[nodiscard]] std::string verdict_json(const Verdict& verdict);
/// walk_to(place: shelf) for people.
[[nodiscard]] std::string describe(const PlanStep& step);

}  // namespace longmen
