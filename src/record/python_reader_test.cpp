#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "record/record_writer.h"
#include "record/test_frames.h"

namespace longmen::record {
namespace {

std::string run_program(const std::string& command, int& status) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char block[4096];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, pipe)) > 0;)
    output.append(block, n);
  status = ::pclose(pipe);
  return output;
}

std::string hex_of(const JointVector& values) {
  std::string hex;
  for (const double value : values) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hex += fmt::format(" {:016x}", bits);
  }
  return hex;
}

// The usual tools must read a record with nothing but the file: the PyPI packages mcap and
// mcap-protobuf-support, all checksums on, by index and by scanning.
TEST(PythonReader, ReadsARecordWithNothingButTheFile) {
  const testing::TemporaryFile file("python.mcap");
  Random random(5);
  const RunInfo run{.robot = "toy",
                    .world = "flat",
                    .seed = 42,
                    .joints = {"knee", "hip"},
                    .notes = {},
                    .configuration = "gain: 1\n",
                    .versions = {{"program", "test"}}};
  auto writer = RecordWriter::create(file.path(), run, {.chunk_bytes = 20000}).value();
  std::string expected;
  for (const char* line :
       {"/configuration longmen.proto.Configuration 1", "/event longmen.proto.Event 1",
        "/gate longmen.proto.GateReport 100", "/plan longmen.proto.Plan 1",
        "/proposal longmen.proto.Command 100", "/reference longmen.proto.WholeBodyReference 100",
        "/run longmen.proto.Run 1", "/sensors longmen.proto.SensorFrame 100",
        "/state longmen.proto.RobotState 100", "/verdict longmen.proto.Verdict 1",
        "/versions longmen.proto.Versions 1", "/world longmen.proto.WorldState 100"})
    expected += std::string(line) + "\n";
  expected += "run toy flat 42 knee hip\nconfiguration gain: 1\n\n";
  Event event;
  event.kind = Event::Kind::kNote;
  ASSERT_TRUE(writer.write_event(event, "走到工作台"));
  ASSERT_TRUE(writer.write_document(Topic::kPlan, 0, "{}"));
  ASSERT_TRUE(writer.write_document(Topic::kVerdict, 0, "{}"));
  for (Tick tick = 0; tick < 100; ++tick) {
    const TickRecord r = testing::any_tick(random, tick, 2);
    ASSERT_TRUE(writer.write_tick(r.view(), true));
    expected += fmt::format("sensors {} at {}:{}\n", tick, tick * run.period_ns,
                            hex_of(r.sensors.joint_position_rad));
    expected += fmt::format("safe {}:{}\n", tick, hex_of(r.safe.torque_Nm));
  }
  expected += "note 走到工作台\nthe same by scanning\n";
  ASSERT_TRUE(writer.close());

  int status = -1;
  const std::string printed =
      run_program(fmt::format("'{}' '{}/src/record/read_with_mcap.py' '{}' 2>&1", LONGMEN_PYTHON,
                              LONGMEN_SOURCE_DIR, file.path().string()),
                  status);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(printed, expected);
}

}  // namespace
}  // namespace longmen::record
