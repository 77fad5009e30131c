#include "gate/plan/words.h"

#include <gtest/gtest.h>

namespace longmen::gate::plan {
namespace {

TEST(Words, WhatLooksTheSameReadsTheSame) {
  EXPECT_EQ(phrase_of("StoveBurner turn_on"), "stove burner turn on");
  EXPECT_EQ(phrase_of("fоrk"), "fork");              // Cyrillic o
  EXPECT_EQ(phrase_of("ｌａｐｔｏｐ"), "laptop");    // full width
  EXPECT_EQ(phrase_of("po\xE2\x80\x8Bur"), "pour");  // zero width space
  EXPECT_EQ(phrase_of("café"), "cafe");
  EXPECT_EQ(phrase_of("微波炉"), "微 波 炉");
}

TEST(Words, MarksEndClausesAndBrokenBytesOnlySeparate) {
  const auto words = words_of(
      "a, b\xFF"
      "c。");
  ASSERT_EQ(words.size(), 5u);
  EXPECT_TRUE(words[1].is_break);
  EXPECT_EQ(words[2].text, "b");
  EXPECT_EQ(words[3].text, "c");
  EXPECT_TRUE(words[4].is_break);
}

}  // namespace
}  // namespace longmen::gate::plan
