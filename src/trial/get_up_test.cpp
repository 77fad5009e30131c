// Robots that know how to get up from the ground do so, in a plant that is not as they think.

#include <gtest/gtest.h>

#include "model/robot_names.h"
#include "runtime/robot_tuning.h"
#include "trial/episode.h"

namespace longmen::trial {
namespace {

const DataFolders kGetUpFolders = DataFolders::under(LONGMEN_SOURCE_DIR);

std::vector<std::string> robots_that_get_up() {
  std::vector<std::string> names;
  for (const std::string& name : model::robot_names(kGetUpFolders.robots)) {
    const auto model = model::RobotModel::load(kGetUpFolders.robots / name).value();
    if (runtime::RobotTuning::load(model).value().get_up) names.push_back(name);
  }
  return names;
}

Scenario lying(const std::string& robot, io::StartPose start, std::uint64_t seed) {
  Scenario scenario;
  scenario.robot = robot;
  scenario.start = start;
  scenario.seed = seed;
  scenario.duration_s = 30.0;
  scenario.gets_up = true;
  return scenario;
}

class GetsUp : public ::testing::TestWithParam<std::tuple<std::string, io::StartPose>> {};

TEST_P(GetsUp, AndStandsWithinEveryLimit) {
  const auto& [robot, start] = GetParam();
  auto episode = Episode::create(lying(robot, start, 3001), kGetUpFolders, {}).value();
  while (episode.step()) {
  }
  const auto result = episode.finish().value();
  ASSERT_TRUE(result.rising.has_value());
  EXPECT_EQ(result.rising->falls, 1) << "it began on the ground";
  ASSERT_TRUE(result.rising->up_at_s.has_value());
  EXPECT_EQ(result.violations.torque, 0);
  EXPECT_NEAR(episode.plant().truth().p_WB.z(), episode.plant().home_height_m(), 0.05);
  if (result.allocations_in_loop) EXPECT_EQ(*result.allocations_in_loop, 0u);
}

INSTANTIATE_TEST_SUITE_P(Robots, GetsUp,
                         ::testing::Combine(::testing::ValuesIn(robots_that_get_up()),
                                            ::testing::Values(io::StartPose::kBack,
                                                              io::StartPose::kBelly)));

TEST(GetUp, WithoutBeingToldToItStaysDown) {
  for (const std::string& robot : robots_that_get_up()) {
    Scenario scenario = lying(robot, io::StartPose::kBelly, 3001);
    scenario.gets_up = false;
    scenario.duration_s = 5.0;
    auto episode =
        Episode::create(scenario, kGetUpFolders, {.record = std::nullopt, .recorded = false})
            .value();
    while (episode.step())
      ASSERT_EQ(episode.loop().gate_report().source, CommandSource::kBrace) << robot;
    EXPECT_TRUE(episode.fell());
  }
}

}  // namespace
}  // namespace longmen::trial
