#include "world/height_map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/random.h"

namespace longmen::world {
namespace {

/// A riser of 17 cm across X = 0, every height off by up to `noise_m`.
HeightMap riser(double noise_m) {
  Random random(3);
  HeightMap::Grid grid{.corner_W_m = {-1.0, -1.0}, .cell_m = 0.02, .columns = 100, .rows = 100};
  for (int j = 0; j < grid.rows; ++j)
    for (int i = 0; i < grid.columns; ++i)
      grid.heights_m.push_back(
          static_cast<float>((i < 50 ? 0.0 : 0.17) + random.uniform(-noise_m, noise_m)));
  return HeightMap::create(std::move(grid)).value();
}

TEST(HeightMap, AHeightIsThatOfItsCellAndBeyondTheEdgesOfTheLast) {
  const HeightMap map = riser(0.0);
  EXPECT_NEAR(map.height_m({-0.01, 0.3}), 0.0, 1e-6);
  EXPECT_NEAR(map.height_m({0.01, 0.3}), 0.17, 1e-6);
  EXPECT_NEAR(map.height_m({50.0, -70.0}), 0.17, 1e-6);
  EXPECT_NEAR(map.height_m({-50.0, 70.0}), 0.0, 1e-6);
}

TEST(HeightMap, SmoothingTakesTheNoiseAndLeavesTheEdge) {
  const HeightMap map = riser(0.02).smoothed();
  double worst_m = 0.0;
  for (double x = -0.95; x < 0.95; x += 0.02)
    for (double y = -0.95; y < 0.95; y += 0.02)
      worst_m = std::max(worst_m, std::abs(map.height_m({x, y}) - (x < 0.0 ? 0.0 : 0.17)));
  EXPECT_LT(worst_m, 0.012);
}

TEST(HeightMap, ComesBackFromItsBytesToTheMillimetre) {
  const HeightMap map = riser(0.02);
  const auto back = HeightMap::decode(map.encode());
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->grid().columns, 100);
  for (const double x : {-0.9, -0.011, 0.011, 0.7})
    EXPECT_NEAR(back->height_m({x, 0.2}), map.height_m({x, 0.2}), 0.0006);
  EXPECT_EQ(HeightMap::decode(back->encode())->encode(), back->encode());
}

TEST(HeightMap, WhatIsNoMapIsRefused) {
  const std::string bytes = riser(0.0).encode();
  EXPECT_EQ(HeightMap::decode("").error().code, ErrorCode::kParse);
  EXPECT_EQ(HeightMap::decode("a map").error().code, ErrorCode::kParse);
  EXPECT_EQ(HeightMap::decode(bytes.substr(0, bytes.size() - 1)).error().code, ErrorCode::kParse);
  EXPECT_EQ(HeightMap::decode(bytes.substr(0, bytes.size() - 2)).error().code,
            ErrorCode::kInvalidArgument);
  HeightMap::Grid grid = riser(0.0).grid();
  grid.heights_m[7] = std::numeric_limits<float>::quiet_NaN();
  const auto refused = HeightMap::create(grid);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("cell 7"), std::string::npos);
  grid.heights_m[7] = 0.0f;
  grid.cell_m = 0.0;
  EXPECT_FALSE(HeightMap::create(grid));
}

}  // namespace
}  // namespace longmen::world
