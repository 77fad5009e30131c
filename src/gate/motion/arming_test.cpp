#include "gate/motion/arming.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace longmen::gate {
namespace {

using Kind = ArmingEvent::Kind;
using State = Arming::State;
using Events = std::vector<ArmingEvent>;

constexpr Arming::Config kConfig{
    .heartbeat_ticks_max = 100, .stopping_ticks = 50, .emergency_rung = StopRung::kHold};

Arming armed_at_1() {
  Arming arming(kConfig);
  arming.step(1, Events{{Kind::kGrant, 7, 1}});
  return arming;
}

TEST(Arming, StartsDisarmedAndStaysSoWithoutALease) {
  Arming arming(kConfig);
  for (Tick tick = 0; tick < 1000; ++tick) arming.step(tick, {});
  EXPECT_EQ(arming.state(), State::kDisarmed);
  EXPECT_EQ(arming.demand(), StopRung::kHold);
}

TEST(Arming, ALeaseArmsInItsTick) {
  const Arming arming = armed_at_1();
  EXPECT_TRUE(arming.armed());
  EXPECT_EQ(arming.lease(), 7u);
  EXPECT_EQ(arming.demand(), StopRung::kNone);
}

TEST(Arming, ALeaseWithoutANumberDoesNotArm) {
  Arming arming(kConfig);
  arming.step(1, Events{{Kind::kGrant, 0, 1}});
  EXPECT_FALSE(arming.armed());
}

TEST(Arming, HeartbeatsKeepItArmed) {
  Arming arming = armed_at_1();
  for (Tick tick = 2; tick < 1000; ++tick)
    arming.step(tick, Events{{Kind::kHeartbeat, 7, static_cast<std::uint64_t>(tick)}});
  EXPECT_TRUE(arming.armed());
}

TEST(Arming, ALostHeartbeatIsAHoldAndThenDisarmed) {
  Arming arming = armed_at_1();
  Tick tick = 2;
  for (; tick <= 101; ++tick) {
    arming.step(tick, {});
    ASSERT_TRUE(arming.armed()) << tick;
  }
  arming.step(tick, {});  // 101 ticks old
  EXPECT_EQ(arming.state(), State::kStopping);
  EXPECT_EQ(arming.demand(), StopRung::kHold);
  EXPECT_EQ(arming.lease(), 0u);
  for (int i = 0; i < 50; ++i) arming.step(++tick, {});
  EXPECT_EQ(arming.state(), State::kDisarmed);
}

TEST(Arming, AnotherLeasesHeartbeatKeepsNothingAlive) {
  Arming arming = armed_at_1();
  for (Tick tick = 2; tick <= 102; ++tick)
    arming.step(tick, Events{{Kind::kHeartbeat, 8, static_cast<std::uint64_t>(tick)}});
  EXPECT_FALSE(arming.armed());
}

TEST(Arming, AReplayedHeartbeatKeepsNothingAlive) {
  Arming arming = armed_at_1();
  for (Tick tick = 2; tick <= 103; ++tick) arming.step(tick, Events{{Kind::kHeartbeat, 7, 2}});
  EXPECT_FALSE(arming.armed());
}

TEST(Arming, AHeartbeatAfterTheLossDoesNotBringTheLeaseBack) {
  Arming arming = armed_at_1();
  Tick tick = 1;
  for (; tick < 110; ++tick) arming.step(tick + 1, {});
  ASSERT_EQ(arming.state(), State::kStopping);
  arming.step(++tick, Events{{Kind::kHeartbeat, 7, 99}, {Kind::kGrant, 7, 100}});
  EXPECT_EQ(arming.state(), State::kStopping);
}

TEST(Arming, ASecondHolderWaitsForTheFirst) {
  Arming arming = armed_at_1();
  arming.step(2, Events{{Kind::kGrant, 8, 2}});
  EXPECT_EQ(arming.lease(), 7u);
  arming.step(3, Events{{Kind::kRelease, 8, 0}});
  EXPECT_TRUE(arming.armed());
  arming.step(4, Events{{Kind::kRelease, 7, 0}});
  EXPECT_EQ(arming.state(), State::kStopping);
  Tick tick = 5;
  for (; tick < 60; ++tick) arming.step(tick, {});
  arming.step(tick, Events{{Kind::kGrant, 8, 3}});
  EXPECT_EQ(arming.lease(), 8u);
}

TEST(Arming, AReplayedGrantDoesNotArm) {
  Arming arming = armed_at_1();
  arming.step(2, Events{{Kind::kRelease, 7, 0}});
  Tick tick = 3;
  for (; tick < 60; ++tick) arming.step(tick, {});
  ASSERT_EQ(arming.state(), State::kDisarmed);
  arming.step(tick, Events{{Kind::kGrant, 7, 1}});
  EXPECT_EQ(arming.state(), State::kDisarmed);
}

TEST(Arming, WhatMeansNothingDoesNothing) {
  Arming arming(kConfig);
  arming.step(1, Events{{Kind::kRelease, 0, 0}, {Kind::kHeartbeat, 0, 1}, {Kind::kReset}});
  EXPECT_EQ(arming.state(), State::kDisarmed);
  arming = armed_at_1();
  arming.step(2, Events{{static_cast<Kind>(99), 7, 2}, {Kind::kReset}});
  EXPECT_TRUE(arming.armed());
}

TEST(Arming, AnEmergencyStopActsInItsTickAndNeedsNoLease) {
  Arming arming = armed_at_1();
  arming.step(2, Events{{Kind::kEmergencyStop}});
  EXPECT_TRUE(arming.emergency());
  EXPECT_EQ(arming.state(), State::kStopping);
  EXPECT_EQ(arming.demand(), StopRung::kHold);
}

TEST(Arming, AnEmergencyStopUsesItsRung) {
  Arming::Config config = kConfig;
  config.emergency_rung = StopRung::kSettle;
  Arming arming(config);
  arming.step(1, Events{{Kind::kEmergencyStop}});
  EXPECT_EQ(arming.demand(), StopRung::kSettle);
}

TEST(Arming, AnEmergencyStopWinsInAnyOrderOfItsTick) {
  std::array<ArmingEvent, 3> events{
      {{Kind::kEmergencyStop, 0, 0}, {Kind::kReset, 0, 0}, {Kind::kGrant, 7, 1}}};
  for (int order = 0; order < 3; ++order) {
    Arming arming(kConfig);
    arming.step(1, events);
    EXPECT_TRUE(arming.emergency()) << order;
    EXPECT_FALSE(arming.armed()) << order;
    std::rotate(events.begin(), events.begin() + 1, events.end());
  }
}

TEST(Arming, AfterAnEmergencyStopOnlyAResetAndANewLeaseArm) {
  Arming arming = armed_at_1();
  arming.step(2, Events{{Kind::kEmergencyStop}});
  arming.step(3, Events{{Kind::kReset}});
  EXPECT_TRUE(arming.emergency()) << "not while it is still stopping";
  Tick tick = 4;
  for (; tick < 60; ++tick) arming.step(tick, {});
  arming.step(tick++, Events{{Kind::kGrant, 7, 2}});
  EXPECT_FALSE(arming.armed());
  arming.step(tick++, Events{{Kind::kReset}});
  EXPECT_FALSE(arming.emergency());
  EXPECT_FALSE(arming.armed());
  arming.step(tick++, Events{{Kind::kGrant, 7, 3}});
  EXPECT_TRUE(arming.armed());
}

TEST(Arming, AClockThatStandsStillOrRunsBackLosesTheLease) {
  for (const Tick next : {1, 0, -5}) {
    Arming arming = armed_at_1();
    arming.step(next, Events{{Kind::kHeartbeat, 7, 2}});
    EXPECT_EQ(arming.state(), State::kStopping) << next;
  }
}

TEST(Arming, AClockThatRunsBackWhileStoppingStillEndsDisarmed) {
  Arming arming = armed_at_1();
  arming.step(1000, Events{{Kind::kEmergencyStop}});
  for (Tick tick = 0; tick <= 50; ++tick) arming.step(tick, {});
  EXPECT_EQ(arming.state(), State::kDisarmed);
}

TEST(Arming, TheSameEventsGiveTheSameStates) {
  const auto run = [] {
    Arming arming(kConfig);
    std::vector<int> states;
    for (Tick tick = 0; tick < 500; ++tick) {
      Events events;
      if (tick % 97 == 5) events.push_back({Kind::kGrant, 7, static_cast<std::uint64_t>(tick)});
      if (tick == 300) events.push_back({Kind::kEmergencyStop});
      if (tick == 400) events.push_back({Kind::kReset});
      arming.step(tick, events);
      states.push_back(static_cast<int>(arming.state()));
    }
    return states;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace longmen::gate
