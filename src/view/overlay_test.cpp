#include "view/overlay.h"

#include <gtest/gtest.h>

namespace longmen::view {
namespace {

constexpr Color kGround{90, 120, 90};

Caption full_caption() {
  return {.sentence = "走到工作台，然后指向货架",
          .verdict = {"approved", "批准"},
          .verdict_tone = Tone::kGood,
          .step = {"walk to the workbench", "走到工作台"},
          .step_number = 1,
          .step_count = 2,
          .notice = {"practice", "练习"}};
}

Image captioned(const Frame& frame, int width = 640, int height = 360,
                std::optional<double> speed_m_s = 0.6) {
  Overlay overlay = Overlay::create().value();
  Image image(width, height, kGround);
  overlay.draw(image, frame, speed_m_s);
  return image;
}

/// Pixels that differ, in the part of the picture given by fractions of its size.
int changed(const Image& a, const Image& b, double left, double right, double top, double bottom) {
  int count = 0;
  for (int y = static_cast<int>(top * a.height_px); y < static_cast<int>(bottom * a.height_px); ++y)
    for (int x = static_cast<int>(left * a.width_px); x < static_cast<int>(right * a.width_px); ++x)
      if (!std::equal(a.at(x, y), a.at(x, y) + 3, b.at(x, y))) ++count;
  return count;
}

TEST(Overlay, WritesEachPartInItsCornerAndLeavesTheMiddleFree) {
  const Image bare(640, 360, kGround);
  const Image image = captioned({.time_s = 3.2, .caption = full_caption()});
  EXPECT_GT(changed(bare, image, 0, 0.5, 0, 0.2), 3000) << "sentence and verdict";
  EXPECT_GT(changed(bare, image, 0, 0.5, 0.87, 1), 3000) << "step";
  EXPECT_GT(changed(bare, image, 0.8, 1, 0.87, 1), 1000) << "clock";
  EXPECT_EQ(changed(bare, image, 0, 1, 0.35, 0.8), 0);
}

TEST(Overlay, EveryPartOfACaptionShows) {
  const Image image = captioned({.time_s = 3.2, .caption = full_caption()});
  const auto shows = [&](auto change) {
    Frame frame{.time_s = 3.2, .caption = full_caption()};
    change(frame);
    return changed(image, captioned(frame), 0, 1, 0, 1) > 0;
  };
  EXPECT_TRUE(shows([](Frame& f) { f.time_s = 3.3; }));
  EXPECT_TRUE(shows([](Frame& f) { f.caption.sentence = "走到工作台"; }));
  EXPECT_TRUE(shows([](Frame& f) { f.caption.verdict.zh = "修改"; }));
  EXPECT_TRUE(shows([](Frame& f) { f.caption.verdict_tone = Tone::kStop; }));
  EXPECT_TRUE(shows([](Frame& f) { f.caption.step.en = "stand"; }));
  EXPECT_TRUE(shows([](Frame& f) { f.caption.step_number = 2; }));
  const Frame frame{.time_s = 3.2, .caption = full_caption()};
  EXPECT_NE(captioned(frame, 640, 360, std::nullopt).rgb, image.rgb);
  EXPECT_TRUE(shows([](Frame& f) { f.caption.notice = {}; }));
  EXPECT_FALSE(shows([](Frame& f) { f.pose.qpos = {1.0}; }));
}

TEST(Overlay, LongTextsAndSmallPicturesStayInside) {
  Caption caption = full_caption();
  for (int i = 0; i < 6; ++i) caption.sentence += caption.sentence;
  caption.verdict = {std::string(3000, 'w'), caption.sentence};
  caption.step = caption.verdict;
  caption.notice = caption.verdict;
  const Image bare(320, 180, kGround);
  const Image image = captioned({.time_s = 12345.6, .caption = caption}, 320, 180);
  EXPECT_EQ(changed(bare, image, 0.99, 1, 0, 1), 0) << "the right margin is free";
  EXPECT_GT(changed(bare, image, 0.5, 0.95, 0, 0.3), 500);
}

}  // namespace
}  // namespace longmen::view
