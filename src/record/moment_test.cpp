#include "record/moment.h"

#include <gtest/gtest.h>

#include "record/record_writer.h"
#include "record/test_frames.h"

namespace longmen::record {
namespace {

// 5 s: a plan at the start, another at 3 s, steps, a stop, and two ticks in which the gate stepped
// in.
class MomentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    RunInfo run;
    run.robot = "toy";
    run.joints = {"a"};
    auto writer = RecordWriter::create(file_.path(), run, {.chunk_bytes = 30000}).value();
    Random random(3);
    for (Tick tick = 0; tick < 5000; ++tick) {
      if (tick == 0) put(writer, Topic::kPlan, tick, "first plan");
      if (tick == 0) put(writer, Topic::kVerdict, tick, "approved");
      if (tick == 100) put(writer, Topic::kStep, tick, "step 0");
      if (tick == 3000) put(writer, Topic::kPlan, tick, "second plan");
      Event event;
      event.tick = tick;
      event.kind = tick == 4000 ? Event::Kind::kStop : Event::Kind::kLease;
      if (tick % 20 == 0) {
        ASSERT_TRUE(writer.write_event(event, ""));
      }
      TickRecord record = testing::any_tick(random, tick, 1);
      record.gate.rung = StopRung::kNone;
      record.gate.changed = tick == 3500 || tick == 4000;
      ASSERT_TRUE(writer.write_tick(record.view(), true));
    }
    ASSERT_TRUE(writer.close());
  }
  static void put(RecordWriter& writer, Topic topic, Tick tick, const char* json) {
    ASSERT_TRUE(writer.write_document(topic, tick, json));
  }
  testing::TemporaryFile file_{"moment.mcap"};
};

TEST_F(MomentTest, KnowsWhatLedToATick) {
  auto reader = RecordReader::open(file_.path()).value();
  auto moment = find_moment(reader, 4200);
  ASSERT_TRUE(moment) << moment.error().text();
  EXPECT_EQ(moment->tick.tick(), 4200);
  EXPECT_EQ(moment->plan->json, "second plan");
  EXPECT_EQ(moment->verdict->json, "approved");
  EXPECT_EQ(moment->step->json, "step 0");
  ASSERT_EQ(moment->inputs.size(), 1u);
  EXPECT_EQ(moment->inputs[0].event.kind, Event::Kind::kStop);
  EXPECT_EQ(moment->interventions, 2);
  EXPECT_EQ(moment->intervention->tick(), 4000);

  // Any order, and nothing of the future.
  moment = find_moment(reader, 50);
  ASSERT_TRUE(moment) << moment.error().text();
  EXPECT_EQ(moment->plan->json, "first plan");
  EXPECT_FALSE(moment->step);
  EXPECT_EQ(moment->interventions, 0);
  moment = find_moment(reader, 4000);
  ASSERT_TRUE(moment) << moment.error().text();
  EXPECT_TRUE(is_intervention(moment->tick.gate));
  EXPECT_EQ(moment->intervention->tick(), 3500);
}

TEST_F(MomentTest, SaysHowFarTheRecordGoes) {
  auto reader = RecordReader::open(file_.path()).value();
  const auto late = find_moment(reader, 6000);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kNotFound);
  EXPECT_NE(late.error().text().find("4.999 s"), std::string::npos) << late.error().text();
  EXPECT_FALSE(find_moment(reader, 100000));
}

}  // namespace
}  // namespace longmen::record
