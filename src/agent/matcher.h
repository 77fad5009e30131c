#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "agent/grammar.h"

namespace longmen::agent {

/// Matches patterns against tokens, with backtracking: every way in which a pattern matches at a
/// place is offered.
class Matcher {
 public:
  struct Match {
    std::size_t end = 0;
    Bindings bindings;
  };
  enum class VerbForm { kBase, kGerund };

  Matcher(std::string_view text, const std::vector<Token>& tokens, const Lexicon& lexicon,
          const NameIndex& names)
      : text_(text), tokens_(tokens), lexicon_(lexicon), names_(names) {}

  /// All matches at `at`. Gaps that fail after words of the pattern have matched are remembered as
  /// the fault that lies farthest in the text.
  [[nodiscard]] std::vector<Match> match(const Pattern& pattern, std::size_t at,
                                         VerbForm form = VerbForm::kBase);
  /// Ends only, longest first, without repetitions.
  [[nodiscard]] std::vector<std::size_t> ends(const Pattern& pattern, std::size_t at);

  [[nodiscard]] const std::optional<ReadingFault>& deepest_fault() const { return deepest_; }
  [[nodiscard]] std::string words(std::size_t begin, std::size_t end) const;

 private:
  using Next = std::function<void(std::size_t, const Bindings&)>;

  void walk(const Pattern& pattern, std::size_t at, const Bindings& bindings, const Next& next);
  void walk_sequence(const Pattern& sequence, std::size_t index, std::size_t at,
                     const Bindings& bindings, const Next& next);
  bool walk_slot(Slot slot, std::size_t at, const Bindings& bindings, const Next& next);
  bool walk_place(std::optional<Reference> Bindings::*field, std::size_t at,
                  const Bindings& bindings, const Next& next);
  bool walk_thing(std::optional<Reference> Bindings::*field, unsigned kinds, std::size_t at,
                  const Bindings& bindings, const Next& next);
  bool walk_who(std::size_t at, const Bindings& bindings, const Next& next);
  bool walk_text(std::size_t at, const Bindings& bindings, const Next& next);

  struct PronounAt {
    Pronoun pronoun;
    std::size_t end;
  };
  [[nodiscard]] std::vector<PronounAt> pronouns_at(std::size_t at) const;
  [[nodiscard]] std::size_t skip_words(std::string_view words, std::size_t at) const;
  [[nodiscard]] std::optional<std::size_t> end_of_words_to_say(std::size_t at);
  [[nodiscard]] std::size_t cut_ending(std::size_t begin, std::size_t end);
  [[nodiscard]] bool begins_clause(std::size_t at);
  [[nodiscard]] bool begins_with_verb(const Pattern& pattern, std::size_t at);

  std::string_view text_;
  const std::vector<Token>& tokens_;
  const Lexicon& lexicon_;
  const NameIndex& names_;
  VerbForm form_ = VerbForm::kBase;
  std::size_t clause_begin_ = 0;
  bool is_probing_ = false;  ///< looks ahead: faults do not count
  std::optional<ReadingFault> deepest_;
};

}  // namespace longmen::agent
