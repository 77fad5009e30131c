#include "core/skill_catalogue.h"

#include <gtest/gtest.h>

namespace longmen {
namespace {

TEST(SkillCatalogue, IsInTheOrderOfItsIdsAndFindsEachByName) {
  int index = 0;
  for (const Skill& entry : skill_catalogue()) {
    EXPECT_EQ(static_cast<int>(entry.id), index++);
    EXPECT_EQ(find_skill(entry.name), &entry);
    EXPECT_EQ(&skill(entry.id), &entry);
  }
  EXPECT_EQ(find_skill("fly"), nullptr);
}

TEST(SkillCatalogue, EverySkillCanBeAskedForInBothLanguagesAndEndsInTime) {
  for (const Skill& entry : skill_catalogue()) {
    EXPECT_EQ(entry.phrases_en.empty(), entry.phrases_zh.empty()) << entry.name;
    EXPECT_EQ(entry.is_asked_in_words(), entry.id < SkillId::kFollowStream) << entry.name;
    EXPECT_FALSE(entry.summary_en.empty() || entry.summary_zh.empty()) << entry.name;
    EXPECT_GT(entry.timeout_s, 0.0) << entry.name;
    for (const Parameter& parameter : entry.parameters)
      if (parameter.kind == ParameterKind::kNumber || parameter.kind == ParameterKind::kText) {
        EXPECT_LT(parameter.min, parameter.max) << entry.name << '.' << parameter.name;
        EXPECT_FALSE(parameter.unit.empty()) << entry.name << '.' << parameter.name;
      }
  }
}

}  // namespace
}  // namespace longmen
