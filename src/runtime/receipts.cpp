#include "runtime/receipts.h"

#include <fmt/format.h>

#include <cmath>

#include "core/skill_catalogue.h"

namespace longmen::runtime {
namespace {

using State = Receipt::State;

const char* name_of(State state) {
  switch (state) {
    case State::kApproved:
      return "approved";
    case State::kStarted:
      return "started";
    case State::kDone:
      return "done";
    case State::kEnded:
      return "ended";
    case State::kFailed:
      return "failed";
    case State::kNotStarted:
      break;
  }
  return "not_started";
}

bool is_open(const Receipt& receipt) {
  return receipt.state == State::kApproved || receipt.state == State::kStarted;
}

/// Writes JSON into a buffer and never beyond it.
class Writer {
 public:
  explicit Writer(std::span<char> buffer) : buffer_(buffer) {}

  template <typename... Args>
  void text(fmt::format_string<Args...> format, Args&&... args) {
    const auto rest = buffer_.subspan(size_);
    const auto written =
        fmt::format_to_n(rest.data(), rest.size(), format, std::forward<Args>(args)...);
    size_ += std::min(written.size, rest.size());
  }
  void number(double value) {
    if (std::isfinite(value))
      text("{:.6g}", value);
    else
      text("null");
  }
  void seconds(const char* name, Tick tick, double period_s) {
    text(",\"{}\":", name);
    if (tick == Receipt::kNever)
      text("null");
    else
      text("{:.4f}", static_cast<double>(tick) * period_s);
  }
  /// A text of people: what JSON would have to escape is left out.
  void words(std::string_view words) {
    for (const char c : words)
      if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') text("{}", c);
  }
  [[nodiscard]] std::string_view view() const { return {buffer_.data(), size_}; }

 private:
  std::span<char> buffer_;
  std::size_t size_ = 0;
};

}  // namespace

std::string_view receipt_json(const Receipt& receipt, double period_s,
                              std::span<char, kReceiptMax_bytes> buffer) noexcept {
  Writer out(buffer);
  out.text("{{\"id\":\"{}\",\"key\":\"", receipt.id);
  out.words(receipt.key);
  out.text(
      "\",\"step\":{},\"count\":{},\"skill\":\"{}\",\"state\":\"{}\",\"fault\":{},\"lease\":{}",
      receipt.step, receipt.count, skill(receipt.skill).name, name_of(receipt.state),
      static_cast<int>(receipt.fault), receipt.lease);
  out.seconds("requested_s", receipt.requested, period_s);
  out.seconds("approved_s", receipt.approved, period_s);
  out.seconds("started_s", receipt.started, period_s);
  out.seconds("deadline_s", receipt.deadline, period_s);
  out.seconds("ended_s", receipt.ended, period_s);
  out.text(",\"evidence\":[");
  const char* comma = "";
  for (const skills::Observation& seen : receipt.evidence.observations()) {
    out.text("{}{{\"what\":\"{}\",\"value\":", comma, seen.what);
    out.number(seen.value);
    out.text(",\"{}\":", seen.is_at_least ? "at_least" : "at_most");
    out.number(seen.limit);
    out.text("}}");
    comma = ",";
  }
  out.text("]}}");
  return out.view();
}

void Receipts::begin(const skills::PlanExecutor& executor, Tick now, double period_s) {
  const Plan& plan = executor.plan();
  const std::string base =
      fmt::format("{}-{}", executor.approval().plan_hash().hex().substr(0, 16), now);
  receipts_.clear();
  Tick deadline = executor.approval().expiry();
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    Receipt receipt;
    receipt.step = static_cast<int>(i);
    receipt.count = static_cast<int>(plan.steps.size());
    receipt.id = fmt::format("{}/{}", base, i + 1);
    receipt.key = plan.key.empty() ? receipt.id : fmt::format("{}/{}", plan.key, i + 1);
    receipt.skill = find_skill(plan.steps[i].skill)->id;
    receipt.requested = receipt.approved = now;
    deadline += std::llround(executor.timeout_s(receipt.step) / period_s);
    receipt.deadline = deadline;
    receipts_.push_back(std::move(receipt));
  }
}

void Receipts::watch(const skills::PlanExecutor& executor, std::uint64_t lease, Tick now,
                     const Tell& tell) noexcept {
  const skills::PlanExecutor::Report& report = executor.report();
  if (report.step_began) {
    Receipt& receipt = receipts_[static_cast<std::size_t>(report.step)];
    receipt.state = State::kStarted;
    receipt.lease = lease;
    receipt.started = now;
    receipt.deadline = report.deadline;
    tell(receipt);
  }
  if (!report.step_ended) return;
  const bool has_failed = report.status == skills::SkillStatus::kFailed;
  const int step = has_failed ? report.step : report.ended_step;
  if (step >= 0 && static_cast<std::size_t>(step) < receipts_.size()) {
    Receipt& receipt = receipts_[static_cast<std::size_t>(step)];
    receipt.state = has_failed                        ? State::kFailed
                    : report.evidence.is_observable() ? State::kDone
                                                      : State::kEnded;
    receipt.fault = report.fault;
    receipt.ended = now;
    receipt.evidence = report.evidence;
    tell(receipt);
  }
  if (executor.is_over())
    for (Receipt& receipt : receipts_)
      if (is_open(receipt)) receipt.state = State::kNotStarted;
}

void Receipts::abandon(Tick now, const Tell& tell) noexcept {
  for (Receipt& receipt : receipts_) {
    if (receipt.state == State::kStarted) {
      receipt.state = State::kFailed;
      receipt.fault = skills::SkillFault::kCancelled;
      receipt.ended = now;
      tell(receipt);
    } else if (receipt.state == State::kApproved) {
      receipt.state = State::kNotStarted;
    }
  }
}

}  // namespace longmen::runtime
