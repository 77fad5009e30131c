#include "outcomes.h"

#include <fmt/format.h>

#include "core/verdict.h"
#include "skills/fault_text.h"

namespace longmen::app {
namespace {

using nlohmann::json;

constexpr const char* kNotAdmitted = "plan.model";      // no plan of this model passes
constexpr const char* kPractice = "plan.unregistered";  // a note, no refusal

std::string text_of(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>()
                                                         : std::string();
}

int number_of(const json& object, const char* key, int otherwise) {
  return object.contains(key) && object[key].is_number_integer() ? object[key].get<int>()
                                                                 : otherwise;
}

std::string written(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_size_left(const json& document) {
  return written(document).size() <= agent::Dialogue::kSeenMax_bytes;
}

/// A person or the gate ended it, or the plan waited too long to be armed.
bool was_stopped(skills::SkillFault fault) {
  return fault == skills::SkillFault::kNone || fault == skills::SkillFault::kStopped ||
         fault == skills::SkillFault::kCancelled || fault == skills::SkillFault::kExpired;
}

}  // namespace

std::optional<agent::Outcome> outcome_of_verdict(const json& verdict) {
  if (!verdict.is_object() || text_of(verdict, "status") != name_of(VerdictStatus::kRefused) ||
      !verdict.contains("reasons") || !verdict["reasons"].is_array() || verdict["reasons"].empty())
    return std::nullopt;
  std::string rules;
  json seen = {{"refused", json::array()}};
  for (const json& reason : verdict["reasons"]) {
    if (!reason.is_object()) return std::nullopt;
    const std::string rule = text_of(reason, "rule");
    if (rule == kNotAdmitted) return std::nullopt;
    if (rule == kPractice) continue;
    if (rules.find(rule) == std::string::npos) rules += (rules.empty() ? "" : ", ") + rule;
    json next = seen;
    // Steps count from 0 in a verdict, from 1 for people and models; the plan as a whole is none.
    const int step = number_of(reason, "step", -1) + 1;
    next["refused"].push_back(
        {{"rule", rule}, {"step", step > 0 ? json(step) : json()}, {"why", text_of(reason, "en")}});
    if (is_size_left(next)) seen = std::move(next);
  }
  return agent::Outcome{fmt::format("refused: {}", rules.substr(0, 400)), written(seen)};
}

std::optional<agent::Outcome> outcome_of_receipts(const json& receipts) {
  if (!receipts.is_array()) return std::nullopt;
  for (const json& receipt : receipts) {
    if (!receipt.is_object() || text_of(receipt, "state") != "failed") continue;
    const auto fault = static_cast<skills::SkillFault>(number_of(receipt, "fault", 0));
    if (was_stopped(fault)) return std::nullopt;
    const int step = number_of(receipt, "step", 0) + 1;
    const std::string why = skills::fault_text(fault).en;
    json seen = {{"steps_done", step - 1},
                 {"failed", {{"step", step}, {"skill", text_of(receipt, "skill")}, {"why", why}}}};
    json with_evidence = seen;
    with_evidence["failed"]["observed"] = receipt.value("evidence", json::array());
    return agent::Outcome{fmt::format("step {} failed: {}", step, why),
                          written(is_size_left(with_evidence) ? with_evidence : seen)};
  }
  return std::nullopt;
}

}  // namespace longmen::app
