#include "record/incident_watch.h"

#include <gtest/gtest.h>

namespace longmen::record {
namespace {

constexpr IncidentLevel kLevel{.rung = StopRung::kSettle, .change_max_Nm = 50.0, .calm_s = 1.0};

GateReport report_of(Tick tick, StopRung rung, double change_Nm = 0.0, bool is_armed = true) {
  GateReport report;
  report.tick = tick;
  report.armed = is_armed;
  report.rung = rung;
  report.changed = change_Nm > 0.0;
  report.change_max_Nm = change_Nm;
  return report;
}

TEST(IncidentWatch, OpensOneForAStretchAboveTheLevel) {
  IncidentWatch watch(kLevel, 0.001);
  for (Tick tick = 0; tick < 10000; ++tick) {
    StopRung rung = StopRung::kHold;  // below the level
    if (tick >= 2000 && tick < 2500) rung = StopRung::kSettle;
    if (tick == 3000) rung = StopRung::kBrace;  // within a second: the same incident
    if (tick == 6000) rung = StopRung::kSettle;
    watch.look(report_of(tick, rung));
  }
  ASSERT_EQ(watch.incidents().size(), 2u);
  EXPECT_EQ(watch.incidents()[0].first_tick, 2000);
  EXPECT_EQ(watch.incidents()[0].last_tick, 3000);
  EXPECT_EQ(watch.incidents()[0].worst.rung, StopRung::kBrace);
  EXPECT_EQ(watch.incidents()[1].first_tick, 6000);
}

TEST(IncidentWatch, ALargeChangeIsAnIncidentAndADisarmedRobotAtRestIsNone) {
  IncidentWatch watch(kLevel, 0.001);
  watch.look(report_of(1, StopRung::kSettle, 0.0, false));
  watch.look(report_of(2, StopRung::kNone, 49.0));
  EXPECT_TRUE(watch.incidents().empty());
  watch.look(report_of(3, StopRung::kNone, 51.0));
  watch.look(report_of(4, StopRung::kNone, 80.0));
  ASSERT_EQ(watch.incidents().size(), 1u);
  EXPECT_EQ(watch.incidents()[0].worst.change_max_Nm, 80.0);
}

TEST(IncidentWatch, HoldsABoundedNumberAndCountsTheRest) {
  IncidentWatch watch(kLevel, 0.001);
  for (Tick i = 0; i < 300; ++i) watch.look(report_of(2000 * i, StopRung::kBrace));
  EXPECT_EQ(watch.incidents().size(), IncidentWatch::kMost);
  EXPECT_EQ(watch.more(), 300 - IncidentWatch::kMost);
}

TEST(IncidentWatch, TheShippedLevelIsValid) {
  const auto level = IncidentLevel::load(LONGMEN_SOURCE_DIR "/rules/incidents.yaml");
  ASSERT_TRUE(level) << level.error().text();
  EXPECT_GE(level->rung, StopRung::kHold);
}

}  // namespace
}  // namespace longmen::record
