#include "server/service.h"

namespace longmen::server {

using nlohmann::json;

/// A plan of the mind's is on its way, if it could be proposed: what becomes of it is for the mind
/// to hear.
void Service::expect_outcome(const Response& proposed, Awaited awaited) {
  if (proposed.status != 202) return;
  awaited.request = json::parse(proposed.body).value("request", std::uint64_t{0});
  awaited.number = ++last_awaited_;
  awaited.holder = holder_;
  awaited.receipts = json::array();
  awaited_ = std::move(awaited);
}

/// Tells the mind what became of its plan: the verdict if it was refused, or the receipts of its
/// steps if one failed. A plan of somebody else's takes its place: then nobody asks any more.
void Service::watch_outcome(const wall::Event& event) {
  if (!awaited_) return;
  using Kind = wall::Event::Kind;
  if (event.kind == Kind::kVerdict) {
    const json verdict = json::parse(event.text, nullptr, false);
    const bool is_ours = event.request == awaited_->request && verdict.is_object() &&
                         verdict.value("text", "") == awaited_->text;
    const std::string status = verdict.is_object() ? verdict.value("status", "") : std::string();
    if (is_ours && !verdict.contains("repeated") && status == "refused")
      tell_mind({{"verdict", verdict}});
    else if (!is_ours && status == "refused")
      return;  // somebody else's, that changes nothing
    else if (!is_ours || (status != "approved" && status != "repaired"))
      awaited_.reset();
  } else if (event.kind == Kind::kStepEnded) {
    awaited_->receipts.push_back(json::parse(event.text, nullptr, false));
  } else if (event.kind == Kind::kPlanEnded) {
    if (event.detail == 0)
      awaited_.reset();
    else
      tell_mind({{"receipts", awaited_->receipts}});
  }
}

void Service::tell_mind(json outcome) {
  mind_->tell(awaited_->answer, std::move(outcome),
              [this, number = awaited_->number](const json& answer) {
                // Whoever stopped the robot, drives it now or asked for something else has the
                // word.
                const bool is_awaited = awaited_ && awaited_->number == number;
                if (is_awaited) replan(answer);
              });
}

void Service::replan(const json& answer) {
  Awaited awaited = std::move(*awaited_);
  awaited_.reset();
  if (!answer.is_object()) return;
  if (answer.contains("cannot"))
    return tell({{"type", "mind"}, {"text", awaited.text}, {"cannot", answer["cannot"]}}, nullptr);
  // A guess asks a person first, and nobody is asked here.
  if (!answer.contains("plan") || answer.value("confirm", false)) return;
  if (holder_ == 0 || holder_ != awaited.holder || state_.armed == 0 || !audit_.is_healthy())
    return;
  const Response response = propose(answer.value("plan", std::string()), json::object());
  audit_.add(awaited.caller, awaited.remote, "replan", answer.value("cause", std::string()),
             response.status);
  awaited.answer = answer.value("id", std::uint64_t{0});
  expect_outcome(response, std::move(awaited));
}

}  // namespace longmen::server
