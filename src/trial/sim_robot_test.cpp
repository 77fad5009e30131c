#include "trial/sim_robot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "io/sim/sim_plant.h"

namespace longmen::trial {
namespace {

const std::filesystem::path kRobots = std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots";

using Pair = std::pair<std::string, std::string>;
Pair pair(const std::string& a, const std::string& b) { return {std::min(a, b), std::max(a, b)}; }

/// What an MJCF file says of its links, read as plain text: an account apart from the plant's.
struct Links {
  int count = 0;
  std::set<Pair> apart;  // neighbours, and the pairs that are listed
};
Links read_links(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  const std::string xml = text.str();
  static const std::regex kTag(
      "<body name=\"([^\"]+)\"|</body>|<exclude body1=\"([^\"]+)\" body2=\"([^\"]+)\"");
  Links links;
  std::vector<std::string> path;
  for (std::sregex_iterator tag(xml.begin(), xml.end(), kTag), end; tag != end; ++tag) {
    if ((*tag)[1].matched) {
      ++links.count;
      if (!path.empty()) links.apart.insert(pair(path.back(), (*tag)[1]));
      path.push_back((*tag)[1]);
    } else if ((*tag)[2].matched) {
      links.apart.insert(pair((*tag)[2], (*tag)[3]));
    } else {
      path.pop_back();
    }
  }
  return links;
}

/// Every robot that the project has.
class EveryRobot : public ::testing::TestWithParam<std::string> {
 protected:
  model::RobotModel model_ = model::RobotModel::load(kRobots / GetParam()).value();
  io::SimRobot robot_ = sim_robot(model_);
};

TEST_P(EveryRobot, IsInThePlantWhatItIsInTheModel) {
  io::PlantOptions options;
  options.model_error = false;
  const auto plant = io::SimPlant::create(robot_, options);
  ASSERT_TRUE(plant) << plant.error().text();
  EXPECT_NEAR(plant->mass_kg(), model_.mass_kg(), 1e-6);
  EXPECT_NEAR(plant->home_height_m(), model_.home_height_m(), 1e-6);
  ASSERT_EQ(plant->joint_count(), model_.na());
  for (int j = 0; j < model_.na(); ++j) {
    EXPECT_EQ(plant->limits().torque_max_Nm[j], model_.joint(j).torque_max_Nm);
    EXPECT_EQ(plant->limits().position_min_rad[j], model_.joint(j).position_min_rad);
    EXPECT_EQ(plant->limits().speed_max_rad_s[j], model_.joint(j).velocity_max_rad_s);
  }
}

TEST_P(EveryRobot, CollidesWithItselfInEveryPairOfLinksButNeighboursAndTheListedOnes) {
  const Links links = read_links(robot_.model_file);
  ASSERT_GT(links.count, 10);
  const auto plant = io::SimPlant::create(robot_, {}).value();
  EXPECT_EQ(plant.self_collision_pairs(),
            links.count * (links.count - 1) / 2 - static_cast<int>(links.apart.size()));
}

TEST_P(EveryRobot, StartsInEveryWorldWithItsSolesOnTheFloor) {
  int worlds = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kRobots.parent_path() / "worlds")) {
    if (!std::filesystem::exists(entry.path() / "scene.xml")) continue;
    const auto world = world::load_world(entry.path());
    ASSERT_TRUE(world) << world.error().text();
    io::PlantOptions options;
    options.world_file = entry.path() / "scene.xml";
    options.people = world->people;
    options.spawn_p_W = world->spawn.p_WB_m;
    options.spawn_yaw_rad = world->spawn.yaw_rad;
    const auto plant = io::SimPlant::create(robot_, options);
    ASSERT_TRUE(plant) << plant.error().text();
    EXPECT_NEAR(plant->truth().p_WB.z(), model_.home_height_m(), 1e-6);
    EXPECT_FALSE(plant->truth().link_on_ground) << entry.path();
    ++worlds;
  }
  EXPECT_GE(worlds, 1);
}

std::vector<std::string> robot_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kRobots))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  return names;
}
INSTANTIATE_TEST_SUITE_P(Robots, EveryRobot, ::testing::ValuesIn(robot_names()),
                         [](const auto& robot) {
                           std::string name = robot.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace longmen::trial
