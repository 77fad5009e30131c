#include "agent/grammar.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "agent/matcher.h"
#include "agent/quantity.h"

namespace longmen::agent {
namespace {

/// What has been read so far bears on what may follow.
struct State {
  const Skill* last = nullptr;  ///< skill that an elliptic clause goes on with
  bool has_clause = false;
  bool after_prohibition = false;  ///< the clause before was one
  bool needs_prohibition = false;  ///< "don't … and …": the reach must be said
  bool is_negated = false;         ///< a prohibition by its connector: "without …"
  bool is_request = false;
  bool wants_gerund = false;
  bool may_gerund = false;  ///< "would you mind walking … and waving"
  bool runs_before_last = false;
  bool wants_main = false;
  bool wants_after_word = false;
  bool goes_on = false;  ///< the main clause may follow without a word or mark between

  [[nodiscard]] auto key(std::size_t at) const {
    return std::tuple(at, goes_on, last, has_clause, after_prohibition, needs_prohibition,
                      is_negated, is_request, wants_gerund, may_gerund, runs_before_last,
                      wants_main, wants_after_word);
  }
};

/// A way to come from the begin of a clause to its verb.
struct Approach {
  std::size_t at = 0;
  bool is_request = false;
  bool wants_gerund = false;
  bool is_negated = false;
  bool wants_main = false;
  bool runs_after_main = false;
  bool wants_after_word = false;

  [[nodiscard]] auto key() const {
    return std::tuple(at, is_request, wants_gerund, is_negated, wants_main, runs_after_main,
                      wants_after_word);
  }
};

/// What may trail a clause.
struct Suffix {
  std::size_t at = 0;
  std::optional<double> count;
  bool is_request = false;
  bool is_there = false;
  std::optional<Reference> at_place;
};

/// A run of connectors.
struct Junction {
  std::size_t at = 0;
  bool has_word = false;
  bool has_comma = false;
  bool is_contrast = false;
  bool is_alternative = false;
  bool is_after_word = false;
  bool swaps = false;
  bool next_is_gerund = false;
  bool next_is_negated = false;
  bool is_question = false;

  [[nodiscard]] auto key() const {
    return std::tuple(at, has_word, has_comma, is_contrast, is_alternative, is_after_word, swaps,
                      next_is_gerund, next_is_negated, is_question);
  }
};

class ClauseReader {
 public:
  ClauseReader(std::string_view text, const std::vector<Token>& tokens, const Lexicon& lexicon,
               const NameIndex& names)
      : tokens_(tokens), lexicon_(lexicon), matcher_(text, tokens, lexicon, names) {}

  GrammarResult run() {
    if (!tokens_.empty() && read(0, State{})) return {std::move(clauses_), std::nullopt, false};
    ReadingFault fault{stuck_at_, std::nullopt, {}};
    if (matcher_.deepest_fault() && matcher_.deepest_fault()->at >= stuck_at_)
      fault = *matcher_.deepest_fault();
    fault.words = words_of_fault(fault.at);
    return {{}, fault, is_too_long_};
  }

 private:
  /// Reads clauses from the begin of one to the end of the text.
  bool read(std::size_t at, const State& state) {
    note_stuck(at);
    if (clauses_.size() >= kClauses_max) is_too_long_ = true;
    if (at >= tokens_.size() || is_too_long_) return false;
    if (failed_.contains(state.key(at))) return false;
    for (const Approach& approach : approaches(at, state))
      if (read_clause(approach, state)) return true;
    failed_.insert(state.key(at));
    return false;
  }

  /// Every way through politeness, order words and prohibitions, the longest first.
  std::vector<Approach> approaches(std::size_t at, const State& state) {
    std::vector<Approach> found = {
        {at, state.is_request, state.wants_gerund, state.is_negated, false, false, false}};
    std::set<decltype(found.front().key())> seen = {found.front().key()};
    const auto offer = [&](const Approach& approach) {
      if (found.size() < 256 && seen.insert(approach.key()).second) found.push_back(approach);
    };
    for (std::size_t i = 0; i < found.size(); ++i) {
      const Approach from = found[i];
      for (const Lead& lead : lexicon_.leads()) {
        if (lead.is_negation && from.is_negated) continue;  // two negations are no plain words
        if (lead.wants_main && from.wants_main) continue;
        for (const std::size_t end : matcher_.ends(lead.pattern, from.at)) {
          if (end == from.at) continue;
          Approach to = from;
          to.at = end;
          to.is_request = from.is_request || lead.is_request;
          to.wants_gerund = from.wants_gerund || lead.wants_gerund;
          to.is_negated = from.is_negated || lead.is_negation;
          to.wants_main = from.wants_main || lead.wants_main;
          to.runs_after_main = from.runs_after_main || lead.runs_after_main;
          to.wants_after_word = from.wants_after_word || lead.wants_after_word;
          offer(to);
          const bool binds = lead.is_negation || lead.wants_main || lead.wants_gerund;
          if (!binds && end < tokens_.size() && is_pause(tokens_[end])) {
            to.at = end + 1;
            offer(to);
          }
        }
      }
      if (const std::size_t end = after_number(from.at); end != 0) {
        Approach to = from;
        to.at = end;
        offer(to);
      }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Approach& a, const Approach& b) { return a.at > b.at; });
    return found;
  }

  static bool is_pause(const Token& token) {
    return token.is(",") || token.is("!") || token.is(".") || token.is(":");
  }

  /// "1. …", "step 2: …": the index after it, 0 if there is no such number.
  [[nodiscard]] std::size_t after_number(std::size_t at) const {
    std::size_t i = at;
    if (i < tokens_.size() && tokens_[i].is("step")) ++i;
    if (i < tokens_.size() && tokens_[i].is("(")) ++i;
    const auto number = read_number(tokens_, i);
    if (!number || number->end >= tokens_.size()) return 0;
    const Token& mark = tokens_[number->end];
    const bool is_mark = mark.is(".") || mark.is(")") || mark.is(":") || mark.is(",");
    return is_mark ? number->end + 1 : 0;
  }

  struct Candidate {
    const ClausePhrase* phrase;
    Matcher::Match match;
  };

  bool read_clause(const Approach& approach, const State& state) {
    note_stuck(approach.at);
    std::vector<Candidate> candidates;
    const auto collect = [&](const std::vector<ClausePhrase>& phrases, Matcher::VerbForm form) {
      for (const ClausePhrase& phrase : phrases)
        for (Matcher::Match& match : matcher_.match(phrase.pattern, approach.at, form))
          candidates.push_back({&phrase, std::move(match)});
    };
    using enum Matcher::VerbForm;
    if (!approach.wants_gerund) collect(lexicon_.clauses(), kBase);
    if (approach.wants_gerund || state.may_gerund) collect(lexicon_.clauses(), kGerund);
    if (state.last != nullptr && !approach.wants_main) {
      for (const ClausePhrase& phrase : lexicon_.elliptic_clauses())
        if (phrase.skill == state.last)
          for (Matcher::Match& match : matcher_.match(phrase.pattern, approach.at))
            candidates.push_back({&phrase, std::move(match)});
    }
    // The longest first; of two, the one whose phrase accounts for more and leaves less to be said.
    const auto rank = [](const Candidate& c) {
      const auto& text = c.match.bindings.text;
      return std::pair(c.match.end, text ? -static_cast<std::ptrdiff_t>(text->size()) : 0);
    };
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](const Candidate& a, const Candidate& b) { return rank(a) > rank(b); });
    for (const Candidate& candidate : candidates)
      if (read_after(candidate, approach, state)) return true;
    return false;
  }

  /// Takes a clause, and goes on behind it.
  bool read_after(const Candidate& candidate, const Approach& approach, const State& state) {
    const bool is_negated = approach.is_negated || state.is_negated;
    if (state.needs_prohibition && !is_negated) return false;
    const Meaning meaning = candidate.phrase->meaning;
    if (meaning == Meaning::kRepeat && (!state.has_clause || is_negated)) return false;
    if (meaning == Meaning::kForbidOnly && !is_negated) return false;
    if (candidate.phrase->wants_main() && (is_negated || approach.wants_main)) return false;

    Clause clause;
    clause.phrase = candidate.phrase;
    clause.bindings = candidate.match.bindings;
    clause.is_prohibition = is_negated;
    clause.words = matcher_.words(approach.at, candidate.match.end);

    State next;
    next.last = candidate.phrase->skill;
    next.has_clause = true;
    next.after_prohibition = is_negated;
    next.is_request = state.is_request || approach.is_request;
    next.may_gerund = state.may_gerund || (approach.wants_gerund && !is_negated);
    next.runs_before_last = approach.runs_after_main;
    next.wants_main = approach.wants_main || candidate.phrase->wants_main();
    next.goes_on = next.wants_main && !next.wants_after_word;
    next.wants_after_word = approach.wants_after_word;

    const std::size_t index = clauses_.size() - (state.runs_before_last ? 1 : 0);
    for (const Suffix& suffix : suffixes(candidate.match.end, next.is_request)) {
      clause.count = suffix.count.value_or(candidate.match.bindings.count.value_or(1.0));
      clause.is_there = suffix.is_there;
      clause.at_place = suffix.at_place;
      if (clause.at_place && !may_be_at_place(*candidate.phrase)) continue;
      clauses_.insert(clauses_.begin() + static_cast<std::ptrdiff_t>(index), clause);
      State after = next;
      after.is_request = after.is_request || suffix.is_request;
      if (go_on(suffix.at, after)) return true;
      clauses_.erase(clauses_.begin() + static_cast<std::ptrdiff_t>(index));
    }
    return false;
  }

  /// "wave at the door" may mean to wave to it, and "walk to the shelf at the door" nothing.
  static bool may_be_at_place(const ClausePhrase& phrase) {
    if (phrase.skill == nullptr) return false;
    const SkillId id = phrase.skill->id;
    return id == SkillId::kWait || id == SkillId::kStand || id == SkillId::kSay ||
           id == SkillId::kTurn || id == SkillId::kStop;
  }

  /// Every way through what may trail a clause, the longest first.
  std::vector<Suffix> suffixes(std::size_t at, bool is_request) {
    std::vector<Suffix> found = {{at, std::nullopt, false, false, std::nullopt}};
    for (std::size_t i = 0; i < found.size() && found.size() < 64; ++i) {
      const Suffix from = found[i];
      if (!from.count)
        if (const auto count = read_count(tokens_, from.at)) {
          Suffix to = from;
          to.at = count->end;
          to.count = count->value;
          found.push_back(to);
        }
      if (!from.at_place && from.at < tokens_.size())
        for (const Matcher::Match& match : matcher_.match(lexicon_.at_place(), from.at)) {
          Suffix to = from;
          to.at = match.end;
          to.at_place = match.bindings.place;
          found.push_back(to);
        }
      std::vector<std::size_t> begins = {from.at};
      if (from.at < tokens_.size() && tokens_[from.at].is(",")) begins.push_back(from.at + 1);
      for (const Tail& tail : lexicon_.tails()) {
        if (tail.needs_request && !is_request && !from.is_request) continue;
        for (const std::size_t begin : begins)
          for (const std::size_t end : matcher_.ends(tail.pattern, begin)) {
            if (end == begin || found.size() >= 64) continue;
            Suffix to = from;
            to.at = end;
            to.is_request = from.is_request || tail.is_request;
            to.is_there = from.is_there || tail.is_there;
            found.push_back(to);
          }
      }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Suffix& a, const Suffix& b) { return a.at > b.at; });
    return found;
  }

  /// From the end of a clause to the next one or to the end of the text.
  bool go_on(std::size_t at, const State& state) {
    note_stuck(at);
    if (at == tokens_.size()) return may_end(state);
    for (const Junction& junction : junctions(at, state)) {
      if (junction.at == tokens_.size()) {
        const bool is_end = !junction.has_word;
        if (is_end && (!junction.is_question || state.is_request) && may_end(state)) return true;
        continue;
      }
      if (may_join(junction, state) && read(junction.at, after_junction(junction, state)))
        return true;
    }
    // Chinese strings clauses together without a word between them.
    const bool is_chinese = tokens_[at].kind == TokenKind::kHan;
    if (state.after_prohibition || state.wants_after_word) return false;
    if (!state.goes_on && !is_chinese) return false;
    State next = state;
    next.wants_main = next.goes_on = false;
    return read(at, next);
  }

  static bool may_end(const State& state) { return !state.wants_main && !state.wants_after_word; }

  static bool may_join(const Junction& junction, const State& state) {
    if (junction.is_question && !state.is_request) return false;
    if (junction.is_alternative && !state.after_prohibition) return false;
    if (state.wants_after_word && !junction.is_after_word && !junction.swaps) return false;
    return !(state.runs_before_last && junction.swaps);
  }

  static State after_junction(const Junction& junction, const State& state) {
    State next = state;
    next.wants_main = false;
    next.goes_on = false;
    next.wants_after_word = false;
    next.wants_gerund = junction.next_is_gerund;
    next.is_negated = junction.next_is_negated || junction.is_alternative;
    next.runs_before_last = state.runs_before_last || junction.swaps;
    next.needs_prohibition =
        state.after_prohibition && junction.has_word && !junction.is_contrast && !next.is_negated;
    return next;
  }

  /// Every run of connectors, the longest first.
  std::vector<Junction> junctions(std::size_t at, const State& state) {
    std::vector<Junction> found = {Junction{at}};
    std::set<decltype(found.front().key())> seen;
    for (std::size_t i = 0; i < found.size() && found.size() < 128; ++i) {
      const Junction from = found[i];
      for (const Connector& connector : lexicon_.connectors()) {
        if (connector.is_alternative && !state.after_prohibition) continue;
        for (const std::size_t end : matcher_.ends(connector.pattern, from.at)) {
          if (end == from.at) continue;
          Junction to = from;
          to.at = end;
          to.has_word = from.has_word || !connector.is_mark;
          to.has_comma = from.has_comma || (connector.is_mark && !connector.is_contrast);
          to.is_contrast = from.is_contrast || connector.is_contrast;
          to.is_alternative = from.is_alternative || connector.is_alternative;
          to.is_after_word = from.is_after_word || connector.is_after_word;
          to.swaps = from.swaps || connector.swaps;
          to.next_is_gerund = from.next_is_gerund || connector.next_is_gerund;
          to.next_is_negated = from.next_is_negated || connector.next_is_negated;
          to.is_question = from.is_question || connector.is_question;
          if (seen.insert(to.key()).second) found.push_back(to);
        }
      }
    }
    found.erase(found.begin());
    std::stable_sort(found.begin(), found.end(),
                     [](const Junction& a, const Junction& b) { return a.at > b.at; });
    return found;
  }

  void note_stuck(std::size_t at) { stuck_at_ = std::max(stuck_at_, std::min(at, tokens_.size())); }

  /// The words that nothing could be made of: to the end of the clause, without its article.
  [[nodiscard]] std::string words_of_fault(std::size_t at) const {
    static constexpr std::array<std::string_view, 16> kStops = {
        "and", "then", "but", "to", "from", "on", "onto", "into",
        "然",  "再",   "并",  "接", "放",   "到", "给",   "拿"};
    static constexpr std::array<std::string_view, 7> kArticles = {"the",  "a",    "an",  "my",
                                                                  "your", "that", "this"};
    const auto is_one_of = [&](std::size_t i, auto& words) {
      return std::any_of(words.begin(), words.end(),
                         [&](std::string_view word) { return tokens_[i].is(word); });
    };
    while (at < tokens_.size() && is_one_of(at, kArticles)) ++at;
    std::size_t end = at;
    while (end < tokens_.size() && end < at + 12 && tokens_[end].kind != TokenKind::kMark &&
           (end == at || !is_one_of(end, kStops)))
      ++end;
    if (end == at && at < tokens_.size()) ++end;
    return matcher_.words(at, end);
  }

  const std::vector<Token>& tokens_;
  const Lexicon& lexicon_;
  Matcher matcher_;
  std::vector<Clause> clauses_;
  std::set<decltype(State{}.key(0))> failed_;
  std::size_t stuck_at_ = 0;
  bool is_too_long_ = false;
};

}  // namespace

GrammarResult read_clauses(std::string_view text, const std::vector<Token>& tokens,
                           const Lexicon& lexicon, const NameIndex& names) {
  return ClauseReader(text, tokens, lexicon, names).run();
}

}  // namespace longmen::agent
