#include "record/witness.h"

#include <gtest/gtest.h>

#include "trust/signed_note.h"

namespace longmen::record {
namespace {

namespace fs = std::filesystem;

class WitnessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    roots_.add({trust::KeyUse::kRecord, key_.public_key(), "the log"});
  }
  void TearDown() override { fs::remove_all(folder_); }
  Result<std::string> cosign_now(const TileLog& log) {
    const auto contents = log.read(roots_);
    if (!contents) return tl::make_unexpected(contents.error());
    return cosign(log, *contents, keys_, folder_ / "memory", roots_, 1'800'000'000);
  }

  fs::path folder_ =
      fs::path(::testing::TempDir()) /
      (std::string("witness_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
  TileLog log_{folder_ / "log"};
  trust::KeyStore keys_{folder_ / "keys"};
  trust::SigningKey key_ = trust::SigningKey::make("longmen.local/test/log").value();
  trust::TrustRoots roots_;
};

TEST_F(WitnessTest, CosignsALogThatGrows) {
  for (const char* entry : {"a", "b", "c"}) {
    ASSERT_TRUE(log_.append({entry}, key_, roots_));
    const auto bytes = cosign_now(log_);
    ASSERT_TRUE(bytes) << bytes.error().text();
    const auto note = trust::SignedNote::parse(log_.read(roots_)->note).value();
    EXPECT_EQ(note.bytes(), *bytes);
    EXPECT_EQ(note.check(keys_.key(trust::KeyUse::kWitness)->public_key()),
              trust::SignedNote::Check::kSigned);
    EXPECT_EQ(note.check(key_.public_key()), trust::SignedNote::Check::kSigned);
  }
}

TEST_F(WitnessTest, RefusesASecondHistoryEvenIfItIsSigned) {
  ASSERT_TRUE(log_.append({"a", "b"}, key_, roots_));
  ASSERT_TRUE(cosign_now(log_));
  const TileLog other(folder_ / "other");
  ASSERT_TRUE(other.append({"a", "x", "c"}, key_, roots_));
  EXPECT_EQ(cosign_now(other).error().code, ErrorCode::kCorrupt);
  fs::remove_all(other.folder());
  ASSERT_TRUE(other.append({"a"}, key_, roots_));  // an old state
  EXPECT_EQ(cosign_now(other).error().code, ErrorCode::kCorrupt);
  fs::remove_all(other.folder());
  ASSERT_TRUE(other.append({"a", "b", "c"}, key_, roots_));
  EXPECT_TRUE(cosign_now(other));
}

}  // namespace
}  // namespace longmen::record
