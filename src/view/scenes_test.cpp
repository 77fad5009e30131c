#include <gtest/gtest.h>
#include <mujoco/mujoco.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "view/stage.h"
#include "world/world.h"

/// What is drawn and collides in a world must be what its world.yaml says.
namespace longmen::view {
namespace {

constexpr double kTolerance_m = 0.011;  // trims may stand out by a centimetre
constexpr double kWayWidth_m = 0.8;     // what a walking robot needs

/// Upright box in W that contains a shape.
struct Extent {
  Eigen::Vector3d low, high;
};

class Scene : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::filesystem::path folder =
        std::filesystem::path(LONGMEN_SOURCE_DIR) / "worlds" / GetParam();
    auto loaded = world::load_world(folder);
    ASSERT_TRUE(loaded) << loaded.error().text();
    world_ = std::move(*loaded);
    char message[1000] = "";
    model_.reset(mj_loadXML((folder / "scene.xml").c_str(), nullptr, message, sizeof message));
    ASSERT_TRUE(model_) << message;
    data_.reset(mj_makeData(model_.get()));
    mj_forward(model_.get(), data_.get());
  }

  int body(const std::string& name) const {
    return mj_name2id(model_.get(), mjOBJ_BODY, name.c_str());
  }
  bool is_solid(int geom) const {
    return model_->geom_contype[geom] != 0 && model_->geom_type[geom] != mjGEOM_PLANE;
  }

  Extent extent(int geom) const {
    const Eigen::Map<const Eigen::Vector3d> p_WG(data_->geom_xpos + 3 * geom);
    const Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> R_WG(data_->geom_xmat +
                                                                              9 * geom);
    const Eigen::Map<const Eigen::Vector3d> middle_G(model_->geom_aabb + 6 * geom);
    const Eigen::Map<const Eigen::Vector3d> half_G(model_->geom_aabb + 6 * geom + 3);
    const Eigen::Vector3d middle = p_WG + R_WG * middle_G;
    const Eigen::Vector3d half = R_WG.cwiseAbs() * half_G;
    return {middle - half, middle + half};
  }

  /// Of all shapes of a body, or of those that collide.
  Extent extent_of_body(int body, bool solid_only) const {
    Extent all{Eigen::Vector3d::Constant(1e9), Eigen::Vector3d::Constant(-1e9)};
    for (int g = 0; g < model_->ngeom; ++g) {
      if (model_->geom_bodyid[g] != body || (solid_only && !is_solid(g))) continue;
      const Extent one = extent(g);
      all.low = all.low.cwiseMin(one.low);
      all.high = all.high.cwiseMax(one.high);
    }
    return all;
  }

  world::World world_;
  std::unique_ptr<mjModel, ModelDeleter> model_;
  std::unique_ptr<mjData, DataDeleter> data_;
};

TEST_P(Scene, SetsNoPhysicsAndCollidesWithFewShapes) {
  EXPECT_EQ(model_->nv, 0);
  mjOption defaults;
  mj_defaultOption(&defaults);
  EXPECT_EQ(model_->opt.timestep, defaults.timestep);
  EXPECT_EQ(model_->opt.integrator, defaults.integrator);
  EXPECT_EQ(model_->opt.cone, defaults.cone);
  const int floor = mj_name2id(model_.get(), mjOBJ_GEOM, "floor");
  ASSERT_GE(floor, 0);
  EXPECT_EQ(model_->geom_type[floor], mjGEOM_PLANE);
  int solids = 0;
  for (int g = 0; g < model_->ngeom; ++g) {
    if (is_solid(g)) ++solids;
    const bool drawn = model_->geom_group[g] < 3;
    EXPECT_NE(drawn, is_solid(g)) << "shape " << g << " must either be looks or collide";
  }
  EXPECT_LE(solids, 40);
}

TEST_P(Scene, EveryPlaceFillsTheBoxThatTheWorldSays) {
  for (const world::Place& place : world_.places) {
    if (!place.body) continue;
    const int id = body("place_" + place.names.id);
    ASSERT_GE(id, 0) << place.names.id;
    const Extent solid = extent_of_body(id, true);
    const Eigen::Vector3d half(0.5 * place.body->size_m.x(), 0.5 * place.body->size_m.y(), 0);
    const Eigen::Vector3d middle(place.body->p_W_m.x(), place.body->p_W_m.y(), 0);
    const Eigen::Vector3d low = middle - half;
    const Eigen::Vector3d high = middle + half + Eigen::Vector3d(0, 0, place.body->size_m.z());
    EXPECT_TRUE((solid.low.array() > low.array() - kTolerance_m).all()) << place.names.id;
    EXPECT_TRUE((solid.high.array() < high.array() + kTolerance_m).all()) << place.names.id;
    EXPECT_GT((solid.high - solid.low).head<2>().prod(), 0.4 * 4.0 * half.x() * half.y())
        << place.names.id;
  }
}

TEST_P(Scene, EverySurfaceIsAtTheHeightThatTheWorldSays) {
  for (const world::Place& place : world_.places) {
    if (!place.surface_height_m) continue;
    const int id = body("place_" + place.names.id);
    double nearest_m = 1e9;
    for (int g = 0; g < model_->ngeom; ++g)
      if (model_->geom_bodyid[g] == id && is_solid(g))
        nearest_m = std::min(nearest_m, std::abs(extent(g).high.z() - *place.surface_height_m));
    EXPECT_LT(nearest_m, 1e-6) << place.names.id;
  }
}

TEST_P(Scene, EveryObjectLiesWhereTheWorldSays) {
  for (const world::Object& object : world_.objects) {
    const int id = body("object_" + object.names.id);
    ASSERT_GE(id, 0) << object.names.id;
    ASSERT_TRUE(object.p_W_m && object.size_m);
    const Extent solid = extent_of_body(id, true);
    const Eigen::Vector3d underside(0.5 * (solid.low.x() + solid.high.x()),
                                    0.5 * (solid.low.y() + solid.high.y()), solid.low.z());
    EXPECT_LT((underside - *object.p_W_m).norm(), kTolerance_m) << object.names.id;
    EXPECT_LT((solid.high - solid.low - *object.size_m).cwiseAbs().maxCoeff(), kTolerance_m)
        << object.names.id;
  }
}

TEST_P(Scene, EveryPersonCanBeMoved) {
  EXPECT_EQ(model_->nmocap, static_cast<int>(world_.people.size()));
  for (const world::Person& person : world_.people) {
    const int id = body("person_" + person.names.id);
    ASSERT_GE(id, 0) << person.names.id;
    EXPECT_GE(model_->body_mocapid[id], 0);
    const Extent all = extent_of_body(id, false);
    EXPECT_NEAR(all.high.z(), person.height_m, 0.06) << person.names.id;
    EXPECT_NEAR(all.low.z(), 0.0, kTolerance_m) << person.names.id;
    for (int g = 0; g < model_->ngeom; ++g) {
      if (model_->geom_bodyid[g] != id || !is_solid(g)) continue;
      EXPECT_EQ(model_->geom_type[g], mjGEOM_CAPSULE);
      EXPECT_LE(model_->geom_size[3 * g], person.radius_m);
    }
  }
}

TEST_P(Scene, TheStraightWayBetweenAnyTwoStandingPlacesIsFree) {
  for (const world::Place& from : world_.places)
    for (const world::Place& to : world_.places) {
      if (!from.stand || !to.stand) continue;
      const Eigen::Vector2d a = from.stand->p_WB_m, way = to.stand->p_WB_m - a;
      const int steps = static_cast<int>(way.norm() / 0.05) + 1;
      double nearest_m = 1e9;
      for (int g = 0; g < model_->ngeom; ++g) {
        const bool still = model_->body_mocapid[model_->geom_bodyid[g]] < 0;
        if (!is_solid(g) || !still) continue;
        const Extent box = extent(g);
        for (int k = 0; k <= steps; ++k) {
          const Eigen::Vector2d p = a + way * k / steps;
          const Eigen::Vector2d outside =
              (box.low.head<2>() - p).cwiseMax(p - box.high.head<2>()).cwiseMax(0.0);
          nearest_m = std::min(nearest_m, outside.norm());
        }
      }
      EXPECT_GT(nearest_m, 0.5 * kWayWidth_m) << from.names.id << " to " << to.names.id;
    }
}

INSTANTIATE_TEST_SUITE_P(Worlds, Scene,
                         ::testing::Values(std::string("factory"), std::string("bank"),
                                           std::string("park")),
                         [](const auto& scene) { return scene.param; });

}  // namespace
}  // namespace longmen::view
