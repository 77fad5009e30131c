#include "agent/quantity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <string_view>
#include <utility>

namespace longmen::agent {
namespace {

using Tokens = std::vector<Token>;
using Named = std::pair<std::string_view, double>;

std::optional<double> find(std::span<const Named> table, std::string_view word) {
  for (const auto& [name, value] : table)
    if (name == word) return value;
  return std::nullopt;
}

/// The word at `at`, empty if there is none or it is something else.
std::string_view word_at(const Tokens& tokens, std::size_t at) {
  const bool is_word = at < tokens.size() && tokens[at].kind == TokenKind::kWord;
  return is_word ? std::string_view(tokens[at].text) : std::string_view();
}

bool is_at(const Tokens& tokens, std::size_t at, std::string_view word) {
  return at < tokens.size() && tokens[at].is(word);
}

/// Do the tokens at `at` spell these Chinese characters?
bool is_han_at(const Tokens& tokens, std::size_t at, std::string_view characters) {
  std::size_t begin = 0;
  for (; begin < characters.size(); ++at) {
    if (at >= tokens.size() || tokens[at].kind != TokenKind::kHan) return false;
    const std::string& text = tokens[at].text;
    if (characters.substr(begin, text.size()) != text) return false;
    begin += text.size();
  }
  return true;
}

constexpr Named kSmall[] = {{"zero", 0},     {"one", 1},        {"two", 2},       {"three", 3},
                            {"four", 4},     {"five", 5},       {"six", 6},       {"seven", 7},
                            {"eight", 8},    {"nine", 9},       {"ten", 10},      {"eleven", 11},
                            {"twelve", 12},  {"thirteen", 13},  {"fourteen", 14}, {"fifteen", 15},
                            {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}};
constexpr Named kTens[] = {{"twenty", 20},  {"thirty", 30}, {"forty", 40},
                           {"fourty", 40},  {"fifty", 50},  {"sixty", 60},
                           {"seventy", 70}, {"eighty", 80}, {"ninety", 90}};
constexpr Named kFractions[] = {{"half", 0.5},      {"halves", 0.5},    {"quarter", 0.25},
                                {"quarters", 0.25}, {"third", 1.0 / 3}, {"thirds", 1.0 / 3}};
constexpr Named kHanDigits[] = {{"零", 0}, {"〇", 0}, {"一", 1}, {"二", 2}, {"两", 2}, {"三", 3},
                                {"四", 4}, {"五", 5}, {"六", 6}, {"七", 7}, {"八", 8}, {"九", 9}};
constexpr Named kHanUnits[] = {{"十", 10}, {"百", 100}, {"千", 1000}};

/// Cardinal below a thousand: "forty five", "one hundred and eighty", "a hundred".
std::optional<Reading> read_english_hundreds(const Tokens& tokens, std::size_t at) {
  const auto below_hundred = [&](std::size_t i) -> std::optional<Reading> {
    if (const auto tens = find(kTens, word_at(tokens, i))) {
      const auto ones = find(kSmall, word_at(tokens, i + 1));
      if (ones && *ones >= 1 && *ones <= 9) return Reading{*tens + *ones, i + 2};
      return Reading{*tens, i + 1};
    }
    if (const auto small = find(kSmall, word_at(tokens, i))) return Reading{*small, i + 1};
    return std::nullopt;
  };
  std::optional<Reading> reading = below_hundred(at);
  const bool is_a = is_at(tokens, at, "a") || is_at(tokens, at, "an");
  const std::size_t after = reading ? reading->end : at + 1;
  if ((reading || is_a) && is_at(tokens, after, "hundred")) {
    Reading hundreds{(reading ? reading->value : 1.0) * 100.0, after + 1};
    const std::size_t rest_at = hundreds.end + (is_at(tokens, hundreds.end, "and") ? 1 : 0);
    if (const auto rest = below_hundred(rest_at))
      return Reading{hundreds.value + rest->value, rest->end};
    return hundreds;
  }
  return reading;
}

std::optional<Reading> read_english_cardinal(const Tokens& tokens, std::size_t at) {
  auto reading = read_english_hundreds(tokens, at);
  const bool is_a = is_at(tokens, at, "a");
  const std::size_t after = reading ? reading->end : at + 1;
  const auto scale = [&](std::string_view word, double factor) -> std::optional<Reading> {
    if (!(reading || is_a) || !is_at(tokens, after, word)) return std::nullopt;
    const Reading scaled{(reading ? reading->value : 1.0) * factor, after + 1};
    const auto rest = read_english_hundreds(tokens, scaled.end);
    return rest ? Reading{scaled.value + rest->value, rest->end} : scaled;
  };
  for (const auto& [word, factor] :
       {Named{"thousand", 1e3}, Named{"million", 1e6}, Named{"billion", 1e9}})
    if (const auto scaled = scale(word, factor)) return scaled;
  return reading;
}

/// 三十, 一百八十, 一百零五, 一百八 (the last digit counts in tens), 两千, 一万, 三点五.
std::optional<Reading> read_chinese_number(const Tokens& tokens, std::size_t at) {
  double total = 0.0;   // of finished groups of ten thousand
  double group = 0.0;   // below ten thousand
  double digit = -1.0;  // pending digit, -1: none
  double last_unit = 0.0;
  bool had_zero = false;
  std::size_t i = at;
  for (; i < tokens.size() && tokens[i].kind == TokenKind::kHan; ++i) {
    const std::string& c = tokens[i].text;
    if (const auto value = find(kHanDigits, c)) {
      if (digit > 0.0) return std::nullopt;  // two digits in a row are no number that is read here
      had_zero = had_zero || *value == 0.0;
      digit = *value;
    } else if (const auto unit = find(kHanUnits, c)) {
      if (digit < 0.0 && *unit != 10) break;
      group += (digit < 0.0 ? 1.0 : digit) * *unit;
      last_unit = *unit;
      had_zero = false;
      digit = -1.0;
    } else if (c == "万" || c == "亿") {
      if (i == at) return std::nullopt;
      total = (total + group + std::max(digit, 0.0)) * (c == "万" ? 1e4 : 1e8);
      group = 0.0, digit = -1.0, last_unit = c == "万" ? 1e4 : 1e8, had_zero = false;
    } else {
      break;
    }
  }
  if (i == at) return std::nullopt;
  if (digit >= 0.0) group += digit * (last_unit >= 100.0 && !had_zero ? last_unit / 10.0 : 1.0);
  double value = total + group;
  if (i > at && i < tokens.size() && tokens[i].is("点")) {
    double place = 0.1;
    std::size_t k = i + 1;
    for (; k < tokens.size() && tokens[k].kind == TokenKind::kHan; ++k, place *= 0.1) {
      const auto decimal = find(kHanDigits, tokens[k].text);
      if (!decimal) break;
      value += *decimal * place;
    }
    if (k > i + 1) i = k;
  }
  return Reading{value, i};
}

/// 四分之一: denominator first.
std::optional<Reading> read_chinese_fraction(const Tokens& tokens, std::size_t at) {
  const auto denominator = read_chinese_number(tokens, at);
  if (!denominator || denominator->value <= 0.0 || !is_han_at(tokens, denominator->end, "分之"))
    return std::nullopt;
  const auto numerator = read_chinese_number(tokens, denominator->end + 2);
  if (!numerator) return std::nullopt;
  return Reading{numerator->value / denominator->value, numerator->end};
}

/// "half", "a quarter", "three quarters".
std::optional<Reading> read_english_fraction(const Tokens& tokens, std::size_t at) {
  std::size_t i = at;
  double count = 1.0;
  if (is_at(tokens, i, "a") || is_at(tokens, i, "an")) {
    ++i;
  } else if (const auto cardinal = read_english_hundreds(tokens, i)) {
    count = cardinal->value;
    i = cardinal->end;
  }
  const auto fraction = find(kFractions, word_at(tokens, i));
  if (!fraction) return std::nullopt;
  return Reading{count * *fraction, i + 1};
}

std::optional<Reading> read_unsigned(const Tokens& tokens, std::size_t at) {
  if (at >= tokens.size()) return std::nullopt;
  if (const auto fraction = read_chinese_fraction(tokens, at)) return fraction;
  if (const auto fraction = read_english_fraction(tokens, at)) return fraction;
  std::optional<Reading> reading;
  if (tokens[at].kind == TokenKind::kNumber)
    reading = Reading{tokens[at].value, at + 1};
  else if (tokens[at].kind == TokenKind::kHan)
    return read_chinese_number(tokens, at);
  else
    reading = read_english_cardinal(tokens, at);
  if (!reading) return reading;
  if (is_at(tokens, reading->end, "/") && reading->end + 1 < tokens.size() &&
      tokens[reading->end + 1].kind == TokenKind::kNumber && tokens[reading->end + 1].value > 0.0)
    return Reading{reading->value / tokens[reading->end + 1].value, reading->end + 2};
  if (is_at(tokens, reading->end, "and"))  // two and a half
    if (const auto fraction = read_english_fraction(tokens, reading->end + 1);
        fraction && fraction->value < 1.0)
      return Reading{reading->value + fraction->value, fraction->end};
  if (is_at(tokens, reading->end, "point")) {  // one point five
    double value = reading->value;
    double place = 0.1;
    std::size_t k = reading->end + 1;
    for (; k < tokens.size(); ++k, place *= 0.1) {
      const auto decimal = find(kSmall, word_at(tokens, k));
      if (!decimal || *decimal > 9.0) break;
      value += *decimal * place;
    }
    if (k > reading->end + 1) return Reading{value, k};
  }
  return reading;
}

/// Length of the unit at `at` in tokens and its size, if one of `units` stands there.
struct Unit {
  std::string_view text;
  double size;
};

struct UnitReading {
  double size;
  std::size_t end;
};

std::optional<UnitReading> read_unit(const Tokens& tokens, std::size_t at,
                                     std::span<const Unit> units) {
  std::optional<UnitReading> longest;
  for (const Unit& unit : units) {
    std::optional<std::size_t> end;
    if (is_at(tokens, at, unit.text)) {
      end = at + 1;
    } else if (is_han_at(tokens, at, unit.text)) {
      const auto characters = unit.text.size() / 3;  // these characters have three bytes each
      end = at + characters;
    }
    if (end && (!longest || *end > longest->end)) longest = UnitReading{unit.size, *end};
  }
  return longest;
}

constexpr double kRadian_deg = 180.0 / std::numbers::pi;
constexpr Unit kAngleUnits[] = {{"degree", 1},
                                {"degrees", 1},
                                {"deg", 1},
                                {"degs", 1},
                                {"°", 1},
                                {"度", 1},
                                {"radian", kRadian_deg},
                                {"radians", kRadian_deg},
                                {"rad", kRadian_deg},
                                {"rads", kRadian_deg},
                                {"弧度", kRadian_deg}};
constexpr double kTurn_deg = 360.0;
constexpr Unit kTurnUnits[] = {{"turn", 360},        {"turns", 360},    {"revolution", 360},
                               {"revolutions", 360}, {"rotation", 360}, {"rotations", 360},
                               {"circle", 360},      {"circles", 360},  {"spin", 360},
                               {"spins", 360},       {"圈", 360},       {"周", 360},
                               {"整圈", 360},        {"个圈", 360},     {"个整圈", 360}};
constexpr Unit kTimeUnits[] = {
    {"s", 1},         {"sec", 1},   {"secs", 1},    {"second", 1},         {"seconds", 1},
    {"秒", 1},        {"秒钟", 1},  {"minute", 60}, {"minutes", 60},       {"min", 60},
    {"mins", 60},     {"分", 60},   {"分钟", 60},   {"hour", 3600},        {"hours", 3600},
    {"h", 3600},      {"hr", 3600}, {"hrs", 3600},  {"小时", 3600},        {"个小时", 3600},
    {"个钟头", 3600}, {"ms", 1e-3}, {"毫秒", 1e-3}, {"millisecond", 1e-3}, {"milliseconds", 1e-3}};

/// "pi", "pi/2", "2 pi", "π": the value in radians, when pi takes part.
std::optional<Reading> read_pi(const Tokens& tokens, std::size_t at) {
  double value = std::numbers::pi;
  std::size_t i = at;
  if (const auto factor = read_number(tokens, i)) {
    value *= factor->value;
    i = factor->end;
  } else if (is_at(tokens, i, "-")) {
    value = -value;
    ++i;
  }
  if (!is_at(tokens, i, "pi") && !is_at(tokens, i, "π")) return std::nullopt;
  ++i;
  if (is_at(tokens, i, "/") && i + 1 < tokens.size() && tokens[i + 1].kind == TokenKind::kNumber &&
      tokens[i + 1].value > 0.0)
    return Reading{value / tokens[i + 1].value, i + 2};
  return Reading{value, i};
}

/// "half a", "a quarter of an": the index of what is counted.
std::size_t skip_of_a(const Tokens& tokens, std::size_t at) {
  if (is_at(tokens, at, "of")) ++at;
  if (is_at(tokens, at, "a") || is_at(tokens, at, "an")) ++at;
  return at;
}

/// "half a turn", "a full circle", "one and a half turns", 半圈, 一圈半: in degrees.
std::optional<Reading> read_turns_deg(const Tokens& tokens, std::size_t at) {
  double turns = 1.0;
  bool is_counted = true;  // "a turn" alone does not say how far
  std::size_t i = at;
  if (is_at(tokens, i, "半")) {
    turns = 0.5;
    i += is_at(tokens, i + 1, "个") ? 2 : 1;
  } else if (const auto number = read_number(tokens, i)) {
    turns = number->value;
    i = number->end;
    i = skip_of_a(tokens, i);
  } else if (is_at(tokens, i, "a") || is_at(tokens, i, "an")) {
    is_counted = false;
    ++i;
  } else if (!is_at(tokens, i, "full") && !is_at(tokens, i, "complete")) {
    return std::nullopt;
  }
  if (is_at(tokens, i, "full") || is_at(tokens, i, "complete") || is_at(tokens, i, "whole")) {
    is_counted = true;
    ++i;
  }
  const auto unit = read_unit(tokens, i, kTurnUnits);
  if (!unit || (!is_counted && is_at(tokens, i, "turn"))) return std::nullopt;
  i = unit->end;
  if (is_at(tokens, i, "半")) {
    turns += 0.5;
    ++i;
  } else if (is_at(tokens, i, "and")) {  // a turn and a half
    if (const auto fraction = read_english_fraction(tokens, i + 1);
        fraction && fraction->value < 1.0) {
      turns += fraction->value;
      i = fraction->end;
    }
  }
  return Reading{turns * unit->size, i};
}

/// One number with one unit of time; "half a minute", 半分钟, 一分半.
std::optional<Reading> read_time_part(const Tokens& tokens, std::size_t at) {
  double count = 1.0;
  std::size_t i = at;
  if (is_at(tokens, i, "半")) {
    count = 0.5;
    i += is_at(tokens, i + 1, "个") && !is_han_at(tokens, i + 1, "个小时") &&
                 !is_han_at(tokens, i + 1, "个钟头")
             ? 2
             : 1;
  } else if (const auto number = read_number(tokens, i)) {
    count = number->value;
    i = number->end;
    i = skip_of_a(tokens, i);
    for (const std::string_view word : {"more", "full", "whole", "further", "additional"})
      if (is_at(tokens, i, word)) {
        ++i;
        break;
      }
  } else if (is_at(tokens, i, "a") || is_at(tokens, i, "an")) {
    ++i;
  } else {
    return std::nullopt;
  }
  if (is_at(tokens, i, "个") && is_at(tokens, i + 1, "半")) {  // 一个半小时
    count += 0.5;
    i += 2;
  }
  const auto unit = read_unit(tokens, i, kTimeUnits);
  if (!unit) return std::nullopt;
  i = unit->end;
  if (is_at(tokens, i, "半")) {  // 一分半(钟)
    count += 0.5;
    i += is_at(tokens, i + 1, "钟") ? 2 : 1;
  } else if (is_at(tokens, i, "and")) {  // a minute and a half
    const auto fraction = read_english_fraction(tokens, i + 1);
    if (fraction && fraction->value < 1.0 && !read_unit(tokens, fraction->end, kTimeUnits) &&
        !is_at(tokens, fraction->end, "a")) {
      count += fraction->value;
      i = fraction->end;
    }
  }
  return Reading{count * unit->size, i};
}

}  // namespace

std::optional<Reading> read_number(const Tokens& tokens, std::size_t at) {
  const bool is_negative = is_at(tokens, at, "minus") || is_at(tokens, at, "negative") ||
                           is_at(tokens, at, "负") || is_at(tokens, at, "-");
  const bool has_sign = is_negative || is_at(tokens, at, "plus") || is_at(tokens, at, "+");
  auto reading = read_unsigned(tokens, at + (has_sign ? 1 : 0));
  if (reading && is_negative) reading->value = -reading->value;
  return reading;
}

std::optional<Reading> read_angle_deg(const Tokens& tokens, std::size_t at) {
  if (const auto pi = read_pi(tokens, at)) {
    const auto unit = read_unit(tokens, pi->end, kAngleUnits);
    if (unit && unit->size != 1.0) return Reading{pi->value * kRadian_deg, unit->end};
    return Reading{pi->value * kRadian_deg, pi->end};
  }
  if (const auto turns = read_turns_deg(tokens, at)) return turns;
  const auto number = read_number(tokens, at);
  if (!number) return std::nullopt;
  if (const auto unit = read_unit(tokens, skip_of_a(tokens, number->end), kAngleUnits))
    return Reading{number->value * unit->size, unit->end};
  if (const auto part = read_english_fraction(tokens, at))  // by a quarter: of a turn
    return Reading{part->value * kTurn_deg, part->end, true};
  return Reading{number->value, number->end, true};
}

std::optional<Reading> read_duration_s(const Tokens& tokens, std::size_t at) {
  auto total = read_time_part(tokens, at);
  if (!total) {
    const auto number = read_number(tokens, at);
    return number ? std::optional(Reading{number->value, number->end, true}) : std::nullopt;
  }
  while (true) {  // 1 min 30 s; two minutes and thirty seconds
    std::size_t next_at = total->end;
    if (is_at(tokens, next_at, "and") || is_at(tokens, next_at, "零")) ++next_at;
    const auto next = read_time_part(tokens, next_at);
    if (!next || is_at(tokens, next_at, "a")) return total;
    total = Reading{total->value + next->value, next->end};
  }
}

std::optional<Reading> read_count(const Tokens& tokens, std::size_t at) {
  constexpr Named kOnce[] = {{"once", 1}, {"twice", 2}, {"thrice", 3}};
  constexpr Unit kTimes[] = {{"times", 1}, {"time", 1}, {"次", 1},  {"遍", 1},
                             {"回", 1},    {"下", 1},   {"下子", 1}};
  if (at >= tokens.size()) return std::nullopt;
  if (const auto once = find(kOnce, word_at(tokens, at))) return Reading{*once, at + 1};
  const auto number = read_number(tokens, at);
  if (!number) return std::nullopt;
  const auto unit = read_unit(tokens, number->end, kTimes);
  if (!unit) return std::nullopt;
  return Reading{number->value, unit->end};
}

}  // namespace longmen::agent
