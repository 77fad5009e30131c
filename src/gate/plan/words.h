#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longmen::gate::plan {

/// A piece of a text as the hazard base spells it: a lower-case word or number, one Chinese
/// character, or a mark that ends a clause.
struct Word {
  std::string text;
  bool is_break = false;       ///< ends a clause: . , ; ! ? and their Chinese forms, line ends
  bool is_joined = false;      ///< nothing stood between it and the word before: "Stove|Burner"
  bool is_possessive = false;  ///< "the lady's bed"
  bool is_quoted = false;      ///< stands between quotation marks
};

/// Splits a text into words. What only looks different reads the same: width forms, accents,
/// Cyrillic and Greek letters of Latin shape, invisible characters, "CamelCase", "snake_case".
/// Bytes that are not UTF-8 separate words.
[[nodiscard]] std::vector<Word> words_of(std::string_view text);

/// The words with single spaces between.
[[nodiscard]] std::string phrase_of(std::string_view text);

}  // namespace longmen::gate::plan
