#pragma once

#include <memory>

#include "agent/agent.h"
#include "agent/clause_head.h"
#include "agent/embedder.h"
#include "agent/lexicon.h"
#include "agent/parser.h"

namespace longmen::agent {

/// The agent that comes with the program. What the parser reads is the parser's plan. A text that
/// it cannot read is taken apart into clauses; for each that the grammar does not know, an
/// embedding and a small head name what it asks for, and the clause is put into the grammar's own
/// words. The parser then plans these words. Such a plan is a guess: it is shown as `reading` and
/// always asks first. Too little certainty: a question, or the parser's reason why not. What the
/// parser read and refuses stays refused. Not thread-safe.
class EmbeddedAgent final : public Agent {
 public:
  static constexpr const char* kModel = "embedded";

  /// Errors: those of Embedder and ClauseHead.
  static Result<EmbeddedAgent> create(const std::filesystem::path& weights,
                                      const std::filesystem::path& head);

  [[nodiscard]] std::string model() const override { return kModel; }
  [[nodiscard]] Answer answer(std::string_view text, const world::World& world) const override;

 private:
  EmbeddedAgent(Parser parser, Lexicon lexicon, Embedder embedder, ClauseHead head)
      : parser_(std::move(parser)),
        lexicon_(std::move(lexicon)),
        embedder_(std::move(embedder)),
        head_(head) {}

  Parser parser_;
  Lexicon lexicon_;
  Embedder embedder_;
  ClauseHead head_;
};

}  // namespace longmen::agent
