#include "planning/footing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/allocation_counter.h"
#include "model/robot_names.h"
#include "planning/step_preview.h"

namespace longmen::planning {
namespace {

const std::filesystem::path kFootingRobots = std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots";
constexpr double kRise_m = 0.17, kRun_m = 0.29, kFirst_m = 1.0;

double stairs(double x) {
  return x < kFirst_m ? 0.0 : kRise_m * (1.0 + std::floor((x - kFirst_m) / kRun_m));
}

struct Feet {
  model::RobotModel model =
      model::RobotModel::load(kFootingRobots / model::robot_names(kFootingRobots).at(0)).value();
  GaitConfig::Terrain config;
  FootingMap ground{model, config};

  explicit Feet(const std::function<double(double)>& height) {
    world::HeightMap::Grid grid{
        .corner_W_m = {-1.0, -1.0}, .cell_m = 0.01, .columns = 400, .rows = 200};
    for (int j = 0; j < grid.rows; ++j)
      for (int i = 0; i < grid.columns; ++i)
        grid.heights_m.push_back(static_cast<float>(height(-1.0 + 0.01 * (i + 0.5))));
    ground.see(world::HeightMap::create(std::move(grid)).value());
  }
  /// From a stance sole 25 cm before the first riser.
  StepPreview preview(double stride_m, double height_m) {
    config.rise_max_m = 0.21;
    StepPreview::Wish wish;
    wish.width_m = -0.17;
    wish.first_m = wish.stride_m = stride_m;
    wish.p_WS = {kFirst_m - 0.25, 0.0};
    wish.stance_height_m = height_m;
    StepPreview preview;
    preview.look(ground, config, wish);
    return preview;
  }
};

TEST(FootingMap, ASoleIsSafeWhereItStandsOnOneTreadAndTouchesNoRiser) {
  const Feet feet(stairs);
  const model::Sole& sole = feet.model.sole(kLeft);
  int safe = 0;
  for (double x = kFirst_m; x < kFirst_m + 3 * kRun_m; x += 0.01) {
    const Footing footing = feet.ground.at(kLeft, {x, 0.1}, 0.0);
    if (!footing.is_safe) continue;
    ++safe;
    EXPECT_NEAR(footing.height_m, stairs(x), 0.01);
    EXPECT_NEAR(footing.slope.norm(), 0.0, 0.05);
    EXPECT_LE(stairs(x + sole.fore_m), stairs(x) + 0.01) << "toes in the riser at " << x;
    EXPECT_NEAR(stairs(x), stairs(x - sole.aft_m + feet.config.overhang_aft_m), 0.01);
  }
  EXPECT_GT(safe, 6);
  EXPECT_LT(safe, 3 * 9);
}

TEST(FootingMap, APlaneIsMeasured) {
  const Feet feet([](double x) { return 0.2 * x; });
  const AllocationScope scope;
  const Footing footing = feet.ground.at(kRight, {0.5, 0.0}, 0.0);
  EXPECT_EQ(scope.count(), 0u);
  EXPECT_TRUE(footing.is_safe);
  EXPECT_NEAR(footing.height_m, 0.1, 0.01);
  EXPECT_NEAR(footing.slope.x(), 0.2 - feet.config.slope_noise, 0.02);
  EXPECT_NEAR(footing.slope.y(), 0.0, 1e-3);
  // Across it the sole leans to its side.
  EXPECT_NEAR(feet.ground.at(kRight, {0.5, 0.0}, M_PI / 2).slope.x(), 0.2 - feet.config.slope_noise,
              0.02);
  EXPECT_FALSE(Feet([](double x) { return 0.5 * x; }).ground.at(kRight, {0.5, 0.0}, 0.0).is_safe);
}

TEST(FootingMap, StairsAreASteadyGradeAndItsSlopeIsItsDerivative) {
  const Feet feet(stairs);
  const double x0 = kFirst_m + 2 * kRun_m;
  for (double x = x0; x < x0 + kRun_m; x += 0.01) {
    const Grade grade = feet.ground.grade({x, 0.0}, 0.0);
    EXPECT_NEAR(grade.height_m, kRise_m / kRun_m * (x - kFirst_m) + 0.5 * kRise_m, 0.02);
    EXPECT_NEAR(grade.slope, kRise_m / kRun_m, 0.2);
    const double ahead = feet.ground.grade({x + 0.05, 0.0}, 0.0).height_m;
    const double behind = feet.ground.grade({x - 0.05, 0.0}, 0.0).height_m;
    EXPECT_NEAR((ahead - behind) / 0.1, kRise_m / kRun_m, 0.12);
  }
  EXPECT_NEAR(feet.ground.grade({0.0, 0.0}, 0.0).slope, 0.0, 1e-9);
}

TEST(StepPreview, OnLevelGroundTheStepsAreThoseThatAreWished) {
  Feet feet([](double) { return 0.0; });
  const StepPreview preview = feet.preview(0.2, 0.0);
  for (int i = 0; i < StepPreview::kSteps; ++i) {
    const auto& landing = preview.landings()[static_cast<std::size_t>(i)];
    EXPECT_TRUE(landing.is_free);
    EXPECT_NEAR(landing.at_m, 0.2 * (i + 1), 1e-9);
  }
  EXPECT_EQ(preview.rise_m(), 0.0);
}

TEST(StepPreview, EachStepUpTheStairsLandsOnTheNextTread) {
  Feet feet(stairs);
  const StepPreview preview = feet.preview(kRun_m, 0.0);
  for (int i = 0; i < StepPreview::kSteps; ++i) {
    const auto& landing = preview.landings()[static_cast<std::size_t>(i)];
    EXPECT_FALSE(landing.is_free);
    EXPECT_NEAR(landing.height_m, kRise_m * (i + 1), 0.01);
    EXPECT_LE(landing.min_m, landing.at_m);
    EXPECT_LE(landing.at_m, landing.max_m);
    EXPECT_TRUE(feet.ground.at(kLeft, {kFirst_m - 0.25 + landing.at_m, 0.0}, 0.0).is_safe);
  }
  EXPECT_NEAR(preview.rise_m(), kRise_m, 0.01);
  EXPECT_EQ(preview.drop_m(), 0.0);
}

TEST(StepPreview, ARiserThatIsTooHighIsNotStepped) {
  Feet feet([](double x) { return x < kFirst_m ? 0.0 : 0.4; });
  const StepPreview preview = feet.preview(0.3, 0.0);
  const double toes_m = feet.model.sole(kLeft).fore_m;
  for (const auto& landing : preview.landings())
    EXPECT_LE(kFirst_m - 0.25 + landing.at_m + toes_m, kFirst_m);
}

TEST(StepPreview, ADropThatIsTooDeepIsNotStepped) {
  Feet feet([](double x) { return x < kFirst_m ? 0.0 : -0.17; });
  EXPECT_NEAR(feet.preview(0.3, 0.0).drop_m(), 0.17, 0.01);
  feet.config.drop_max_m = 0.05;
  const StepPreview preview = feet.preview(0.3, 0.0);
  const double toes_m = feet.model.sole(kLeft).fore_m;
  EXPECT_EQ(preview.drop_m(), 0.0);
  for (const auto& landing : preview.landings())
    EXPECT_LE(kFirst_m - 0.25 + landing.at_m + toes_m, kFirst_m + feet.config.overhang_fore_m);
}

}  // namespace
}  // namespace longmen::planning
