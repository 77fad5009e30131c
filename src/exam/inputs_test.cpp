#include "exam/inputs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace longmen::exam {
namespace {

namespace fs = std::filesystem;

TEST(ExamInputs, ChangeWithEveryFileThatAnExamReads) {
  const fs::path root = LONGMEN_SOURCE_DIR;
  const fs::path copy = fs::temp_directory_path() / ("exam-inputs-" + std::to_string(getpid()));
  fs::remove_all(copy);
  fs::create_directories(copy / "worlds");
  fs::copy(root / "rules", copy / "rules", fs::copy_options::recursive);
  fs::copy(root / "worlds" / "bank", copy / "worlds" / "bank", fs::copy_options::recursive);
  const fs::path weights = copy / "weights.bin";
  std::ofstream(weights) << "weights";
  const auto inputs = [&] { return inputs_of(copy, copy / "worlds" / "bank", weights).value(); };
  const std::vector<registry::Input> before = inputs();
  EXPECT_TRUE(std::is_sorted(before.begin(), before.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  EXPECT_EQ(registry::first_difference(before, inputs()), std::nullopt);

  const auto changed_by = [&](const fs::path& file) {
    const auto size = fs::file_size(file);
    std::ofstream(file, std::ios::app) << "\n# a line more\n";
    const auto difference = registry::first_difference(before, inputs());
    fs::resize_file(file, size);
    return difference.value_or("");
  };
  EXPECT_EQ(changed_by(weights), "embedding weights");
  EXPECT_EQ(changed_by(copy / "worlds/bank/world.yaml"), "world/world.yaml");
  EXPECT_EQ(changed_by(copy / "worlds/bank/exam/bank.txt"), "world/exam/bank.txt");
  int rules = 0;
  for (const char* folder : {"hazards", "plan", "exam"})
    for (const auto& entry : fs::directory_iterator(copy / "rules" / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".yaml" && extension != ".rego" && extension != ".txt") continue;
      EXPECT_EQ(changed_by(entry.path()),
                "rules/" + std::string(folder) + "/" + entry.path().filename().string());
      ++rules;
    }
  EXPECT_GE(rules, 10);
  EXPECT_EQ(registry::first_difference(before, inputs()), std::nullopt) << "all put back";
  fs::remove(copy / "rules/plan/robot.rego");
  EXPECT_EQ(registry::first_difference(before, inputs()), "rules/plan/robot.rego");
  fs::remove_all(copy);
}

}  // namespace
}  // namespace longmen::exam
