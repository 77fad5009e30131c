#include "trust/signing.h"

#include <gtest/gtest.h>

namespace longmen::trust {
namespace {

// The example of Go's golang.org/x/mod/sumdb/note, from which the C2SP format comes.
constexpr const char* kPublic =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* kPrivate =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

TEST(Signing, ReadsAndWritesTheKeysOfOtherTools) {
  const auto public_key = PublicKey::parse(kPublic);
  const auto private_key = SigningKey::parse(kPrivate);
  ASSERT_TRUE(public_key) << public_key.error().text();
  ASSERT_TRUE(private_key) << private_key.error().text();
  EXPECT_EQ(public_key->text(), kPublic);
  EXPECT_EQ(private_key->text(), kPrivate);
  EXPECT_EQ(private_key->public_key(), *public_key);
  EXPECT_EQ(public_key->id(), 0xc74f20a3u);
}

TEST(Signing, AMadeKeySignsAndOnlyItsOwnText) {
  const auto key = SigningKey::make("longmen.local/test").value();
  const Signature signature = key.sign("hold");
  EXPECT_TRUE(key.public_key().verifies("hold", signature));
  EXPECT_FALSE(key.public_key().verifies("Hold", signature));
  Signature altered = signature;
  altered[63] ^= 1;
  EXPECT_FALSE(key.public_key().verifies("hold", altered));
  const auto other = SigningKey::make("longmen.local/test").value();
  EXPECT_FALSE(other.public_key().verifies("hold", signature));
}

TEST(Signing, EveryAlteredByteOfAPublicKeyIsFound) {
  const std::string text = kPublic;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string altered = text;
    altered[i] = altered[i] == 'B' ? 'C' : 'B';
    if (const auto key = PublicKey::parse(altered)) {
      EXPECT_NE(key->text(), text);
      ADD_FAILURE() << altered;
    }
  }
}

TEST(Signing, RefusesWhatIsNoKeyAndNeverQuotesAPrivateOne) {
  for (const char* text : {"", "a+b", "PeterNeumann+c74f20a3+", "a b+c74f20a3+AQ==",
                           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T="})
    EXPECT_FALSE(PublicKey::parse(text)) << text;
  const auto bad = SigningKey::parse(
      "PRIVATE+KEY+PeterNeumann+c74f20a4+"
      "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().text().find("AYEK"), std::string::npos);
  EXPECT_EQ(SigningKey::make("has space").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(SigningKey::make("has+plus").error().code, ErrorCode::kInvalidArgument);
}

TEST(Signing, UsesHaveNames) {
  for (const KeyUse use : kKeyUses) EXPECT_EQ(use_of(name_of(use)).value(), use);
  const auto unknown = use_of("rule");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().text().find("record, rules, certificate, witness"), std::string::npos);
}

TEST(Signing, Base64IsStrict) {
  std::string bytes;
  EXPECT_TRUE(from_base64("", bytes));
  EXPECT_TRUE(from_base64("TWE=", bytes));
  EXPECT_EQ(bytes, "Ma");
  for (const char* text : {"TWE", "TWE=\n", "TW=E", "TWF=", "T-E_", " TWE="})
    EXPECT_FALSE(from_base64(text, bytes)) << text;
}

}  // namespace
}  // namespace longmen::trust
