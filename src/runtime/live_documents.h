#pragma once

#include <string>

#include "core/verdict.h"
#include "runtime/session.h"

namespace longmen::runtime {

/// The session's verdict for people and pages: {"id", "model", "key", "text", "status",
/// "registered", "rehearsed", "steps": [{"skill", "args", "en", "zh"}], "reasons": [{"rule",
/// "step", "en", "zh", "facts"}]}. Of a request that was answered before, {"repeated": true,
/// "receipts"} too: what became of its steps, while its plan is the last one.
[[nodiscard]] std::string verdict_document(const Session& session);

/// What does not change in a session, for pages: {"robot", "base", "head" (bodies), "world":
/// {"name", "title"}, "record", "period_s" (of a tick), "joints": [name], "places": [{"id", "en",
/// "zh", "p_m"}], "objects", "people": [...], "zones":
/// [{"id", "kind", "corners_m"}], "rules": {id: {"number", "en", "zh"}}, "skills": [{"name", "en",
/// "zh", "body_can"}]}.
[[nodiscard]] std::string session_document(const Session& session, const std::string& record);

}  // namespace longmen::runtime
