#include "agent/name_index.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "agent/translations.h"

namespace longmen::agent {
namespace {

using Words = std::vector<std::string>;

bool ends_with(std::string_view word, std::string_view tail) {
  return word.size() > tail.size() && word.substr(word.size() - tail.size()) == tail;
}

/// The singular of an English word, good enough to compare two words both brought to it.
std::string singular(const std::string& word) {
  const auto cut = [&](std::size_t n) { return word.substr(0, word.size() - n); };
  if (word.size() < 4 || ends_with(word, "ss") || ends_with(word, "us") || ends_with(word, "is"))
    return word;
  if (ends_with(word, "ves")) return cut(3) + "f";
  if (ends_with(word, "ies")) return cut(3) + "y";
  for (const std::string_view tail : {"xes", "ches", "shes", "sses", "zes"})
    if (ends_with(word, tail)) return cut(2);
  return ends_with(word, "s") ? cut(1) : word;
}

/// "shelf two" and "shelf 2", 一号货架 and 1号货架 are the same name.
std::string digits_of(const std::string& word) {
  static constexpr std::array<std::string_view, 10> kEnglish = {
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
  static constexpr std::array<std::string_view, 10> kChinese = {"零", "一", "二", "三", "四",
                                                                "五", "六", "七", "八", "九"};
  for (std::size_t i = 0; i < 10; ++i)
    if (word == kEnglish[i] || word == kChinese[i])
      return std::string(1, static_cast<char>('0' + i));
  return word;
}

/// The comparable form of one token; empty for what names never hinge on.
std::string word_of(const Token& token) {
  if (token.kind == TokenKind::kMark) return token.is("-") ? "" : token.text;
  return digits_of(token.text);
}

std::string key_of(const Words& words) {
  std::string key;
  for (std::size_t i = 0; i < words.size(); ++i)
    key += i + 1 == words.size() ? singular(words[i]) : words[i];
  return key;
}

Words words_of(const std::vector<Token>& tokens) {
  Words words;
  for (const Token& token : tokens)
    if (std::string word = word_of(token); !word.empty()) words.push_back(std::move(word));
  return words;
}

/// "ToolShelf" is "Tool Shelf".
std::string part_camel_case(const std::string& name) {
  std::string parted;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_upper = name[i] >= 'A' && name[i] <= 'Z';
    const bool follows_lower = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (is_upper && follows_lower) parted.push_back(' ');
    parted.push_back(name[i]);
  }
  return parted;
}

constexpr std::array<std::string_view, 22> kArticles = {
    "the",   "a",    "an",   "this", "that", "my",   "our",  "your", "his", "its", "these",
    "those", "same", "said", "那个", "这个", "一个", "那台", "这台", "该",  "那",  "这"};
/// True of the only thing of its name whatever it looks like.
constexpr std::array<std::string_view, 8> kNeutral = {"nearest", "closest", "nearby", "next",
                                                      "最近的",  "附近的",  "旁边的", "那边的"};
/// Adjectives that the world cannot confirm: understood, but asked back.
constexpr std::array<std::string_view, 20> kDescriptive = {
    "big",   "large", "small", "little", "tall",  "short", "old", "new",  "wooden", "metal",
    "steel", "long",  "main",  "heavy",  "light", "大",    "小",  "大的", "小的",   "旧的"};

/// Words that go with a person's name and change nothing.
constexpr std::array<std::string_view, 11> kTitles = {
    "mr", "mrs", "ms", "miss", "dr", "sir", "madam", "master", "doctor", "engineer", "professor"};
constexpr std::array<std::string_view, 12> kChineseTitles = {"先生",   "女士", "小姐", "师傅",
                                                             "老师",   "医生", "经理", "同志",
                                                             "工程师", "博士", "同学", "师兄"};

std::size_t skip_word(const std::vector<Token>& tokens, std::size_t at, std::string_view word) {
  std::size_t begin = 0;
  while (begin < word.size()) {
    if (at >= tokens.size() || tokens[at].kind == TokenKind::kQuote) return 0;
    const std::string& text = tokens[at].text;
    if (word.substr(begin, text.size()) != text || text.empty()) return 0;
    begin += text.size();
    ++at;
  }
  return at;
}

/// The places after `at` where a name may begin, with what was passed on the way.
struct Start {
  std::size_t at;
  bool is_described;
};

std::vector<Start> starts_of(const std::vector<Token>& tokens, std::size_t at) {
  std::vector<Start> starts = {{at, false}};
  for (std::size_t i = 0; i < starts.size() && starts.size() < 16; ++i) {
    const Start start = starts[i];
    const auto pass = [&](auto& words, bool is_described) {
      for (const std::string_view word : words)
        if (const std::size_t next = skip_word(tokens, start.at, word); next != 0)
          starts.push_back({next, is_described});
    };
    pass(kArticles, start.is_described);
    pass(kNeutral, start.is_described);
    pass(kDescriptive, true);
  }
  return starts;
}

}  // namespace

NameIndex::NameIndex(const world::World& world) {
  for (const world::Place& place : world.places) add(kPlaces, place.names);
  for (const world::Object& object : world.objects) add(kObjects, object.names);
  for (const world::Person& person : world.people) add(kPeople, person.names);
}

void NameIndex::add(Kind kind, const world::Names& names) {
  const Entity entity{kind, names.id};
  const auto put = [&](Meanings& meanings, const Words& words) {
    if (words.empty()) return;
    words_max_ = std::max(words_max_, words.size());
    std::vector<Entity>& entities = meanings[key_of(words)];
    if (std::find(entities.begin(), entities.end(), entity) == entities.end())
      entities.push_back(entity);
  };
  put(names_, words_of(tokenize(names.id)));
  put(names_, words_of(tokenize(part_camel_case(names.id))));
  for (const std::string& name : names.en) put(names_, words_of(tokenize(name)));
  for (const std::string& name : names.zh) put(names_, words_of(tokenize(name)));

  const std::string primary = names.en.empty() ? part_camel_case(names.id) : names.en.front();
  const std::vector<Token> tokens = tokenize(primary);
  if (kind == kPeople) {  // "Anna" is "Anna Li", but "Li" need not be
    if (tokens.size() > 1 && tokens.front().kind == TokenKind::kWord &&
        tokens.front().text.size() > 1)
      put(heads_, words_of({tokens.front()}));
    return;
  }
  for (const std::string& word : translations_of(names)) put(heads_, words_of(tokenize(word)));
  for (std::size_t first = 1; first < tokens.size(); ++first) {
    const bool is_plain =
        std::all_of(tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.end(),
                    [](const Token& t) { return t.kind == TokenKind::kWord && t.text.size() > 1; });
    if (is_plain)
      put(heads_, words_of({tokens.begin() + static_cast<std::ptrdiff_t>(first), tokens.end()}));
  }
}

std::vector<Entity> NameIndex::meaning(const std::string& key, unsigned kinds) const {
  for (const Meanings* meanings : {&names_, &heads_}) {
    const auto found = meanings->find(key);
    if (found == meanings->end()) continue;
    std::vector<Entity> entities;
    for (const Entity& entity : found->second)
      if ((entity.kind & kinds) != 0) entities.push_back(entity);
    if (!entities.empty()) return entities;
  }
  return {};
}

std::vector<NameMatch> NameIndex::match(const std::vector<Token>& tokens, std::size_t at,
                                        unsigned kinds) const {
  std::vector<NameMatch> matches;
  const auto offer = [&](std::size_t end, const Words& words, bool is_described) {
    std::vector<Entity> entities = meaning(key_of(words), kinds);
    const bool is_known = std::any_of(matches.begin(), matches.end(), [&](const NameMatch& m) {
      return m.end == end && m.entities == entities;
    });
    if (!entities.empty() && !is_known) matches.push_back({end, std::move(entities), is_described});
  };
  std::vector<Start> starts = starts_of(tokens, at);
  if ((kinds & kPeople) != 0) {
    const std::size_t count = starts.size();
    for (std::size_t i = 0; i < count; ++i)
      for (const std::string_view title : kTitles)
        if (const std::size_t next = skip_word(tokens, starts[i].at, title); next != 0)
          starts.push_back({next, starts[i].is_described});
  }
  for (const Start& start : starts) {
    if (start.at < tokens.size() && tokens[start.at].kind == TokenKind::kQuote) {
      offer(start.at + 1, words_of(tokenize(tokens[start.at].text)), start.is_described);
      continue;
    }
    Words words;
    for (std::size_t i = start.at; i < tokens.size() && words.size() < words_max_; ++i) {
      if (tokens[i].kind == TokenKind::kQuote || tokens[i].kind == TokenKind::kUnknown) break;
      std::string word = word_of(tokens[i]);
      if (word.empty()) continue;
      words.push_back(std::move(word));
      offer(i + 1, words, start.is_described);
    }
  }
  if ((kinds & kPeople) != 0) {  // 李先生
    const std::size_t count = matches.size();
    for (std::size_t i = 0; i < count; ++i)
      for (const std::string_view title : kChineseTitles) {
        const bool is_person = matches[i].entities.front().kind == kPeople;
        if (const std::size_t end = skip_word(tokens, matches[i].end, title); is_person && end != 0)
          matches.push_back({end, matches[i].entities, matches[i].is_described});
      }
  }
  std::stable_sort(matches.begin(), matches.end(), [](const NameMatch& a, const NameMatch& b) {
    return a.end != b.end ? a.end > b.end : !a.is_described && b.is_described;
  });
  return matches;
}

}  // namespace longmen::agent
