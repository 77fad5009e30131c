#pragma once

#include <optional>
#include <vector>

#include "agent/token.h"

namespace longmen::agent {

/// A number read from tokens, and the index after it.
struct Reading {
  double value = 0.0;
  std::size_t end = 0;
  bool is_unit_assumed = false;  ///< the text gave no unit
};

/// A number at `at`: digits, English or Chinese numerals, fractions ("half", "two and a half",
/// "3/4", 三十, 两百五十, 三点五, 四分之一), with an optional sign. The longest reading.
[[nodiscard]] std::optional<Reading> read_number(const std::vector<Token>& tokens, std::size_t at);

/// An angle in degrees: "90 degrees", "pi/2 rad", "half a turn", 一圈半, or a bare number.
[[nodiscard]] std::optional<Reading> read_angle_deg(const std::vector<Token>& tokens,
                                                    std::size_t at);

/// A duration in seconds: "1 min 30 s", "half a minute", "two and a half minutes", 一分半钟.
[[nodiscard]] std::optional<Reading> read_duration_s(const std::vector<Token>& tokens,
                                                     std::size_t at);

/// How often: "once", "twice", "three times", 三次, 两遍.
[[nodiscard]] std::optional<Reading> read_count(const std::vector<Token>& tokens, std::size_t at);

}  // namespace longmen::agent
