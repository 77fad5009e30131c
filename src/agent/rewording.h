#pragma once

#include <optional>
#include <string>

#include "agent/clause_head.h"
#include "agent/embedder.h"
#include "agent/lexicon.h"
#include "agent/token.h"
#include "world/world.h"

namespace longmen::agent {

/// A text put into the grammar's own words.
struct Rewording {
  std::string words;
  double certainty = 0.0;  ///< of its least certain clause, 0 to 1
};

/// Takes a valid, tokenised text apart at its connectors in the way that is most probable as a
/// whole, and puts each clause that the grammar cannot read into its words. Nothing when there is
/// a clause that no frame fits, or the text holds what must not be guessed at: conditions, choices,
/// prohibitions, commands about rules.
[[nodiscard]] std::optional<Rewording> reword(std::string_view text,
                                              const std::vector<Token>& tokens,
                                              const Lexicon& lexicon, const Embedder& embedder,
                                              const ClauseHead& head, const world::World& world);

}  // namespace longmen::agent
