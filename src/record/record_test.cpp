#include <gtest/gtest.h>

#include "record/convert.h"
#include "record/hostile_record.h"
#include "record/record_reader.h"
#include "record/record_writer.h"
#include "record/test_frames.h"

namespace longmen::record {
namespace {

using testing::any_tick;
using testing::TemporaryFile;

const RunInfo kRun{.robot = "toy",
                   .world = "flat",
                   .seed = 99,
                   .period_ns = 2'000'000,
                   .real_time = true,
                   .joints = {"a", "b", "c"},
                   .notes = {{"instruction", "walk"}},
                   .configuration = "gain: 1\n",
                   .versions = {{"program", "1"}, {"mujoco", "3"}}};

std::string sensor_bytes(const SensorFrame& frame) {
  proto::SensorFrame message;
  to_proto(frame, message);
  return message.SerializeAsString();
}

TEST(Record, ARunComesBackAsItWas) {
  const TemporaryFile file("run.mcap");
  Random random(2);
  std::vector<TickRecord> ticks;
  {
    auto writer = RecordWriter::create(file.path(), kRun, {.chunk_bytes = 30000}).value();
    for (Tick tick = 0; tick < 50; ++tick) {
      if (tick % 10 == 3) {
        Event event;
        event.tick = tick;
        event.kind = Event::Kind::kPlan;
        ASSERT_TRUE(writer.write_event(event, "plan " + std::to_string(tick)));
        ASSERT_TRUE(writer.write_document(Topic::kPlan, tick, "{\"steps\": []}"));
        ASSERT_TRUE(writer.write_document(Topic::kVerdict, tick, "{\"status\": \"approved\"}"));
      }
      TickRecord r = any_tick(random, tick, 3);
      if (tick % 2 == 0) r.safe = r.proposal;
      if (tick == 20) {
        ASSERT_TRUE(writer.write_gap({20, 20}));
      }
      ASSERT_TRUE(writer.write_tick(r.view(), tick != 20));
      ticks.push_back(r);
    }
    ASSERT_TRUE(writer.close());
  }

  auto reader = RecordReader::open(file.path()).value();
  EXPECT_EQ(reader.run(), kRun);
  EXPECT_EQ(reader.configuration_sha256().size(), 64u);
  EXPECT_TRUE(reader.is_complete());
  ASSERT_TRUE(reader.verify());
  std::size_t tick = 0;
  int events = 0, documents = 0, gaps = 0;
  for (RecordItem item; reader.next(item).value();) {
    if (const auto* event = std::get_if<RecordedEvent>(&item)) {
      EXPECT_EQ(event->payload, "plan " + std::to_string(tick));  // before its tick's record
      EXPECT_EQ(event->event.tick, static_cast<Tick>(tick));
      ++events;
    } else if (std::holds_alternative<RecordedDocument>(item)) {
      ++documents;
    } else if (const auto* gap = std::get_if<Gap>(&item)) {
      EXPECT_EQ(gap->first_tick, 20);
      ++gaps;
    } else {
      const auto& r = std::get<TickRecord>(item);
      ASSERT_LT(tick, ticks.size());
      EXPECT_EQ(r.tick(), static_cast<Tick>(tick));
      EXPECT_EQ(r.has_bulk, tick != 20);
      EXPECT_TRUE(same_bits(r.safe, ticks[tick].safe));
      if (tick != 20) {
        EXPECT_TRUE(same_bits(r.proposal, ticks[tick].proposal));
        EXPECT_EQ(sensor_bytes(r.sensors), sensor_bytes(ticks[tick].sensors));
      }
      ++tick;
    }
  }
  EXPECT_EQ(tick, 50u);
  EXPECT_EQ(events, 5);
  EXPECT_EQ(documents, 10);
  EXPECT_EQ(gaps, 1);

  for (const Tick start : {0, 1, 25, 49}) {
    reader.seek(start);
    RecordItem item;
    ASSERT_TRUE(reader.next(item).value());
    while (!std::holds_alternative<TickRecord>(item)) ASSERT_TRUE(reader.next(item).value());
    EXPECT_EQ(std::get<TickRecord>(item).tick(), start);
  }
}

// Damage behind right checksums: messages whose bytes, order or fields are not what a recorder
// writes. Whatever is given must be a frame that can be; never a crash (the sanitizer build runs
// this too).
TEST(Record, TenThousandMutationsBehindRightChecksumsGiveAnErrorOrFramesThatCanBe) {
  const TemporaryFile file("hostile.mcap");
  {
    auto writer = RecordWriter::create(file.path(), kRun, {}).value();
    Random random(4);
    for (Tick tick = 0; tick < 3; ++tick) {
      Event event;
      event.kind = static_cast<Event::Kind>(tick);
      ASSERT_TRUE(writer.write_event(event, ""));
      ASSERT_TRUE(writer.write_document(Topic::kPlan, tick, "{}"));
      ASSERT_TRUE(writer.write_tick(any_tick(random, tick, 3).view(), tick != 1));
    }
    ASSERT_TRUE(writer.close());
  }
  const Bytes original = testing::chunk_contents(testing::read_bytes(file.path()));
  const auto count_items = [](const Bytes& content, std::optional<Error>& error) {
    const Bytes bytes = testing::file_with_chunk(content);
    auto reader = RecordReader::open(view_bytes(bytes), "hostile");
    if (!reader) {
      error = reader.error();
      return 0;
    }
    int items = 0;
    for (RecordItem item;; ++items) {
      const auto more = reader->next(item);
      if (!more) error = more.error();
      if (!more || !*more) return items;
      if (const auto* tick = std::get_if<TickRecord>(&item)) {
        EXPECT_LE(tick->sensors.joint_position_rad.size(), kMaxJoints);
        EXPECT_LE(tick->world.track_count, kMaxTracks);
      }
    }
  };
  std::optional<Error> error;
  ASSERT_EQ(count_items(original, error), 9);
  ASSERT_FALSE(error);

  Random random(5);
  int errors = 0;
  for (int round = 0; round < 10000; ++round) {
    Bytes content = original;
    const auto at = [&] { return static_cast<std::size_t>(random.next() % content.size()); };
    for (std::uint64_t n = 1 + random.next() % 4; n > 0; --n)
      content[at()] ^= static_cast<std::uint8_t>(1 + random.next() % 255);
    if (random.next() % 4 == 0) content.resize(at() + 1);
    error.reset();
    count_items(content, error);
    if (error) {
      EXPECT_FALSE(error->message.empty());
      ++errors;
    }
  }
  EXPECT_GT(errors, 2000);  // most bytes are doubles, where any bits are a value
}

TEST(Record, TextsThatAreNotUtf8CannotMakeARecordUnreadable) {
  const TemporaryFile file("utf8.mcap");
  RunInfo run = kRun;
  run.notes = {{"instruction", "walk \xff"}};
  {
    auto writer = RecordWriter::create(file.path(), run, {}).value();
    Event event;
    event.set_source("工作台工作台工作台");  // cut within a character
    ASSERT_TRUE(writer.write_event(event, "\xc0\x80 note"));
    ASSERT_TRUE(writer.write_document(Topic::kPlan, 0, "{\"text\": \"\xe5\"}"));
    ASSERT_TRUE(writer.close());
  }
  auto reader = RecordReader::open(file.path()).value();
  EXPECT_EQ(reader.run().notes[0].second, "walk \uFFFD");
  RecordItem item;
  ASSERT_TRUE(reader.next(item).value());
  EXPECT_EQ(std::get<RecordedEvent>(item).payload, "\uFFFD\uFFFD note");
  ASSERT_TRUE(reader.next(item).value());
  EXPECT_EQ(std::get<RecordedDocument>(item).json, "{\"text\": \"\uFFFD\"}");

  run.configuration = "\xff";
  const auto refused = RecordWriter::create(file.path(), run, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

TEST(Record, WhatIsNoRunIsRefused) {
  const TemporaryFile file("foreign.mcap");
  {
    auto writer = McapWriter::create(file.path(), {}).value();
    const auto channel = writer.add_channel(writer.add_schema("Foreign", "", {}), "/x", "text");
    ASSERT_TRUE(writer.write(channel, 0, {}));
    ASSERT_TRUE(writer.close());
  }
  auto foreign = RecordReader::open(file.path());
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::kParse);
  EXPECT_NE(foreign.error().text().find("no record of a run: it has a stream /x of type Foreign"),
            std::string::npos);
  {
    auto writer = McapWriter::create(file.path(), {}).value();
    ASSERT_TRUE(writer.close());
  }
  foreign = RecordReader::open(file.path());
  ASSERT_FALSE(foreign);
  EXPECT_NE(foreign.error().text().find("it ends before /run"), std::string::npos);

  RunInfo run = kRun;
  run.period_ns = 0;
  const auto refused = RecordWriter::create(file.path(), run, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace longmen::record
