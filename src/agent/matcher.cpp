#include "agent/matcher.h"

#include <algorithm>
#include <array>

#include "agent/quantity.h"

namespace longmen::agent {
namespace {

constexpr std::size_t kMatches_max = 64;  ///< of one pattern at one place; real phrases have a few

/// Chinese prepositions begin many phrases and many other sentences: alone they begin no clause.
constexpr std::array<std::string_view, 20> kPrepositions = {
    "向", "往", "朝", "对", "跟", "和", "给", "在", "从", "把",
    "将", "冲", "为", "替", "帮", "沿", "按", "原", "用", "的"};
/// After these words another step comes, whatever it is.
constexpr std::array<std::string_view, 8> kStrongConnectors = {
    "then", "afterwards", "after that", "然后", "接着", "接下来", "随后", "之后"};
/// What begins so describes what is to be said, and what holds such words describes a gesture.
constexpr std::array<std::string_view, 12> kDescriptionBegins = {
    "something", "anything", "someone", "a joke", "a story", "a few words",
    "个",        "一个",     "一下",    "关于",   "点",      "些"};
constexpr std::array<std::string_view, 8> kGestureWords = {"hand",   "hands",   "arm", "arms",
                                                           "finger", "gesture", "手",  "手势"};
/// Not words to say, but a wish that something be said.
constexpr std::array<std::string_view, 12> kNothingSaid = {
    "something", "anything", "nothing", "it",   "that", "what",
    "什么",      "点什么",   "些什么",  "一下", "话",   "几句话"};

}  // namespace

std::string Matcher::words(std::size_t begin, std::size_t end) const {
  if (begin >= end || begin >= tokens_.size()) return {};
  const std::size_t first = tokens_[begin].begin;
  const std::size_t last = tokens_[std::min(end, tokens_.size()) - 1].end;
  return std::string(text_.substr(first, last - first));
}

std::vector<Matcher::Match> Matcher::match(const Pattern& pattern, std::size_t at, VerbForm form) {
  std::vector<Match> matches;
  form_ = form;
  clause_begin_ = at;
  walk(pattern, at, {}, [&](std::size_t end, const Bindings& bindings) {
    if (end > at && matches.size() < kMatches_max) matches.push_back({end, bindings});
  });
  form_ = VerbForm::kBase;
  return matches;
}

std::vector<std::size_t> Matcher::ends(const Pattern& pattern, std::size_t at) {
  std::vector<std::size_t> found;
  const VerbForm form = std::exchange(form_, VerbForm::kBase);
  walk(pattern, at, {}, [&](std::size_t end, const Bindings&) {
    if (std::find(found.begin(), found.end(), end) == found.end()) found.push_back(end);
  });
  form_ = form;
  std::sort(found.rbegin(), found.rend());
  return found;
}

void Matcher::walk(const Pattern& pattern, std::size_t at, const Bindings& bindings,
                   const Next& next) {
  switch (pattern.kind) {
    case Pattern::Kind::kWord: {
      if (at >= tokens_.size()) return;
      const bool is_verb = form_ == VerbForm::kGerund && at == clause_begin_;
      if (tokens_[at].is(is_verb ? gerund_of(pattern.word) : pattern.word)) next(at + 1, bindings);
      return;
    }
    case Pattern::Kind::kSlot:
      if (!walk_slot(pattern.slot, at, bindings, next) && at > clause_begin_ && !is_probing_ &&
          (!deepest_ || at > deepest_->at))
        deepest_ = ReadingFault{at, pattern.slot, {}};
      return;
    case Pattern::Kind::kSequence:
      walk_sequence(pattern, 0, at, bindings, next);
      return;
    case Pattern::Kind::kChoice:
      for (const Pattern& part : pattern.parts) walk(part, at, bindings, next);
      return;
  }
}

void Matcher::walk_sequence(const Pattern& sequence, std::size_t index, std::size_t at,
                            const Bindings& bindings, const Next& next) {
  if (index == sequence.parts.size()) {
    next(at, bindings);
    return;
  }
  walk(sequence.parts[index], at, bindings, [&](std::size_t end, const Bindings& bound) {
    walk_sequence(sequence, index + 1, end, bound, next);
  });
}

/// True if the gap could be filled, whatever came of it later.
bool Matcher::walk_slot(Slot slot, std::size_t at, const Bindings& bindings, const Next& next) {
  const auto quantity = [&](std::optional<Quantity> Bindings::*field,
                            const std::optional<Reading>& reading) {
    if (!reading) return false;
    Bindings bound = bindings;
    bound.*field = Quantity{reading->value, reading->is_unit_assumed};
    next(reading->end, bound);
    return true;
  };
  switch (slot) {
    case Slot::kPlace:
      return walk_place(&Bindings::place, at, bindings, next);
    case Slot::kSource:
      return walk_place(&Bindings::source, at, bindings, next);
    case Slot::kObject:
      return walk_thing(&Bindings::object, kObjects, at, bindings, next);
    case Slot::kPerson:
      return walk_thing(&Bindings::person, kPeople, at, bindings, next);
    case Slot::kTarget:
      return walk_thing(&Bindings::target, kPlaces | kObjects | kPeople, at, bindings, next);
    case Slot::kWho:
      return walk_who(at, bindings, next);
    case Slot::kThere: {
      bool found = false;
      for (const PronounAt& p : pronouns_at(at)) {
        if (p.pronoun != Pronoun::kPlace && p.pronoun != Pronoun::kHere) continue;
        Bindings bound = bindings;
        bound.place = Reference{{}, p.pronoun, words(at, p.end), false, std::nullopt};
        next(p.end, bound);
        found = true;
      }
      return found;
    }
    case Slot::kText:
      return walk_text(at, bindings, next);
    case Slot::kQuote:
      return at < tokens_.size() && tokens_[at].kind == TokenKind::kQuote &&
             walk_text(at, bindings, next);
    case Slot::kAngle:
      return quantity(&Bindings::angle_deg, read_angle_deg(tokens_, at));
    case Slot::kDuration:
      return quantity(&Bindings::duration_s, read_duration_s(tokens_, at));
    case Slot::kCount: {
      const auto reading = read_count(tokens_, at);
      if (!reading) return false;
      Bindings bound = bindings;
      bound.count = reading->value;
      next(reading->end, bound);
      return true;
    }
    case Slot::kSide: {
      bool found = false;
      for (const auto& [pattern, sign] :
           {std::pair{&lexicon_.left(), 1.0}, std::pair{&lexicon_.right(), -1.0}})
        for (const std::size_t end : ends(*pattern, at)) {
          Bindings bound = bindings;
          bound.side = sign;
          next(end, bound);
          found = true;
        }
      return found;
    }
  }
  return false;
}

bool Matcher::walk_place(std::optional<Reference> Bindings::*field, std::size_t at,
                         const Bindings& bindings, const Next& next) {
  bool found = false;
  for (const std::size_t begin : ends(lexicon_.place_before(), at)) {
    std::vector<NameMatch> matches = names_.match(tokens_, begin, kPlaces);
    for (NameMatch& other : names_.match(tokens_, begin, kObjects))
      matches.push_back(std::move(other));
    for (const NameMatch& match : matches)
      for (const std::size_t end : ends(lexicon_.place_after(), match.end)) {
        Bindings bound = bindings;
        bound.*field = Reference{match.entities, Pronoun::kNone, words(begin, match.end),
                                 match.is_described, std::nullopt};
        next(end, bound);
        found = true;
      }
  }
  for (const PronounAt& p : pronouns_at(at)) {
    if (p.pronoun == Pronoun::kPerson) continue;
    Bindings bound = bindings;
    bound.*field = Reference{{}, p.pronoun, words(at, p.end), false, std::nullopt};
    next(p.end, bound);
    found = true;
  }
  return found;
}

bool Matcher::walk_thing(std::optional<Reference> Bindings::*field, unsigned kinds, std::size_t at,
                         const Bindings& bindings, const Next& next) {
  bool found = false;
  const auto offer = [&](const NameMatch& match, std::size_t end,
                         const std::optional<std::string>& located_at) {
    Bindings bound = bindings;
    bound.*field =
        Reference{match.entities, Pronoun::kNone, words(at, end), match.is_described, located_at};
    next(end, bound);
    found = true;
  };
  for (const NameMatch& match : names_.match(tokens_, at, kinds)) {
    offer(match, match.end, std::nullopt);
    if ((kinds & kObjects) == 0) continue;  // the box on the shelf
    for (const std::size_t on : ends(lexicon_.located(), match.end))
      for (const NameMatch& place : names_.match(tokens_, on, kPlaces))
        if (place.entities.size() == 1) offer(match, place.end, place.entities.front().id);
  }
  if ((kinds & kObjects) != 0)  // 货架上的箱子
    for (const NameMatch& place : names_.match(tokens_, at, kPlaces))
      for (const std::size_t of : ends(lexicon_.located_before(), place.end))
        for (const NameMatch& match : names_.match(tokens_, of, kObjects))
          if (place.entities.size() == 1) offer(match, match.end, place.entities.front().id);
  for (const PronounAt& p : pronouns_at(at)) {
    const bool is_person = p.pronoun == Pronoun::kPerson || p.pronoun == Pronoun::kSpeaker;
    const bool is_place = p.pronoun == Pronoun::kPlace || p.pronoun == Pronoun::kHere;
    if (is_person ? (kinds & kPeople) == 0
                  : (is_place ? (kinds & kPlaces) == 0 : (kinds & kObjects) == 0))
      continue;
    Bindings bound = bindings;
    bound.*field = Reference{{}, p.pronoun, words(at, p.end), false, std::nullopt};
    next(p.end, bound);
    found = true;
  }
  return found;
}

bool Matcher::walk_who(std::size_t at, const Bindings& bindings, const Next& next) {
  bool found = walk_thing(&Bindings::who, kPeople, at, bindings, next);
  for (const std::size_t end : ends(lexicon_.everyone(), at)) {
    next(end, bindings);
    found = true;
  }
  return found;
}

bool Matcher::walk_text(std::size_t at, const Bindings& bindings, const Next& next) {
  if (at >= tokens_.size()) return false;
  Bindings bound = bindings;
  if (tokens_[at].kind == TokenKind::kQuote) {
    if (tokens_[at].text.empty()) return false;
    bound.text = tokens_[at].text;
    next(at + 1, bound);
    return true;
  }
  const auto end = end_of_words_to_say(at);
  if (!end) return false;
  bound.text = words(at, *end);
  next(*end, bound);
  return true;
}

/// Words without quotation marks go on until another clause begins. Where that cannot be told for
/// sure there is no end, and quotation marks are asked for.
std::optional<std::size_t> Matcher::end_of_words_to_say(std::size_t at) {
  std::size_t end = tokens_.size();
  for (std::size_t i = at; i < end; ++i) {
    if (tokens_[i].kind == TokenKind::kQuote || tokens_[i].kind == TokenKind::kUnknown)
      return std::nullopt;
    const bool is_strong =
        std::any_of(kStrongConnectors.begin(), kStrongConnectors.end(),
                    [&](std::string_view words) { return skip_words(words, i) != 0; });
    bool is_end = is_strong;
    for (const Connector& connector : lexicon_.connectors()) {
      if (is_end) break;
      for (const std::size_t after : ends(connector.pattern, i))
        is_end = is_end || (after > i && begins_clause(after));
    }
    if (!is_end) continue;
    if (i == at) return std::nullopt;
    end = i;
  }
  while (end > at && tokens_[end - 1].kind == TokenKind::kMark &&
         std::string_view(".,;!?:").find(tokens_[end - 1].text) != std::string_view::npos)
    --end;
  end = cut_ending(at, end);
  if (end == at) return std::nullopt;

  for (const std::string_view nothing : kNothingSaid)
    if (skip_words(nothing, at) == end) return std::nullopt;
  for (const std::string_view begin : kDescriptionBegins)
    if (skip_words(begin, at) != 0) return std::nullopt;
  for (std::size_t i = at; i < end; ++i)
    for (const std::string_view word : kGestureWords)
      if (tokens_[i].is(word)) return std::nullopt;
  for (const UnreadableWords& unreadable : unreadable_words())
    if (unreadable.kind == Unreadable::kCondition || unreadable.kind == Unreadable::kTogether)
      for (std::size_t i = at; i < end; ++i)
        for (const std::string_view word : unreadable.words)
          if (const std::size_t after = skip_words(word, i); after != 0 && after <= end)
            return std::nullopt;
  return end;
}

/// Takes from the end of words to say what speaks to the robot or says to whom and how often.
std::size_t Matcher::cut_ending(std::size_t begin, std::size_t end) {
  for (std::size_t i = begin + 1; i < end; ++i) {
    const bool is_please = skip_words("please", i) == end;
    const auto count = read_count(tokens_, i);
    const bool is_count = count && count->end == end;
    bool is_adjunct = false;
    if (tokens_[i].is("to")) {
      is_probing_ = true;
      walk_who(i + 1, {}, [&](std::size_t after, const Bindings&) {
        is_adjunct = is_adjunct || after == end;
      });
      is_probing_ = false;
    }
    if (tokens_[i].is("at") || tokens_[i].is("by")) {  // "… at the door" is where, not what
      for (const NameMatch& match : names_.match(tokens_, i + 1, kPlaces))
        is_adjunct = is_adjunct || match.end == end;
    }
    if (is_please || is_count || is_adjunct) return cut_ending(begin, i);
  }
  return end;
}

bool Matcher::begins_clause(std::size_t at) {
  const bool was_probing = std::exchange(is_probing_, true);
  const std::size_t clause_begin = clause_begin_;
  bool begins = false;
  std::vector<std::size_t> starts = {at};
  for (std::size_t i = 0; i < starts.size() && starts.size() < 8 && !begins; ++i) {
    for (const ClausePhrase& clause : lexicon_.clauses())
      begins = begins || begins_with_verb(clause.pattern, starts[i]);
    for (const Pattern& verb : lexicon_.other_verbs())
      begins = begins || !ends(verb, starts[i]).empty();
    for (const Lead& lead : lexicon_.leads())
      for (const std::size_t after : ends(lead.pattern, starts[i])) {
        if (after <= starts[i]) continue;
        begins = begins || lead.is_negation || lead.wants_main;
        starts.push_back(after);
      }
  }
  is_probing_ = was_probing;
  clause_begin_ = clause_begin;
  return begins;
}

/// Do the words before the pattern's first gap stand here, and are they more than a preposition?
bool Matcher::begins_with_verb(const Pattern& pattern, std::size_t at) {
  // The words before the first gap, as a pattern of their own.
  const std::function<bool(const Pattern&, std::size_t, const std::function<bool(std::size_t)>&)>
      walk_words = [&](const Pattern& part, std::size_t i,
                       const std::function<bool(std::size_t)>& next) -> bool {
    const auto is_verb = [&] {
      if (i == at) return false;
      const auto& first = tokens_[at].text;
      return i > at + 1 ||
             std::find(kPrepositions.begin(), kPrepositions.end(), first) == kPrepositions.end();
    };
    switch (part.kind) {
      case Pattern::Kind::kWord:
        return i < tokens_.size() && tokens_[i].is(part.word) && next(i + 1);
      case Pattern::Kind::kSlot:
        return is_verb();
      case Pattern::Kind::kChoice:
        return std::any_of(part.parts.begin(), part.parts.end(),
                           [&](const Pattern& p) { return walk_words(p, i, next); });
      case Pattern::Kind::kSequence: {
        const std::function<bool(std::size_t, std::size_t)> from = [&](std::size_t index,
                                                                       std::size_t k) -> bool {
          if (index == part.parts.size()) return next(k);
          return walk_words(part.parts[index], k,
                            [&, index](std::size_t after) { return from(index + 1, after); });
        };
        return from(0, i);
      }
    }
    return false;
  };
  return walk_words(pattern, at, [&](std::size_t end) { return end > at; });
}

std::vector<Matcher::PronounAt> Matcher::pronouns_at(std::size_t at) const {
  std::vector<PronounAt> found;
  for (const PronounWord& word : pronoun_words())
    if (const std::size_t end = skip_words(word.word, at); end != 0)
      found.push_back({word.pronoun, end});
  std::stable_sort(found.begin(), found.end(),
                   [](const PronounAt& a, const PronounAt& b) { return a.end > b.end; });
  return found;
}

/// The index after `words` (parted by single spaces, or Chinese characters), 0 if they do not stand
/// here.
std::size_t Matcher::skip_words(std::string_view words, std::size_t at) const {
  for (std::size_t begin = 0; begin < words.size(); ++at) {
    if (at >= tokens_.size() || tokens_[at].kind == TokenKind::kQuote) return 0;
    const std::string& text = tokens_[at].text;
    if (text.empty() || words.substr(begin, text.size()) != text) return 0;
    begin += text.size();
    if (begin < words.size() && words[begin] == ' ')
      ++begin;
    else if (begin < words.size() && tokens_[at].kind == TokenKind::kWord)
      return 0;  // only the beginning of a longer word
  }
  return at;
}

}  // namespace longmen::agent
