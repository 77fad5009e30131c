#include "server/body_schema.h"

#include <gtest/gtest.h>

namespace longmen::server {
namespace {

const nlohmann::json kSchema = nlohmann::json::parse(R"({
  "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 5},
                 "act": {"type": "string", "enum": ["go", "stop"]},
                 "shown": {"type": "boolean"},
                 "speed": {"type": "number", "minimum": 0.1, "maximum": 2}},
  "required": ["text"]})");

TEST(BodySchema, TakesWhatItDescribes) {
  const auto body =
      read_body(R"({"text": "走到工作台", "act": "go", "shown": true, "speed": 2})", kSchema);
  ASSERT_TRUE(body.has_value()) << body.error().text();
  EXPECT_EQ((*body)["text"], "走到工作台");  // five characters, fifteen bytes
}

TEST(BodySchema, RefusesAllElse) {
  for (const char* body :
       {"", "[]", "null", "{", R"({"act": "go"})", R"({"text": ""})", R"({"text": "longer"})",
        R"({"text": 1})", R"({"text": "a", "act": "fly"})", R"({"text": "a", "shown": 1})",
        R"({"text": "a", "more": 1})", R"({"text": "a", "speed": 2.1})",
        R"({"text": "a", "speed": "1"})", R"({"text": "a", "speed": 1e999})",
        R"({"text": "a", "speed": null})", "{\"text\": \"a\\u0000\"}", "{\"text\": \"\xFF\"}"})
    EXPECT_FALSE(read_body(body, kSchema).has_value()) << body;
}

TEST(BodySchema, WithoutPropertiesTakesAnyObjectThatIsNotDeep) {
  const nlohmann::json any = {{"type", "object"}};
  EXPECT_TRUE(read_body(R"({"jsonrpc": "2.0", "params": {"a": [1]}})", any).has_value());
  EXPECT_FALSE(read_body("[]", any).has_value());
  const std::string deep = R"({"a": )" + std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_FALSE(read_body(deep, any).has_value());
}

}  // namespace
}  // namespace longmen::server
