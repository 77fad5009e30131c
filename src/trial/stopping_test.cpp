// The rungs of the stop ladder on the plant: what the robot does when it may not go on.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "agent/parser.h"
#include "core/plan_message.h"
#include "record/record_reader.h"
#include "trial/episode.h"
#include "trial/mission.h"
#include "trial/sim_robot.h"

namespace longmen::trial {
namespace {

const std::filesystem::path kStoppingProject = LONGMEN_SOURCE_DIR;
/// The robot whose name comes first.
const std::string kRobot = [] {
  std::string first;
  for (const auto& entry : std::filesystem::directory_iterator(kStoppingProject / "robots"))
    if (const std::string name = entry.path().filename(); first.empty() || name < first)
      first = name;
  return first;
}();
constexpr double kStill_m_s = 0.05;

/// A session of its own on the plant, its events sent by hand.
struct Body {
  runtime::Session session =
      runtime::Session::create({.project_folder = kStoppingProject,
                                .robot_folder = kStoppingProject / "robots" / kRobot,
                                .world_folder = std::nullopt,
                                .pilot = runtime::PilotKind::kStream})
          .value();
  io::SimPlant plant = io::SimPlant::create(sim_robot(session.model()), {.seed = 7}).value();
  std::uint64_t beats = 0;

  void lease(record::Event::Lease::Act act) {
    record::Event event;
    event.kind = record::Event::Kind::kLease;
    event.lease = {act, 1, ++beats};
    session.take(event);
  }
  void walk(double vx_m_s) {
    record::Event event;
    event.kind = record::Event::Kind::kVelocityCommand;
    event.velocity_H_m_s = {vx_m_s, 0.0};
    session.take(event);
  }
  void stop(StopRung rung) {
    record::Event event;
    event.kind = record::Event::Kind::kStop;
    event.stop = rung;
    session.take(event);
  }
  void run(int ticks, bool with_heartbeats = false) {
    for (int k = 0; k < ticks; ++k) {
      if (with_heartbeats && k % 20 == 0) lease(record::Event::Lease::Act::kHeartbeat);
      ASSERT_EQ(session.tick(plant), io::WriteStatus::kAccepted);
    }
  }
  [[nodiscard]] const GateReport& gate() const { return session.loop().gate_report(); }
};

TEST(StopLadder, SettleIsAControlledCrouchAndHoldComesUpAgain) {
  Body body;
  const double height_m = body.plant.home_height_m();
  body.stop(StopRung::kHold);
  body.run(1500);
  EXPECT_NEAR(body.plant.truth().p_WB.z(), height_m, 0.03);
  body.stop(StopRung::kSettle);
  body.run(3000);
  EXPECT_EQ(body.gate().rung, StopRung::kSettle);
  EXPECT_LT(body.plant.truth().p_WB.z(), height_m - 0.10);
  EXPECT_FALSE(body.plant.truth().link_on_ground);
  body.stop(StopRung::kHold);
  body.run(5000);
  EXPECT_NEAR(body.plant.truth().p_WB.z(), height_m, 0.03);
}

TEST(StopLadder, AHolderThatFallsSilentWhileItWalksIsAHoldAndThenDisarmed) {
  Body body;
  body.lease(record::Event::Lease::Act::kGrant);
  body.walk(0.6);
  body.run(5000, true);
  ASSERT_TRUE(body.gate().armed);
  ASSERT_GT(body.plant.truth().v_WB_W.head<2>().norm(), 0.4);
  body.run(500);
  EXPECT_EQ(body.gate().rung, StopRung::kHold);
  body.run(3500);
  EXPECT_FALSE(body.gate().armed);
  EXPECT_LT(body.plant.truth().v_WB_W.norm(), kStill_m_s);
  EXPECT_NEAR(body.plant.truth().p_WB.z(), body.plant.home_height_m(), 0.05);
  // A heartbeat that comes late arms nobody.
  body.run(500, true);
  EXPECT_FALSE(body.gate().armed);
  EXPECT_LT(body.plant.truth().v_WB_W.norm(), kStill_m_s);
}

TEST(StopLadder, ABlowThatNothingCanCatchIsBracedForBeforeTheGroundIsHit) {
  Scenario scenario;
  scenario.robot = kRobot;
  scenario.seed = 5;
  scenario.duration_s = 6.0;
  scenario.pushes.push_back({.t_s = 2.0, .body = "base", .impulse_Ns = {0.0, 400.0, 0.0}});
  auto episode = Episode::create(scenario, DataFolders::under(kStoppingProject),
                                 {.record = std::nullopt, .recorded = false})
                     .value();
  bool braced = false, braced_in_the_air = false;
  while (episode.step()) {
    braced = episode.loop().gate_report().rung == StopRung::kBrace;
    braced_in_the_air |= braced && !episode.plant().truth().link_on_ground;
  }
  EXPECT_TRUE(episode.fell());
  EXPECT_TRUE(braced_in_the_air);
  EXPECT_TRUE(braced) << "it lies there and braces on";
}

/// A disk that fills up while a mission walks, in a process of its own: the kernel refuses to let
/// the file grow. Exits with the number of the first thing that is not so.
[[noreturn]] void walk_onto_a_full_disk(const std::filesystem::path& record) {
  auto mission = Mission::create({.project_folder = kStoppingProject,
                                  .robot_folder = kStoppingProject / "robots" / kRobot,
                                  .world_folder = kStoppingProject / "worlds/factory",
                                  .seed = 3,
                                  .practice = false,
                                  .record = record,
                                  .instruction = "walk to the workbench"});
  if (!mission) ::_exit(1);
  const rlimit limit{12'000'000, 12'000'000};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(2);
  std::signal(SIGXFSZ, SIG_IGN);
  const agent::Answer answer =
      agent::Parser::create().value().answer("walk to the workbench", mission->session().world());
  mission->propose(encode_plan(std::get<agent::Proposal>(answer).plan).value());
  double walked_m_s = 0.0;
  while (mission->step()) walked_m_s = std::max(walked_m_s, mission->plant().truth().v_WB_W.norm());
  if (walked_m_s < 0.2) ::_exit(3);
  if (mission->session().is_recorded()) ::_exit(4);
  if (mission->session().loop().gate_report().rung != StopRung::kHold) ::_exit(5);
  if (mission->plant().truth().v_WB_W.norm() > kStill_m_s) ::_exit(6);
  if (mission->plant().truth().link_on_ground) ::_exit(7);
  const MissionResult result = mission->finish();
  if (!result.stopped || result.state_hash.empty()) ::_exit(9);  // what was seen is not lost
  ::_exit(result.record_error && result.record_error->code == ErrorCode::kIo ? 0 : 8);
}

TEST(StopLadder, AFullDiskIsAHoldAndTheRecordStaysReadable) {
  const auto record = std::filesystem::temp_directory_path() /
                      ("longmen_full_disk_" + std::to_string(::getpid()) + ".mcap");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) walk_onto_a_full_disk(record);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  auto reader = record::RecordReader::open(record);
  ASSERT_TRUE(reader) << reader.error().text();
  EXPECT_FALSE(reader->is_complete());
  std::filesystem::remove(record);
}

}  // namespace
}  // namespace longmen::trial
