#include "agent/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>

#include "core/plan_message.h"
#include "core/random.h"
#include "core/skill_catalogue.h"

namespace longmen::agent {
namespace {

const Parser& parser() {
  static const Parser instance = Parser::create().value();
  return instance;
}

const world::World& factory_world() {
  static const world::World world =
      world::load_world(std::string(LONGMEN_SOURCE_DIR) + "/worlds/factory").value();
  return world;
}

std::string argument_text(const Argument& argument) {
  if (const auto* text = std::get_if<std::string>(&argument)) return *text;
  std::ostringstream out;
  out << std::get<double>(argument);
  return out.str();
}

/// "walk_to(shelf) turn(90)"; a leading "?" when the plan is to be confirmed; "no: …" for a
/// refusal.
std::string outcome(const std::string& text, const world::World& world) {
  const Answer answer = parser().answer(text, world);
  if (const auto* cannot = std::get_if<Cannot>(&answer)) {
    EXPECT_FALSE(cannot->reason.en.empty() || cannot->reason.zh.empty()) << text;
    return "no: " + cannot->reason.en;
  }
  const auto& proposal = std::get<Proposal>(answer);
  EXPECT_FALSE(proposal.plan.steps.empty()) << text;
  std::string line = proposal.confirm ? "?" : "";
  for (const PlanStep& step : proposal.plan.steps) {
    if (line.size() > 1) line += ' ';
    line += step.skill + "(";
    for (const Parameter& parameter : find_skill(step.skill)->parameters) {
      if (line.back() != '(') line += ", ";
      line += argument_text(step.args.at(std::string(parameter.name)));
    }
    line += ")";
  }
  return line;
}

/// A line of sentences.txt: a sentence and what becomes of it.
struct ParserCase {
  std::string text;
  std::string expected;
  int line = 0;
};

std::ostream& operator<<(std::ostream& out, const ParserCase& c) { return out << c.text; }

std::vector<ParserCase> read_parser_cases() {
  std::ifstream file(std::string(LONGMEN_SOURCE_DIR) + "/src/agent/sentences.txt");
  std::vector<ParserCase> cases;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t arrow = line.find(" => ");
    EXPECT_NE(arrow, std::string::npos) << "sentences.txt:" << number;
    if (arrow == std::string::npos) continue;
    cases.push_back({line.substr(0, arrow), line.substr(arrow + 4), number});
  }
  return cases;
}

class Sentence : public testing::TestWithParam<ParserCase> {};
INSTANTIATE_TEST_SUITE_P(Table, Sentence, testing::ValuesIn(read_parser_cases()),
                         [](const auto& c) { return "line_" + std::to_string(c.param.line); });

TEST_P(Sentence, BecomesThePlanOfTheTable) {
  const ParserCase& c = GetParam();
  const std::string got = outcome(c.text, factory_world());
  const bool is_refusal = c.expected.rfind("no:", 0) == 0;
  if (!is_refusal) {
    EXPECT_EQ(got, c.expected);
    return;
  }
  EXPECT_EQ(got.rfind("no: ", 0), 0u) << "planned: " << got;
  const std::string words = c.expected.size() > 4 ? c.expected.substr(4) : "";
  EXPECT_NE(got.find(words), std::string::npos) << got;
}

TEST(SentenceTable, HoldsEnoughInBothLanguages) {
  int chinese = 0;
  int refusals = 0;
  const std::vector<ParserCase> cases = read_parser_cases();
  for (const ParserCase& c : cases) {
    if (c.text.find_first_of("\xE5\xE6") != std::string::npos) ++chinese;
    if (c.expected.rfind("no:", 0) == 0) ++refusals;
  }
  EXPECT_GE(cases.size(), 300u);
  EXPECT_GE(chinese, 100);
  EXPECT_GE(refusals, 80);
}

bool holds_any(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

/// Sentences of the table that are planned and whose words are not themselves the matter.
std::vector<ParserCase> plain_cases() {
  std::vector<ParserCase> plain;
  for (const ParserCase& c : read_parser_cases())
    if (c.expected.rfind("no:", 0) != 0 &&
        !holds_any(c.text, {"say", "Say", "tell", "announce", "说"}))
      plain.push_back(c);
  return plain;
}

/// Nothing is overlooked: a word that means nothing makes any sentence unreadable, wherever it
/// stands.
TEST(ParserProperty, EveryWordCounts) {
  int inserted = 0;
  for (const ParserCase& c : plain_cases()) {
    for (std::size_t at = 0; at <= c.text.size(); ++at) {
      const bool is_boundary = at == 0 || at == c.text.size() || c.text[at] == ' ';
      if (!is_boundary) continue;
      std::string altered = c.text;
      altered.insert(at, ++inserted % 2 == 0 ? " zyxgrk " : " 龘 ");
      EXPECT_EQ(outcome(altered, factory_world()).rfind("no: ", 0), 0u) << altered;
    }
  }
  EXPECT_GT(inserted, 1000);
}

/// Case, spacing and the width of characters say nothing.
TEST(ParserProperty, TypographyDoesNotCount) {
  for (const ParserCase& c : plain_cases()) {
    std::string upper = c.text;
    std::string wide;
    std::string spaced = "  ";
    for (char& letter : upper)
      if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    for (const char letter : c.text) {
      const bool is_word = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
      if (is_word)
        wide += {'\xEF', static_cast<char>(letter >= '`' ? 0xBD : 0xBC),
                 static_cast<char>(letter >= '`' ? letter - '`' + 0x80 : letter - ' ' + 0x80)};
      else
        wide += letter;
      spaced += letter == ' ' ? std::string("\xC2\xA0 \t") : std::string(1, letter);
    }
    EXPECT_EQ(outcome(upper, factory_world()), c.expected) << upper;
    EXPECT_EQ(outcome(wide, factory_world()), c.expected) << wide;
    EXPECT_EQ(outcome(spaced + " ", factory_world()), c.expected) << spaced;
  }
}

/// Two sentences after each other are two plans after each other.
TEST(ParserProperty, SentencesFollowEachOther) {
  const std::vector<ParserCase> cases = plain_cases();
  Random random(21);
  for (int trial = 0; trial < 400; ++trial) {
    const ParserCase& first = cases[random.next() % cases.size()];
    const std::string text = first.text + ". wave";
    if (holds_any(first.text, {"?", "!", ".", "n't", "n’t", "not", "never", "avoid", "without",
                               "instead", "不", "别", "勿"}) ||
        holds_any(first.expected, {"?", "pick_up"}))
      continue;
    EXPECT_EQ(outcome(text, factory_world()), first.expected + " wave()") << text;
  }
}

/// The fuzz target's little sister: sentences of the grammar's own words in any order, and bytes.
/// What is planned can be sent, keeps the catalogue's kinds and limits, and is always the same.
TEST(ParserProperty, AnyTextGivesAPlanThatHoldsOrAReason) {
  const std::vector<std::string> words = {
      "walk",   "to",   "the",       "shelf", "door",   "and",     "then",  "turn",  "left",
      "right",  "90",   "degrees",   "wave",  "twice",  "three",   "times", "don't", "but",
      "please", "say",  "\"hello\"", "wait",  "5",      "seconds", "box",   "pick",  "up",
      "put",    "on",   "workbench", "Li",    "bring",  "it",      "there", "after", "before",
      "waving", ",",    ".",         "?",     "could",  "you",     "走到",  "货架",  "然后",
      "向左转", "三十", "度",        "挥手",  "三次",   "不要",    "把",    "箱子",  "拿给",
      "小李",   "说",   "“好”",      "等",    "一分半", "，",      "之后",  "之前",  "先",
      "再",     "吗",   "他",        "它",    "那里",   "-",       "1e9",   "zyx",   "\xE2\x80\x8B",
      "\n",     "'",    "(",         "half",  "a",      "of"};
  Random random(17);
  int planned = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    std::string text;
    const int count = 1 + static_cast<int>(random.next() % 12);
    for (int i = 0; i < count; ++i) {
      text += words[random.next() % words.size()];
      if (random.next() % 4 != 0) text += ' ';
    }
    if (random.next() % 8 == 0)
      text[random.next() % text.size()] = static_cast<char>(random.next());
    const Answer answer = parser().answer(text, factory_world());
    const auto* proposal = std::get_if<Proposal>(&answer);
    if (proposal == nullptr) continue;
    ++planned;
    EXPECT_EQ(std::get<Proposal>(parser().answer(text, factory_world())).plan, proposal->plan)
        << text;
    ASSERT_TRUE(encode_plan(proposal->plan)) << text;
    for (const PlanStep& step : proposal->plan.steps) {
      const Skill* skill = find_skill(step.skill);
      ASSERT_NE(skill, nullptr) << text;
      ASSERT_EQ(step.args.size(), skill->parameters.size()) << text;
      for (const Parameter& parameter : skill->parameters) {
        const Argument& argument = step.args.at(std::string(parameter.name));
        if (parameter.kind != ParameterKind::kNumber) continue;
        EXPECT_GE(std::get<double>(argument), parameter.min) << text;
        EXPECT_LE(std::get<double>(argument), parameter.max) << text;
      }
    }
  }
  EXPECT_GT(planned, 25);
}

TEST(Parser, ReadsNoMoreThanItsBound) {
  std::string text = "wave";
  while (text.size() < Parser::kText_max_bytes) text += ", wave";
  EXPECT_EQ(outcome(text, factory_world()).rfind("no: ", 0), 0u);
  EXPECT_EQ(outcome("walk to the \xC0\xAF", factory_world()).rfind("no: ", 0), 0u);
  EXPECT_EQ(outcome(std::string("walk to the shelf\0", 18), factory_world()).rfind("no: ", 0), 0u);
}

}  // namespace
}  // namespace longmen::agent
