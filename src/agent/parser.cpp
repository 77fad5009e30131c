#include "agent/parser.h"

#include "agent/grammar.h"
#include "agent/name_index.h"
#include "agent/reasons.h"
#include "agent/resolver.h"
#include "agent/token.h"
#include "core/digest.h"
#include "core/utf8.h"

namespace longmen::agent {
namespace {

constexpr std::size_t kTokens_max = 400;

bool stands_at(const std::vector<Token>& tokens, std::size_t at, std::string_view words) {
  for (std::size_t begin = 0; begin < words.size(); ++at) {
    if (at >= tokens.size() || tokens[at].kind == TokenKind::kQuote || tokens[at].text.empty())
      return false;
    const std::string& text = tokens[at].text;
    if (words.substr(begin, text.size()) != text) return false;
    begin += text.size();
    if (begin == words.size()) return true;
    if (words[begin] == ' ')
      ++begin;
    else if (tokens[at].kind == TokenKind::kWord)
      return false;
  }
  return false;
}

/// The kind of thing asked that the grammar leaves out on purpose, if words of it stand here.
std::optional<std::pair<Unreadable, std::string>> find_unreadable(
    const std::vector<Token>& tokens) {
  for (const UnreadableWords& unreadable : unreadable_words())
    for (std::size_t i = 0; i < tokens.size(); ++i)
      for (const std::string_view words : unreadable.words)
        if (stands_at(tokens, i, words)) return std::pair(unreadable.kind, std::string(words));
  return std::nullopt;
}

Bilingual explain(const ReadingFault& fault, const std::vector<Token>& tokens,
                  const NameIndex& names, const world::World& world) {
  if (fault.expected == Slot::kPlace || fault.expected == Slot::kSource) {
    const auto people = names.match(tokens, fault.at, kPeople);
    if (!people.empty())
      return reasons::person_is_no_place(world.person(people.front().entities.front().id)->names);
  }
  const auto unreadable = find_unreadable(tokens);
  if (fault.expected) {
    switch (*fault.expected) {
      case Slot::kText:
      case Slot::kQuote:
        return reasons::needs_quotes();
      case Slot::kAngle:
      case Slot::kSide:
      case Slot::kDuration:
      case Slot::kCount:
        break;
      default:
        // A name that is not known explains more than the words around it, unless the sentence is
        // of another kind altogether.
        const bool is_detail = !unreadable || unreadable->first == Unreadable::kManner ||
                               unreadable->first == Unreadable::kDistance ||
                               unreadable->first == Unreadable::kVague;
        if (is_detail && !fault.words.empty() && !find_unreadable(tokenize(fault.words)))
          return reasons::unknown_thing(*fault.expected, fault.words, world);
    }
  }
  if (unreadable) return reasons::unreadable(unreadable->first, unreadable->second, world);
  if (fault.expected == Slot::kDuration || fault.expected == Slot::kAngle ||
      fault.expected == Slot::kSide)
    return reasons::needs_quantity(*fault.expected, fault.words);
  if (fault.words.empty()) return reasons::incomplete(world);
  return reasons::unknown_words(fault.words, world);
}

}  // namespace

Result<Parser> Parser::create() {
  auto lexicon = Lexicon::create();
  if (!lexicon) return tl::make_unexpected(lexicon.error());
  return Parser(std::move(*lexicon));
}

Answer Parser::answer(std::string_view text, const world::World& world) const {
  if (text.size() > kText_max_bytes) return Cannot{reasons::too_long(text.size(), kText_max_bytes)};
  if (!is_valid_utf8(text)) return Cannot{reasons::not_utf8()};
  const std::vector<Token> tokens = tokenize(text);
  if (tokens.empty()) return Cannot{reasons::empty()};
  if (tokens.size() > kTokens_max) return Cannot{reasons::too_many_words(kTokens_max)};

  const NameIndex names(world);
  const GrammarResult read = read_clauses(text, tokens, lexicon_, names);
  if (read.is_too_long) return Cannot{reasons::too_many_clauses(kClauses_max)};
  if (read.fault) return Cannot{explain(*read.fault, tokens, names, world)};
  Resolution resolution = resolve(read.clauses, world);
  if (resolution.refusal) return Cannot{*resolution.refusal, true};

  Proposal proposal;
  proposal.plan.model = kModel;
  proposal.plan.text = std::string(text);
  proposal.plan.steps = std::move(resolution.steps);
  proposal.plan.id = "plan-" + sha256(proposal.plan.text + world.hash.hex()).hex().substr(0, 16);
  proposal.confirm = resolution.confirm;
  return proposal;
}

}  // namespace longmen::agent
