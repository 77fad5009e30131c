#include "record/compare.h"

#include <gtest/gtest.h>

#include <limits>

#include "record/test_frames.h"

namespace longmen::record {
namespace {

using testing::any_tick;

TEST(TickComparer, ATickEqualsItselfWhateverItsBits) {
  Random random(1);
  TickComparer comparer;
  for (int i = 0; i < 50; ++i) {
    const TickRecord r = any_tick(random, i, 4);
    EXPECT_FALSE(comparer.first_difference(r, r));
  }
}

TEST(TickComparer, OneBitIsFoundAndNamed) {
  Random random(2);
  const TickRecord r = any_tick(random, 77, 4);
  TickComparer comparer;
  const auto found_field = [&](auto&& change) {
    TickRecord other = r;
    change(other);
    const auto found = comparer.first_difference(r, other);
    EXPECT_TRUE(found);
    EXPECT_EQ(found->tick, 77);
    EXPECT_NE(found->recorded, found->recomputed);
    return std::string(topic_name(found->topic)) + " " + found->field;
  };
  const auto flip = [](double& value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    bits ^= 1;
    std::memcpy(&value, &bits, sizeof bits);
  };
  EXPECT_EQ(found_field([&](TickRecord& o) { flip(o.sensors.joint_position_rad[3]); }),
            "/sensors joint_position_rad[3]");
  EXPECT_EQ(found_field([&](TickRecord& o) { flip(o.state.q_WB.w()); }), "/state q_WB[3]");
  EXPECT_EQ(found_field([&](TickRecord& o) { o.state.valid = false; }), "/state valid");
  EXPECT_EQ(found_field([&](TickRecord& o) { o.state.sensor_faults ^= 4; }),
            "/state sensor_faults");
  EXPECT_EQ(found_field([&](TickRecord& o) { flip(o.reference.feet[1].p_WS[2]); }),
            "/reference feet[1].p_WS[2]");
  EXPECT_EQ(found_field([&](TickRecord& o) { o.reference.stance ^= 1; }), "/reference stance");
  EXPECT_EQ(found_field([&](TickRecord& o) { flip(o.proposal.damping_Nms_rad[0]); }),
            "/proposal damping_Nms_rad[0]");
  EXPECT_EQ(found_field([&](TickRecord& o) { flip(o.safe.torque_Nm[2]); }),
            "/gate safe.torque_Nm[2]");
  EXPECT_EQ(found_field([&](TickRecord& o) {
              o.gate.rung = o.gate.rung == StopRung::kHold ? StopRung::kBrace : StopRung::kHold;
            }),
            "/gate rung");
  EXPECT_EQ(found_field([&](TickRecord& o) { o.sensors.pose_fix.present ^= true; }),
            "/sensors pose_fix");
  EXPECT_EQ(found_field([&](TickRecord& o) {
              o.world.track_count = o.world.track_count == 0 ? 1 : o.world.track_count - 1;
            }),
            "/world tracks");
  EXPECT_EQ(found_field([&](TickRecord& o) { o.proposal.torque_Nm.conservativeResize(3); }),
            "/proposal torque_Nm");
}

TEST(TickComparer, ZerosDifferAndEqualNansDoNot) {
  TickComparer comparer;
  TickRecord a;
  a.state.fix_age_s = 0.0;
  TickRecord b = a;
  b.state.fix_age_s = -0.0;
  const auto found = comparer.first_difference(a, b);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->text(),
            "first difference at tick 0 in stream /state, fix_age_s: recorded 0 (bits "
            "0000000000000000), recomputed -0 (bits 8000000000000000)");
  a.state.fix_age_s = b.state.fix_age_s = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(comparer.first_difference(a, b));
}

TEST(TickComparer, TheFirstStreamOfTheLoopWins) {
  Random random(3);
  const TickRecord a = any_tick(random, 5, 4);
  TickRecord b = any_tick(random, 5, 4);
  EXPECT_EQ(TickComparer().first_difference(a, b)->topic, Topic::kSensors);
  b.has_bulk = false;
  EXPECT_EQ(TickComparer().first_difference(a, b)->topic, Topic::kGate);
}

}  // namespace
}  // namespace longmen::record
