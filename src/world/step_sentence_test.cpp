#include "world/step_sentence.h"

#include <gtest/gtest.h>

#include "core/skill_catalogue.h"

namespace longmen::world {
namespace {

const World& factory() {
  static const World world =
      load_world(std::filesystem::path(LONGMEN_SOURCE_DIR) / "worlds/factory").value();
  return world;
}

Bilingual say(const std::string& skill, std::map<std::string, Argument> args) {
  return step_sentence({skill, std::move(args)}, factory());
}

TEST(StepSentence, NamesThingsAsTheWorldDoes) {
  EXPECT_EQ(say("walk_to", {{"place", "charging_station"}}),
            (Bilingual{"walk to the charging station", "走到充电站"}));
  EXPECT_EQ(say("walk_to", {{"place", "home"}}), (Bilingual{"walk to home", "走到起点"}));
  EXPECT_EQ(say("point_at", {{"target", "li"}}), (Bilingual{"point at Li", "指向小李"}));
  EXPECT_EQ(say("place", {{"object", "gear"}, {"place", "shelf"}}),
            (Bilingual{"put the gear on the shelf", "把齿轮放到货架"}));
}

TEST(StepSentence, GivesNumbersTheirUnitsAndTurnsTheirSide) {
  EXPECT_EQ(say("turn", {{"angle_deg", 90.0}}),
            (Bilingual{"turn 90° to the left", "转身：向左 90°"}));
  EXPECT_EQ(say("turn", {{"angle_deg", -45.0}}).en, "turn 45° to the right");
  EXPECT_EQ(say("wait", {{"duration_s", 2.5}}), (Bilingual{"wait 2.5 s", "等待2.5 秒"}));
  EXPECT_EQ(say("say", {{"text", "shelf {text}"}}).en, "say “shelf {text}”");
}

TEST(StepSentence, WhatNobodyKnowsKeepsItsName) {
  EXPECT_EQ(say("fly", {}), (Bilingual{"fly", "fly"}));
  EXPECT_EQ(say("walk_to", {{"place", "moon"}}).en, "walk to moon");
}

TEST(StepSentence, EverySkillHasOneAndItNamesItsParameters) {
  for (const Skill& skill : skill_catalogue()) {
    EXPECT_FALSE(skill.sentence_en.empty()) << skill.name;
    EXPECT_FALSE(skill.sentence_zh.empty()) << skill.name;
    for (const Parameter& parameter : skill.parameters) {
      const std::string slot = "{" + std::string(parameter.name) + "}";
      EXPECT_NE(skill.sentence_en.find(slot), std::string_view::npos) << skill.name;
      EXPECT_NE(skill.sentence_zh.find(slot), std::string_view::npos) << skill.name;
    }
  }
}

}  // namespace
}  // namespace longmen::world
