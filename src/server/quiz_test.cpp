#include "server/quiz.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "config/config_reader.h"

namespace longmen::server {
namespace {

using namespace std::chrono_literals;

const Quiz::Time kStart{1000h};
const std::string kOperators = std::string(LONGMEN_SOURCE_DIR) + "/rules/quiz/operators.yaml";

/// The first option of every question, as its file has it.
std::set<std::string> right_options() {
  const YAML::Node file = YAML::LoadFile(kOperators);
  std::set<std::string> right;
  for (const auto& question : file["questions"])
    right.insert(question["options"][0]["en"].as<std::string>());
  return right;
}

/// What somebody who knows the first `known` answers hands in.
std::string answers_of(const nlohmann::json& sheet, std::size_t known) {
  const auto right = right_options();
  std::string answers;
  for (const auto& question : sheet["questions"]) {
    std::size_t place = 0;
    while (!right.contains(question["options"][place]["en"])) ++place;
    if (answers.size() >= known) place = (place + 1) % question["options"].size();
    answers += static_cast<char>('0' + place);
  }
  return answers;
}

TEST(Quiz, MarksASheetOnceAndWithinItsTime) {
  auto quiz = Quiz::load(kOperators).value();
  for (const std::size_t known : {std::size_t{0}, std::size_t{8}, Quiz::kQuestions}) {
    const auto sheet = quiz.begin(kStart);
    const std::string name = sheet["sheet"];
    ASSERT_EQ(sheet["questions"].size(), Quiz::kQuestions);
    EXPECT_EQ(quiz.mark(name, answers_of(sheet, known), kStart + 1min), known);
    EXPECT_FALSE(quiz.mark(name, answers_of(sheet, Quiz::kQuestions), kStart + 1min)) << "again";
  }
  const auto late = quiz.begin(kStart);
  EXPECT_FALSE(quiz.mark(late["sheet"], answers_of(late, 10), kStart + Quiz::kSheetLife));
  EXPECT_FALSE(quiz.mark("", "0000000000", kStart));
  const auto odd = quiz.begin(kStart);
  EXPECT_EQ(quiz.mark(odd["sheet"], "", kStart), 0u);
}

TEST(Quiz, ASheetSaysNothingOfWhatIsRight) {
  auto quiz = Quiz::load(kOperators).value();
  std::set<std::size_t> places;
  std::set<std::string> asked;
  for (int i = 0; i < 20; ++i) {
    const auto sheet = quiz.begin(kStart);
    EXPECT_EQ(sheet.size(), 4u);
    std::set<std::string> here;
    for (const auto& question : sheet["questions"]) {
      EXPECT_EQ(question.size(), 2u) << question;
      here.insert(question["question"]["en"]);
      for (const auto& option : question["options"]) EXPECT_EQ(option.size(), 2u) << option;
    }
    EXPECT_EQ(here.size(), Quiz::kQuestions) << "each question once";
    asked.insert(here.begin(), here.end());
    for (const char place : answers_of(sheet, Quiz::kQuestions))
      places.insert(static_cast<std::size_t>(place - '0'));
  }
  EXPECT_EQ(places, (std::set<std::size_t>{0, 1, 2, 3})) << "the right option stands anywhere";
  EXPECT_GT(asked.size(), Quiz::kQuestions) << "drawn from a larger pool";
}

TEST(Quiz, OpenSheetsAreBounded) {
  auto quiz = Quiz::load(kOperators).value();
  const auto first = quiz.begin(kStart);
  for (std::size_t i = 0; i < Quiz::kSheets_max; ++i)
    static_cast<void>(quiz.begin(kStart + std::chrono::seconds(1 + i)));
  EXPECT_FALSE(quiz.mark(first["sheet"], answers_of(first, 10), kStart + 70s)) << "the oldest went";
}

TEST(Quiz, EveryQuestionIsWholeInBothLanguagesAndTheLongestOptionIsNotTheKey) {
  const YAML::Node file = YAML::LoadFile(kOperators);
  std::size_t longest = 0;
  for (const auto& question : file["questions"]) {
    std::set<std::string> texts;
    std::size_t right = 0, most = 0;
    for (const auto& option : question["options"]) {
      texts.insert(option["en"].as<std::string>());
      texts.insert(option["zh"].as<std::string>());
      const std::size_t size = option["en"].as<std::string>().size();
      if (right == 0) right = size;
      most = std::max(most, size);
    }
    EXPECT_EQ(texts.size(), 2 * question["options"].size()) << "each option once";
    longest += right == most ? 1 : 0;
  }
  EXPECT_LE(2 * longest, file["questions"].size());
}

TEST(Quiz, AFileThatIsNoneIsRefused) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("longmen_quiz_" + std::to_string(getpid()) + ".yaml");
  const std::string option = "{en: a, zh: b}";
  for (const std::string& text :
       {std::string("questions: []\n"), std::string("questions: 3\n"), std::string("other: 1\n"),
        "questions: [{question: " + option + ", options: [" + option + "]}]\n",
        "questions: [{question: " + option + ", options: [a, b, c]}]\n",
        "questions: [{question: {en: a}, options: [" + option + "," + option + "," + option +
            "]}]\n"}) {
    std::ofstream(file) << text;
    EXPECT_FALSE(Quiz::load(file).has_value()) << text;
  }
  std::filesystem::remove(file);
  EXPECT_EQ(Quiz::load(file).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace longmen::server
