#include "gate/plan/rule_pack.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace longmen::gate::plan {
namespace {

std::string shipped() {
  std::ifstream stream(std::string(LONGMEN_SOURCE_DIR) + "/rules/plan/plan.yaml");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(RulePack, FillsItsSentencesInBothLanguages) {
  const auto pack = RulePack::parse(shipped(), "plan.yaml");
  ASSERT_TRUE(pack) << pack.error().text();
  const Bilingual sentence =
      pack->sentence("plan.surface", {{"step", "2"}, {"name", "{door}"}, {"known", "shelf"}});
  EXPECT_EQ(sentence.en, "Step 2: nothing can be put down at \"{door}\"; at these it can: shelf.");
  EXPECT_EQ(sentence.zh, "第 2 步：“{door}”上不能放东西；可以放的地方：shelf。");
}

TEST(RulePack, EachFaultIsOneErrorThatNamesIt) {
  const std::pair<std::string, std::string> faults[] = {
      {"  plan.body:", "  plan.bodi:"},  // a rule that the gate needs is missing
      {"version: 1", "version: 2"},      // another format
      {"source: world zones", "sauce: world zones"},
      {"value: 50", "value: 5000"},
      {"The plan has no steps.", "The plan {has} no steps."},
      {"The plan has no steps.", "The plan {step has no steps."},
      {"models: [parser, embedded, pad]", "models: parser: x"},
      {"limits:", "limit:"},
  };
  for (const auto& [old_words, new_words] : faults) {
    std::string text = shipped();
    const std::size_t at = text.find(old_words);
    ASSERT_NE(at, std::string::npos) << old_words;
    text.replace(at, old_words.size(), new_words);
    const auto pack = RulePack::parse(text, "plan.yaml");
    ASSERT_FALSE(pack) << new_words;
    EXPECT_NE(pack.error().text().find("plan.yaml"), std::string::npos);
  }
}

}  // namespace
}  // namespace longmen::gate::plan
