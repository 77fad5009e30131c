#include "gate/monitor/monitor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace longmen::gate::monitor {
namespace {

using Op = Formula::Op;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_future(Op op) { return op == Op::kEventually || op == Op::kAlways || op == Op::kUntil; }
/// Least of a window is the greatest of the negative values.
bool is_least(Op op) { return op == Op::kHistorically || op == Op::kAlways; }
bool is_windowed(Op op) {
  return op == Op::kOnce || op == Op::kHistorically || op == Op::kEventually || op == Op::kAlways;
}

}  // namespace

Result<Monitor> Monitor::create(const Formula& formula, std::span<const std::string> signals,
                                double period_s) {
  Monitor monitor;
  for (const std::string& name : formula.signals) {
    const auto found = std::find(signals.begin(), signals.end(), name);
    if (found == signals.end())
      return fail(ErrorCode::kUnknownName,
                  fmt::format("no signal '{}'; signals: {}", name, fmt::join(signals, ", ")));
    monitor.signals_.push_back(static_cast<int>(found - signals.begin()));
  }
  // A part speaks of the sample `late` ago; what it joins is made equally late.
  std::vector<std::int64_t> late;
  for (const Formula::Node& node : formula.nodes) {
    Part part;
    part.node = node;
    part.from = std::llround(node.from_s / period_s);
    part.to = std::llround(node.to_s / period_s);
    const bool is_timed_pair = node.op == Op::kSince || node.op == Op::kUntil;
    const std::int64_t steps_max = is_timed_pair ? kPairStepsMax : kStepsMax;
    if (part.to > steps_max)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("a window of {} samples; at most {}", part.to, steps_max));
    const auto late_of = [&](int child) {
      return child < 0 ? 0 : late[static_cast<std::size_t>(child)];
    };
    const std::int64_t most = std::max(late_of(node.left), late_of(node.right));
    const bool is_past =
        node.op == Op::kOnce || node.op == Op::kHistorically || node.op == Op::kSince;
    if (is_past && most > 0)
      return fail(ErrorCode::kInvalidArgument,
                  "an operator of the past over one of the future: what it says of the time before "
                  "the first sample would be undefined");
    const std::int64_t kept = is_timed_pair ? part.to + 1 : 1;
    if (node.left >= 0) {
      part.left_late = static_cast<std::size_t>(most - late_of(node.left));
      part.left = Ring(part.left_late + static_cast<std::size_t>(kept));
    }
    if (node.right >= 0) {
      part.right_late = static_cast<std::size_t>(most - late_of(node.right));
      part.right = Ring(part.right_late + static_cast<std::size_t>(kept));
    }
    if (is_windowed(node.op)) {
      part.window = Window(part.to - part.from + 1);
      if (!is_future(node.op)) {  // the window ends `from` ago
        part.left_late = static_cast<std::size_t>(part.from);
        part.left = Ring(part.left_late + 1);
      }
    }
    late.push_back(most + (is_future(node.op) ? part.to : 0));
    monitor.memory_ += part.to + static_cast<std::int64_t>(part.left_late + part.right_late);
    monitor.parts_.push_back(std::move(part));
  }
  if (late.empty()) return fail(ErrorCode::kInvalidArgument, "an empty formula");
  monitor.horizon_ = late.back();
  monitor.reset();
  return monitor;
}

void Monitor::reset() noexcept {
  seen_ = unknown_until_ = 0;
  for (Part& part : parts_) {
    // Nothing was before the first sample: neither a witness nor a counterexample.
    const double nothing = is_least(part.node.op) ? kInfinity : -kInfinity;
    std::fill(part.left.values.begin(), part.left.values.end(),
              part.node.op == Op::kSince || part.node.op == Op::kUntil ? kInfinity : nothing);
    std::fill(part.right.values.begin(), part.right.values.end(), -kInfinity);
    part.left.next = part.right.next = 0;
    part.window.first = part.window.count = 0;
    part.window.now = 0;
  }
}

double Monitor::Window::push(double value) noexcept {
  const std::size_t size = candidates.size();
  const auto at = [&](std::size_t k) -> Candidate& { return candidates[(first + k) % size]; };
  if (count > 0 && at(0).at <= now - length) {
    first = (first + 1) % size;
    --count;
  }
  while (count > 0 && at(count - 1).value <= value) --count;
  at(count++) = {value, now++};
  return at(0).value;
}

/// There was a sample in the window where the right held, and since then the left has.
double Monitor::since(const Part& part) noexcept {
  double best = -kInfinity;
  double held = kInfinity;
  for (std::int64_t ago = 0; ago <= part.to; ++ago) {
    const auto k = static_cast<std::size_t>(ago);
    if (ago >= part.from)
      best = std::max(best, std::min(part.right.ago(part.right_late + k), held));
    held = std::min(held, part.left.ago(part.left_late + k));
  }
  return best;
}

/// There is a sample in the window where the right holds, and until then the left does.
double Monitor::until(const Part& part) noexcept {
  double best = -kInfinity;
  double held = kInfinity;
  for (std::int64_t ahead = 0; ahead <= part.to; ++ahead) {
    const auto ago = static_cast<std::size_t>(part.to - ahead);
    if (ahead >= part.from)
      best = std::max(best, std::min(part.right.ago(part.right_late + ago), held));
    held = std::min(held, part.left.ago(part.left_late + ago));
  }
  return best;
}

double Monitor::evaluate(Part& part, std::span<const double> values) noexcept {
  const Formula::Node& node = part.node;
  if (node.op == Op::kAtLeast || node.op == Op::kAtMost) {
    const auto signal = static_cast<std::size_t>(signals_[static_cast<std::size_t>(node.signal)]);
    const double above = values[signal] - node.bound;
    return node.op == Op::kAtLeast ? above : -above;
  }
  const double first = parts_[static_cast<std::size_t>(node.left)].value;
  if (is_windowed(node.op)) {
    double value = first;
    if (!is_future(node.op)) {
      part.left.push(value);
      value = part.left.ago(part.left_late);
    }
    return is_least(node.op) ? -part.window.push(-value) : part.window.push(value);
  }
  part.left.push(first);
  if (node.right >= 0) part.right.push(parts_[static_cast<std::size_t>(node.right)].value);
  const double left = part.left.ago(part.left_late);
  const double right = node.right >= 0 ? part.right.ago(part.right_late) : 0.0;
  switch (node.op) {
    case Op::kNot:
      return -left;
    case Op::kAnd:
      return std::min(left, right);
    case Op::kOr:
      return std::max(left, right);
    case Op::kImplies:
      return std::max(-left, right);
    case Op::kSince:
      return since(part);
    default:
      return until(part);
  }
}

double Monitor::update(std::span<const double> values) noexcept {
  ++seen_;
  for (const int signal : signals_)
    if (std::isnan(values[static_cast<std::size_t>(signal)])) unknown_until_ = seen_ + memory_;
  for (Part& part : parts_) part.value = evaluate(part, values);
  if (seen_ <= unknown_until_) return -kInfinity;
  if (seen_ <= horizon_) return kInfinity;
  return parts_.back().value;
}

}  // namespace longmen::gate::monitor
