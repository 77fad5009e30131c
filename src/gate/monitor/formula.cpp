#include "gate/monitor/formula.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace longmen::gate::monitor {
namespace {

using Op = Formula::Op;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Recursive descent; the first error wins, and everything after it is harmless.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Formula> parse() {
    if (text_.size() > Formula::kTextMax_bytes)
      return fail(ErrorCode::kInvalidArgument, fmt::format("a formula of {} bytes; at most {}",
                                                           text_.size(), Formula::kTextMax_bytes));
    formula(0);
    skip();
    if (!error_ && at_ != text_.size()) expected("the end");
    if (error_) return tl::make_unexpected(*error_);
    return std::move(formula_);
  }

 private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  void reject(ErrorCode code, const std::string& message) {
    if (!error_) error_ = Error{code, message, fmt::format("byte {}", at_ + 1)};
    at_ = text_.size();
  }
  void expected(const char* what) { reject(ErrorCode::kParse, fmt::format("expected {}", what)); }

  bool take(std::string_view token) {
    skip();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  /// The word that comes next, without taking it.
  std::string_view word() {
    skip();
    std::size_t end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || (end > at_ && is_digit(text_[end]))))
      ++end;
    return text_.substr(at_, end - at_);
  }
  double number() {
    skip();
    double value = 0.0;
    const auto [end, code] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (code != std::errc() || !std::isfinite(value)) {
      expected("a number");
      return 0.0;
    }
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  int add(Formula::Node node) {
    if (formula_.nodes.size() >= Formula::kNodesMax) {
      reject(ErrorCode::kInvalidArgument, fmt::format("more than {} parts", Formula::kNodesMax));
      return 0;
    }
    formula_.nodes.push_back(node);
    return static_cast<int>(formula_.nodes.size()) - 1;
  }

  void window(Formula::Node& node) {
    if (!take("[")) return expected("a window [from:to]");
    node.from_s = number();
    if (!take(":")) return expected("':'");
    node.to_s = number();
    if (!take("]")) return expected("']'");
    if (!(node.from_s >= 0.0 && node.from_s <= node.to_s && node.to_s <= Formula::kWindowMax_s))
      reject(ErrorCode::kInvalidArgument,
             fmt::format("a window is 0 <= from <= to <= {} s", Formula::kWindowMax_s));
  }

  int formula(int depth) {
    if (depth > Formula::kDepthMax) {
      reject(ErrorCode::kInvalidArgument, "nested too deeply");
      return 0;
    }
    const int left = binary(depth);
    if (!take("->")) return left;
    const int right = formula(depth + 1);
    return add({.op = Op::kImplies, .left = left, .right = right});
  }

  int binary(int depth) {
    int left = unary(depth);
    std::string_view first;
    while (!error_) {
      const std::string_view op = word();
      const bool is_timed = op == "since" || op == "until";
      if (!is_timed && op != "and" && op != "or") return left;
      if (!first.empty() && (op != first || is_timed)) {
        reject(ErrorCode::kParse, "operators side by side: put parentheses round one");
        return left;
      }
      first = op;
      at_ += op.size();
      Formula::Node node{.op = op == "and"     ? Op::kAnd
                               : op == "or"    ? Op::kOr
                               : op == "since" ? Op::kSince
                                               : Op::kUntil};
      if (is_timed) window(node);
      node.left = left;
      node.right = unary(depth);
      left = add(node);
    }
    return left;
  }

  int unary(int depth) {
    if (depth > Formula::kDepthMax) {
      reject(ErrorCode::kInvalidArgument, "nested too deeply");
      return 0;
    }
    const std::string_view op = word();
    const bool is_not = op == "not";
    if (!is_not && op != "once" && op != "historically" && op != "eventually" && op != "always")
      return atom(depth);
    at_ += op.size();
    Formula::Node node{.op = is_not                 ? Op::kNot
                             : op == "once"         ? Op::kOnce
                             : op == "historically" ? Op::kHistorically
                             : op == "eventually"   ? Op::kEventually
                                                    : Op::kAlways};
    if (!is_not) window(node);
    node.left = unary(depth + 1);
    return add(node);
  }

  int atom(int depth) {
    if (take("(")) {
      const int inner = formula(depth + 1);
      if (!error_ && !take(")")) expected("')'");
      return inner;
    }
    const std::string name(word());
    if (name.empty()) {
      expected("a signal, an operator or '('");
      return 0;
    }
    at_ += name.size();
    Formula::Node node;
    if (take(">=") || take(">"))
      node.op = Op::kAtLeast;
    else if (take("<=") || take("<"))
      node.op = Op::kAtMost;
    else
      expected("one of >=, >, <=, <");
    node.bound = number();
    auto& signals = formula_.signals;
    auto found = std::find(signals.begin(), signals.end(), name);
    if (found == signals.end()) found = signals.insert(signals.end(), name);
    node.signal = static_cast<int>(found - signals.begin());
    return add(node);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Formula formula_;
  std::optional<Error> error_;
};

}  // namespace

Result<Formula> Formula::parse(std::string_view text) { return Parser(text).parse(); }

}  // namespace longmen::gate::monitor
