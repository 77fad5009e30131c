#include "trust/signed_note.h"

#include <gtest/gtest.h>

namespace longmen::trust {
namespace {

using Check = SignedNote::Check;

// The example of Go's golang.org/x/mod/sumdb/note.
constexpr const char* kExample =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
constexpr const char* kExampleKey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

TEST(SignedNote, VerifiesTheNoteOfAnotherTool) {
  const auto note = SignedNote::parse(kExample);
  ASSERT_TRUE(note) << note.error().text();
  EXPECT_EQ(note->check(PublicKey::parse(kExampleKey).value()), Check::kSigned);
  EXPECT_EQ(note->bytes(), kExample);
}

TEST(SignedNote, SignsWhatAnotherToolSigned) {
  auto note = SignedNote::make(SignedNote::parse(kExample)->text()).value();
  note.sign(SigningKey::parse("PRIVATE+KEY+PeterNeumann+c74f20a3+"
                              "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
                .value());
  EXPECT_EQ(note.bytes(), kExample);  // Ed25519 is deterministic
}

TEST(SignedNote, SeveralKeysSignOneText) {
  const auto log = SigningKey::make("log").value();
  const auto witness = SigningKey::make("witness", KeyKind::kCosignature).value();
  auto note = SignedNote::make("a text\n").value();
  note.sign(log);
  note.cosign(witness, 1'800'000'000);
  note.cosign(witness, 1'800'000'001);  // the newer one stays
  const auto read = SignedNote::parse(note.bytes()).value();
  EXPECT_EQ(read.lines().size(), 2u);
  EXPECT_EQ(read.check(log.public_key()), Check::kSigned);
  EXPECT_EQ(read.check(witness.public_key()), Check::kSigned);
  EXPECT_EQ(read.cosigned_at(witness.public_key()), 1'800'000'001u);
  EXPECT_EQ(read.check(SigningKey::make("log")->public_key()), Check::kAbsent);
}

TEST(SignedNote, EveryFlippedBitIsFound) {
  const auto log = SigningKey::make("log").value();
  auto note = SignedNote::make("origin\n12\n").value();
  note.sign(log);
  const std::string bytes = note.bytes();
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string altered = bytes;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    const auto read = SignedNote::parse(altered);
    EXPECT_FALSE(read && read->check(log.public_key()) == Check::kSigned) << "bit " << bit;
  }
}

TEST(SignedNote, ATimeThatWasChangedIsFound) {
  const auto witness = SigningKey::make("witness", KeyKind::kCosignature).value();
  auto note = SignedNote::make("a text\n").value();
  note.cosign(witness, 1'800'000'000);
  std::string bytes = note.bytes();
  const auto at = bytes.rfind(' ') + 1;
  std::string blob;
  ASSERT_TRUE(from_base64(std::string_view(bytes).substr(at, bytes.size() - at - 1), blob));
  blob[11] = static_cast<char>(blob[11] + 1);
  const auto read = SignedNote::parse(bytes.substr(0, at) + to_base64(blob) + "\n").value();
  EXPECT_EQ(read.check(witness.public_key()), Check::kInvalid);
}

TEST(SignedNote, RefusesWhatIsNoNote) {
  for (const char* bytes :
       {"", "\n", "text\n", "text\n\n", "text\n\nno dash\n", "text\n\n\xE2\x80\x94 name\n",
        "text\n\n\xE2\x80\x94 name AAAA\n", "a\tb\n\n\xE2\x80\x94 name AAAAAAAA\n"})
    EXPECT_FALSE(SignedNote::parse(bytes)) << bytes;
  EXPECT_FALSE(SignedNote::make("no end"));
  std::string many = "text\n\n";
  for (int i = 0; i < 17; ++i) many += "\xE2\x80\x94 name AAAAAAAA\n";
  EXPECT_FALSE(SignedNote::parse(many));
}

}  // namespace
}  // namespace longmen::trust
