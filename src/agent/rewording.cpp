#include "agent/rewording.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/clause_words.h"
#include "agent/grammar.h"
#include "agent/name_index.h"

namespace longmen::agent {
namespace {

constexpr std::size_t kPieces_max = 12;  ///< parts between connectors
constexpr std::size_t kPiecesOfClause_max = 3;
constexpr double kReadByGrammar = 0.98;  ///< certainty of a clause that the grammar reads
constexpr double kUnknownThing = 0.5;    ///< "the ladder": asked back at best
constexpr double kFiller = 0.62;         ///< to leave words out needs more certainty
constexpr double kPieceMore = 0.5;       ///< a connector rather parts clauses than not

/// Words that part clauses; the longest that stands at a place counts.
constexpr std::array<std::string_view, 32> kConnectors = {
    "and then",    "and after that", "after that", "followed by",
    "and finally", "and also",       "and",        "then",
    "afterwards",  "finally",        "next",       "subsequently",
    "然后",        "接着",           "接下来",     "之后",
    "随后",        "最后",           "并且",       "并",
    "再",          "而后",           "紧接着",     "跟着",
    "接着再",      "然后再",         "最后再",     "之后再",
    "after which", "thereafter",     "at last",    "以后"};
/// Words in front of a clause that only say that it is asked for, and in which order.
constexpr std::array<std::string_view, 34> kOrderWords = {
    "first of all", "first", "firstly", "to begin with",
    "then",         "next",  "finally", "now",
    "also",         "just",  "please",  "kindly",
    "and",          "so",    "robot",   "ok",
    "okay",         "hey",   "首先",    "先",
    "然后",         "接着",  "再",      "最后",
    "请",           "请你",  "麻烦你",  "麻烦",
    "劳驾",         "现在",  "就",      "并",
    "你先",         "下面"};

/// A clause that begins so is a question.
constexpr std::array<std::string_view, 27> kQuestionBegins = {
    "has",    "did",   "does",     "do",        "is",     "are",   "was",  "were",   "am",
    "should", "shall", "have you", "have they", "may i",  "where", "who",  "whose",  "why",
    "how",    "what",  "when",     "谁",        "为什么", "怎么",  "什么", "是不是", "有没有"};
/// Someone who tells something, unless it is what they want.
constexpr std::array<std::string_view, 13> kTellers = {
    "i", "we", "he", "she", "they", "i'm", "i've", "我", "我们", "他", "她", "他们", "她们"};
constexpr std::array<std::string_view, 22> kWishes = {
    "want",  "need",    "wish", "would", "'d", "expect", "require", "ask",
    "order", "command", "like", "'s",    "要", "想",     "希望",    "需要",
    "得",    "让",      "命令", "请",    "求", "们"};

/// Kinds of words that change what a text means as a whole.
constexpr std::array kNeverGuessed = {Unreadable::kOverride, Unreadable::kCondition,
                                      Unreadable::kChoice, Unreadable::kTogether};

std::size_t end_of_words(const std::vector<Token>& tokens, std::size_t at, std::string_view words) {
  std::size_t begin = 0;
  while (begin < words.size()) {
    if (words[begin] == ' ') ++begin;
    if (at >= tokens.size() || tokens[at].kind == TokenKind::kQuote || tokens[at].text.empty())
      return 0;
    const std::string& text = tokens[at].text;
    if (words.substr(begin, text.size()) != text) return 0;
    begin += text.size();
    if (tokens[at].kind == TokenKind::kWord && begin < words.size() && words[begin] != ' ')
      return 0;
    ++at;
  }
  return at;
}

template <typename Words>
std::size_t longest_end(const std::vector<Token>& tokens, std::size_t at, const Words& words) {
  std::size_t end = 0;
  for (const std::string_view word : words) end = std::max(end, end_of_words(tokens, at, word));
  return end;
}

bool must_not_be_guessed(const std::vector<Token>& tokens) {
  for (const UnreadableWords& unreadable : unreadable_words()) {
    if (std::find(kNeverGuessed.begin(), kNeverGuessed.end(), unreadable.kind) ==
        kNeverGuessed.end())
      continue;
    for (std::size_t at = 0; at < tokens.size(); ++at)
      if (longest_end(tokens, at, unreadable.words) != 0) return true;
  }
  static constexpr std::string_view kMarks = ",.;:!?'-";
  return std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    return token.kind == TokenKind::kUnknown ||
           (token.kind == TokenKind::kMark && kMarks.find(token.text) == std::string_view::npos);
  });
}

/// Does this clause ask or tell something, rather than ask for something?
bool is_question_or_report(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  const auto is_in = [&](std::size_t at, const auto& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      const std::size_t after = end_of_words(tokens, at, word);
      return after != 0 && after <= end;
    });
  };
  if (begin >= end) return false;
  const bool is_pointing = std::any_of(
      tokens.begin() + static_cast<std::ptrdiff_t>(begin),
      tokens.begin() + static_cast<std::ptrdiff_t>(end), [](const Token& token) {
        return token.is("point") || token.is("show") || token.is("finger") || token.is("指");
      });
  if (!is_pointing && is_in(begin, kQuestionBegins)) return true;
  if (!is_in(begin, kTellers)) return false;
  return !is_in(begin + 1, kWishes) && (begin + 2 >= end || !is_in(begin + 2, kWishes));
}

struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What stands between marks and connectors.
std::vector<Piece> pieces_of(const std::vector<Token>& tokens) {
  std::vector<Piece> pieces;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    if (end > begin) pieces.push_back({begin, end});
  };
  for (std::size_t at = 0; at < tokens.size();) {
    const Token& token = tokens[at];
    const bool is_lead_in = token.is(":") || (token.is(",") && at + 1 < tokens.size() &&
                                              tokens[at + 1].kind == TokenKind::kQuote);
    if (token.kind == TokenKind::kMark && !token.is("-") && !token.is("'") && !is_lead_in) {
      close(at);
      begin = ++at;
    } else if (const std::size_t end = longest_end(tokens, at, kConnectors); end != 0) {
      close(at);
      begin = at = end;
    } else {
      ++at;
    }
  }
  close(tokens.size());
  return pieces;
}

struct ReadClause {
  std::string words;  ///< empty: beside the matter
  double certainty = 0.0;
};

class Rewriter {
 public:
  Rewriter(std::string_view text, const std::vector<Token>& tokens, const Lexicon& lexicon,
           const Embedder& embedder, const ClauseHead& head, const world::World& world)
      : text_(text),
        tokens_(tokens),
        lexicon_(lexicon),
        embedder_(embedder),
        head_(head),
        world_(world),
        names_(world) {}

  std::optional<Rewording> run() {
    const std::vector<Piece> pieces = pieces_of(tokens_);
    if (pieces.empty() || pieces.size() > kPieces_max) return std::nullopt;
    // best[i]: the most probable reading of the first i pieces.
    struct Best {
      double log_probability = -1e9;
      Rewording rewording;
    };
    std::vector<Best> best(pieces.size() + 1);
    best[0] = {0.0, {"", 1.0}};
    for (std::size_t i = 0; i < pieces.size(); ++i)
      for (std::size_t j = i; j < std::min(pieces.size(), i + kPiecesOfClause_max); ++j) {
        if (best[i].log_probability <= -1e9) break;
        const auto clause = read(pieces[i].begin, pieces[j].end);
        if (!clause) continue;
        const double p = best[i].log_probability + std::log(clause->certainty) +
                         static_cast<double>(j - i) * std::log(kPieceMore);
        if (p <= best[j + 1].log_probability) continue;
        Rewording rewording = best[i].rewording;
        if (!clause->words.empty())
          rewording.words += (rewording.words.empty() ? "" : ", ") + clause->words;
        rewording.certainty = std::min(rewording.certainty, clause->certainty);
        best[j + 1] = {p, std::move(rewording)};
      }
    const Best& whole = best.back();
    if (whole.log_probability <= -1e9 || whole.rewording.words.empty()) return std::nullopt;
    return whole.rewording;
  }

 private:
  std::optional<ReadClause> read(std::size_t begin, std::size_t end) {
    for (std::size_t next;
         begin < end && (next = longest_end(tokens_, begin, kOrderWords)) != 0 && next < end;)
      begin = next;
    if (const auto words = read_by_grammar(begin, end)) return words;
    if (is_question_or_report(tokens_, begin, end)) return std::nullopt;
    const ClauseThings things = find_things(text_, tokens_, begin, end, lexicon_, names_);
    FrameProbabilities p = head_.probabilities(embedder_.embed(things.masked));
    if (head_.names_unknown_thing(things.masked)) p *= kUnknownThing;
    p[static_cast<int>(Frame::kFiller)] *= kFiller;
    std::optional<ReadClause> likeliest;
    for (int i = 0; i < kFrameCount; ++i) {
      if (likeliest && p[i] <= likeliest->certainty) continue;
      if (auto words = words_of(static_cast<Frame>(i), things, world_))
        likeliest = ReadClause{std::move(*words), p[i]};
    }
    return likeliest;
  }

  /// The clause as it stands, if the grammar reads it and it asks for something.
  std::optional<ReadClause> read_by_grammar(std::size_t begin, std::size_t end) {
    const std::vector<Token> clause(tokens_.begin() + static_cast<std::ptrdiff_t>(begin),
                                    tokens_.begin() + static_cast<std::ptrdiff_t>(end));
    const GrammarResult read = read_clauses(text_, clause, lexicon_, names_);
    if (read.clauses.empty()) return std::nullopt;
    for (const Clause& part : read.clauses)
      if (part.is_prohibition) return std::nullopt;
    const std::size_t first = clause.front().begin;
    return ReadClause{std::string(text_.substr(first, clause.back().end - first)), kReadByGrammar};
  }

  std::string_view text_;
  const std::vector<Token>& tokens_;
  const Lexicon& lexicon_;
  const Embedder& embedder_;
  const ClauseHead& head_;
  const world::World& world_;
  NameIndex names_;
};

}  // namespace

std::optional<Rewording> reword(std::string_view text, const std::vector<Token>& tokens,
                                const Lexicon& lexicon, const Embedder& embedder,
                                const ClauseHead& head, const world::World& world) {
  if (must_not_be_guessed(tokens)) return std::nullopt;
  return Rewriter(text, tokens, lexicon, embedder, head, world).run();
}

}  // namespace longmen::agent
