#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/lexicon.h"
#include "agent/name_index.h"
#include "agent/token.h"
#include "world/world.h"

namespace longmen::agent {

/// Something that a clause names.
struct Mention {
  Slot slot{};  ///< kPlace, kObject, kPerson, kAngle, kDuration, kSide, kQuote, kCount
  std::vector<Entity> entities;  ///< of kPlace, kObject and kPerson
  double value = 0.0;            ///< of kAngle (deg), kDuration (s), kCount
  std::string words;             ///< as they stand in the text
  bool is_after_from = false;    ///< "from …", "off …", 从…
  bool is_after_let = false;     ///< "let …", "show …", "help …", 让…, 给…
};

/// What a clause names, and its words with these things replaced by ones that are always the same:
/// what is left is what it asks for.
struct ClauseThings {
  std::vector<Mention> mentions;
  std::string masked;
  bool is_chinese = false;
  bool has_thing_pronoun = false;   ///< it, that, 它
  bool has_person_pronoun = false;  ///< him, her, 他
  bool has_negation = false;
  bool has_other_number = false;  ///< a number that measures nothing the robot knows

  [[nodiscard]] std::vector<const Mention*> of(Slot slot) const;
};

/// What stands for a thing of this slot in masked words.
[[nodiscard]] std::string_view stand_in(Slot slot, bool is_chinese);
/// Adds a word to masked words: English words stand apart, Chinese characters do not.
void append_word(std::string& words, std::string_view word);

/// Reads tokens [begin, end) of a text.
[[nodiscard]] ClauseThings find_things(std::string_view text, const std::vector<Token>& tokens,
                                       std::size_t begin, std::size_t end, const Lexicon& lexicon,
                                       const NameIndex& names);

}  // namespace longmen::agent
