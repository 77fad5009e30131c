#include "agent/parser.h"

#include <gtest/gtest.h>

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

const world::World& factory() {
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
struct Case {
  std::string text;
  std::string expected;
  int line = 0;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.text; }

std::vector<Case> read_cases() {
  std::ifstream file(std::string(LONGMEN_SOURCE_DIR) + "/src/agent/sentences.txt");
  std::vector<Case> cases;
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

class Sentence : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Table, Sentence, testing::ValuesIn(read_cases()),
                         [](const auto& c) { return "line_" + std::to_string(c.param.line); });

TEST_P(Sentence, BecomesThePlanOfTheTable) {
  const Case& c = GetParam();
  const std::string got = outcome(c.text, factory());
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
  const std::vector<Case> cases = read_cases();
  for (const Case& c : cases) {
    chinese += c.text.find("\xE6") != std::string::npos || c.text.find("\xE5") != std::string::npos;
    refusals += c.expected.rfind("no:", 0) == 0;
  }
  EXPECT_GE(cases.size(), 300u);
  EXPECT_GE(chinese, 100);
  EXPECT_GE(refusals, 80);
}

}  // namespace
}  // namespace longmen::agent
