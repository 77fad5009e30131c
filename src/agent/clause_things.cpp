#include "agent/clause_things.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/matcher.h"
#include "agent/quantity.h"

namespace longmen::agent {
namespace {

constexpr std::array<std::string_view, 9> kFrom = {"from", "off", "out of", "off of", "from off",
                                                   "从",   "自",  "由",     "离"};
constexpr std::array<std::string_view, 14> kLet = {"let",  "show", "help", "so",  "tell",
                                                   "have", "make", "让",   "给",  "帮",
                                                   "帮助", "替",   "为",   "告诉"};
constexpr std::array<std::string_view, 19> kNegations = {
    "not",   "never",   "no",     "don't",     "dont",    "cannot",  "can't",
    "won't", "mustn't", "nobody", "shouldn't", "without", "nothing", "不",
    "别",    "勿",      "莫",     "没",        "未"};
constexpr std::array<std::string_view, 6> kThingPronouns = {"it",  "them", "that",
                                                            "one", "它",   "这个"};
constexpr std::array<std::string_view, 5> kPersonPronouns = {"him", "her", "them", "他", "她"};

/// Do these words end right before the token at `at`?
bool stands_before(const std::vector<Token>& tokens, std::size_t begin, std::size_t at,
                   std::string_view words) {
  const std::vector<Token> wanted = tokenize(words);
  if (wanted.empty() || at < begin + wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!tokens[at - wanted.size() + i].is(wanted[i].text)) return false;
  return true;
}

template <typename Words>
bool any_stands_before(const std::vector<Token>& tokens, std::size_t begin, std::size_t at,
                       const Words& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return stands_before(tokens, begin, at, word); });
}

class Reader {
 public:
  Reader(std::string_view text, const std::vector<Token>& tokens, std::size_t begin,
         std::size_t end, const Lexicon& lexicon, const NameIndex& names)
      : tokens_(tokens),
        begin_(begin),
        end_(end),
        lexicon_(lexicon),
        names_(names),
        matcher_(text, tokens, lexicon, names) {}

  ClauseThings run() {
    const auto han = [](const Token& token) { return token.kind == TokenKind::kHan; };
    things_.is_chinese = std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(begin_),
                                     tokens_.begin() + static_cast<std::ptrdiff_t>(end_), han);
    for (std::size_t at = begin_; at < end_;) {
      const bool is_everyone = end_of_everyone(at) > at;
      const std::size_t next = is_everyone ? at : read_thing(at);
      if (next > at) {
        at = next;
        continue;
      }
      if (const std::size_t after = end_of_everyone(at); after > at) {  // 大家 is not at home, 家
        for (; at < after; ++at) append_word(things_.masked, tokens_[at].text);
        continue;
      }
      note_word(tokens_[at]);
      append_word(things_.masked, tokens_[at].text);
      ++at;
    }
    return std::move(things_);
  }

 private:
  /// The index after the thing that stands here; `at` if none does.
  std::size_t read_thing(std::size_t at) {
    if (tokens_[at].kind == TokenKind::kQuote)
      return mention(Slot::kQuote, at, at + 1).words.empty() ? at : at + 1;
    if (const std::size_t end = read_name(at); end > at) return end;
    if (const auto duration = read_duration_s(tokens_, at);
        duration && !duration->is_unit_assumed && duration->end <= end_) {
      mention(Slot::kDuration, at, duration->end).value = duration->value;
      return duration->end;
    }
    if (const auto angle = read_angle_deg(tokens_, at);
        angle && !angle->is_unit_assumed && angle->end <= end_) {
      mention(Slot::kAngle, at, angle->end).value = angle->value;
      return angle->end;
    }
    for (const Pattern* side : {&lexicon_.left(), &lexicon_.right()})
      for (const std::size_t end : matcher_.ends(*side, at))
        if (end > at && end <= end_ && is_side(at)) {
          mention(Slot::kSide, at, end).value = side == &lexicon_.left() ? 1.0 : -1.0;
          return end;
        }
    if (const auto count = read_count(tokens_, at);
        count && count->end <= end_ && count->value > 1.0) {
      mention(Slot::kCount, at, count->end).value = count->value;
      return count->end;
    }
    if (const auto number = read_number(tokens_, at);
        number && number->end <= end_ && number->value != 1.0)
      things_.has_other_number = true;
    return at;
  }

  /// The index after words of several characters for all people; `at` if none stand here.
  std::size_t end_of_everyone(std::size_t at) {
    const bool is_han = tokens_[at].kind == TokenKind::kHan;
    for (const std::size_t end : matcher_.ends(lexicon_.everyone(), at))
      if (is_han && end > at + 1 && end <= end_) return end;
    return at;
  }

  /// "right" is a side, but not in "right now" and "right away".
  [[nodiscard]] bool is_side(std::size_t at) const {
    if (!tokens_[at].is("right")) return true;
    static constexpr std::array<std::string_view, 8> kNoSide = {"now", "away",  "there", "here",
                                                                "up",  "up to", "round", "next"};
    return at + 1 >= end_ || std::none_of(kNoSide.begin(), kNoSide.end(), [&](std::string_view w) {
             return tokens_[at + 1].is(w);
           });
  }

  std::size_t read_name(std::size_t at) {
    for (const NameMatch& match : names_.match(tokens_, at, kPlaces | kObjects | kPeople)) {
      if (match.end > end_) continue;
      const Kind kind = match.entities.front().kind;
      // A bare English word that begins the clause is its verb: "start …", "station yourself …".
      const bool is_verb = at == begin_ && match.end == at + 1 && kind != kPeople &&
                           tokens_[at].kind == TokenKind::kWord && end_ > at + 1;
      if (is_verb) continue;
      Mention& made = mention(kind == kPlaces    ? Slot::kPlace
                              : kind == kObjects ? Slot::kObject
                                                 : Slot::kPerson,
                              at, match.end);
      made.entities = match.entities;
      return match.end;
    }
    return at;
  }

  Mention& mention(Slot slot, std::size_t at, std::size_t end) {
    Mention made;
    made.slot = slot;
    made.words = matcher_.words(at, end);
    made.is_after_from = any_stands_before(tokens_, begin_, at, kFrom);
    made.is_after_let = any_stands_before(tokens_, begin_, at, kLet);
    append_word(things_.masked, stand_in(slot, things_.is_chinese));
    things_.mentions.push_back(std::move(made));
    return things_.mentions.back();
  }

  void note_word(const Token& token) {
    const auto is_one_of = [&](auto& words) {
      return std::any_of(words.begin(), words.end(),
                         [&](std::string_view word) { return token.is(word); });
    };
    things_.has_negation = things_.has_negation || is_one_of(kNegations);
    things_.has_thing_pronoun = things_.has_thing_pronoun || is_one_of(kThingPronouns);
    things_.has_person_pronoun = things_.has_person_pronoun || is_one_of(kPersonPronouns);
  }

  const std::vector<Token>& tokens_;
  std::size_t begin_, end_;
  const Lexicon& lexicon_;
  const NameIndex& names_;
  Matcher matcher_;
  ClauseThings things_;
};

}  // namespace

std::vector<const Mention*> ClauseThings::of(Slot slot) const {
  std::vector<const Mention*> found;
  for (const Mention& mention : mentions)
    if (mention.slot == slot) found.push_back(&mention);
  return found;
}

std::string_view stand_in(Slot slot, bool is_chinese) {
  switch (slot) {
    case Slot::kPlace:
    case Slot::kSource:
      return is_chinese ? "货架" : "the shelf";
    case Slot::kObject:
    case Slot::kTarget:
      return is_chinese ? "箱子" : "the box";
    case Slot::kPerson:
    case Slot::kWho:
      return is_chinese ? "小明" : "anna";
    case Slot::kAngle:
      return is_chinese ? "90度" : "90 degrees";
    case Slot::kDuration:
      return is_chinese ? "10秒" : "10 seconds";
    case Slot::kSide:
      return is_chinese ? "左" : "left";
    case Slot::kCount:
      return is_chinese ? "两次" : "twice";
    default:
      return is_chinese ? "“早上好”" : "\"good morning\"";
  }
}

void append_word(std::string& words, std::string_view word) {
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!words.empty() && !word.empty() && is_plain(words.back()) && is_plain(word.front()))
    words += ' ';
  words += word;
}

ClauseThings find_things(std::string_view text, const std::vector<Token>& tokens, std::size_t begin,
                         std::size_t end, const Lexicon& lexicon, const NameIndex& names) {
  return Reader(text, tokens, begin, end, lexicon, names).run();
}

}  // namespace longmen::agent
