#include "io/sim/scene.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cmath>

#include "io/sim/toy_biped.h"

namespace longmen::io {
namespace {

DataPtr kinematics(mjModel& model) {
  DataPtr data(mj_makeData(&model));
  mj_setConst(&model, data.get());
  mj_resetData(&model, data.get());
  for (int i = 7; i < model.nq; ++i) data->qpos[i] = 0.1 * (i - 6);
  mj_fwdPosition(&model, data.get());
  return data;
}

TEST(Scene, HasTheRobotsOwnNumbersAndThePlantsPhysics) {
  const SimRobot robot = testing::toy_biped();
  std::string error(1000, '\0');
  const ModelPtr alone(mj_loadXML(robot.model_file.c_str(), nullptr, error.data(), 1000));
  ASSERT_TRUE(alone) << error.c_str();
  const auto scene = compose_scene(robot, {}).value();
  EXPECT_EQ(scene->nq, alone->nq);
  EXPECT_EQ(scene->nu, alone->nu);
  const double mass = mj_getTotalmass(alone.get());
  EXPECT_NEAR(mj_getTotalmass(scene.get()), mass, 1e-12);
  EXPECT_EQ(scene->opt.timestep, 0.001);
  EXPECT_EQ(scene->opt.integrator, mjINT_IMPLICITFAST);
  for (int i = 0; i < alone->nv; ++i)
    EXPECT_EQ(scene->dof_frictionloss[i], alone->dof_frictionloss[i]);
}

TEST(Scene, TheGroundsFrictionIsThatOfTheContact) {
  SceneOptions options;
  options.ground_friction = 0.37;
  auto scene = compose_scene(testing::toy_biped(), options).value();
  const DataPtr data(mj_makeData(scene.get()));
  data->qpos[2] = 0.849;  // 1 mm into the ground
  mj_fwdPosition(scene.get(), data.get());
  ASSERT_GT(data->ncon, 0);
  for (int i = 0; i < data->ncon; ++i) EXPECT_EQ(data->contact[i].friction[0], 0.37);
}

TEST(PerturbPlant, MovesMassAndCentreOfMassWithinTheErrorAndNothingElse) {
  const SimRobot robot = testing::toy_biped();
  const PlantError error{.mass_relative = 0.03, .com_m = 0.01, .friction_relative = 0.3};
  auto exact = compose_scene(robot, {}).value();
  const DataPtr exact_data = kinematics(*exact);
  const int base = mj_name2id(exact.get(), mjOBJ_BODY, "trunk");
  const double mass = mj_getTotalmass(exact.get());
  double shift_max_m = 0.0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    auto scene = compose_scene(robot, {}).value();
    mjModel& m = *scene;
    perturb_plant(m, base, error, seed);
    const DataPtr data = kinematics(m);
    EXPECT_LE(std::abs(mj_getTotalmass(&m) / mass - 1.0), 0.03);
    for (int i = 0; i < 3; ++i) {
      const double shift_m =
          data->subtree_com[3 * base + i] - exact_data->subtree_com[3 * base + i];
      EXPECT_LE(std::abs(shift_m), 0.01 + 1e-12);
      shift_max_m = std::max(shift_max_m, std::abs(shift_m));
    }
    for (int i = 0; i < 3 * m.ngeom; ++i)
      EXPECT_NEAR(data->geom_xpos[i], exact_data->geom_xpos[i], 1e-12) << "a shape has moved";
    for (int i = 6; i < m.nv; ++i) {
      const double ratio = m.dof_frictionloss[i] / exact->dof_frictionloss[i];
      EXPECT_GE(ratio, 0.7);
      EXPECT_LE(ratio, 1.3);
    }
  }
  EXPECT_GT(shift_max_m, 0.008);
}

TEST(Scene, PeopleStandInAWorldThatHasNoBodyForThem) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / "longmen_scene_test_world.xml";
  std::ofstream(file) << R"(<mujoco><worldbody><geom name="floor" type="plane" size="5 5 1"/>
      <body name="person_bo" pos="0 0 0"><geom type="capsule" size="0.2 0.5" pos="0 0 0.7"/></body>
    </worldbody></mujoco>)";
  SceneOptions options;
  options.world_file = file;
  world::Person ann;
  ann.names.id = "ann";
  ann.p_W_m = Eigen::Vector2d(1.0, 2.0);
  world::Person bo = ann;
  bo.names.id = "bo";
  options.people = {ann, bo};
  const auto scene = compose_scene(testing::toy_biped(), options);
  ASSERT_TRUE(scene) << scene.error().text();
  EXPECT_EQ((*scene)->nmocap, 2);
  const int body = mj_name2id(scene->get(), mjOBJ_BODY, "person_bo");
  EXPECT_EQ((*scene)->body_pos[3 * body], 1.0);
}

TEST(Scene, AModelThatIsNotMjcfIsRefusedWithItsFile) {
  SimRobot robot = testing::toy_biped();
  robot.model_file = std::filesystem::temp_directory_path() / "longmen_scene_test_broken.xml";
  std::ofstream(robot.model_file) << "<mujoco><worldbody><body></worldbody>";
  const auto scene = compose_scene(robot, {});
  ASSERT_FALSE(scene);
  EXPECT_EQ(scene.error().code, ErrorCode::kParse);
  EXPECT_NE(scene.error().text().find("longmen_scene_test_broken.xml"), std::string::npos);
}

}  // namespace
}  // namespace longmen::io
