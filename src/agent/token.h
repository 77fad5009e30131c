#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longmen::agent {

enum class TokenKind {
  kWord,     ///< letters, lower case; "don't" is one word, "Li's" is "li" and "'s"
  kNumber,   ///< decimal digits with their value
  kHan,      ///< one Chinese character, simplified
  kQuote,    ///< what stood between quotation marks, as it was written
  kMark,     ///< one of , . ; : ! ? ( ) / - % + and the like, in its ASCII form
  kUnknown,  ///< what no sentence needs: control and direction characters, an unclosed quotation
};

struct Token {
  TokenKind kind = TokenKind::kUnknown;
  std::string text;       ///< in the form that is compared
  double value = 0.0;     ///< of a number
  std::size_t begin = 0;  ///< bytes in the original text
  std::size_t end = 0;

  [[nodiscard]] bool is(std::string_view other) const {
    return text == other && kind != TokenKind::kQuote;
  }
};

/// Splits a text into tokens. Width, case, kind of quotation mark, dash and space make no
/// difference: full-width and typographic forms become their plain ones, traditional characters of
/// the lexicon their simplified ones, hyphens and underscores inside words part them, zero-width
/// characters vanish. `text` must be valid UTF-8.
[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

}  // namespace longmen::agent
