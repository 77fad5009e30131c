#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/pattern.h"
#include "core/skill_catalogue.h"

namespace longmen::agent {

/// What a clause asks for.
enum class Meaning {
  kSkill,       ///< one skill of the catalogue
  kTransport,   ///< fetch {object} [from {source}] and put it down at {place}
  kBring,       ///< fetch {object} [from {source}] and hand it to {person}
  kWalkFromTo,  ///< from {source} to {place}
  kWalkVia,     ///< to {place} by way of {source}
  kRepeat,      ///< the clause before, once more
  kBeAt,        ///< "at the door, …": be at {place} for what follows
  kWaitBefore,  ///< "in 5 seconds, …": wait {duration_s} before what follows
  kForbidOnly,  ///< only as a prohibition: no skill of `forbidden` may be in the plan
};

/// A way to say a clause, ready to be matched.
struct ClausePhrase {
  Meaning meaning = Meaning::kSkill;
  const Skill* skill =
      nullptr;  ///< of kSkill; of an elliptic phrase, the skill that it goes on with
  const Phrase* phrase = nullptr;
  Pattern pattern;
  std::span<const SkillId> forbidden{};  ///< of kForbidOnly

  /// Must another clause follow?
  [[nodiscard]] bool wants_main() const {
    return meaning == Meaning::kBeAt || meaning == Meaning::kWaitBefore;
  }
};

/// Words before a clause: order, politeness, address, prohibition.
struct Lead {
  Pattern pattern;
  bool is_request = false;    ///< "could you": a question mark is welcome
  bool wants_gerund = false;  ///< "would you mind", "without": the verb comes as -ing
  bool is_negation = false;
  bool wants_main = false;        ///< "after", "before": another clause must follow
  bool runs_after_main = false;   ///< "before": that other clause runs first
  bool wants_after_word = false;  ///< 在…之后, 等…以后
};

/// Words after a clause.
struct Tail {
  Pattern pattern;
  bool is_request = false;     ///< 好吗
  bool is_there = false;       ///< "there": where the robot is by then
  bool needs_request = false;  ///< 吗: a question unless it began as a request
};

/// Words between clauses.
struct Connector {
  Pattern pattern;
  bool is_mark = false;          ///< punctuation: may also end the text
  bool is_contrast = false;      ///< "but", "instead": ends the reach of a prohibition
  bool is_alternative = false;   ///< "or", "nor": only after a prohibition, which it carries on
  bool is_after_word = false;    ///< 之后
  bool swaps = false;            ///< the next clause runs before this one: "after", 之前
  bool next_is_gerund = false;   ///< "before waving"
  bool next_is_negated = false;  ///< "without", "instead of"
  bool is_question = false;      ///< ?: only after a request
};

/// The words of the grammar as data, compiled once. The skills' own phrases come from the
/// catalogue, the names from the world.
class Lexicon {
 public:
  /// The compiled shipped tables. A table that does not compile is a defect: the tests catch it and
  /// the error names the pattern.
  static Result<Lexicon> create();

  [[nodiscard]] const std::vector<ClausePhrase>& clauses() const { return clauses_; }
  /// Clauses that leave the verb out: "then to the door", "and the box".
  [[nodiscard]] const std::vector<ClausePhrase>& elliptic_clauses() const { return elliptic_; }
  [[nodiscard]] const std::vector<Lead>& leads() const { return leads_; }
  [[nodiscard]] const std::vector<Tail>& tails() const { return tails_; }
  [[nodiscard]] const std::vector<Connector>& connectors() const { return connectors_; }
  [[nodiscard]] const Pattern& everyone() const { return everyone_; }
  [[nodiscard]] const Pattern& place_before() const { return place_before_; }
  [[nodiscard]] const Pattern& place_after() const { return place_after_; }
  /// Between an object and the place where it is, and in Chinese between the place and the object.
  [[nodiscard]] const Pattern& located() const { return located_; }
  [[nodiscard]] const Pattern& located_before() const { return located_before_; }
  /// The place where a clause is to be done: "at the door".
  [[nodiscard]] const Pattern& at_place() const { return at_place_; }
  [[nodiscard]] const Pattern& left() const { return left_; }
  [[nodiscard]] const Pattern& right() const { return right_; }
  /// Verbs that no skill has.
  [[nodiscard]] const std::vector<Pattern>& other_verbs() const { return other_verbs_; }

 private:
  Lexicon() = default;
  std::vector<ClausePhrase> clauses_;
  std::vector<ClausePhrase> elliptic_;
  std::vector<Lead> leads_;
  std::vector<Tail> tails_;
  std::vector<Connector> connectors_;
  Pattern everyone_, place_before_, place_after_, located_, located_before_, at_place_, left_,
      right_;
  std::vector<Pattern> other_verbs_;
};

/// Kinds of things that a text can ask and the grammar does not read, to say so by name.
enum class Unreadable {
  kQuestion,
  kCondition,
  kChoice,
  kTogether,
  kManner,
  kDistance,
  kVague,
  kOverride
};

struct UnreadableWords {
  Unreadable kind;
  std::span<const std::string_view> words;  ///< each a word, or a run of words or characters
};
[[nodiscard]] std::span<const UnreadableWords> unreadable_words();

/// Words for things that were named before.
enum class Pronoun { kNone, kThing, kPlace, kHere, kPerson, kSpeaker };
struct PronounWord {
  std::string_view word;
  Pronoun pronoun;
};
[[nodiscard]] std::span<const PronounWord> pronoun_words();

}  // namespace longmen::agent
