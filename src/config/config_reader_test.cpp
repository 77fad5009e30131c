#include "config/config_reader.h"

#include <gtest/gtest.h>

namespace longmen::config {
namespace {

YAML::Node yaml(const char* text) { return parse_yaml(text, "test").value(); }

TEST(Reader, UnknownKeyIsAnErrorThatNamesTheValidOnes) {
  const YAML::Node node = yaml("{mass_kg: 3, colour: red}");
  Reader reader(node, "test.yaml");
  double mass_kg = 0;
  reader.required("mass_kg", mass_kg);
  const auto done = reader.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kUnknownKey);
  EXPECT_NE(done.error().text().find("colour"), std::string::npos);
  EXPECT_NE(done.error().text().find("mass_kg"), std::string::npos);
}

TEST(Reader, MissingKeyIsAnErrorAndNeverReadsAsZero) {
  const YAML::Node node = yaml("{name: a}");
  Reader reader(node, "test.yaml");
  std::string name;
  double mass_kg = 7;
  reader.required("name", name);
  reader.required("mass_kg", mass_kg);
  const auto done = reader.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kMissingKey);
  EXPECT_EQ(mass_kg, 7);
}

TEST(Reader, NotANumberIsRefused) {
  for (const char* text : {"{x: .nan}", "{x: .inf}", "{x: hello}", "{x: [1, 2]}"}) {
    const YAML::Node node = yaml(text);
    Reader reader(node, "test.yaml");
    double x = 1;
    reader.required("x", x);
    EXPECT_FALSE(reader.finish()) << text;
    EXPECT_EQ(x, 1) << text;
  }
}

TEST(Reader, AnErrorIsOneLineWhateverTheKeyHolds) {
  const YAML::Node node = yaml("{\"a\\nb\\x1b[31m\": 1}");
  Reader reader(node, "test.yaml");
  const auto done = reader.finish();
  ASSERT_FALSE(done);
  for (const char c : done.error().text()) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
}

TEST(Reader, ASectionIsOptionalAndAsStrictAsTheWhole) {
  const YAML::Node node = yaml("{gains: {stiffness: 2, typo: 1}}");
  Reader reader(node, "test.yaml");
  double stiffness = 1, damping = 3;
  reader.section("gains", [&](Reader& r) { r.optional("stiffness", stiffness); });
  reader.section("absent", [&](Reader& r) { r.required("damping", damping); });
  const auto done = reader.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kUnknownKey);
  EXPECT_NE(done.error().text().find("typo"), std::string::npos);
  EXPECT_EQ(damping, 3);
}

TEST(Reader, AKeyStandsOnce) {
  const YAML::Node node = yaml("{a: 1, b: 2, a: 3}");
  Reader reader(node, "test.yaml");
  double a = 0, b = 0;
  reader.required("a", a);
  reader.required("b", b);
  const auto done = reader.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kParse);
  EXPECT_NE(done.error().text().find("'a' stands twice"), std::string::npos);
}

TEST(Reader, WhatWasAskedForIsNamedAmongTheValidKeys) {
  const YAML::Node node = yaml("{typo: 1}");
  Reader reader(node, "test.yaml");
  EXPECT_FALSE(reader.has("friction"));
  const auto done = reader.finish();
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text().find("friction"), std::string::npos);
}

TEST(Reader, MalformedTextNamesTheLine) {
  const auto result = parse_yaml("a: [1,\nb: 2", "test.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kParse);
  EXPECT_NE(result.error().text().find("line"), std::string::npos);
}

}  // namespace
}  // namespace longmen::config
