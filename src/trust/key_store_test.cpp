#include "trust/key_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

namespace longmen::trust {
namespace {

namespace fs = std::filesystem;

class KeyStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::path(::testing::TempDir()) /
        (std::string("keys_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(KeyStoreTest, MakesAKeyAtFirstNeedThatOnlyItsOwnerMayRead) {
  const KeyStore store(folder_);
  EXPECT_TRUE(store.public_keys(KeyUse::kRecord)->empty());
  const auto key = store.key(KeyUse::kRecord);
  ASSERT_TRUE(key) << key.error().text();
  EXPECT_EQ(store.key(KeyUse::kRecord)->text(), key->text());
  EXPECT_NE(store.key(KeyUse::kRules)->text(), key->text());
  struct stat info {};
  ASSERT_EQ(::stat((folder_ / "record.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat(folder_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
}

TEST_F(KeyStoreTest, WhatARotatedKeySignedStaysProved) {
  const KeyStore store(folder_);
  const auto old_key = store.key(KeyUse::kRecord).value();
  auto note = SignedNote::make("an old record\n").value();
  note.sign(old_key);
  const auto new_key = store.rotate(KeyUse::kRecord);
  ASSERT_TRUE(new_key) << new_key.error().text();
  EXPECT_NE(new_key->text(), old_key.text());
  EXPECT_EQ(new_key->public_key().name(), old_key.public_key().name());
  EXPECT_EQ(store.key(KeyUse::kRecord)->text(), new_key->text());
  TrustRoots roots;
  ASSERT_TRUE(store.add_to(roots));
  EXPECT_TRUE(roots.signer_of(note, KeyUse::kRecord));
}

TEST_F(KeyStoreTest, SeveralAtOnceGetOneKey) {
  const KeyStore store(folder_);
  std::array<std::string, 8> texts;
  {
    std::vector<std::jthread> threads;
    for (std::string& text : texts)
      threads.emplace_back([&] { text = store.key(KeyUse::kRecord)->text(); });
  }
  for (const std::string& text : texts) EXPECT_EQ(text, texts[0]);
  EXPECT_EQ(store.public_keys(KeyUse::kRecord)->size(), 1u);
}

TEST_F(KeyStoreTest, RefusesAKeyThatOthersMayReadOrThatIsDamaged) {
  const KeyStore store(folder_);
  ASSERT_TRUE(store.key(KeyUse::kRules));
  const fs::path file = folder_ / "rules.key";
  fs::permissions(file, fs::perms(0644));
  EXPECT_EQ(store.key(KeyUse::kRules).error().code, ErrorCode::kInvalidArgument);
  fs::permissions(file, fs::perms(0600));
  std::ofstream(file) << "PRIVATE+KEY+nonsense\n";
  EXPECT_EQ(store.key(KeyUse::kRules).error().code, ErrorCode::kParse);
}

TEST_F(KeyStoreTest, AFolderThatCannotBeMadeIsOneClearLine) {
  std::ofstream(folder_) << "a file";
  const auto key = KeyStore(folder_).key(KeyUse::kRecord);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kIo);
}

TEST_F(KeyStoreTest, AWitnessKeyIsGoodForCosignaturesOnly) {
  EXPECT_EQ(KeyStore(folder_).key(KeyUse::kWitness)->public_key().kind(), KeyKind::kCosignature);
}

}  // namespace
}  // namespace longmen::trust
