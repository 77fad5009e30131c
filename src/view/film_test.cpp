#include "view/film.h"

#include <gtest/gtest.h>
#include <png.h>

#include <cmath>

#include "view/image.h"
#include "view/test_files.h"
#include "view/toy_scene.h"

namespace longmen::view {
namespace {

const FilmOptions kSmallFilm{.width_px = 160, .height_px = 90};

/// A walk of `duration_s`, kept `rate_hz` times a second.
std::vector<Frame> walk(double duration_s, double rate_hz) {
  std::vector<Frame> frames;
  for (int i = 0; i <= std::lround(duration_s * rate_hz); ++i) {
    const double t = i / rate_hz;
    frames.push_back(
        {.time_s = t,
         .pose = toy::at(-1 + 0.5 * t, 0, 0),
         .caption = {
             .sentence = "走到工作台", .verdict = {"approved", "批准"}, .step = {"walk", "走"}}});
  }
  return frames;
}

Image read_png(const std::filesystem::path& file) {
  png_image description{};
  description.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_file(&description, file.c_str())) << description.message;
  description.format = PNG_FORMAT_RGB;
  Image image(static_cast<int>(description.width), static_cast<int>(description.height));
  EXPECT_TRUE(png_image_finish_read(&description, nullptr, image.rgb.data(), 0, nullptr));
  return image;
}

int count_red(const Image& image, int left, int top, int width, int height) {
  int count = 0;
  for (int y = top; y < top + height; ++y)
    for (int x = left; x < left + width; ++x) {
      const std::uint8_t* p = image.at(x, y);
      if (p[0] > 60 + p[1] && p[0] > 60 + p[2]) ++count;
    }
  return count;
}

TEST(Film, AVideoPlaysAtTheSpeedOfTheRunWhateverRateItWasKeptAt) {
  const auto model = toy::model();
  const testing::Folder folder;
  for (const double rate_hz : {10.0, 30.0, 50.0}) {
    const auto file = folder.path / "run.mp4";
    int calls = 0, last = 0;
    const auto done =
        write_video(*model, walk(1.0, rate_hz), file, kSmallFilm, [&](int k, int all) {
          ++calls;
          last = k;
          EXPECT_EQ(all, 31);
        });
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(calls, 31);
    EXPECT_EQ(last, 31);
    const std::string probe = testing::probe(file);
    EXPECT_NE(probe.find("nb_read_frames=31"), std::string::npos) << probe;
    EXPECT_NE(probe.find("width=160"), std::string::npos) << probe;
  }
}

TEST(Film, WhatTheRobotSaidIsHeardAtItsSecondAndASilentRunHasNoSound) {
  const auto model = toy::model();
  const testing::Folder folder;
  FilmOptions options = kSmallFilm;
  ASSERT_TRUE(write_video(*model, walk(3.0, 30), folder.path / "silent.mp4", options));
  EXPECT_EQ(testing::probe(folder.path / "silent.mp4", "a:0"), "");
  options.said = {{2.0, "good morning"}};
  const auto file = folder.path / "run.mp4";
  const auto done = write_video(*model, walk(3.0, 30), file, options);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_NE(testing::probe(file).find("nb_read_frames=91"), std::string::npos);
  EXPECT_NE(testing::probe(file, "a:0").find("codec_name=aac"), std::string::npos);
  EXPECT_LT(testing::loudness(file, 0.0, 1.9), 1e-3);
  EXPECT_GT(testing::loudness(file, 2.1, 2.7), 0.02);
  EXPECT_EQ(testing::count_files(folder.path), 2) << "the sound's own file is gone";
}

TEST(Film, OneThreadAndManyMakeTheSameVideo) {
  const auto model = toy::model();
  const testing::Folder folder;
  FilmOptions options = kSmallFilm;
  options.threads = 1;
  ASSERT_TRUE(write_video(*model, walk(0.5, 30), folder.path / "one.mp4", options));
  options.threads = 3;
  ASSERT_TRUE(write_video(*model, walk(0.5, 30), folder.path / "many.mp4", options));
  EXPECT_EQ(testing::read(folder.path / "one.mp4"), testing::read(folder.path / "many.mp4"));
}

TEST(Film, ASheetShowsTheRobotInEachOfItsMoments) {
  const auto model = toy::model();
  const testing::Folder folder;
  const auto file = folder.path / "run.png";
  const auto done =
      write_sheet(*model, walk(2.0, 30), file, {.columns = 3, .rows = 2, .tile_width_px = 320});
  ASSERT_TRUE(done) << done.error().text();
  const Image sheet = read_png(file);
  EXPECT_GT(sheet.width_px, 3 * 320);
  EXPECT_GT(sheet.height_px, 2 * 180);
  const int width = sheet.width_px / 3, height = (sheet.height_px - 73) / 2;
  for (int row = 0; row < 2; ++row)
    for (int column = 0; column < 3; ++column)
      EXPECT_GT(count_red(sheet, column * width, 73 + row * height, width, height), 400);
}

TEST(Film, APictureShowsOneMomentWithOrWithoutItsCaption) {
  const auto model = toy::model();
  const testing::Folder folder;
  const auto frames = walk(1.0, 30);
  PictureOptions options{.width_px = 320, .height_px = 180};
  ASSERT_TRUE(write_picture(*model, frames, 15, folder.path / "a.png", options));
  options.caption = false;
  ASSERT_TRUE(write_picture(*model, frames, 15, folder.path / "b.png", options));
  const Image captioned = read_png(folder.path / "a.png"), bare = read_png(folder.path / "b.png");
  EXPECT_GT(count_red(bare, 0, 0, 320, 180), 600);
  EXPECT_NE(captioned.rgb, bare.rgb);
}

TEST(Film, BadRunsAndPlacesAreErrorsAndLeaveNothing) {
  const auto model = toy::model();
  const testing::Folder folder;
  const auto video = [&](const std::vector<Frame>& frames, const char* name = "run.mp4") {
    return write_video(*model, frames, folder.path / name, kSmallFilm).error().code;
  };
  EXPECT_EQ(video({}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(video(walk(0.2, 30), "no/folder.mp4"), ErrorCode::kIo);
  auto frames = walk(0.5, 30);
  frames[7].pose.qpos.clear();
  EXPECT_EQ(video(frames), ErrorCode::kInvalidArgument);
  frames = walk(0.5, 30);
  frames[7].time_s = 99;
  EXPECT_EQ(video(frames), ErrorCode::kInvalidArgument);

  frames = walk(0.5, 30);
  const auto sheet = [&](const SheetOptions& options, const char* name = "run.png") {
    return write_sheet(*model, frames, folder.path / name, options).error().code;
  };
  EXPECT_EQ(sheet({.columns = 0}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(sheet({.tile_width_px = 5}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(sheet({.columns = 1, .rows = 1}, "no/folder.png"), ErrorCode::kIo);
  EXPECT_EQ(sheet({}, "run.gif"), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(check_video_file(folder.path / "run.mp4"));
  EXPECT_TRUE(check_picture_file(folder.path / "run.png"));
  EXPECT_EQ(check_video_file("/proc/run.mp4").error().code, ErrorCode::kIo);
  EXPECT_EQ(write_picture(*model, frames, 900, folder.path / "a.png", {}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(testing::count_files(folder.path), 0);
}

}  // namespace
}  // namespace longmen::view
