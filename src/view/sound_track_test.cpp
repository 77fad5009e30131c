#include "view/sound_track.h"

#include <gtest/gtest.h>

#include "view/test_files.h"

namespace longmen::view {
namespace {

constexpr double kSilent = 1e-3;
constexpr double kHeard = 0.02;

Result<PartialFile> track(const testing::Folder& folder, const std::vector<Utterance>& said,
                          double start_s, double duration_s,
                          const std::string& program = "espeak-ng") {
  return make_sound_track(said, start_s, duration_s, folder.path / "run.mp4", program);
}

TEST(SoundTrack, EachUtteranceIsHeardAtItsTimeAndInNoOther) {
  const testing::Folder folder;
  const auto file = track(folder, {{12.0, "good morning"}, {15.0, "早上好"}}, 10.0, 7.0);
  ASSERT_TRUE(file) << file.error().text();
  const auto& path = file->path();
  EXPECT_LT(testing::loudness(path, 0.0, 2.0), kSilent);
  EXPECT_GT(testing::loudness(path, 2.0, 2.7), kHeard);
  EXPECT_LT(testing::loudness(path, 4.0, 5.0), kSilent);
  EXPECT_GT(testing::loudness(path, 5.0, 5.7), kHeard);
  EXPECT_EQ(std::filesystem::file_size(path), 44u + 2u * 7u * 22050u);
}

TEST(SoundTrack, WhatIsSaidNextCutsOffWhatWasSaidAndTheEndCutsOffTheLast) {
  const testing::Folder folder;
  const std::string many = "one two three four five six seven eight nine ten";
  const auto alone = track(folder, {{0.0, many}}, 0.0, 1.0);
  ASSERT_TRUE(alone);
  EXPECT_EQ(std::filesystem::file_size(alone->path()), 44u + 2u * 22050u);
  EXPECT_GT(testing::loudness(alone->path(), 0.7, 1.0), kHeard);
  const testing::Folder other;
  // A dash is said by nothing: from its time on there is none of the long sentence.
  const auto cut = track(other, {{0.0, many}, {0.5, "-"}}, 0.0, 3.0);
  ASSERT_TRUE(cut);
  EXPECT_GT(testing::loudness(cut->path(), 0.2, 0.5), kHeard);
  EXPECT_LT(testing::loudness(cut->path(), 1.5, 3.0), kSilent);
}

TEST(SoundTrack, NothingOfItRemains) {
  const testing::Folder folder;
  { ASSERT_TRUE(track(folder, {{0.0, "hello"}}, 0.0, 1.0)); }
  EXPECT_EQ(testing::count_files(folder.path), 0);
  EXPECT_EQ(track(folder, {{0.0, "hello"}}, 0.0, 1.0, "no-such-speaker").error().code,
            ErrorCode::kUnsupported);
  EXPECT_EQ(track(folder, {{0.0, "hello"}}, 0.0, 1.0, "true").error().code, ErrorCode::kIo);
  EXPECT_EQ(testing::count_files(folder.path), 0);
}

}  // namespace
}  // namespace longmen::view
