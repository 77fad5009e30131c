#include "runtime/live_robot.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "core/plan_message.h"
#include "model/robot_names.h"
#include "runtime/resting_io.h"
#include "wall/client.h"

namespace longmen::runtime {
namespace {

const std::filesystem::path kLiveSource = LONGMEN_SOURCE_DIR;

/// A robot at rest that lives on a thread of its own, and a client of it.
struct LiveFixture {
  Session session =
      Session::create({.project_folder = kLiveSource,
                       .robot_folder = kLiveSource / "robots" /
                                       model::robot_names(kLiveSource / "robots").at(0),
                       .world_folder = kLiveSource / "worlds/factory",
                       .real_time = true})
          .value();
  RestingIo io{session.model()};
  std::filesystem::path socket;
  std::unique_ptr<WallServer> wall;
  LiveRobot robot;
  std::atomic<bool> ends{false};
  std::thread thread;

  explicit LiveFixture(const char* name)
      : socket(std::filesystem::temp_directory_path() /
               ("longmen_live_" + std::to_string(getpid()) + "_" + name)),
        wall(WallServer::create(socket, {}, {}).value()),
        robot(session, io, *wall, {}),
        thread([this] { EXPECT_TRUE(robot.run([this] { return ends.load(); }).has_value()); }) {}
  ~LiveFixture() {
    ends.store(true);
    thread.join();
  }
};

/// Reads until `wanted` says so, at most four seconds; heartbeats on the way if asked to.
template <typename T, typename Wanted>
bool until(wall::Client& client, bool beats, const Wanted& wanted) {
  for (int i = 0; i < 400; ++i) {
    if (beats && i % 5 == 0 && !client.heartbeat()) return false;
    const auto message = client.next(10);
    if (!message) return false;
    if (!*message) continue;
    if (const auto* it = std::get_if<T>(&**message))
      if (wanted(*it)) return true;
  }
  return false;
}

std::string waving() {
  Plan plan;
  plan.id = "test";
  plan.model = "parser";
  plan.text = "wave";
  plan.steps.push_back({"wave", {}});
  return encode_plan(plan).value();
}

TEST(LiveRobot, StartsDisarmedAndALeaseWithHeartbeatsArmsIt) {
  const LiveFixture fixture("arm");
  auto client = wall::Client::connect(fixture.socket, wall::Role::kOperator, "test").value();
  EXPECT_TRUE(until<wall::State>(client, false, [](const auto& s) { return s.armed == 0; }));
  ASSERT_TRUE(client.take_lease().has_value());
  EXPECT_TRUE(until<wall::State>(client, true, [](const auto& s) { return s.armed == 1; }));
}

TEST(LiveRobot, SilenceOfTheHolderIsAHoldAndDisarmed) {
  const LiveFixture fixture("silence");
  auto client = wall::Client::connect(fixture.socket, wall::Role::kOperator, "test").value();
  ASSERT_TRUE(client.take_lease().has_value());
  ASSERT_TRUE(until<wall::State>(client, true, [](const auto& s) { return s.armed == 1; }));
  EXPECT_TRUE(until<wall::State>(
      client, false, [](const auto& s) { return s.armed == 0 && s.rung >= StopRung::kHold; }));
}

TEST(LiveRobot, AnEmergencyStopFromAWatcherHoldsUntilAnOperatorResets) {
  const LiveFixture fixture("emergency");
  auto holder = wall::Client::connect(fixture.socket, wall::Role::kOperator, "test").value();
  ASSERT_TRUE(holder.take_lease().has_value());
  ASSERT_TRUE(until<wall::State>(holder, true, [](const auto& s) { return s.armed == 1; }));
  auto watcher = wall::Client::connect(fixture.socket, wall::Role::kWatcher, "eye").value();
  ASSERT_TRUE(watcher.stop(wall::StopRequest::Act::kEmergency).has_value());
  EXPECT_TRUE(until<wall::State>(
      holder, true, [](const auto& s) { return s.emergency == 1 && s.rung >= StopRung::kHold; }));
  ASSERT_TRUE(watcher.stop(wall::StopRequest::Act::kReset).has_value());  // not a watcher's to do
  EXPECT_TRUE(until<wall::Receipt>(
      watcher, false, [](const auto& r) { return r.outcome == wall::Outcome::kRole; }));
  // The stop comes to its end before it can be cleared: by the robot's clock, which a sanitizer
  // makes slower than that on the wall.
  bool is_clear = false;
  std::optional<double> stopped_s;
  double now_s = 0.0;
  while (!is_clear && now_s < stopped_s.value_or(now_s) + 6.0) {
    ASSERT_TRUE(holder.stop(wall::StopRequest::Act::kReset).has_value());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    while (true) {
      const auto message = holder.next(0).value();
      if (!message) break;
      if (const auto* s = std::get_if<wall::State>(&*message)) {
        is_clear = s->emergency == 0 && s->armed == 0;
        now_s = s->time_s;
        if (!stopped_s) stopped_s = now_s;
      }
    }
  }
  EXPECT_TRUE(is_clear);
}

TEST(LiveRobot, APlanIsJudgedAndTheVerdictCarriesTheRequestAndTheStepsInWords) {
  const LiveFixture fixture("plan");
  auto client = wall::Client::connect(fixture.socket, wall::Role::kMind, "mind").value();
  const std::uint64_t request = client.propose(waving()).value();
  nlohmann::json verdict;
  ASSERT_TRUE(until<wall::Event>(client, false, [&](const wall::Event& event) {
    if (event.kind != wall::Event::Kind::kVerdict || event.request != request) return false;
    verdict = nlohmann::json::parse(event.text);
    return true;
  }));
  EXPECT_EQ(verdict["status"], "approved");
  ASSERT_EQ(verdict["steps"].size(), 1u);
  EXPECT_FALSE(verdict["steps"][0]["zh"].get<std::string>().empty());
}

TEST(LiveRobot, ABrokenPlanIsRefusedAndTheRobotGoesOn) {
  const LiveFixture fixture("broken");
  auto client = wall::Client::connect(fixture.socket, wall::Role::kMind, "mind").value();
  ASSERT_TRUE(client.propose("no plan at all").has_value());
  EXPECT_TRUE(until<wall::Event>(client, false, [](const wall::Event& event) {
    return event.kind == wall::Event::Kind::kVerdict &&
           nlohmann::json::parse(event.text)["status"] == "refused";
  }));
  EXPECT_TRUE(until<wall::State>(client, false, [](const auto&) { return true; }));
}

TEST(TickTimes, QuantilesAreTheTimesThatSuchAShareKeptTo) {
  TickTimes times;
  EXPECT_EQ(times.quantile_us(0.99), 0.0);
  for (int us = 0; us < 100; ++us) times.add(us + 0.5);
  EXPECT_EQ(times.quantile_us(0.5), 50.0);
  EXPECT_EQ(times.quantile_us(0.99), 99.0);
  times.add(1e9);
  EXPECT_EQ(times.quantile_us(1.0), 4096.0);
}

}  // namespace
}  // namespace longmen::runtime
