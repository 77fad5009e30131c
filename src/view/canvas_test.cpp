#include "view/canvas.h"

#include <gtest/gtest.h>

namespace longmen::view {
namespace {

constexpr Color kGrey{100, 100, 100};
constexpr Color kWhite{255, 255, 255};

TEST(Canvas, ARoundedBoxIsFullInsideAndLeavesItsCornersOut) {
  Image image(60, 40, kGrey);
  fill_rounded(image, {10, 10, 40, 20}, 8, kWhite, 1.0);
  EXPECT_EQ(*image.at(30, 20), 255);
  EXPECT_EQ(*image.at(10, 20), 255);
  EXPECT_EQ(*image.at(10, 10), 100) << "a corner";
  EXPECT_EQ(*image.at(9, 20), 100) << "outside";
  fill_rounded(image, {10, 10, 40, 20}, 8, {0, 0, 0}, 0.5);
  EXPECT_EQ(*image.at(30, 20), 128);
}

TEST(Canvas, BlurKeepsTheMeanAndTouchesOnlyTheBox) {
  Image image(64, 64, kGrey);
  for (int y = 20; y < 44; ++y)
    for (int x = 20; x < 44; ++x) *image.at(x, y) = (x + y) % 2 == 0 ? 200 : 0;
  const Image before = image;
  blur(image, {20, 20, 24, 24}, 4);
  EXPECT_NEAR(*image.at(32, 32), 100, 4);
  int touched_outside = 0;
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      const bool inside = x >= 20 && x < 44 && y >= 20 && y < 44;
      if (!inside && *image.at(x, y) != *before.at(x, y)) ++touched_outside;
    }
  EXPECT_EQ(touched_outside, 0);
}

TEST(Canvas, WhatLiesOutsideThePictureIsCut) {
  Image image(20, 20, kGrey);
  for (const Box& box : {Box{-30, -30, 20, 20}, Box{-5, -5, 10, 10}, Box{15, 15, 90, 90},
                         Box{50, 50, 5, 5}, Box{0, 0, 0, 0}}) {
    fill_rounded(image, box, 4, kWhite, 0.5);
    blur(image, box, 3);
    draw_panel(image, box, 4);
    paste_rounded(image, Image(box.width, box.height, kWhite), box.left, box.top, 2);
  }
  EXPECT_EQ(*image.at(0, 19), 100);
  EXPECT_NE(*image.at(0, 0), 100);
  EXPECT_NE(*image.at(19, 19), 100);
}

}  // namespace
}  // namespace longmen::view
