#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "agent/dialogue.h"

namespace longmen::app {

/// What an agent is told of a plan that was refused.
/// @param verdict  as `runtime::verdict_document` writes it. Nothing unless it is a refusal that
/// another plan of the same model might not meet.
[[nodiscard]] std::optional<agent::Outcome> outcome_of_verdict(const nlohmann::json& verdict);

/// What an agent is told of a plan that ran and did not get to its end.
/// @param receipts  of its steps, as `runtime::receipt_json` writes them. Nothing when no step
/// failed, or when somebody or the motion gate stopped it: what was stopped is not tried again.
[[nodiscard]] std::optional<agent::Outcome> outcome_of_receipts(const nlohmann::json& receipts);

}  // namespace longmen::app
