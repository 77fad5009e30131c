#include "agent/token.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/utf8.h"

namespace longmen::agent {
namespace {

struct Character {
  char32_t value;  ///< folded: width, case, kind of dash and space
  std::size_t begin;
  std::size_t end;
};

constexpr char32_t kDropped = 0;
constexpr char32_t kBad = 1;

bool in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_digit(char32_t c) { return in(c, U'0', U'9'); }
bool is_space(char32_t c) { return c == U' '; }

bool is_han(char32_t c) {
  return in(c, 0x4E00, 0x9FFF) || in(c, 0x3400, 0x4DBF) || in(c, 0xF900, 0xFAFF) || c == 0x3007;
}

/// Letters of alphabets; other scripts than Latin are read too, so that names in them can be found.
bool is_letter(char32_t c) {
  if (in(c, U'a', U'z')) return true;
  if (c < 0xC0) return false;
  return in(c, 0xC0, 0x24F) ? c != 0xD7 && c != 0xF7
                            : in(c, 0x370, 0x52F) || in(c, 0x1E00, 0x1FFF) ||
                                  in(c, 0x3040, 0x30FF) || in(c, 0xAC00, 0xD7A3);
}

char32_t lower(char32_t c) {
  if (in(c, U'A', U'Z') || (in(c, 0xC0, 0xDE) && c != 0xD7) || in(c, 0x391, 0x3A9) ||
      in(c, 0x410, 0x42F))
    return c + 0x20;
  if (in(c, 0x100, 0x17F) && c % 2 == 0) return c + 1;
  return c;
}

char32_t fold(char32_t c) {
  if (in(c, 0xFF01, 0xFF5E)) c -= 0xFEE0;  // full-width forms of ASCII
  if (c == U'\n' || c == U'\r' || c == 0x2028 || c == 0x2029) return U'\n';
  if (c == U'\t' || c == 0xA0 || in(c, 0x2000, 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000)
    return U' ';
  if (in(c, 0x200B, 0x200D) || c == 0x2060 || c == 0xFEFF || c == 0xAD || c == 0xFE0F)
    return kDropped;
  if (c < 0x20 || in(c, 0x7F, 0x9F) || in(c, 0x202A, 0x202E) || in(c, 0x2066, 0x2069)) return kBad;
  switch (c) {
    case 0x3001:  // enumeration comma
    case 0x2014:  // dashes that part clauses
    case 0x2015:
      return U',';
    case 0x3002:
    case 0xFF61:
    case 0x2026:
      return U'.';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2212:
      return U'-';
    case 0xB7:
    case 0x30FB:
      return U' ';
    case 0xBA:
      return 0xB0;  // degree sign
    default:
      return lower(c);
  }
}

/// Traditional forms of the characters that the lexicon uses, each before its simplified one.
constexpr std::u32string_view kTraditional =
    U"請请貨货臺台轉转後后煩烦幫帮說说話话對对裡里裏里邊边過过個个機机門门車车傳传帶带順顺時时針针"
    U"間间鐘钟"
    U"開开關关來来給给遞递從从將将還还這这裝装張张長长條条處处動动運运揮挥擺摆頭头體体數数兩两點点"
    U"萬万億亿"
    U"訴诉聲声靜静離离進进遠远歡欢謝谢嗎吗勞劳駕驾舉举撿捡現现馬马結结繼继續续當当沒没別别誰谁們们"
    U"麼么樣样"
    U"電电備备員员師师職职銀银櫃柜號号樹树園园噴喷圓圆書书檯台儲储倉仓輸输盤盘區区環环側侧為为與与"
    U"並并爾尔"
    U"讓让著着隻只單单變变東东學学許许須须無无應应該该會会見见經经問问題题線线紅红藍蓝綠绿黃黄";
static_assert(kTraditional.size() % 2 == 0);

char32_t simplify(char32_t c) {
  for (std::size_t i = 0; i + 1 < kTraditional.size(); i += 2)
    if (kTraditional[i] == c) return kTraditional[i + 1];
  return c;
}

/// The mark that closes a quotation opened by `c`, if `c` opens one.
std::optional<char32_t> closing_mark(char32_t c) {
  switch (c) {
    case U'"':
      return U'"';
    case U'`':
      return U'`';
    case 0x201C:
    case 0x201F:
      return 0x201D;
    case 0x201E:
      return 0x201C;
    case 0xAB:
      return 0xBB;
    case 0x300C:
      return 0x300D;
    case 0x300E:
      return 0x300F;
    case 0x300A:
      return 0x300B;
    case 0x2039:
      return 0x203A;
    default:
      return std::nullopt;
  }
}

bool is_apostrophe(char32_t c) {
  return c == U'\'' || c == 0x2019 || c == 0x2018 || c == 0x201B || c == 0x2BC;
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size();) {
      const CodePoint point = decode_utf8(text, at);
      const char32_t folded = fold(point.value);
      if (folded != kDropped) characters_.push_back({folded, at, at + point.size_bytes});
      at += std::max<std::size_t>(point.size_bytes, 1);
    }
  }

  std::vector<Token> run() {
    while (at_ < characters_.size()) step();
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < characters_.size() ? characters_[at_ + ahead].value : U' ';
  }
  [[nodiscard]] char32_t before() const { return at_ == 0 ? U' ' : characters_[at_ - 1].value; }

  void push(TokenKind kind, std::string text, std::size_t first, std::size_t last,
            double value = 0.0) {
    tokens_.push_back(
        {kind, std::move(text), value, characters_[first].begin, characters_[last - 1].end});
  }

  void push_one(TokenKind kind) {
    std::string text;
    append_utf8(text, kind == TokenKind::kHan ? simplify(peek()) : peek());
    push(kind, std::move(text), at_, at_ + 1);
    ++at_;
  }

  void step() {
    const char32_t c = peek();
    if (is_space(c)) {
      ++at_;
    } else if (c == U'\n') {
      push(TokenKind::kMark, ".", at_, at_ + 1);
      ++at_;
    } else if (read_quote() || read_number()) {
      return;
    } else if (is_han(c)) {
      push_one(TokenKind::kHan);
    } else if (is_letter(c)) {
      read_word();
    } else if (c == 0xB0) {
      push_one(TokenKind::kWord);
    } else if (c == U'-' || c == U'_') {
      read_dash();
    } else if (c > kBad && c < 0x7F) {
      push_one(TokenKind::kMark);
    } else {
      push_one(TokenKind::kUnknown);
    }
  }

  /// Hyphens inside words only part them; a free dash parts clauses; before a digit it may be a
  /// sign or a range, which the reader of numbers decides.
  void read_dash() {
    const auto joins = [](char32_t c) { return is_letter(c) || is_han(c) || is_digit(c); };
    if (peek() == U'_' || (joins(before()) && joins(peek(1)) && !is_digit(peek(1)))) {
      ++at_;
    } else if (is_space(before()) && is_space(peek(1))) {
      push(TokenKind::kMark, ",", at_, at_ + 1);
      ++at_;
    } else {
      push_one(TokenKind::kMark);
    }
  }

  bool read_quote() {
    const char32_t c = characters_[at_].value;
    std::size_t close = 0;
    if (const auto mark = closing_mark(c)) {
      close = find(*mark, c == 0x201E ? 0x201D : *mark);
    } else if (is_apostrophe(c) && !is_letter(before()) && !is_digit(before())) {
      close = find_closing_apostrophe();
      if (close == 0) return false;
    } else {
      return false;
    }
    if (close == 0) {
      push_one(TokenKind::kUnknown);
      return true;
    }
    const std::size_t begin = characters_[at_].end;
    const std::size_t end = characters_[close].begin;
    push(TokenKind::kQuote, std::string(text_.substr(begin, end - begin)), at_, close + 1);
    at_ = close + 1;
    return true;
  }

  [[nodiscard]] std::size_t find(char32_t mark, char32_t other) const {
    for (std::size_t i = at_ + 1; i < characters_.size(); ++i)
      if (characters_[i].value == mark || characters_[i].value == other) return i;
    return 0;
  }

  /// A single mark closes only where no word goes on, so that "don't" inside a quotation stays.
  [[nodiscard]] std::size_t find_closing_apostrophe() const {
    for (std::size_t i = at_ + 1; i < characters_.size(); ++i) {
      const char32_t next = i + 1 < characters_.size() ? characters_[i + 1].value : U' ';
      if (is_apostrophe(characters_[i].value) && !is_letter(next)) return i;
    }
    return 0;
  }

  bool read_number() {
    std::size_t i = at_;
    const bool has_sign = (peek() == U'-' || peek() == U'+') && is_digit(peek(1)) &&
                          !is_digit(before()) && !is_letter(before()) && !is_han(before());
    if (has_sign) ++i;
    const auto digit_at = [&](std::size_t k) {
      return k < characters_.size() && is_digit(characters_[k].value);
    };
    const auto is_at = [&](std::size_t k, char32_t c) {
      return k < characters_.size() && characters_[k].value == c;
    };
    if (!digit_at(i)) return false;
    while (digit_at(i) || (is_at(i, U',') && is_thousands_comma(i))) ++i;
    if (is_at(i, U'.') && digit_at(i + 1))
      for (++i; digit_at(i);) ++i;
    if (is_at(i, U'e')) {
      const std::size_t exponent = i + (is_at(i + 1, U'-') || is_at(i + 1, U'+') ? 2 : 1);
      if (digit_at(exponent))
        for (i = exponent; digit_at(i);) ++i;
    }
    std::string digits;
    for (std::size_t k = at_; k < i; ++k)
      if (const char32_t c = characters_[k].value; c != U',' && c != U'+')
        digits.push_back(static_cast<char>(c));
    double value = 0.0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_number = error == std::errc() && end == digits.data() + digits.size();
    push(is_number ? TokenKind::kNumber : TokenKind::kUnknown, digits, at_, i, value);
    at_ = i;
    return true;
  }

  /// 1,000 but not 1,5 and not 1,0000.
  [[nodiscard]] bool is_thousands_comma(std::size_t i) const {
    for (std::size_t k = 1; k <= 3; ++k)
      if (i + k >= characters_.size() || !is_digit(characters_[i + k].value)) return false;
    return i + 4 >= characters_.size() || !is_digit(characters_[i + 4].value);
  }

  void read_word() {
    const std::size_t first = at_;
    std::string word;
    while (is_letter(peek()) || (is_apostrophe(peek()) && is_letter(peek(1)))) {
      if (is_apostrophe(peek()) && peek(1) == U's' && !is_letter(peek(2))) break;
      append_utf8(word, is_apostrophe(peek()) ? U'\'' : peek());
      ++at_;
    }
    push(TokenKind::kWord, word, first, at_);
    if (is_apostrophe(peek()) && peek(1) == U's' && !is_letter(peek(2))) {
      push(TokenKind::kWord, "'s", at_, at_ + 2);
      at_ += 2;
    }
    static constexpr std::array<std::string_view, 4> kTitles = {"mr", "mrs", "ms", "dr"};
    if (peek() == U'.' && std::find(kTitles.begin(), kTitles.end(), word) != kTitles.end()) ++at_;
  }

  std::string_view text_;
  std::vector<Character> characters_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) { return Tokenizer(text).run(); }

}  // namespace longmen::agent
