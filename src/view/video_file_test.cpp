#include "view/video_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "view/test_files.h"

namespace longmen::view {
namespace {

const VideoFormat kSmallVideo{.width_px = 64, .height_px = 48, .frames_per_s = 25};

TEST(VideoFile, HoldsEveryPictureInTheFormatThatPlaysAnywhere) {
  const testing::Folder folder;
  const auto file = folder.path / "-odd name, 走.mp4";
  auto video = VideoFile::create(file, kSmallVideo).value();
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(video.write(Image(64, 48, {200, 30, 30})));
  EXPECT_FALSE(std::filesystem::exists(file)) << "not before it is finished";
  ASSERT_TRUE(video.finish());
  const std::string probe = testing::probe(file);
  EXPECT_NE(probe.find("codec_name=h264"), std::string::npos) << probe;
  EXPECT_NE(probe.find("pix_fmt=yuv420p"), std::string::npos) << probe;
  EXPECT_NE(probe.find("nb_read_frames=40"), std::string::npos) << probe;
  EXPECT_NE(probe.find("r_frame_rate=25/1"), std::string::npos) << probe;
  // Made for playing while it loads: the index comes before the pictures.
  const std::string bytes = testing::read(file);
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
  EXPECT_EQ(testing::count_files(folder.path), 1);
}

TEST(VideoFile, AnAbandonedOneLeavesNothingAndTheOldOneStays) {
  const testing::Folder folder;
  const auto file = folder.path / "run.mp4";
  std::ofstream(file) << "an older video";
  {
    auto video = VideoFile::create(file, kSmallVideo).value();
    ASSERT_TRUE(video.write(Image(64, 48)));
  }
  EXPECT_EQ(testing::read(file), "an older video");
  EXPECT_EQ(testing::count_files(folder.path), 1);
}

TEST(VideoFile, BadNamesAndFormatsAreErrors) {
  const testing::Folder folder;
  const auto code = [&](const std::filesystem::path& name,
                        const VideoFormat& format = kSmallVideo) {
    return VideoFile::create(folder.path / name, format).error().code;
  };
  EXPECT_EQ(code("no/such/folder/run.mp4"), ErrorCode::kIo);
  EXPECT_EQ(code("run.txt"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("run.mp4", {.width_px = 63, .height_px = 48}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("run.mp4", {.width_px = 64, .height_px = 48, .frames_per_s = 0}),
            ErrorCode::kInvalidArgument);
  auto video = VideoFile::create(folder.path / "run.mp4", kSmallVideo).value();
  EXPECT_EQ(video.write(Image(48, 64)).error().code, ErrorCode::kInvalidArgument);
}

TEST(VideoFile, WithoutFfmpegItSaysWhatIsMissing) {
  const testing::Folder folder;
  const testing::Environment no_path("PATH", folder.path.c_str());
  const auto video = VideoFile::create(folder.path / "run.mp4", kSmallVideo);
  ASSERT_FALSE(video);
  EXPECT_EQ(video.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(video.error().message.find("ffmpeg"), std::string::npos);
  EXPECT_EQ(testing::count_files(folder.path), 0);
}

/// A program that stands in for an encoder that fails.
void make_ffmpeg(const std::filesystem::path& folder, const std::string& script) {
  std::ofstream(folder / "ffmpeg") << "#!/bin/sh\n" << script << "\n";
  std::filesystem::permissions(folder / "ffmpeg", std::filesystem::perms::owner_all);
}

TEST(VideoFile, AnEncoderThatFailsIsQuotedAndNoBrokenFileStays) {
  const testing::Folder folder, programs;
  const std::string path = programs.path.string() + ":" + std::getenv("PATH");
  const testing::Environment other_ffmpeg("PATH", path.c_str());
  // One that stops in the middle, and one that fails at the very end, as on a full disk.
  for (const char* reads : {"head -c 100", "cat"}) {
    make_ffmpeg(programs.path,
                std::string(reads) + " > /dev/null; echo 'No space left on device' >&2; exit 1");
    auto video = VideoFile::create(folder.path / "run.mp4", kSmallVideo).value();
    Result<void> done;
    for (int i = 0; i < 300 && done; ++i) done = video.write(Image(64, 48));
    if (done) done = video.finish();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::kIo);
    EXPECT_NE(done.error().message.find("No space left on device"), std::string::npos);
  }
  EXPECT_EQ(testing::count_files(folder.path), 0);
}

}  // namespace
}  // namespace longmen::view
