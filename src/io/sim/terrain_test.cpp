#include "io/sim/terrain.h"

#include <gtest/gtest.h>

#include <cmath>

namespace longmen::io {
namespace {

TEST(Terrain, IsLevelAtTheStart) {
  for (const Terrain& terrain :
       {Terrain(terrain::Flat{}), Terrain(terrain::RandomBoxes{.height_max_m = 0.05}),
        Terrain(terrain::Step{.height_m = 0.1}), Terrain(terrain::Step{.height_m = -0.1}),
        Terrain(terrain::Stairs{.rise_m = 0.1, .run_m = 0.3, .count = 4}),
        Terrain(terrain::Stairs{.rise_m = -0.1, .run_m = 0.3, .count = 4}),
        Terrain(terrain::Slope{.pitch_rad = 0.1}), Terrain(terrain::Slope{.pitch_rad = -0.1})}) {
    const Ground ground = build_ground(terrain);
    for (const double x_m : {-2.0, 0.0, 0.5, 0.99})
      EXPECT_NEAR(height_m(ground, x_m, 0.3), 0.0, 1e-9)
          << "terrain " << terrain.index() << " at " << x_m;
  }
}

TEST(Terrain, TilesAreWithinTheirHeightAndOfTheirSeed) {
  const terrain::RandomBoxes tiles{.height_max_m = 0.03, .size_m = 0.4, .seed = 7};
  const Ground ground = build_ground(tiles);
  double low = 1.0;
  double high = -1.0;
  for (double x_m = 1.2; x_m < 20.0; x_m += 0.4) {
    const double h = height_m(ground, x_m, 0.2);
    low = std::min(low, h);
    high = std::max(high, h);
    EXPECT_LE(std::abs(h), 0.03);
  }
  EXPECT_LT(low, -0.01);
  EXPECT_GT(high, 0.01);
  terrain::RandomBoxes other = tiles;
  other.seed = 8;
  EXPECT_NE(height_m(build_ground(other), 3.0, 0.2), height_m(ground, 3.0, 0.2));
}

TEST(Terrain, StepsStairsAndSlopesRiseAsAsked) {
  const Ground step = build_ground(terrain::Step{.height_m = 0.1, .at_x_m = 2.0});
  EXPECT_NEAR(height_m(step, 1.9, 0), 0.0, 1e-9);
  EXPECT_NEAR(height_m(step, 2.1, 0), 0.1, 1e-9);
  const Ground down = build_ground(terrain::Step{.height_m = -0.1, .at_x_m = 2.0});
  EXPECT_NEAR(height_m(down, 2.1, 0), -0.1, 1e-9);
  const Ground stairs =
      build_ground(terrain::Stairs{.rise_m = 0.15, .run_m = 0.3, .count = 3, .at_x_m = 1.5});
  EXPECT_NEAR(height_m(stairs, 1.6, 0), 0.15, 1e-9);
  EXPECT_NEAR(height_m(stairs, 1.9, 0), 0.30, 1e-9);
  EXPECT_NEAR(height_m(stairs, 9.0, 0), 0.45, 1e-9);
  const Ground there_and_back = build_ground(
      terrain::Stairs{.rise_m = 0.15, .run_m = 0.3, .count = 3, .landing_m = 1.0, .at_x_m = 1.5});
  EXPECT_NEAR(height_m(there_and_back, 3.0, 0), 0.45, 1e-9);
  EXPECT_NEAR(height_m(there_and_back, 3.2, 0), 0.30, 1e-9);
  EXPECT_NEAR(height_m(there_and_back, 3.6, 0), 0.15, 1e-9);
  EXPECT_NEAR(height_m(there_and_back, 3.8, 0), 0.0, 1e-9);
  EXPECT_NEAR(height_m(there_and_back, 9.0, 0), 0.0, 1e-9);
  const Ground slope = build_ground(terrain::Slope{.pitch_rad = 0.1, .at_x_m = 1.0});
  EXPECT_NEAR(height_m(slope, 6.0, 0), 5.0 * std::tan(0.1), 1e-9);
  const Ground falling = build_ground(terrain::Slope{.pitch_rad = -0.1, .at_x_m = 1.0});
  EXPECT_NEAR(height_m(falling, 6.0, 0), -5.0 * std::tan(0.1), 1e-9);
}

}  // namespace
}  // namespace longmen::io
