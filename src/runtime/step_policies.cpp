#include "runtime/step_policies.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "core/digest.h"
#include "core/skill_catalogue.h"

namespace longmen::runtime {
namespace {

constexpr std::size_t kProcessesMax = 4;  // of a plan

bool same_bits(const JointVector& a, const JointVector& b) noexcept {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

/// Does not propose any more, for good.
bool is_out(PolicyStanding standing) noexcept {
  return standing == PolicyStanding::kLost || standing == PolicyStanding::kRescued;
}

}  // namespace

void StepPolicies::start(const Plan& plan, const gate::plan::RulePack& rules) {
  policies_.clear();
  present_ = nullptr;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const PlanStep& step = plan.steps[i];
    if (step.skill != skill(SkillId::kRunPolicy).name) continue;
    StepPolicy policy;
    policy.bounds = rules.policy_bounds().at(std::get<std::string>(step.args.at("bounds")));
    if (policies_.size() == kProcessesMax) {
      policy.why_no_seat = fmt::format("a plan starts at most {} policies", kProcessesMax);
    } else if (setup_.starts_processes) {
      auto seat =
          seat_of(rules.policies().at(std::get<std::string>(step.args.at("model"))), policy.bounds);
      if (seat)
        policy.seat = std::move(*seat);
      else
        policy.why_no_seat = seat.error().text();
    }
    policies_.emplace(static_cast<int>(i), std::move(policy));
  }
}

Result<std::unique_ptr<PolicySeat>> StepPolicies::seat_of(
    const gate::plan::RulePack::Policy& policy, const PolicyBounds& bounds) const {
  const std::filesystem::path file = setup_.folder / policy.file;
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  if (sha256(bytes.str()).hex() != policy.sha256)
    return fail(ErrorCode::kCorrupt, "the file is not the one that the rules name", policy.file);
  auto host = start_policy(file, robot_, setup_.lock_step);
  if (!host) return tl::make_unexpected(host.error());
  if (setup_.lock_step) host->wait_until_ready();
  PolicySeat::Config config;
  config.rescues_max = bounds.rescues_max;
  return std::make_unique<PolicySeat>(std::move(*host), loop_, robot_, config);
}

std::optional<StepPolicies::News> StepPolicies::look(
    const skills::PlanExecutor* executor) noexcept {
  executor_ = executor;
  present_ = nullptr;
  if (executor == nullptr || executor->is_over()) return std::nullopt;
  const int step = executor->report().step;
  const auto found = policies_.find(step);
  if (found == policies_.end()) return std::nullopt;
  present_ = &found->second;
  if (!setup_.starts_processes || is_out(present_->standing)) return std::nullopt;
  const auto news = [step](PolicyStanding standing, std::string_view reason) {
    return News{{static_cast<std::uint8_t>(step), standing}, reason};
  };
  if (!present_->seat) return news(PolicyStanding::kLost, present_->why_no_seat);
  const PolicySeat& seat = *present_->seat;
  if (const policy::Loss loss = seat.host().loss(); loss != policy::Loss::kNone)
    return news(PolicyStanding::kLost, policy::loss_name(loss));
  if (seat.report().is_out) return news(PolicyStanding::kRescued, "headed for a fall");
  if (present_->standing == PolicyStanding::kStarting && seat.host().is_ready())
    return news(PolicyStanding::kReady, "");
  return std::nullopt;
}

void StepPolicies::take(const record::Event::Policy& news) noexcept {
  if (const auto found = policies_.find(news.step); found != policies_.end())
    found->second.standing = news.standing;
}

skills::PolicyState StepPolicies::state() const noexcept {
  if (present_ == nullptr) return {};
  const auto ticks = static_cast<double>(std::max<std::int64_t>(present_->ticks, 1));
  return {present_->standing, static_cast<double>(present_->driven_ticks) / ticks};
}

gate::ForeignShares StepPolicies::shares() const noexcept {
  if (present_ == nullptr) return {};
  return {present_->bounds.torque_share, present_->bounds.joint_speed_share};
}

void StepPolicies::touch(ProposedCommand& proposal) noexcept {
  if (first_ != nullptr) first_->touch(proposal);
  if (present_ == nullptr || !present_->seat) return;
  present_->seat->let_in(proposes());
  present_->seat->touch(proposal);
}

void StepPolicies::watch() noexcept {
  if (present_ == nullptr) return;
  const GateReport& gate = loop_.gate_report();
  if (present_->seat) present_->seat->watch(gate);
  if (!proposes()) return;
  ++present_->ticks;
  const bool is_its_own = !same_bits(loop_.proposal().position_rad, loop_.trusted().position_rad);
  if (is_its_own && gate.source == CommandSource::kProposal) ++present_->driven_ticks;
}

}  // namespace longmen::runtime
