#include "trial/episode.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <limits>

#include "core/allocation_counter.h"
#include "record/record_reader.h"
#include "trial/replay.h"

namespace longmen::trial {
namespace {

const DataFolders kFolders = DataFolders::under(LONGMEN_SOURCE_DIR);

/// The project's first robot, whatever its name.
std::string some_robot() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolders.robots))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names.front();
}

Result<EpisodeResult> run(const std::string& body) {
  const auto scenario = parse_scenario("robot: " + some_robot() + "\n" + body, "test");
  if (!scenario) return tl::make_unexpected(scenario.error());
  auto episode = Episode::create(*scenario, kFolders, {});
  if (!episode) return tl::make_unexpected(episode.error());
  while (episode->step()) {
  }
  return episode->finish();
}

TEST(Episode, StandsForTwoSecondsWithinEveryLimitAndWithoutAllocating) {
  const auto result = run("duration_s: 2\n");
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_FALSE(result->body.fell);
  EXPECT_EQ(result->gate.ticks, 2000);
  EXPECT_EQ(result->violations.torque, 0);
  EXPECT_EQ(result->violations.position, 0);
  EXPECT_EQ(result->violations.speed, 0);
  ASSERT_EQ(result->allocations_in_loop.has_value(), allocations_are_counted());
  if (allocations_are_counted()) {
    EXPECT_EQ(*result->allocations_in_loop, 0u);
  }
  EXPECT_GT(result->tick_us[0].p50, 0.0);
  EXPECT_LT(result->body.speed_mean_m_s.value(), 0.05);
}

TEST(Episode, TheSameScenarioGivesTheSameBitsAndAnotherSeedDoesNot) {
  const std::string body = "duration_s: 1\ncommand: [[0, 0.4, 0, 0]]\nseed: ";
  const auto first = run(body + "4\n");
  const auto second = run(body + "4\n");
  const auto other = run(body + "5\n");
  ASSERT_TRUE(first && second && other);
  EXPECT_EQ(first->state_hash, second->state_hash);
  EXPECT_NE(first->state_hash, other->state_hash);
}

TEST(Episode, AFallEndsTheRunASecondLater) {
  const auto result = run(
      "duration_s: 20\npushes: [{t_s: 0.5, body: base, impulse_Ns: [900, 0, 0], duration_s: 0.1}]");
  ASSERT_TRUE(result) << result.error().text();
  ASSERT_TRUE(result->body.fell);
  EXPECT_LT(result->gate.ticks, 6000);
  EXPECT_NEAR(static_cast<double>(result->gate.ticks) * 0.001, *result->body.fell_at_s + 1.0,
              0.002);
}

TEST(Episode, AbsurdProposalsNeverReachTheMotors) {
  const auto result =
      run("duration_s: 2\nfaults: [{t_s: 1, kind: bad_command, target: command, duration_s: 0.1}]");
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_GE(result->gate.changed, 100);
  EXPECT_EQ(result->violations.torque, 0);
  EXPECT_TRUE(std::isfinite(result->violations.torque_max_Nm));
}

/// Walking when the heartbeats of its lease fail for 0.8 s.
Result<EpisodeResult> run_without_heartbeats(const std::string& kind) {
  return run("duration_s: 4.5\ncommand: [[0, 0, 0, 0], [1, 0.4, 0, 0]]\nfaults: [{t_s: 2, kind: " +
             kind + ", target: lease, duration_s: 0.8}]\n");
}

TEST(Episode, WithoutHeartbeatsItStopsWalkingAndStands) {
  const auto on_time = run_without_heartbeats("heartbeat_delay");
  ASSERT_TRUE(on_time) << on_time.error().text();
  EXPECT_EQ(on_time->gate.stopped, 0) << "late, but soon enough";
  for (const char* kind : {"heartbeat_loss", "heartbeat_replay"}) {
    const auto result = run_without_heartbeats(kind);
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_GT(result->gate.stopped, 0) << kind;
    EXPECT_FALSE(result->body.fell) << kind;
    EXPECT_LT(result->body.distance_m, on_time->body.distance_m - 0.3) << kind;
  }
}

TEST(Episode, FaultsAreEventsOfTheRecordAndAReplayFindsTheSame) {
  const auto scenario =
      parse_scenario("robot: " + some_robot() +
                         "\nduration_s: 2\n"
                         "command: [[0.5, 0.4, 0, 0]]\n"
                         "faults:\n"
                         "  - {t_s: 1.0, kind: silent, target: skills, duration_s: 0.2}\n"
                         "  - {t_s: 1.5, kind: silent, target: planner, duration_s: 0.004}\n"
                         "  - {t_s: 1.6, kind: power_sag, target: power, duration_s: 0.1}\n"
                         "  - {t_s: 1.7, kind: late_tick, target: loop, duration_s: 0.003}\n"
                         "  - {t_s: 1.8, kind: bad_command, target: command, duration_s: 0.01}\n",
                     "test");
  ASSERT_TRUE(scenario) << scenario.error().text();
  const auto record = std::filesystem::temp_directory_path() /
                      ("longmen_faults_" + std::to_string(getpid()) + ".mcap");
  auto episode = Episode::create(*scenario, kFolders, {.record = record});
  ASSERT_TRUE(episode) << episode.error().text();
  while (episode->step()) {
  }
  const auto result = episode->finish();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_GE(result->gate.stopped, 150) << "the skills' silence is a hold";
  EXPECT_GE(result->gate.changed, 14) << "bridged ticks and bad commands";

  auto reader = record::RecordReader::open(record);
  ASSERT_TRUE(reader);
  std::vector<std::string> faults;
  record::RecordItem item;
  while (reader->next(item).value())
    if (const auto* event = std::get_if<record::RecordedEvent>(&item))
      if (event->event.kind == record::Event::Kind::kFault) faults.push_back(event->payload);
  EXPECT_EQ(faults, (std::vector<std::string>{"silent skills 0.2", "silent planner 0.004",
                                              "power_sag power 0.1", "late_tick loop 0.003",
                                              "bad_command command 0.01"}));
  const auto replayed = replay(record, LONGMEN_SOURCE_DIR, {});
  ASSERT_TRUE(replayed) << replayed.error().text();
  EXPECT_FALSE(replayed->difference);
  EXPECT_EQ(replayed->ticks, 2000);
  std::filesystem::remove(record);
}

TEST(Episode, CommandsFromOutsideAreTheScenariosOwn) {
  const auto planned = run("duration_s: 1\ncommand: [[0.5, 0.4, 0, 0]]\n");
  const auto still = parse_scenario("robot: " + some_robot() + "\nduration_s: 1\n", "test");
  ASSERT_TRUE(planned && still);
  auto steered = Episode::create(*still, kFolders, {});
  ASSERT_TRUE(steered) << steered.error().text();
  for (int i = 0; i < 500; ++i) steered->step();
  EXPECT_FALSE(steered->command({std::nan(""), 0.0}, 0.0));
  EXPECT_TRUE(steered->command({0.4, 0.0}, 0.0));
  while (steered->step()) {
  }
  EXPECT_EQ(steered->finish()->state_hash, planned->state_hash);
}

TEST(Episode, AProposalFromOutsideIsAnnouncedAndPassesTheGate) {
  const auto scenario = parse_scenario("robot: " + some_robot() + "\nduration_s: 1.5\n", "test");
  ASSERT_TRUE(scenario);
  auto episode = Episode::create(*scenario, kFolders, {.joint_proposals = true});
  ASSERT_TRUE(episode) << episode.error().text();
  while (episode->loop().gate_report().rung != StopRung::kNone && episode->step()) {
  }
  ProposedCommand absurd;
  absurd.resize(episode->plant().joint_count());
  absurd.torque_Nm.setConstant(std::numeric_limits<double>::infinity());
  ASSERT_TRUE(episode->propose(absurd));
  while (episode->step()) EXPECT_TRUE(episode->loop().safe_values().torque_Nm.allFinite());
  EXPECT_GT(episode->loop().counts().gate_changed, 500);
  EXPECT_FALSE(episode->fell());

  absurd.resize(1);
  EXPECT_FALSE(episode->propose(absurd));
  auto unannounced = Episode::create(*scenario, kFolders, {});
  ASSERT_TRUE(unannounced);
  absurd.resize(episode->plant().joint_count());
  EXPECT_FALSE(unannounced->propose(absurd));
}

TEST(Episode, NamesThatDoNotExistAreRefusedWithTheValidOnes) {
  const auto refused = [](const std::string& text) {
    const auto scenario = parse_scenario(text, "test");
    EXPECT_TRUE(scenario) << text;
    const auto episode = Episode::create(*scenario, kFolders, {});
    EXPECT_FALSE(episode) << text;
    return episode ? std::string() : episode.error().text();
  };
  const std::string robot = "robot: " + some_robot() + "\nduration_s: 1\n";
  EXPECT_NE(refused("{robot: marvin, duration_s: 1}").find(some_robot()), std::string::npos);
  EXPECT_NE(refused(robot + "world: moon").find("factory"), std::string::npos);
  EXPECT_NE(refused(robot + "payload: {body: tail, mass_kg: 1}").find("left_hand"),
            std::string::npos);
  EXPECT_NE(refused(robot + "faults: [{t_s: 0, kind: motor_off, target: 'motor:tail', duration_s: "
                            "1}]")
                .find("faults[0]"),
            std::string::npos);
}

}  // namespace
}  // namespace longmen::trial
