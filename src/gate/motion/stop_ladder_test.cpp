#include "gate/motion/stop_ladder.h"

#include <gtest/gtest.h>

namespace longmen::gate {
namespace {

constexpr StopLadder::ReleaseTicks kRelease{0, 5, 10, 20, 30};
StopLadder ladder_at(StopRung start) { return StopLadder(kRelease, start); }

TEST(StopLadder, GoesUpAtOnceByAnyNumberOfRungs) {
  StopLadder ladder = ladder_at(StopRung::kNone);
  EXPECT_EQ(ladder.step(StopRung::kSettle), StopRung::kSettle);
  EXPECT_EQ(ladder.step(StopRung::kBrace), StopRung::kBrace);
}

TEST(StopLadder, ComesDownOneRungAfterTheOther) {
  StopLadder ladder = ladder_at(StopRung::kBrace);
  const StopRung down[] = {StopRung::kSettle, StopRung::kHold, StopRung::kSlow, StopRung::kNone};
  const int after[] = {30, 20, 10, 5};
  for (int i = 0; i < 4; ++i) {
    const StopRung before = ladder.rung();
    for (int tick = 1; tick < after[i]; ++tick)
      ASSERT_EQ(ladder.step(StopRung::kNone), before) << tick;
    ASSERT_EQ(ladder.step(StopRung::kNone), down[i]);
  }
  EXPECT_EQ(ladder.step(StopRung::kNone), StopRung::kNone);
}

TEST(StopLadder, ALesserDemandIsWhereItStopsComingDown) {
  StopLadder ladder = ladder_at(StopRung::kSettle);
  for (int tick = 0; tick < 1000; ++tick) ladder.step(StopRung::kHold);
  EXPECT_EQ(ladder.rung(), StopRung::kHold);
}

TEST(StopLadder, AFlickeringDemandDoesNotMakeTheRungChatter) {
  StopLadder ladder = ladder_at(StopRung::kNone);
  int changes = 0;
  StopRung before = ladder.rung();
  for (int tick = 0; tick < 10'000; ++tick) {
    const StopRung rung = ladder.step(tick % 9 == 0 ? StopRung::kHold : StopRung::kNone);
    changes += rung != before ? 1 : 0;
    before = rung;
  }
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(before, StopRung::kHold);
}

}  // namespace
}  // namespace longmen::gate
