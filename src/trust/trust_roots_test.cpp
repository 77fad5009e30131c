#include "trust/trust_roots.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace longmen::trust {
namespace {

std::string one_root(const PublicKey& key, const char* use) {
  return fmt::format("keys:\n  - key: {}\n    use: {}\n    holder: a laboratory\n", key.text(),
                     use);
}

TEST(TrustRoots, AKeyVouchesForItsUseOnly) {
  const auto key = SigningKey::make("lab").value();
  const auto roots = TrustRoots::parse(one_root(key.public_key(), "rules"), "trust").value();
  auto note = SignedNote::make("a pack\n").value();
  note.sign(key);
  const auto signer = roots.signer_of(note, KeyUse::kRules);
  ASSERT_TRUE(signer) << signer.error().text();
  EXPECT_EQ(signer->holder, "a laboratory");
  const auto wrong_use = roots.signer_of(note, KeyUse::kRecord);
  ASSERT_FALSE(wrong_use);
  EXPECT_EQ(wrong_use.error().code, ErrorCode::kNotFound);
  EXPECT_NE(wrong_use.error().text().find("lab"), std::string::npos);
}

TEST(TrustRoots, ASignatureThatDoesNotFitIsNotAnUnknownOne) {
  const auto key = SigningKey::make("lab").value();
  const auto roots = TrustRoots::parse(one_root(key.public_key(), "rules"), "trust").value();
  auto note = SignedNote::make("a pack\n").value();
  note.sign(key);
  std::string bytes = note.bytes();
  bytes[0] = 'b';
  const auto signer = roots.signer_of(SignedNote::parse(bytes).value(), KeyUse::kRules);
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().code, ErrorCode::kCorrupt);
}

TEST(TrustRoots, AreReadStrictly) {
  const std::string key = SigningKey::make("lab")->public_key().text();
  EXPECT_TRUE(TrustRoots::parse("keys: []\n", "trust"));
  EXPECT_EQ(TrustRoots::parse("{}", "trust").error().code, ErrorCode::kMissingKey);
  EXPECT_EQ(TrustRoots::parse("keys: {}\n", "trust").error().code, ErrorCode::kParse);
  EXPECT_EQ(TrustRoots::parse("keys: []\nroots: []\n", "trust").error().code,
            ErrorCode::kUnknownKey);
  EXPECT_EQ(TrustRoots::parse(fmt::format("keys: [{{key: {}, use: all, holder: x}}]", key), "trust")
                .error()
                .code,
            ErrorCode::kUnknownName);
  EXPECT_EQ(TrustRoots::parse("keys: [{key: a+b, use: rules, holder: x}]", "trust").error().code,
            ErrorCode::kParse);
}

TEST(TrustRoots, TheShippedFileIsValid) {
  const auto roots = TrustRoots::load(LONGMEN_SOURCE_DIR "/rules/trust.yaml");
  EXPECT_TRUE(roots) << roots.error().text();
}

}  // namespace
}  // namespace longmen::trust
