#include "gate/plan/words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/utf8.h"

namespace longmen::gate::plan {
namespace {

constexpr std::size_t npos = std::u32string_view::npos;

/// Letters that are drawn like a Latin one (Unicode TR 39, confusables), and accented Latin.
constexpr std::pair<char32_t, char> kLookalikes[] = {
    {U'а', 'a'}, {U'в', 'b'}, {U'с', 'c'}, {U'ԁ', 'd'}, {U'е', 'e'}, {U'ё', 'e'}, {U'һ', 'h'},
    {U'і', 'i'}, {U'ї', 'i'}, {U'ј', 'j'}, {U'к', 'k'}, {U'ӏ', 'l'}, {U'м', 'm'}, {U'н', 'h'},
    {U'о', 'o'}, {U'р', 'p'}, {U'ԛ', 'q'}, {U'г', 'r'}, {U'ѕ', 's'}, {U'т', 't'}, {U'у', 'y'},
    {U'ѵ', 'v'}, {U'ԝ', 'w'}, {U'х', 'x'}, {U'А', 'a'}, {U'В', 'b'}, {U'С', 'c'}, {U'Е', 'e'},
    {U'Н', 'h'}, {U'І', 'i'}, {U'Ј', 'j'}, {U'К', 'k'}, {U'М', 'm'}, {U'О', 'o'}, {U'Р', 'p'},
    {U'Ѕ', 's'}, {U'Т', 't'}, {U'У', 'y'}, {U'Х', 'x'}, {U'α', 'a'}, {U'β', 'b'}, {U'ε', 'e'},
    {U'η', 'n'}, {U'ι', 'i'}, {U'κ', 'k'}, {U'ν', 'v'}, {U'ο', 'o'}, {U'ρ', 'p'}, {U'τ', 't'},
    {U'υ', 'u'}, {U'χ', 'x'}, {U'γ', 'y'}, {U'Α', 'a'}, {U'Β', 'b'}, {U'Ε', 'e'}, {U'Ζ', 'z'},
    {U'Η', 'h'}, {U'Ι', 'i'}, {U'Κ', 'k'}, {U'Μ', 'm'}, {U'Ν', 'n'}, {U'Ο', 'o'}, {U'Ρ', 'p'},
    {U'Τ', 't'}, {U'Υ', 'y'}, {U'Χ', 'x'}, {U'ı', 'i'}, {U'ɑ', 'a'}, {U'ɡ', 'g'}, {U'ł', 'l'}};

/// The base letters of U+00C0 to U+017F; a space where there is none.
constexpr std::string_view kAccented =
    "aaaaaaaceeeeiiiidnooooo ouuuuy saaaaaaaceeeeiiiidnooooo ouuuuy y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllll"
    "lnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

bool is_invisible(char32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0x300 && c <= 0x36F) || (c >= 0xFE00 && c <= 0xFE0F) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

char32_t folded(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;                         // full width
  if (c >= 0x1D400 && c <= 0x1D6A3) return U'a' + (c - 0x1D400) % 26;  // mathematical letters
  if (c >= 0x24B6 && c <= 0x24CF) return U'a' + (c - 0x24B6);          // circled letters
  if (c >= 0x24D0 && c <= 0x24E9) return U'a' + (c - 0x24D0);
  if (c == 0x2019 || c == 0x2018 || c == 0x2BC) return U'\'';
  if (c < 0x80) return c;
  if (c >= 0xC0 && c < 0xC0 + kAccented.size() && kAccented[c - 0xC0] != ' ')
    return static_cast<char32_t>(kAccented[c - 0xC0]);
  for (const auto& [from, to] : kLookalikes)
    if (c == from) return static_cast<char32_t>(to);
  return c;
}

bool is_letter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') ||
         c == U'\'' || c == U'%';
}
bool is_upper(char32_t c) { return c >= U'A' && c <= U'Z'; }
bool is_ideograph(char32_t c) {
  return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c < 0x32000);
}
bool opens_quote(char32_t c) { return std::u32string_view(U"\"“「『«").find(c) != npos; }
bool closes_quote(char32_t c) { return std::u32string_view(U"\"”」』»").find(c) != npos; }
bool is_break(char32_t c) {
  return std::u32string_view(U".,;:!?\n\r。，；：！？、…").find(c) != std::u32string_view::npos;
}

}  // namespace

/// "the cat's bowl" speaks of the cat; "let's" of nobody.
void drop_possessive(Word& word) {
  std::string& text = word.text;
  const bool is_owner = text.size() > 2 && text.ends_with("'s") && text != "let's";
  if (is_owner) text.resize(text.size() - 2);
  word.is_possessive = is_owner;
  if (text.size() > 2 && text.ends_with('\'')) text.pop_back();
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  bool in_word = false;  // the last word may still grow
  bool joined = false;   // nothing since the last word
  char32_t before = 0;
  std::size_t quoted_from = npos;  // the first word after an open quotation mark
  const auto begin_word = [&] {
    words.push_back({{}, false, joined});
    in_word = true;
  };
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    at += std::max<std::size_t>(point.size_bytes, 1);
    if (point.size_bytes != 0 && is_invisible(point.value)) continue;
    const char32_t c = point.size_bytes == 0 ? U' ' : folded(point.value);
    if (is_letter(c)) {
      const char32_t lower = is_upper(c) ? c + 32 : c;
      const CodePoint next = at < text.size() ? decode_utf8(text, at) : CodePoint{};
      const bool is_hump = is_upper(c) && in_word &&
                           (!is_upper(before) || (next.value >= U'a' && next.value <= U'z'));
      if (!in_word || is_hump) begin_word();
      append_utf8(words.back().text, lower);
      joined = true;
    } else if (is_ideograph(c)) {
      begin_word();
      append_utf8(words.back().text, c);
      in_word = false;
      joined = true;
    } else {
      if (quoted_from != npos && closes_quote(c)) {  // what is never closed is no quotation
        for (std::size_t i = quoted_from; i < words.size(); ++i) words[i].is_quoted = true;
        quoted_from = npos;
      } else if (opens_quote(c)) {
        quoted_from = words.size();
      }
      if (is_break(c) && !words.empty() && !words.back().is_break) words.push_back({".", true});
      in_word = false;
      joined = false;
    }
    before = c;
  }
  for (Word& word : words) drop_possessive(word);
  return words;
}

std::string phrase_of(std::string_view text) {
  std::string phrase;
  for (const Word& word : words_of(text))
    if (!word.is_break) phrase += (phrase.empty() ? "" : " ") + word.text;
  return phrase;
}

}  // namespace longmen::gate::plan
