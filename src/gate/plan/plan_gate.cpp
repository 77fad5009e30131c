#include "gate/plan/plan_gate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <mutex>

#include "core/plan_message.h"
#include "gate/plan/symbolic_execution.h"
#include "gate/plan/temporal_trace.h"
#include "gate/plan/worded_plan.h"

namespace longmen::gate::plan {

namespace {

/// Compiled once for all gates of one content: the files are read and checked anew each time.
Result<std::shared_ptr<const HazardJudge>> judge_of(const PackFiles& files) {
  static std::mutex mutex;
  static std::shared_ptr<const HazardJudge> last;
  const std::lock_guard lock(mutex);
  if (last && last->hash() == sha256(files.manifest())) return last;
  auto judge = HazardJudge::of(files);
  if (!judge) return tl::make_unexpected(judge.error());
  last = std::make_shared<const HazardJudge>(std::move(*judge));
  return last;
}

}  // namespace

Result<PlanGate> PlanGate::load(const std::filesystem::path& rules,
                                const std::vector<std::string>& admitted) {
  const auto files = PackFiles::load(rules);
  if (!files) return tl::make_unexpected(files.error());
  const auto typed = files->one("plan/plan.yaml");
  if (!typed) return tl::make_unexpected(typed.error());
  auto pack = RulePack::parse(*typed, "plan.yaml");
  if (!pack) return tl::make_unexpected(pack.error());
  const auto over_time = files->one("plan/temporal.yaml");
  if (!over_time) return tl::make_unexpected(over_time.error());
  auto temporal = monitor::TemporalRules::parse(*over_time, "temporal.yaml");
  if (!temporal) return tl::make_unexpected(temporal.error());
  auto words = judge_of(*files);
  if (!words) return tl::make_unexpected(words.error());
  std::vector<std::string> models = pack->models();
  models.insert(models.end(), admitted.begin(), admitted.end());
  return PlanGate(std::move(*pack), std::move(*words), std::move(*temporal),
                  std::make_shared<ShippedModels>(std::move(models)));
}

Verdict PlanGate::judge(const Plan& plan, const world::World& world, const Situation& situation,
                        bool practice) const {
  Verdict verdict;
  verdict.registered = models_->may_propose(plan.model);
  bool is_refused = false;
  const auto find = [&](const char* rule, bool refuses, const Placeholders& values) {
    verdict.reasons.push_back({rule, -1, rules_.sentence(rule, values), {}});
    is_refused = is_refused || refuses;
  };

  if (!verdict.registered && practice)
    find("plan.unregistered", false, {{"name", plan.model}});
  else if (!verdict.registered)
    find("plan.model", true,
         {{"name", plan.model},
          {"known", fmt::format("{}", fmt::join(models_->registered(), ", "))}});
  if (plan.steps.empty()) find("plan.empty", true, {});
  const auto steps_max = static_cast<std::size_t>(rules_.limits().steps_max);
  if (plan.steps.size() > steps_max)
    find("plan.steps", true,
         {{"value", std::to_string(plan.steps.size())}, {"limit", std::to_string(steps_max)}});

  SymbolicExecution execution(rules_, world, situation, practice);
  execution.run(std::span(plan.steps).first(std::min(plan.steps.size(), steps_max)));
  verdict.reasons.insert(verdict.reasons.end(), execution.reasons().begin(),
                         execution.reasons().end());
  if (execution.steps().size() > steps_max && plan.steps.size() <= steps_max)
    find("plan.steps", true,
         {{"value", std::to_string(execution.steps().size())},
          {"limit", std::to_string(steps_max)}});

  // What was repaired is judged again, from the start and with its own words.
  if (execution.is_repaired() && !execution.is_refused()) {
    SymbolicExecution again(rules_, world, situation, practice);
    again.run(execution.steps());
    if (again.is_refused() || again.is_repaired()) find("plan.repair", true, {});
  }
  Plan repaired = plan;
  if (!execution.is_refused()) repaired.steps = execution.steps();

  if (!is_refused && !execution.is_refused()) {
    for (VerdictReason& reason : judge_over_time(execution.steps(), world, situation, temporal_)) {
      reason.step = execution.origins()[static_cast<std::size_t>(reason.step)];
      verdict.reasons.push_back(std::move(reason));
      is_refused = true;
    }
  }

  const auto said = words_->judge(words_of_plan(repaired, world));
  if (!said) find("plan.words", true, {{"value", said.error().text()}});
  if (said) {
    for (VerdictReason reason : said->reasons) {
      if (reason.step >= 0 && !execution.is_refused())
        reason.step = execution.origins()[static_cast<std::size_t>(reason.step)];
      verdict.reasons.push_back(std::move(reason));
    }
  }

  verdict.plan = std::move(repaired);
  if (is_refused || execution.is_refused() || said->status == VerdictStatus::kRefused)
    verdict.status = VerdictStatus::kRefused;
  else if (said->status == VerdictStatus::kAsk)
    verdict.status = VerdictStatus::kAsk;
  else
    verdict.status = execution.is_repaired() ? VerdictStatus::kRepaired : VerdictStatus::kApproved;
  const bool may_run =
      verdict.status == VerdictStatus::kApproved || verdict.status == VerdictStatus::kRepaired;
  if (!may_run) verdict.plan.steps.clear();
  return verdict;
}

Approval PlanGate::approve(std::string_view message, const world::World& world,
                           const Situation& situation, const ApprovalTerms& terms) const {
  Approval approval;
  auto plan = decode_plan(message);
  if (!plan) {
    approval.verdict.reasons.push_back(
        {"plan.message",
         -1,
         rules_.sentence("plan.message", {{"value", plan.error().text()}}),
         {}});
    return approval;
  }
  approval.verdict = judge(*plan, world, situation, terms.practice);
  if (approval.verdict.status != VerdictStatus::kApproved &&
      approval.verdict.status != VerdictStatus::kRepaired)
    return approval;
  const auto bytes = encode_plan(approval.verdict.plan);
  if (!bytes) {  // repairs can only have made it too large
    approval.verdict.status = VerdictStatus::kRefused;
    approval.verdict.plan.steps.clear();
    approval.verdict.reasons.push_back(
        {"plan.message",
         -1,
         rules_.sentence("plan.message", {{"value", bytes.error().text()}}),
         {}});
    return approval;
  }
  const auto valid_ticks =
      static_cast<Tick>(std::floor(rules_.limits().approval_valid_s / terms.period_s));
  approval.plan = ApprovedPlan(approval.verdict.plan, sha256(*bytes), world.hash, terms.authority,
                               approval.verdict.registered, terms.now + valid_ticks);
  return approval;
}

}  // namespace longmen::gate::plan
