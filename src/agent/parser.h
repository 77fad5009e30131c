#pragma once

#include "agent/agent.h"
#include "agent/lexicon.h"

namespace longmen::agent {

/// The deterministic agent: reads English and Chinese by a grammar and refuses what the grammar
/// cannot read to the last word. It never guesses. Same text and world, same plan.
class Parser final : public Agent {
 public:
  static constexpr std::size_t kText_max_bytes = 2000;
  static constexpr const char* kModel = "parser";

  /// Error: a defect of the shipped lexicon.
  static Result<Parser> create();

  [[nodiscard]] std::string model() const override { return kModel; }
  [[nodiscard]] Answer answer(std::string_view text, const world::World& world) const override;

 private:
  explicit Parser(Lexicon lexicon) : lexicon_(std::move(lexicon)) {}
  Lexicon lexicon_;
};

}  // namespace longmen::agent
