#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace longmen::agent {

/// What stands at a gap in a phrase.
enum class Slot {
  kPlace,
  kObject,
  kPerson,
  kTarget,
  kSource,  ///< the place where the object is taken
  kWho,     ///< someone spoken to or waved at
  kThere,   ///< a word for a place that was named
  kText,    ///< words to say
  kQuote,   ///< words to say, in quotation marks
  kAngle,
  kDuration,
  kSide,
  kCount,
};

/// A phrase pattern as a tree: see longmen::Phrase for the notation.
struct Pattern {
  enum class Kind { kWord, kSlot, kSequence, kChoice };
  Kind kind = Kind::kSequence;
  std::string word;  ///< of kWord
  Slot slot{};       ///< of kSlot
  std::vector<Pattern>
      parts;  ///< of kSequence and kChoice; an optional part is a choice with an empty one
};

/// Errors: kParse for unbalanced brackets, kUnknownName for an unknown slot.
Result<Pattern> compile_pattern(std::string_view text);

/// "waving" for "wave".
[[nodiscard]] std::string gerund_of(const std::string& verb);

}  // namespace longmen::agent
