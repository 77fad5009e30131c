#include "trial/linked.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "io/fault/lossy_link.h"
#include "model/robot_names.h"
#include "trial/replay.h"

namespace longmen::trial {
namespace {

const std::filesystem::path kLinkedProject = LONGMEN_SOURCE_DIR;

Scenario walk_over(const Scenario::Link& link, double duration_s) {
  Scenario scenario;
  scenario.robot = model::robot_names(kLinkedProject / "robots").front();
  scenario.duration_s = duration_s;
  scenario.measure_to_s = duration_s;
  scenario.seed = 5;
  scenario.command = {{0.5, 0.4, 0.0, 0.0}};
  scenario.link = link;
  return scenario;
}

nlohmann::ordered_json run(const Scenario& scenario, const EpisodeOptions& options = {}) {
  const auto result =
      run_linked(scenario, DataFolders::under(kLinkedProject), options, LinkPace::kLockStep);
  EXPECT_TRUE(result) << result.error().text();
  return result.value_or(nlohmann::ordered_json());
}

TEST(Linked, TwoProcessesWalkOverALateAndLossyLinkWithTheSameBitsEachTime) {
  const Scenario scenario =
      walk_over({.latency_s = 0.004, .loss = 0.01, .down = {}, .replay = {}}, 4.0);
  const auto one = run(scenario);
  ASSERT_TRUE(one.contains("fell"));
  EXPECT_FALSE(one["fell"].get<bool>());
  EXPECT_GT(one["distance_m"].get<double>(), 0.6) << "0.4 m/s for less than 3 s";
  EXPECT_EQ(one["gate"]["ticks"], 4000);
  EXPECT_NEAR(one["link"]["states_lost"].get<double>(), 40.0, 25.0);
  EXPECT_NEAR(one["link"]["commands_lost"].get<double>(), 40.0, 25.0);
  EXPECT_TRUE(one["link"]["stop_after_s"].is_null());
  EXPECT_EQ(run(scenario)["state_hash"], one["state_hash"]);
}

TEST(Linked, ALinkThatGoesDownLandsInHoldAndTheRunIsReplayed) {
  const auto record = std::filesystem::temp_directory_path() /
                      ("longmen_linked_" + std::to_string(getpid()) + ".mcap");
  const auto result =
      run(walk_over({.latency_s = 0.004, .loss = 0.0, .down = {{2.0, 1.0}}, .replay = {}}, 3.0),
          {.record = record});
  ASSERT_TRUE(result["link"]["stop_after_s"].is_number()) << result["link"].dump();
  EXPECT_LE(result["link"]["stop_after_s"].get<double>(), 0.016) << "and 4 ms on the way";
  EXPECT_GT(result["link"]["motors_held_s"].get<double>(), 0.9);
  const auto replayed = replay(record, kLinkedProject, {});
  ASSERT_TRUE(replayed) << replayed.error().text();
  EXPECT_FALSE(replayed->difference);
  std::filesystem::remove(record);
}

TEST(Linked, AnErrorOfEitherSideIsSaid) {
  Scenario nobody = walk_over({}, 1.0);
  nobody.robot = "no_such_robot";
  const auto refused =
      run_linked(nobody, DataFolders::under(kLinkedProject), {}, LinkPace::kLockStep);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("no_such_robot"), std::string::npos);
  EXPECT_FALSE(Episode::create(walk_over({}, 1.0), DataFolders::under(kLinkedProject), {}));
}

TEST(LossyLink, DelaysLosesAndGoesDownAsItIsTold) {
  io::LossyLink<int> link({.latency = 3, .loss = 0.1, .down = {{500, 600}}, .replay = {}},
                          Random(9), -1);
  int arrived = 0;
  for (Tick now = 0; now < 10'000; ++now) {
    const int sent = static_cast<int>(now);
    link.send(now, &sent);
    const int* message = link.receive();
    if (message == nullptr) continue;
    ++arrived;
    EXPECT_EQ(*message, now - 3);
    EXPECT_FALSE(*message >= 500 && *message < 600);
  }
  EXPECT_NEAR(arrived, 0.9 * 9'900, 120);
}

TEST(Linked, RecordedMessagesThatAreSentAgainAreRefusedAndLandInHold) {
  const auto result =
      run(walk_over({.latency_s = 0.004, .loss = 0.0, .down = {}, .replay = {{2.0, 1.0}}}, 3.0));
  EXPECT_EQ(result["link"]["replays_refused"], 2000) << "states and commands";
  EXPECT_EQ(result["link"]["states_lost"], 0);
  ASSERT_TRUE(result["link"]["stop_after_s"].is_number()) << result["link"].dump();
  EXPECT_LE(result["link"]["stop_after_s"].get<double>(), 0.016);
  EXPECT_GT(result["link"]["motors_held_s"].get<double>(), 0.9);
}

TEST(LossyLink, AReplayGivesWhatWasSentJustBeforeIt) {
  io::LossyLink<int> link({.latency = 3, .loss = 0.0, .down = {}, .replay = {{500, 600}}},
                          Random(9), -1);
  for (Tick now = 0; now < 1'000; ++now) {
    const int sent = static_cast<int>(now);
    link.send(now, &sent);
    const int* message = link.receive();
    if (now < 3) continue;
    ASSERT_NE(message, nullptr) << now;
    EXPECT_EQ(*message, now - 3 - (now >= 500 && now < 600 ? 100 : 0));
  }
}

TEST(LossyLink, WhatIsOnItsWayArrivesInATickInWhichNothingIsSent) {
  io::LossyLink<int> link({.latency = 2, .loss = 0.0, .down = {}, .replay = {}}, Random(9), -1);
  const int sent = 7;
  link.send(0, &sent);
  for (const Tick now : {1, 2, 3}) {
    link.send(now, nullptr);
    EXPECT_EQ(link.receive() != nullptr, now == 2) << now;
    if (now == 2) {
      EXPECT_EQ(*link.receive(), 7);
    }
  }
}

}  // namespace
}  // namespace longmen::trial
