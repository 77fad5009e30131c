#include "agent/pattern.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "agent/token.h"

namespace longmen::agent {
namespace {

constexpr std::array<std::pair<std::string_view, Slot>, 13> kSlots = {{
    {"place", Slot::kPlace},
    {"object", Slot::kObject},
    {"person", Slot::kPerson},
    {"target", Slot::kTarget},
    {"source", Slot::kSource},
    {"who", Slot::kWho},
    {"there", Slot::kThere},
    {"text", Slot::kText},
    {"quote", Slot::kQuote},
    {"angle_deg", Slot::kAngle},
    {"duration_s", Slot::kDuration},
    {"side", Slot::kSide},
    {"count", Slot::kCount},
}};

class Compiler {
 public:
  explicit Compiler(std::string_view text) : text_(text) {}

  Result<Pattern> run() {
    Pattern choice = read_choice();
    if (at_ < text_.size()) set_error(ErrorCode::kParse, "a bracket too many");
    if (error_) return tl::make_unexpected(*error_);
    return choice;
  }

 private:
  /// alternatives separated by |
  Pattern read_choice() {
    Pattern choice{Pattern::Kind::kChoice, {}, {}, {}};
    choice.parts.push_back(read_sequence());
    while (at_ < text_.size() && text_[at_] == '|') {
      ++at_;
      choice.parts.push_back(read_sequence());
    }
    return choice.parts.size() == 1 ? std::move(choice.parts.front()) : choice;
  }

  Pattern read_sequence() {
    Pattern sequence{Pattern::Kind::kSequence, {}, {}, {}};
    while (at_ < text_.size() && !error_) {
      const char c = text_[at_];
      if (c == '|' || c == ')' || c == ']') break;
      if (c == '(' || c == '[') {
        ++at_;
        Pattern inner = read_choice();
        expect(c == '(' ? ')' : ']');
        if (c == '[')
          inner = Pattern{Pattern::Kind::kChoice, {}, {}, {std::move(inner), Pattern{}}};
        sequence.parts.push_back(std::move(inner));
      } else if (c == '{') {
        sequence.parts.push_back(read_slot());
      } else {
        read_words(sequence);
      }
    }
    return sequence;
  }

  Pattern read_slot() {
    const std::size_t close = text_.find('}', at_);
    const std::string_view name =
        close == std::string_view::npos ? "" : text_.substr(at_ + 1, close - at_ - 1);
    at_ = close == std::string_view::npos ? text_.size() : close + 1;
    for (const auto& [slot_name, slot] : kSlots)
      if (slot_name == name) return Pattern{Pattern::Kind::kSlot, {}, slot, {}};
    set_error(ErrorCode::kUnknownName, fmt::format("unknown slot '{}'", name));
    return {};
  }

  void read_words(Pattern& sequence) {
    const std::size_t end = std::min(text_.find_first_of("()[]{}|", at_), text_.size());
    for (Token& token : tokenize(text_.substr(at_, end - at_)))
      sequence.parts.push_back(Pattern{Pattern::Kind::kWord, std::move(token.text), {}, {}});
    at_ = end;
  }

  void expect(char bracket) {
    if (at_ < text_.size() && text_[at_] == bracket)
      ++at_;
    else
      set_error(ErrorCode::kParse, fmt::format("expected '{}' at {}", bracket, at_));
  }

  void set_error(ErrorCode code, std::string message) {
    if (!error_) error_ = Error{code, std::move(message), std::string(text_)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

}  // namespace

Result<Pattern> compile_pattern(std::string_view text) { return Compiler(text).run(); }

std::string gerund_of(const std::string& verb) {
  const std::size_t n = verb.size();
  if (n < 2) return verb + "ing";
  if (verb[n - 1] == 'e' && verb[n - 2] != 'e') return verb.substr(0, n - 1) + "ing";
  // put, stop, spin: one vowel between consonants in a verb of one syllable doubles the last
  const bool is_short = n >= 3 && n <= 4 && !is_vowel(verb[n - 1]) && is_vowel(verb[n - 2]) &&
                        !is_vowel(verb[n - 3]) &&
                        std::string_view("wxy").find(verb[n - 1]) == std::string_view::npos;
  return is_short ? verb + verb[n - 1] + "ing" : verb + "ing";
}

}  // namespace longmen::agent
