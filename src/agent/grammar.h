#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/lexicon.h"
#include "agent/name_index.h"
#include "agent/token.h"

namespace longmen::agent {

/// What a gap that names a thing was filled with.
struct Reference {
  std::vector<Entity> entities;  ///< what the name may mean; empty for a pronoun
  Pronoun pronoun = Pronoun::kNone;
  std::string words;  ///< as they stood in the text
  bool is_described = false;
  std::optional<std::string> located_at;  ///< "… on the shelf": id of that place
};

struct Quantity {
  double value = 0.0;
  bool is_unit_assumed = false;
};

/// What the gaps of a phrase were filled with.
struct Bindings {
  std::optional<Reference> place, object, person, target, source, who;
  std::optional<std::string> text;
  std::optional<Quantity> angle_deg, duration_s;
  std::optional<double> side;  ///< +1 left, -1 right
  std::optional<double> count;
};

/// A text has at most as many clauses.
inline constexpr std::size_t kClauses_max = 64;

/// One clause of the text.
struct Clause {
  const ClausePhrase* phrase = nullptr;
  Bindings bindings;
  bool is_prohibition = false;
  bool is_there = false;              ///< "… there": where the robot is by then
  std::optional<Reference> at_place;  ///< "… at the door"
  double count = 1.0;
  std::string words;
};

/// Where reading came to its end.
struct ReadingFault {
  std::size_t at = 0;            ///< token that nothing could be made of
  std::optional<Slot> expected;  ///< what had to stand there, if a clause had begun
  std::string words;             ///< from that token to the end of its clause
};

struct GrammarResult {
  std::vector<Clause> clauses;  ///< in the order of execution; empty on a fault
  std::optional<ReadingFault> fault;
  bool is_too_long = false;  ///< the fault is that there are too many clauses
};

/// Reads the whole of the tokens as clauses, or not at all.
[[nodiscard]] GrammarResult read_clauses(std::string_view text, const std::vector<Token>& tokens,
                                         const Lexicon& lexicon, const NameIndex& names);

}  // namespace longmen::agent
