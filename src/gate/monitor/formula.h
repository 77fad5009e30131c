#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace longmen::gate::monitor {

/// A formula of bounded signal temporal logic over named signals, as text:
///   formula   := binary [ "->" formula ]
///   binary    := unary { ("and" | "or" | ("since" | "until") window) unary }   (one operator a
///   level) unary     := ("not" | ("once" | "historically" | "eventually" | "always") window) unary
///   | atom atom      := signal (">=" | ">" | "<=" | "<") number | "(" formula ")" window    := "["
///   from ":" to "]"        in seconds, 0 <= from <= to
/// Different operators side by side need parentheses: nobody has to know a precedence.
struct Formula {
  enum class Op : std::uint8_t {
    kAtLeast,  ///< signal - bound
    kAtMost,   ///< bound - signal
    kNot,
    kAnd,
    kOr,
    kImplies,
    kOnce,
    kHistorically,
    kEventually,
    kAlways,
    kSince,
    kUntil,
  };
  struct Node {
    Op op = Op::kAtLeast;
    int left = -1, right = -1;  ///< indices of earlier nodes
    int signal = -1;            ///< of an atom: index into `signals`
    double bound = 0.0;
    double from_s = 0.0, to_s = 0.0;
  };

  std::vector<Node> nodes;  ///< children before parents; the last is the whole
  std::vector<std::string> signals;

  static constexpr std::size_t kTextMax_bytes = 1000;
  static constexpr std::size_t kNodesMax = 64;
  static constexpr int kDepthMax = 16;
  static constexpr double kWindowMax_s = 3600.0;

  /// Errors: kParse with the place; kInvalidArgument beyond the bounds above.
  static Result<Formula> parse(std::string_view text);
};

}  // namespace longmen::gate::monitor
