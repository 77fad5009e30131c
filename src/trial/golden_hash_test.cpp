#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model/robot_names.h"
#include "trial/episode.h"

/// The bits of a run, as this compiler and build type give them, stand in the robot's folder. A
/// change of that file is a change of what the robot does: it comes with the commit that means it.
namespace longmen::trial {
namespace {

const std::filesystem::path kProject = LONGMEN_SOURCE_DIR;

class GoldenHash : public ::testing::TestWithParam<std::string> {};

std::string run(const std::string& robot, bool recorded) {
  Scenario scenario;
  scenario.robot = robot;
  scenario.seed = 11;
  scenario.duration_s = 5.0;
  scenario.command = {{.t_s = 0.5, .vx_m_s = 0.5, .yaw_rate_rad_s = 0.2}};
  scenario.pushes = {{.t_s = 3.0, .body = "base", .impulse_Ns = {0.0, 20.0, 0.0}}};
  const EpisodeOptions options{.record = std::nullopt, .recorded = recorded};
  auto episode = Episode::create(scenario, DataFolders::under(kProject), options);
  EXPECT_TRUE(episode) << (episode ? "" : episode.error().text());
  while (episode->step()) {
  }
  return episode->finish().value().state_hash;
}

TEST_P(GoldenHash, IsTheSameWithOneThreadAndWithTheRecordersBesideIt) {
  std::string golden;
  std::ifstream(kProject / "robots" / GetParam() / "golden_hash.txt") >> golden;
  EXPECT_EQ(run(GetParam(), false), golden);
  EXPECT_EQ(run(GetParam(), true), golden);
}

INSTANTIATE_TEST_SUITE_P(Robots, GoldenHash,
                         ::testing::ValuesIn(model::robot_names(kProject / "robots")),
                         [](const auto& robot) { return robot.param; });

}  // namespace
}  // namespace longmen::trial
