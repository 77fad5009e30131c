#include "view/scene_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "view/toy_scene.h"

namespace longmen::view {
namespace {

TEST(SceneDocument, HoldsWhatIsThereToBeSeenAndNothingHidden) {
  const auto model = toy::model();
  const auto scene = nlohmann::json::parse(scene_document(*model));
  ASSERT_EQ(scene["bodies"].size(), static_cast<std::size_t>(model->nbody));
  EXPECT_EQ(scene["bodies"][1], "walker");
  // One geom of the toy is in group 3: for collisions, not for eyes.
  EXPECT_EQ(scene["geoms"].size(), static_cast<std::size_t>(model->ngeom) - 1);
  for (const auto& geom : scene["geoms"]) {
    EXPECT_LT(geom["body"].get<int>(), model->nbody);
    EXPECT_LT(geom["material"].get<std::size_t>(), scene["materials"].size());
  }
}

TEST(SceneDocument, ColoursAndQuaternionsAreInTheOrderThatItSays) {
  const auto scene = nlohmann::json::parse(scene_document(*toy::model()));
  const auto& torso = scene["geoms"][5];
  EXPECT_EQ(torso["type"], "box");
  EXPECT_EQ(scene["materials"][torso["material"].get<std::size_t>()]["color"],
            nlohmann::json({1.0, 0.0, 0.0, 1.0}));
  EXPECT_EQ(torso["quaternion"], nlohmann::json({0.0, 0.0, 0.0, 1.0}));  // xyzw: no turn
}

}  // namespace
}  // namespace longmen::view
