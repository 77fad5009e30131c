#include "core/plan_message.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/random.h"

namespace longmen {
namespace {

Plan example() {
  Plan plan;
  plan.id = "p1";
  plan.model = "parser";
  plan.text = "走到 shelf and say \"hi\"";
  plan.steps = {{"walk_to", {{"place", std::string("shelf")}}},
                {"turn", {{"angle_deg", -90.5}}},
                {"wave", {}}};
  return plan;
}

ErrorCode error_of(std::string_view bytes) {
  const auto plan = decode_plan(bytes);
  EXPECT_FALSE(plan) << bytes;
  return plan ? ErrorCode::kInternal : plan.error().code;
}

TEST(PlanMessage, APlanComesBackFromItsBytesAsItWas) {
  const auto bytes = encode_plan(example());
  ASSERT_TRUE(bytes);
  const auto back = decode_plan(*bytes);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(*back, example());
  EXPECT_EQ(encode_plan(*back).value(), *bytes);
}

TEST(PlanMessage, UnknownMissingAndRepeatedKeysAreRefused) {
  EXPECT_EQ(error_of(R"({"id":"","model":"","text":"","steps":[],"run":true})"),
            ErrorCode::kUnknownKey);
  EXPECT_EQ(error_of(R"({"id":"","model":"","text":""})"), ErrorCode::kMissingKey);
  EXPECT_EQ(error_of(R"({"id":"","id":"b","model":"","text":"","steps":[]})"), ErrorCode::kParse);
  EXPECT_EQ(
      error_of(R"({"id":"","model":"","text":"","steps":[{"skill":"wave","args":{"a":1,"a":2}}]})"),
      ErrorCode::kParse);
  EXPECT_EQ(error_of(R"({"id":"","model":"","text":"","steps":[{"skill":"wave"}]})"),
            ErrorCode::kMissingKey);
}

TEST(PlanMessage, WrongKindsAreRefused) {
  for (const char* bytes : {
           "",
           "null",
           "[]",
           "7",
           "{",
           R"({"id":1,"model":"","text":"","steps":[]})",
           R"({"id":"","model":"","text":"","steps":[],"cause":""})",
           R"({"id":"","model":"","text":"","steps":[],"cause":3})",
           R"({"id":"","model":"","text":"","steps":{}})",
           R"({"id":"","model":"","text":"","steps":["wave"]})",
           R"({"id":"","model":"","text":"","steps":[{"skill":"wave","args":[]}]})",
           R"({"id":"","model":"","text":"","steps":[{"skill":"wave","args":{"a":null}}]})",
           R"({"id":"","model":"","text":"","steps":[{"skill":"wave","args":{"a":true}}]})",
           R"({"id":"","model":"","text":"","steps":[{"skill":"wave","args":{"a":{"b":1}}}]})",
           "{\"id\":\"\xff\",\"model\":\"\",\"text\":\"\",\"steps\":[]}",
       })
    EXPECT_EQ(error_of(bytes), ErrorCode::kParse) << bytes;
}

TEST(PlanMessage, WhateverIsBeyondTheLimitsIsRefused) {
  EXPECT_EQ(error_of(std::string(kPlanMessageLimits.size_max_bytes + 1, ' ')),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(error_of(std::string(60000, '[')), ErrorCode::kParse);
  Plan many = example();
  many.steps.resize(kPlanMessageLimits.steps_max + 1, {"wave", {}});
  EXPECT_FALSE(encode_plan(many));
  Plan longest = example();
  longest.text.assign(kPlanMessageLimits.text_max_bytes + 1, 'a');
  EXPECT_FALSE(encode_plan(longest));
  Plan broken = example();
  broken.text = "\xC0\xAF";
  EXPECT_FALSE(encode_plan(broken));
  for (const double number :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(), 1e10}) {
    Plan absurd = example();
    absurd.steps[1].args["angle_deg"] = number;
    EXPECT_FALSE(encode_plan(absurd)) << number;
  }
  EXPECT_EQ(
      error_of(
          R"({"id":"","model":"","text":"","steps":[{"skill":"turn","args":{"angle_deg":1e400}}]})"),
      ErrorCode::kParse);
}

/// The fuzz target's little sister: bytes near a real message, always the same ones.
TEST(PlanMessage, AlteredBytesNeverThrowAndWhatIsReadCanBeWritten) {
  const std::string bytes = encode_plan(example()).value();
  Random random(5);
  int read = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    std::string altered = bytes;
    const int edits = 1 + static_cast<int>(random.next() % 3);
    for (int i = 0; i < edits; ++i) {
      const std::size_t at = random.next() % altered.size();
      switch (random.next() % 3) {
        case 0:
          altered[at] = static_cast<char>(random.next());
          break;
        case 1:
          altered.erase(at, 1 + random.next() % 4);
          break;
        default:
          altered.insert(at, altered.substr(random.next() % altered.size(), random.next() % 9));
      }
      if (altered.empty()) altered = "{";
    }
    const auto plan = decode_plan(altered);
    if (!plan) continue;
    ++read;
    const auto again = encode_plan(*plan);
    ASSERT_TRUE(again) << altered;
    ASSERT_EQ(decode_plan(*again).value(), *plan);
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace longmen
