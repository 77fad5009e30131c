#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "agent/parser.h"
#include "core/plan_message.h"
#include "trial/campaign.h"
#include "trial/episode.h"
#include "trial/mission.h"
#include "trial/replay.h"

namespace longmen::trial {
namespace {

const std::filesystem::path kWalkingProject = LONGMEN_SOURCE_DIR;

std::vector<std::string> robots() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kWalkingProject / "robots"))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

EpisodeResult run_walking(const Scenario& scenario) {
  auto episode = Episode::create(scenario, DataFolders::under(kWalkingProject),
                                 {.record = std::nullopt, .recorded = false});
  EXPECT_TRUE(episode) << (episode ? "" : episode.error().text());
  while (episode->step()) {
  }
  return episode->finish().value();
}

Scenario walk(const std::string& robot, double vx_m_s) {
  Scenario scenario;
  scenario.robot = robot;
  scenario.seed = 5;
  scenario.duration_s = 10.0;
  scenario.command = {{.t_s = 1.0, .vx_m_s = vx_m_s}};
  scenario.measure_from_s = 6.0;
  scenario.measure_to_s = 10.0;
  return scenario;
}

class EveryRobotWalks : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryRobotWalks, StandsAndWalksOnTheHonestPlantFromItsDataAlone) {
  const EpisodeResult result = run_walking(walk(GetParam(), 0.4));
  EXPECT_FALSE(result.body.fell);
  ASSERT_TRUE(result.body.speed_mean_m_s);
  EXPECT_NEAR(*result.body.speed_mean_m_s, 0.4, 0.04);
  EXPECT_EQ(result.violations.torque, 0);
  EXPECT_EQ(result.violations.position, 0);
  EXPECT_EQ(result.violations.speed, 0);
  EXPECT_EQ(result.unsolved_physics_steps, 0);
}

INSTANTIATE_TEST_SUITE_P(Robots, EveryRobotWalks, ::testing::ValuesIn(robots()),
                         [](const auto& robot) { return robot.param; });

TEST(Episode, AFastWalkOfTheControllersOwnIsLeftAloneByTheMotionGate) {
  const EpisodeResult result = run_walking(walk(robots().front(), 1.2));
  EXPECT_FALSE(result.body.fell);
  EXPECT_LE(static_cast<double>(result.gate.changed),
            0.01 * static_cast<double>(result.gate.ticks));
}

TEST(Episode, TheSameSeedGivesTheSameBitsAndAnotherSeedDoesNot) {
  Scenario scenario = walk(robots().front(), 0.6);
  scenario.duration_s = 4.0;
  const std::string hash = run_walking(scenario).state_hash;
  EXPECT_EQ(run_walking(scenario).state_hash, hash);
  scenario.seed += 1;
  EXPECT_NE(run_walking(scenario).state_hash, hash);
}

TEST(Episode, APushThatNoAnkleCanHoldIsTakenWithSteps) {
  Scenario scenario = walk(robots().front(), 0.0);
  scenario.duration_s = 7.0;
  scenario.pushes.push_back({.t_s = 3.0, .body = "base", .impulse_Ns = {0.0, 60.0, 0.0}});
  EXPECT_FALSE(run_walking(scenario).body.fell);
}

TEST(Episode, APushThatHurriesALandingFootIsNoTrip) {
  Scenario scenario = walk(robots().front(), 1.2);
  scenario.duration_s = 9.0;
  scenario.pushes.push_back({.t_s = 6.25, .body = "base", .impulse_Ns = {50.0, 0.0, 0.0}});
  EXPECT_FALSE(run_walking(scenario).body.fell);
}

TEST(Episode, AToeCaughtAtATileIsNoticedThoughTheFootTurnsAboutIt) {
  auto tiles = load_scenario(kWalkingProject / "scenarios/tiles_0.8.yaml");
  ASSERT_TRUE(tiles) << tiles.error().text();
  Scenario scenario = vary(*tiles, 3029, false);
  scenario.duration_s = 9.0;
  scenario.measure_from_s = 5.0;
  scenario.measure_to_s = 9.0;
  EXPECT_FALSE(run_walking(scenario).body.fell);
}

TEST(Episode, AKnownSlopeIsWalkedAndKnownStairsThatAreTooHighAreNotTried) {
  Scenario scenario = walk(robots().front(), 0.4);
  scenario.map_error_m = 0.02;
  scenario.terrain = io::terrain::Slope{.pitch_rad = -0.26, .at_x_m = 1.0};
  EXPECT_FALSE(run_walking(scenario).body.fell);
  scenario.terrain = io::terrain::Stairs{
      .rise_m = 0.27, .run_m = 0.29, .count = 5, .landing_m = 1.0, .at_x_m = 1.0};
  const EpisodeResult before = run_walking(scenario);
  EXPECT_FALSE(before.body.fell);
  EXPECT_LT(before.body.distance_m, 1.2);
}

TEST(Episode, KnownStairsAreClimbedAndDescended) {
  auto stairs = load_scenario(kWalkingProject / "scenarios/stairs_known.yaml");
  ASSERT_TRUE(stairs) << stairs.error().text();
  stairs->terrain = io::terrain::Stairs{
      .rise_m = 0.17, .run_m = 0.29, .count = 3, .landing_m = 1.0, .at_x_m = 1.5};
  stairs->duration_s = stairs->measure_to_s = 18.0;
  const EpisodeResult result = run_walking(*stairs);
  EXPECT_FALSE(result.body.fell);
  EXPECT_GT(result.body.distance_m, 1.5 + 6 * 0.29 + 1.0);
}

/// The whole way: a sentence, its plan as bytes, both gates, the robot, the record, and the record
/// run again.
class WholeWay : public ::testing::Test {
 protected:
  const std::filesystem::path record_ =
      std::filesystem::temp_directory_path() /
      ("longmen_whole_way_" + std::to_string(::getpid()) + ".mcap");
  ~WholeWay() override { std::filesystem::remove(record_); }

  Mission start(const std::string& sentence) {
    auto mission = Mission::create({.project_folder = kWalkingProject,
                                    .robot_folder = kWalkingProject / "robots" / robots().front(),
                                    .world_folder = kWalkingProject / "worlds/factory",
                                    .seed = 3,
                                    .practice = false,
                                    .record = record_,
                                    .instruction = sentence});
    EXPECT_TRUE(mission) << (mission ? "" : mission.error().text());
    const auto parser = agent::Parser::create().value();
    const agent::Answer answer = parser.answer(sentence, mission->session().world());
    mission->propose(encode_plan(std::get<agent::Proposal>(answer).plan).value());
    return std::move(*mission);
  }
  MissionResult carry_out(const std::string& sentence) {
    Mission mission = start(sentence);
    while (mission.step()) {
    }
    return mission.finish();
  }
};

TEST_F(WholeWay, ASentenceBecomesStepsAndReplaysBitForBit) {
  const MissionResult result = carry_out("走到工作台，然后指向货架");
  EXPECT_TRUE(result.goal_met);
  EXPECT_FALSE(result.fell);
  EXPECT_EQ(result.steps_done, 2);
  ASSERT_TRUE(result.position_error_m);
  EXPECT_LT(*result.position_error_m, 0.10);

  const auto report = replay(record_, kWalkingProject);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_FALSE(report->difference) << report->difference->text();
  EXPECT_EQ(report->ticks, result.gate.ticks);
  EXPECT_TRUE(report->complete);
}

TEST_F(WholeWay, AStopOnTheWayIsAStandAndTheRunSaysSo) {
  auto mission = start("walk to the workbench");
  while (mission.step()) {
    if (mission.plant().truth().time_s > 6.0) mission.stop();
  }
  const MissionResult result = mission.finish();
  EXPECT_TRUE(result.stopped);
  EXPECT_FALSE(result.goal_met);
  EXPECT_FALSE(result.fell);
  EXPECT_LT(mission.plant().truth().v_WB_W.norm(), 0.05);
}

TEST_F(WholeWay, AFlippedByteIsFound) {
  carry_out("wait one second");
  std::fstream file(record_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(0, std::ios::end);
  const auto middle = file.tellg() / 2;
  file.seekg(middle);
  const int byte = file.get();
  file.seekp(middle);
  file.put(static_cast<char>(byte ^ 1));
  file.close();
  const auto report = replay(record_, kWalkingProject);
  EXPECT_TRUE(!report || report->difference || !report->complete);
}

TEST_F(WholeWay, AStepThatTheBodyCannotDoIsRefusedAndNothingMoves) {
  const MissionResult result = carry_out("hand the box to Li");
  EXPECT_FALSE(result.goal_met);
  EXPECT_EQ(result.steps_done, 0);
}

}  // namespace
}  // namespace longmen::trial
