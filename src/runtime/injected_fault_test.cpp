#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "core/plan_message.h"
#include "model/robot_names.h"
#include "runtime/live_robot.h"
#include "runtime/resting_io.h"
#include "wall/client.h"

namespace longmen::runtime {
namespace {

namespace fs = std::filesystem;
const fs::path kFaultRoot = LONGMEN_SOURCE_DIR;

Session factory_session() {
  return Session::create({.project_folder = kFaultRoot,
                          .robot_folder = kFaultRoot / "robots" /
                                          model::robot_names(kFaultRoot / "robots").at(0),
                          .world_folder = kFaultRoot / "worlds/factory"})
      .value();
}

record::Event event_of(record::Event::Kind kind) {
  record::Event event;
  event.kind = kind;
  return event;
}

std::string two_waits() {
  return encode_plan({"p",
                      "parser",
                      "wait",
                      {{"wait", {{"duration_s", 1.0}}}, {"wait", {{"duration_s", 2.0}}}}})
      .value();
}

TEST(InjectedFault, APlanThatChangesAfterItsApprovalIsFoundByItsHashAndDoesNotRun) {
  Session session = factory_session();
  session.take(event_of(record::Event::Kind::kFault), "corrupt_plan plan 0.1");
  session.take(event_of(record::Event::Kind::kPlan), two_waits());
  ASSERT_TRUE(session.verdict());
  EXPECT_EQ(session.verdict()->status, VerdictStatus::kRefused);
  EXPECT_TRUE(session.verdict()->plan.steps.empty());
  ASSERT_FALSE(session.verdict()->reasons.empty());
  EXPECT_EQ(session.verdict()->reasons.back().rule, "plan.changed");
  EXPECT_FALSE(session.verdict()->reasons.back().text.zh.empty());
  EXPECT_EQ(session.executor(), nullptr);

  RestingIo io(session.model());
  for (int k = 0; k < 100; ++k) ASSERT_EQ(session.tick(io), io::WriteStatus::kAccepted);
  session.take(event_of(record::Event::Kind::kPlan), two_waits());
  EXPECT_EQ(session.verdict()->status, VerdictStatus::kApproved) << "the fault is over";
  EXPECT_NE(session.executor(), nullptr);
}

TEST(InjectedFault, AFaultOfProposalsMakesThemInputsOfAReplay) {
  Session session = factory_session();
  session.take(event_of(record::Event::Kind::kFault), "power_sag power 1");
  session.take(event_of(record::Event::Kind::kFault), "no fault at all");
  EXPECT_FALSE(session.has_foreign_proposals());
  session.take(event_of(record::Event::Kind::kFault), "bad_command command 0.1");
  EXPECT_TRUE(session.has_foreign_proposals());
}

/// A robot at rest that lives on a thread of its own, and whose parts may break.
struct BreakableRobot {
  Session session = factory_session();
  RestingIo resting{session.model()};
  io::FaultInjector injector{{}, kTick_s};
  io::FaultyIo io{resting, injector};
  fs::path socket;
  std::unique_ptr<WallServer> wall;
  LiveRobot robot;
  std::atomic<bool> ends{false};
  std::thread thread;

  BreakableRobot(const char* name, bool may_break)
      : socket(fs::temp_directory_path() /
               ("longmen_fault_" + std::to_string(getpid()) + "_" + name)),
        wall(WallServer::create(socket, {}, {}).value()),
        robot(session, io, *wall, {}, may_break ? &injector : nullptr),
        thread([this] { EXPECT_TRUE(robot.run([this] { return ends.load(); }).has_value()); }) {}
  ~BreakableRobot() {
    ends.store(true);
    thread.join();
  }
};

/// Reads, with heartbeats on the way, until `wanted` says so.
template <typename T, typename Wanted>
bool reads(wall::Client& client, const Wanted& wanted) {
  for (int i = 0; i < 600; ++i) {
    if (i % 5 == 0) static_cast<void>(client.heartbeat());
    const auto message = client.next(10);
    if (!message) return false;
    if (!*message) continue;
    if (const auto* it = std::get_if<T>(&**message))
      if (wanted(*it)) return true;
  }
  return false;
}

wall::Outcome outcome_of(wall::Client& client, const char* fault) {
  const std::uint64_t request = client.inject(fault).value();
  wall::Outcome outcome{};
  EXPECT_TRUE(reads<wall::Receipt>(client, [&](const wall::Receipt& receipt) {
    outcome = receipt.outcome;
    return receipt.request == request;
  })) << fault;
  return outcome;
}

TEST(InjectedFault, ALiveRobotTakesWhatItCanInjectAndRefusesTheRest) {
  const BreakableRobot fixture("takes", true);
  auto person = wall::Client::connect(fixture.socket, wall::Role::kOperator, "test").value();
  EXPECT_EQ(outcome_of(person, "sensor_delay imu_gyro 0.01"), wall::Outcome::kTaken);
  EXPECT_EQ(outcome_of(person, "power_sag power 0.1"), wall::Outcome::kTaken);
  for (const char* none : {"melt motor:all 1", "motor_off motor:nose 1", "motor_off motor:all",
                           "power_sag power 1e9", "heartbeat_delay lease 1", ""})
    EXPECT_EQ(outcome_of(person, none), wall::Outcome::kRefused) << none;
  auto watcher = wall::Client::connect(fixture.socket, wall::Role::kWatcher, "eye").value();
  EXPECT_EQ(outcome_of(watcher, "power_sag power 0.1"), wall::Outcome::kRole);
}

TEST(InjectedFault, ARobotThatIsNotToBreakRefusesAll) {
  const BreakableRobot fixture("whole", false);
  auto person = wall::Client::connect(fixture.socket, wall::Role::kOperator, "test").value();
  EXPECT_EQ(outcome_of(person, "power_sag power 0.1"), wall::Outcome::kRefused);
}

TEST(InjectedFault, ALiveRobotWhoseHeartbeatsAreLostOrReplayedIsDisarmed) {
  for (const char* fault : {"heartbeat_loss lease 60", "heartbeat_replay lease 60"}) {
    const BreakableRobot fixture("beats", true);
    auto person = wall::Client::connect(fixture.socket, wall::Role::kOperator, "test").value();
    ASSERT_TRUE(person.take_lease().has_value());
    ASSERT_TRUE(reads<wall::State>(person, [](const auto& s) { return s.armed == 1; }));
    EXPECT_EQ(outcome_of(person, fault), wall::Outcome::kTaken);
    EXPECT_TRUE(reads<wall::State>(person, [](const auto& s) {
      return s.armed == 0 && s.rung >= StopRung::kHold;
    })) << fault;
  }
}

}  // namespace
}  // namespace longmen::runtime
