#include "view/smooth_edges.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace longmen::view {
namespace {

constexpr int kSize = 64;
constexpr double kSlope = 0.17;

/// White below the line y = 20 + slope x, black above: with one sample a pixel, or the share that
/// the white covers.
Image half_plane(bool exact) {
  Image image(kSize, kSize);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const double depth = y + 0.5 - (20 + kSlope * (x + 0.5));
      const double share = exact ? std::clamp(depth + 0.5, 0.0, 1.0) : (depth > 0 ? 1.0 : 0.0);
      for (int i = 0; i < 3; ++i)
        image.at(x, y)[i] = static_cast<std::uint8_t>(std::lround(255 * share));
    }
  return image;
}

Image transposed(const Image& image) {
  Image result(image.height_px, image.width_px);
  for (int y = 0; y < image.height_px; ++y)
    for (int x = 0; x < image.width_px; ++x) std::copy_n(image.at(x, y), 3, result.at(y, x));
  return result;
}

long difference(const Image& a, const Image& b) {
  long sum = 0;
  for (int y = 4; y < kSize - 4; ++y)
    for (int x = 4; x < kSize - 4; ++x) sum += std::abs(*a.at(x, y) - *b.at(x, y));
  return sum;
}

TEST(EdgeSmoother, BringsAStairNearToTheLineItStandsFor) {
  const Image exact = half_plane(true), stair = half_plane(false);
  EdgeSmoother smoother;
  Image image = stair;
  smoother.apply(image);
  EXPECT_LT(difference(image, exact), difference(stair, exact) / 2);

  Image standing = transposed(stair);
  smoother.apply(standing);
  EXPECT_LT(difference(standing, transposed(exact)), difference(stair, exact) / 2);
}

TEST(EdgeSmoother, LeavesFlatAreasAndFaintTexturesAsTheyAre) {
  Image image(kSize, kSize, {120, 120, 120});
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) image.at(x, y)[0] = (x + y) % 2 == 0 ? 120 : 135;
  const Image before = image;
  EdgeSmoother smoother;
  smoother.apply(image);
  EXPECT_EQ(image.rgb, before.rgb);
}

TEST(EdgeSmoother, StraightLinesAlongTheGridStaySharp) {
  Image image(kSize, kSize);
  for (int y = 30; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) std::fill_n(image.at(x, y), 3, 255);
  const Image before = image;
  EdgeSmoother smoother;
  smoother.apply(image);
  EXPECT_EQ(difference(image, before), 0);
  Image tiny(2, 2);
  smoother.apply(tiny);
  EXPECT_EQ(tiny.width_px, 2);
}

}  // namespace
}  // namespace longmen::view
