#include "record/tile_log.h"

#include <gtest/gtest.h>

#include <fstream>

#include "record/test_frames.h"

namespace longmen::record {
namespace {

namespace fs = std::filesystem;

class TileLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    roots_.add({trust::KeyUse::kRecord, key_.public_key(), "the test"});
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "tile"))
      if (entry.is_regular_file()) found.push_back(entry.path());
    return found;
  }

  fs::path folder_ =
      fs::path(::testing::TempDir()) /
      (std::string("log_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
  TileLog log_{folder_};
  trust::SigningKey key_ = trust::SigningKey::make("longmen.local/test/log").value();
  trust::TrustRoots roots_;
};

TEST_F(TileLogTest, HasTheRootOfTheTreeAtEverySize) {
  GrowingTree tree;
  for (int i = 0; i < 530; ++i) {
    const std::string entry = "entry " + std::to_string(i);
    const auto checkpoint = log_.append({entry}, key_, roots_);
    ASSERT_TRUE(checkpoint) << checkpoint.error().text();
    tree.append(leaf_hash({reinterpret_cast<const std::uint8_t*>(entry.data()), entry.size()}));
    ASSERT_EQ(checkpoint->root, tree.root()) << i;
    ASSERT_EQ(checkpoint->size, tree.size());
  }
  const auto contents = log_.read(roots_);
  ASSERT_TRUE(contents) << contents.error().text();
  EXPECT_EQ(contents->entries.size(), 530u);
  EXPECT_EQ(contents->entries[256], "entry 256");
  EXPECT_TRUE(fs::exists(folder_ / "tile/0/000"));
  EXPECT_EQ(fs::file_size(folder_ / "tile/0/001"), 8192u);
  EXPECT_EQ(fs::file_size(folder_ / "tile/0/002.p/18"), 18u * 32);
  EXPECT_EQ(fs::file_size(folder_ / "tile/1/000.p/2"), 2u * 32);
}

TEST_F(TileLogTest, AnAlteredMissingOrCutFileIsFound) {
  std::vector<std::string> entries;
  for (int i = 0; i < 300; ++i) entries.push_back("entry " + std::to_string(i));
  ASSERT_TRUE(log_.append(entries, key_, roots_));
  ASSERT_TRUE(log_.read(roots_));
  ASSERT_EQ(files().size(), 5u);
  for (const fs::path& file : files()) {
    const Bytes bytes = testing::read_bytes(file);
    const std::string sound(bytes.begin(), bytes.end());
    std::string altered = sound;
    altered[altered.size() / 2] ^= 1;
    std::ofstream(file, std::ios::binary) << altered;
    EXPECT_FALSE(log_.read(roots_)) << file;
    std::ofstream(file, std::ios::binary) << sound.substr(0, sound.size() - 1);
    EXPECT_FALSE(log_.read(roots_)) << file;
    fs::remove(file);
    EXPECT_FALSE(log_.read(roots_)) << file;
    std::ofstream(file, std::ios::binary) << sound;
    ASSERT_TRUE(log_.read(roots_));
  }
}

TEST_F(TileLogTest, AnOldStateInThePlaceOfTheLogIsFoundByWhoeverSawTheNewerOne) {
  ASSERT_TRUE(log_.append({"a", "b"}, key_, roots_));
  const auto old = log_.read(roots_).value();
  ASSERT_TRUE(log_.append({"c", "d", "e"}, key_, roots_));
  const auto now = log_.read(roots_).value();
  const auto proof = growth_proof(now.entries, old.entries.size());
  const Checkpoint &before = old.trusted.checkpoint, &after = now.trusted.checkpoint;
  EXPECT_TRUE(verify_consistency(before.size, before.root, after.size, after.root, proof));
  EXPECT_FALSE(verify_consistency(after.size, after.root, before.size, before.root, proof));
}

TEST_F(TileLogTest, NothingIsAddedToALogThatSomebodyElseSignedOrAltered) {
  ASSERT_TRUE(log_.append({"a", "b"}, key_, roots_));
  const auto other = trust::SigningKey::make("longmen.local/test/log").value();
  trust::TrustRoots other_roots;
  other_roots.add({trust::KeyUse::kRecord, other.public_key(), "another"});
  EXPECT_EQ(log_.append({"c"}, other, other_roots).error().code, ErrorCode::kNotFound);
  std::ofstream(folder_ / "tile/0/000.p/2", std::ios::binary) << std::string(64, 'x');
  EXPECT_EQ(log_.append({"c"}, key_, roots_).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(log_.append({std::string(70000, 'x')}, key_, roots_).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(TileLogTest, ACosignedNoteReplacesThePresentOneOnly) {
  ASSERT_TRUE(log_.append({"a"}, key_, roots_));
  const auto contents = log_.read(roots_).value();
  auto note = trust::SignedNote::parse(contents.note).value();
  note.cosign(trust::SigningKey::make("w", trust::KeyKind::kCosignature).value(), 1);
  EXPECT_TRUE(log_.put_note(contents.note, note.bytes()));
  EXPECT_TRUE(log_.read(roots_));
  EXPECT_FALSE(log_.put_note(contents.note, note.bytes()));
}

}  // namespace
}  // namespace longmen::record
