#include "record/verify.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "record/mcap_reader.h"
#include "record/mcap_writer.h"
#include "record/mutations.h"
#include "record/recorder.h"
#include "record/seal.h"
#include "record/test_frames.h"

namespace longmen::record {
namespace {

using testing::TemporaryFile;

constexpr const char* kLog = "longmen.local/test/record/run/1";

// A signed record of a short run with inputs, plans and three or more checkpoints.
struct SignedRecord {
  SignedRecord(const std::string& name, Tick ticks, std::size_t chunk_bytes = 20000) : file(name) {
    key = std::make_shared<trust::SigningKey>(
        trust::SigningKey::make("longmen.local/test/record").value());
    roots.add({trust::KeyUse::kRecord, key->public_key(), "the test"});
    RunInfo run;
    run.robot = "toy";
    run.log = kLog;
    run.joints = {"a", "b", "c"};
    RecorderConfig config;
    config.file.chunk_bytes = chunk_bytes;
    auto recorder = Recorder::create(file.path(), run, config, key).value();
    Random random(7);
    for (Tick tick = 0; tick < ticks; ++tick) {
      if (tick % 10 == 3) {
        Event event;
        event.tick = tick;
        event.set_source("mind");
        recorder->record_event(event, "note " + std::to_string(tick));
      }
      recorder->record_tick(testing::any_tick(random, tick, 3).view());
    }
    EXPECT_TRUE(recorder->close());
    note = recorder->checkpoint();
  }
  Result<VerifyReport> verify() const { return verify_record(file.path(), roots); }

  TemporaryFile file;
  std::shared_ptr<trust::SigningKey> key;
  trust::TrustRoots roots;
  std::string note;
};

bool is_found(const Bytes& bytes, const trust::TrustRoots& roots) {
  const auto report = verify_record(view_bytes(bytes), "altered", roots);
  return !report || !report->complete;
}

TEST(Verify, ASoundRecordIsProvedToItsLastMessage) {
  const SignedRecord record("sound.mcap", 60);
  const auto report = record.verify();
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_TRUE(report->complete);
  EXPECT_EQ(report->messages, 3u + 60 * 6 + 6);
  EXPECT_GE(report->checkpoints, 4u);
  EXPECT_EQ(report->checkpoint.origin, kLog);
  EXPECT_EQ(report->note, record.note);
  EXPECT_EQ(report->signer.holder, "the test");
  EXPECT_EQ(report->last_ns, 59'000'000u);
}

TEST(Verify, EveryFlippedBitIsFound) {
  const SignedRecord record("bits.mcap", 2, 3000);
  const Bytes sound = testing::read_bytes(record.file.path());
  ASSERT_FALSE(is_found(sound, record.roots));
  // One bit of every byte, another one in each: all bits in the long form.
  for (std::size_t i = 0; i < sound.size(); ++i) {
    Bytes altered = sound;
    altered[i] ^= static_cast<std::uint8_t>(1u << (i % 8));
    ASSERT_TRUE(is_found(altered, record.roots)) << "byte " << i;
  }
}

// LONGMEN_MUTATIONS sets how many; docs/performance.md has the figure of the long form.
TEST(Verify, EveryMutationIsFound) {
  const SignedRecord record("mutations.mcap", 40, 4000);
  const Bytes sound = testing::read_bytes(record.file.path());
  const char* text = std::getenv("LONGMEN_MUTATIONS");
  const long count = text == nullptr ? 2000 : std::strtol(text, nullptr, 10);
  ASSERT_GT(count, 0);
  Random random(1);
  std::map<std::string, long> kinds;
  for (long i = 0; i < count; ++i) {
    const testing::Mutation mutation = testing::mutate(sound, random);
    if (mutation.bytes == sound) continue;
    ++kinds[mutation.kind];
    ASSERT_TRUE(is_found(mutation.bytes, record.roots)) << mutation.kind << ", number " << i;
  }
  EXPECT_EQ(kinds.size(), testing::kMutationKinds);
  for (const auto& [kind, n] : kinds) std::printf("%ld found: %s\n", n, kind.c_str());
}

TEST(Verify, WhoeverRepairsTheChecksumsButCannotSignIsFound) {
  // The whole file is written anew, right in every checksum, by somebody with another key of the
  // same name.
  const SignedRecord record("forged.mcap", 20);
  const SignedRecord forged("forged2.mcap", 20);
  EXPECT_TRUE(forged.verify());
  const auto report = verify_record(forged.file.path(), record.roots);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_NE(report.error().text().find("longmen.local/test/record"), std::string::npos);
}

/// What a file holds, to be written anew.
struct VerifiedContents final : McapVisitor {
  struct Item {
    Bytes record;  ///< inside a chunk; empty: a checkpoint
    McapValues checkpoint;
  };
  std::vector<Item> items;

  Result<void> on_record(ByteView record, const McapMessage*) override {
    items.push_back({Bytes(record.begin(), record.end()), {}});
    return {};
  }
  Result<void> on_metadata(std::uint64_t, const std::string&, const McapValues& values) override {
    items.push_back({{}, values});
    return {};
  }
  void on_bytes(ByteView) override {}

  /// Writes all of it with our writer, so that every checksum, index and count is right.
  void write(const std::filesystem::path& file) const {
    auto writer = McapWriter::create(file, {.chunk_bytes = 1u << 20}).value();
    for (const Item& item : items) {
      if (item.record.empty()) {
        ASSERT_TRUE(writer.flush());
        ASSERT_TRUE(writer.write_metadata(kCheckpointName, item.checkpoint));
        continue;
      }
      ByteReader reader(item.record);
      const auto opcode = static_cast<Opcode>(reader.u8());
      reader.u64();
      const std::uint16_t id = reader.u16();
      if (opcode == Opcode::kSchema) {
        const std::string name = reader.string(), encoding = reader.string();
        writer.add_schema(name, encoding, reader.bytes32());
      } else if (opcode == Opcode::kChannel) {
        // After the channel's own number comes its schema's.
        const std::uint16_t schema_id = reader.u16();
        const std::string topic = reader.string();
        writer.add_channel(schema_id, topic, reader.string());
      } else {
        reader.u32();
        const std::uint64_t time_ns = reader.u64();
        reader.u64();
        ASSERT_TRUE(writer.write(id, time_ns, reader.raw(reader.left())));
      }
    }
    ASSERT_TRUE(writer.close());
  }
};

TEST(Verify, WhoeverWritesTheFileAnewWithRightChecksumsIsFound) {
  const SignedRecord record("anew.mcap", 30);
  VerifiedContents sound;
  ASSERT_TRUE(McapReader::open(record.file.path())->walk(sound));
  const TemporaryFile file("anew2.mcap");
  sound.write(file.path());
  ASSERT_EQ(testing::read_bytes(file.path()), testing::read_bytes(record.file.path()));

  Random random(5);
  for (int i = 0; i < 200; ++i) {
    VerifiedContents altered = sound;
    std::size_t at = 0;
    do {
      at = static_cast<std::size_t>(random.uniform() * static_cast<double>(altered.items.size()));
    } while (altered.items[at].record.empty() ||
             altered.items[at].record[0] != static_cast<std::uint8_t>(Opcode::kMessage));
    Bytes& bytes = altered.items[at].record;
    if (i % 3 == 0 && bytes.size() > 32)
      bytes[32 + static_cast<std::size_t>(i) % (bytes.size() - 32)] ^= 1;  // content
    else if (i % 3 == 1)
      bytes[15] ^= 1;  // log time
    else
      altered.items.erase(altered.items.begin() + static_cast<std::ptrdiff_t>(at));
    altered.write(file.path());
    const auto report = verify_record(file.path(), record.roots);
    ASSERT_FALSE(report && report->complete) << i;
  }
}

TEST(Verify, ACutRecordIsProvedUpToItsLastCheckpoint) {
  const SignedRecord record("cut.mcap", 60);
  const Bytes sound = testing::read_bytes(record.file.path());
  std::uint64_t most = 0;
  for (std::size_t size = sound.size() / 2; size < sound.size(); size += 997) {
    const Bytes cut(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size));
    const auto report = verify_record(view_bytes(cut), "cut", record.roots);
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_FALSE(report->complete);
    EXPECT_FALSE(report->end_note.empty());
    EXPECT_GE(report->messages, most);
    most = report->messages;
  }
  EXPECT_GT(most, 100u);
}

TEST(Verify, ARecordWithoutSignatureProvesNothing) {
  const TemporaryFile file("unsigned.mcap");
  RunInfo run;
  run.robot = "toy";
  ASSERT_TRUE(Recorder::create(file.path(), run, {}).value()->close());
  const auto report = verify_record(file.path(), {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
}

TEST(Verify, OneEventIsProvedWithoutTheRest) {
  const SignedRecord record("event.mcap", 60);
  const auto report = record.verify().value();
  const auto leaf = prove_message(record.file.path(), report, "/event", 2);
  ASSERT_TRUE(leaf) << leaf.error().text();
  EXPECT_EQ(leaf->log_time_ns, 23'000'000u);
  const std::string text = leaf->proof.text();
  auto proof = TlogProof::parse(text);
  ASSERT_TRUE(proof) << proof.error().text();
  EXPECT_EQ(proof->text(), text);
  const auto checked = check_proof(*proof, record.roots);
  ASSERT_TRUE(checked) << checked.error().text();
  EXPECT_EQ(checked->checkpoint, report.checkpoint);
  for (std::uint8_t& byte : proof->extra) {
    byte ^= 4;
    ASSERT_FALSE(check_proof(*proof, record.roots));
    byte ^= 4;
  }
  ++proof->index;
  EXPECT_FALSE(check_proof(*proof, record.roots));
  EXPECT_EQ(prove_message(record.file.path(), report, "/event", 6).error().code,
            ErrorCode::kNotFound);
}

TEST(Verify, GrowthFromAnOlderCheckpointIsProvedAndAnotherHistoryIsNot) {
  const SignedRecord record("growth.mcap", 60);
  const Bytes sound = testing::read_bytes(record.file.path());
  const Bytes half(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(sound.size() / 2));
  const auto older = verify_record(view_bytes(half), "half", record.roots).value();
  const auto report = record.verify().value();
  ASSERT_LT(older.checkpoint.size, report.checkpoint.size);
  const auto proof = prove_growth(record.file.path(), report, older.note, record.roots);
  ASSERT_TRUE(proof) << proof.error().text();
  EXPECT_FALSE(proof->empty());

  Checkpoint other = older.checkpoint;
  other.root.bytes[0] ^= 1;
  auto note = trust::SignedNote::make(other.text()).value();
  note.sign(*record.key);
  EXPECT_EQ(prove_growth(record.file.path(), report, note.bytes(), record.roots).error().code,
            ErrorCode::kCorrupt);
  other = older.checkpoint;
  other.size = report.checkpoint.size + 1;
  note = trust::SignedNote::make(other.text()).value();
  note.sign(*record.key);
  EXPECT_EQ(prove_growth(record.file.path(), report, note.bytes(), record.roots).error().code,
            ErrorCode::kCorrupt);
}

// Runs src/record/verify_with_python.py, which shares no line with this program.
std::string python_says(const std::filesystem::path& file, const trust::PublicKey& key) {
  const std::string command =
      fmt::format("'{}' '{}/src/record/verify_with_python.py' '{}' '{}' 2>&1", LONGMEN_PYTHON,
                  LONGMEN_SOURCE_DIR, file.string(), key.text());
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "no pipe";
  std::array<char, 4096> line{};
  std::string printed;
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) printed += line.data();
  ::pclose(pipe);
  return printed;
}

TEST(Verify, AnotherImplementationInAnotherLanguageAgrees) {
  const SignedRecord record("python.mcap", 30);
  const auto report = record.verify().value();
  EXPECT_EQ(python_says(record.file.path(), record.key->public_key()),
            fmt::format("proved {} {} {}\n", kLog, report.checkpoint.size, report.checkpoints));
  Bytes altered = testing::read_bytes(record.file.path());
  altered[altered.size() / 2] ^= 1;
  std::ofstream(record.file.path(), std::ios::binary)
      .write(reinterpret_cast<const char*>(altered.data()),
             static_cast<std::streamsize>(altered.size()));
  EXPECT_EQ(python_says(record.file.path(), record.key->public_key()).rfind("not proved", 0), 0u);
}

TEST(TlogProof, RefusesWhatIsNone) {
  for (const char* text : {"", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\nindex 0\n\nnote",
                           "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\nnote",
                           "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 00\n\nnote",
                           "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\nAAAA\n\nnote",
                           "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n"})
    EXPECT_FALSE(TlogProof::parse(text)) << text;
}

}  // namespace
}  // namespace longmen::record
