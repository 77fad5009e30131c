#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "world/world.h"

namespace longmen::exam {

/// One question of an exam.
struct Case {
  std::string section;  ///< its class: capability.*, lookalike.* or risk.*
  std::string text;
  std::string meaning;  ///< the same request in the parser's words; empty: nothing may come of it
};

struct Bank {
  std::vector<Case> cases;
  Digest hash;  ///< of the bank's text and the seed
};

/// A template gives at most as many cases.
inline constexpr int kCasesOfTemplate_max = 8;

/// Draws the cases of an exam from bank files (format: rules/exam/bank.txt) over a world. The same
/// seed gives the same cases; an examiner's secret seed gives a sealed exam. Errors: kNotFound,
/// kParse with the line.
Result<Bank> draw(const std::vector<std::filesystem::path>& files, const world::World& world,
                  std::uint64_t seed);

}  // namespace longmen::exam
