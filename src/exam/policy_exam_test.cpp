#include "exam/policy_exam.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace longmen::exam {
namespace {

namespace fs = std::filesystem;

const fs::path kProject = LONGMEN_SOURCE_DIR;

/// The first of the robots, by name: the shipped policies are its own.
fs::path first_robot() {
  std::set<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(kProject / "robots"))
    if (entry.is_directory()) folders.insert(entry.path());
  return *folders.begin();
}

/// One run of each scenario.
PolicyExam exam_of(const std::string& policy, std::uint64_t seed, int jobs) {
  return {.project_folder = kProject,
          .robot_folder = first_robot(),
          .policy = kProject / "models" / "policies" / (policy + ".policy"),
          .seed = seed,
          .runs = 1,
          .jobs = jobs};
}

TEST(PolicyExam, WhoeverThrowsTheJointsAboutFailsWithTheSameBitsByAnyNumberOfProcesses) {
  const PolicyReport one = examine_policy(exam_of("random", 5, 1)).value();
  const PolicyReport two = examine_policy(exam_of("random", 5, 2)).value();
  EXPECT_FALSE(one.is_passed);
  EXPECT_EQ(one.tests.size(), 4u);
  EXPECT_EQ(one.runs, 4);
  EXPECT_EQ(one.passed_runs, 0);
  for (const auto& [name, score] : one.tests) {
    EXPECT_EQ(score.runs, 1) << name;
    EXPECT_FALSE(score.is_passed) << name;
  }
  EXPECT_EQ(report_json(one), report_json(two));
  EXPECT_NE(report_page(one).find("failed"), std::string::npos);
}

TEST(PolicyExam, NamesEveryFileThatItsVerdictHangsOn) {
  const auto inputs = inputs_of_policy(exam_of("random", 1, 1)).value();
  std::set<std::string> names;
  for (const auto& input : inputs) names.insert(input.name);
  for (const char* name : {"rules/limits/motion.yaml", "rules/exam/body/walk.yaml",
                           "robot/robot.yaml", "robot/model.xml", "robot/tuning.yaml"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST(PolicyExam, AFileThatIsNoPolicyIsAnError) {
  EXPECT_FALSE(examine_policy(exam_of("nobody", 1, 1)));
}

}  // namespace
}  // namespace longmen::exam
