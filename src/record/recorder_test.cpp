#include "record/recorder.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "core/allocation_counter.h"
#include "record/compare.h"
#include "record/convert.h"
#include "record/record_reader.h"
#include "record/test_frames.h"

namespace longmen::record {
namespace {

using testing::any_tick;
using testing::TemporaryFile;

RunInfo toy_run(bool real_time) {
  RunInfo run;
  run.robot = "toy";
  run.real_time = real_time;
  run.joints = {"a", "b", "c"};
  return run;
}

struct Contents {
  std::vector<TickRecord> ticks;
  std::vector<RecordedEvent> events;
  std::vector<RecordedDocument> documents;
  std::vector<Gap> gaps;
};

Contents read_all(RecordReader& reader) {
  Contents contents;
  for (RecordItem item;;) {
    const auto more = reader.next(item);
    EXPECT_TRUE(more) << more.error().text();
    if (!more || !*more) return contents;
    if (auto* tick = std::get_if<TickRecord>(&item)) contents.ticks.push_back(*tick);
    if (auto* event = std::get_if<RecordedEvent>(&item)) contents.events.push_back(*event);
    if (auto* document = std::get_if<RecordedDocument>(&item))
      contents.documents.push_back(*document);
    if (auto* gap = std::get_if<Gap>(&item)) contents.gaps.push_back(*gap);
  }
}

Event note(Tick tick) {
  Event event;
  event.tick = tick;
  event.kind = Event::Kind::kNote;
  return event;
}

TEST(Recorder, LockStepLosesNothingHoweverSmallTheRings) {
  const TemporaryFile file("lockstep.mcap");
  RecorderConfig config;
  config.bulk_ticks = 4;
  config.gate_ticks = 8;
  config.events = 2;
  config.payload_bytes = 64;
  Random random(1);
  std::vector<TickRecord> ticks;
  {
    auto recorder = Recorder::create(file.path(), toy_run(false), config).value();
    for (Tick tick = 0; tick < 500; ++tick) {
      for (Tick i = 0; i < tick % 7; ++i)
        recorder->record_event(note(tick), std::string(static_cast<std::size_t>(i) * 10, 'x'));
      if (tick == 100) recorder->record_plan(tick, "{plan}");
      if (tick == 100) recorder->record_verdict(tick, "{verdict}");
      ticks.push_back(any_tick(random, tick, 3));
      if (tick % 2 == 0) ticks.back().safe = ticks.back().proposal;
      recorder->record_tick(ticks.back().view());
    }
    EXPECT_TRUE(recorder->healthy());
    ASSERT_TRUE(recorder->close());
    EXPECT_GT(recorder->counts().waits, 0u);
    EXPECT_EQ(recorder->counts().bulk_dropped, 0u);
    EXPECT_EQ(recorder->counts().ticks, 500u);
    EXPECT_EQ(recorder->counts().bytes_written, std::filesystem::file_size(file.path()));
    EXPECT_GT(recorder->counts().thread_cpu_s, 0.0);
  }
  auto reader = RecordReader::open(file.path()).value();
  EXPECT_TRUE(reader.verify());
  const Contents contents = read_all(reader);
  ASSERT_EQ(contents.ticks.size(), ticks.size());
  TickComparer comparer;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const auto difference = comparer.first_difference(ticks[i], contents.ticks[i]);
    ASSERT_FALSE(difference) << difference->text();
  }
  EXPECT_EQ(contents.events.size(), 1494u);
  ASSERT_EQ(contents.documents.size(), 2u);
  EXPECT_EQ(contents.documents[0].json, "{plan}");
  EXPECT_EQ(contents.documents[1].json, "{verdict}");
  EXPECT_TRUE(contents.gaps.empty());
}

TEST(Recorder, TheSameRunMakesTheSameFile) {
  const TemporaryFile first("same1.mcap");
  const TemporaryFile second("same2.mcap");
  for (const auto* file : {&first, &second}) {
    RecorderConfig config;
    config.file.chunk_bytes = 50000;
    auto recorder = Recorder::create(file->path(), toy_run(false), config).value();
    Random random(1);
    for (Tick tick = 0; tick < 1500; ++tick) {
      if (tick % 50 == 0) recorder->record_event(note(tick), "hello");
      recorder->record_tick(any_tick(random, tick, 3).view());
      // Another pace of the two threads in each run.
      if (file == &first && tick % 100 == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
    ASSERT_TRUE(recorder->close());
  }
  EXPECT_EQ(testing::read_bytes(first.path()), testing::read_bytes(second.path()));
}

TEST(Recorder, RealTimeDropsBulkFirstAndSaysWhich) {
  const TemporaryFile file("realtime.mcap");
  RecorderConfig config;
  config.bulk_ticks = 8;
  Random random(1);
  const TickRecord r = any_tick(random, 0, 3);
  auto recorder = Recorder::create(file.path(), toy_run(true), config).value();
  TickRecord tick = r;
  for (tick.gate.tick = 0; tick.gate.tick < 2000; ++tick.gate.tick) {
    if (tick.gate.tick % 10 == 0) recorder->record_event(note(tick.gate.tick), "kept");
    recorder->record_tick(tick.view());
  }
  EXPECT_TRUE(recorder->healthy());
  ASSERT_TRUE(recorder->close());
  const RecorderCounts counts = recorder->counts();
  EXPECT_GT(counts.bulk_dropped, 0u);
  EXPECT_EQ(counts.ticks_lost, 0u);
  EXPECT_EQ(counts.waits, 0u);

  auto reader = RecordReader::open(file.path()).value();
  const Contents contents = read_all(reader);
  EXPECT_EQ(contents.events.size(), 200u);
  ASSERT_EQ(contents.ticks.size(), 2000u);
  std::uint64_t without_bulk = 0, in_gaps = 0;
  for (std::size_t i = 0; i < contents.ticks.size(); ++i) {
    EXPECT_EQ(contents.ticks[i].tick(), static_cast<Tick>(i));
    EXPECT_TRUE(same_bits(contents.ticks[i].safe, r.safe));
    if (!contents.ticks[i].has_bulk) ++without_bulk;
  }
  for (const Gap& gap : contents.gaps) {
    for (Tick t = gap.first_tick; t <= gap.last_tick; ++t, ++in_gaps)
      EXPECT_FALSE(contents.ticks[static_cast<std::size_t>(t)].has_bulk);
  }
  EXPECT_EQ(without_bulk, counts.bulk_dropped);
  EXPECT_EQ(in_gaps, counts.bulk_dropped);
}

TEST(Recorder, WhenEvenGateReportsDoNotFitItIsUnhealthyAndSaysWhatIsMissing) {
  const TemporaryFile file("overflow.mcap");
  RecorderConfig config;
  config.bulk_ticks = 2;
  config.gate_ticks = 4;
  Random random(1);
  TickRecord tick = any_tick(random, 0, 3);
  auto recorder = Recorder::create(file.path(), toy_run(true), config).value();
  for (tick.gate.tick = 0; tick.gate.tick < 2000; ++tick.gate.tick)
    recorder->record_tick(tick.view());
  EXPECT_FALSE(recorder->healthy());
  const auto closed = recorder->close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, ErrorCode::kIo);
  const RecorderCounts counts = recorder->counts();
  EXPECT_GT(counts.ticks_lost, 0u);

  auto reader = RecordReader::open(file.path()).value();
  EXPECT_TRUE(reader.verify());
  const Contents contents = read_all(reader);
  EXPECT_EQ(contents.ticks.size() + counts.ticks_lost, 2000u);
  std::uint64_t in_gaps = 0;
  for (const Gap& gap : contents.gaps)
    in_gaps += static_cast<std::uint64_t>(gap.last_tick - gap.first_tick + 1);
  EXPECT_EQ(in_gaps, counts.ticks_lost + counts.bulk_dropped);
}

TEST(Recorder, AnEventThatDoesNotFitMakesItUnhealthy) {
  const TemporaryFile file("event.mcap");
  RecorderConfig config;
  config.payload_bytes = 64;
  auto recorder = Recorder::create(file.path(), toy_run(false), config).value();
  recorder->record_event(note(0), std::string(65, 'x'));
  EXPECT_FALSE(recorder->healthy());
  EXPECT_FALSE(recorder->close());
  auto reader = RecordReader::open(file.path()).value();
  const Contents contents = read_all(reader);
  ASSERT_EQ(contents.events.size(), 1u);
  EXPECT_EQ(contents.events[0].payload, "1 events were lost");
}

// Runs `body` in a process of its own, which it may not survive, and gives its wait status.
template <typename Body>
int in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    body();
    ::_exit(0);
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

TEST(Recorder, AKilledProcessLeavesAFileReadableUpToItsLastChunk) {
  const TemporaryFile file("killed.mcap");
  const int status = in_child([&] {
    RecorderConfig config;
    config.file.chunk_bytes = 100000;
    auto recorder = Recorder::create(file.path(), toy_run(false), config);
    if (!recorder) ::_exit(1);
    Random random(1);
    for (Tick tick = 0;; ++tick) {
      (*recorder)->record_tick(any_tick(random, tick, 3).view());
      if ((*recorder)->counts().bytes_written > 2'000'000) ::raise(SIGKILL);
    }
  });
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  auto reader = RecordReader::open(file.path()).value();
  EXPECT_FALSE(reader.is_complete());
  EXPECT_NE(reader.end_note(), "");
  const Contents contents = read_all(reader);
  EXPECT_GT(contents.ticks.size(), 500u);
  Random random(1);
  TickComparer comparer;
  for (const TickRecord& tick : contents.ticks)
    ASSERT_FALSE(comparer.first_difference(any_tick(random, tick.tick(), 3), tick));
}

TEST(Recorder, AFullDiskMakesItUnhealthyAndKeepsWhatIsThere) {
  for (const bool real_time : {false, true}) {
    const TemporaryFile file("full.mcap");
    const int status = in_child([&] {
      // The kernel refuses to let the file grow, as a full disk does.
      const rlimit limit{1'000'000, 1'000'000};
      if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(1);
      std::signal(SIGXFSZ, SIG_IGN);
      RecorderConfig config;
      config.file.chunk_bytes = 100000;
      auto recorder = Recorder::create(file.path(), toy_run(real_time), config);
      if (!recorder) ::_exit(2);
      Random random(1);
      Tick tick = 0;
      for (; tick < 100000 && (*recorder)->healthy(); ++tick)
        (*recorder)->record_tick(any_tick(random, tick, 3).view());
      if (tick == 100000) ::_exit(3);
      (*recorder)->record_tick(
          any_tick(random, tick, 3).view());  // returns at once, waits for none
      const auto closed = (*recorder)->close();
      if (closed || closed.error().code != ErrorCode::kIo) ::_exit(4);
    });
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 0);
    auto reader = RecordReader::open(file.path()).value();
    EXPECT_FALSE(reader.is_complete());
    const Contents contents = read_all(reader);
    EXPECT_GT(contents.ticks.size(), 100u);
    EXPECT_LE(std::filesystem::file_size(file.path()), 1'000'000u);
  }
}

TEST(Recorder, HandingOverTakesNoMemory) {
  if (!allocations_are_counted()) GTEST_SKIP() << "a sanitizer has its own malloc";
  const TemporaryFile file("no_alloc.mcap");
  Random random(1);
  const std::string payload(1000, 'x');
  for (const bool real_time : {false, true}) {
    RecorderConfig config;
    config.bulk_ticks = 16;
    auto recorder = Recorder::create(file.path(), toy_run(real_time), config).value();
    for (Tick tick = 0; tick < 200; ++tick) {
      const TickRecord r = any_tick(random, tick, 3);
      const Event event = note(tick);
      AllocationScope scope;
      recorder->record_event(event, payload);
      recorder->record_verdict(tick, payload);
      recorder->record_tick(r.view());
      ASSERT_EQ(scope.count(), 0u);
    }
    ASSERT_TRUE(recorder->close());
  }
}

TEST(Recorder, AnUnwritablePlaceIsRefusedBeforeTheRun) {
  const auto recorder = Recorder::create("/nowhere/run.mcap", toy_run(false), {});
  ASSERT_FALSE(recorder);
  EXPECT_EQ(recorder.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace longmen::record
