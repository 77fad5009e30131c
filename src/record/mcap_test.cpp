#include <gtest/gtest.h>

#include "core/random.h"
#include "record/mcap_reader.h"
#include "record/mcap_writer.h"
#include "record/test_frames.h"

namespace longmen::record {
namespace {

using testing::TemporaryFile;

ByteView as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Three topics, messages of many lengths, small chunks: a file with everything that we write.
std::vector<std::string> write_sample(const std::filesystem::path& file, bool close) {
  auto writer = McapWriter::create(file, {.chunk_bytes = 2000}).value();
  const std::uint16_t schema = writer.add_schema("Text", "", {});
  const std::uint16_t other = writer.add_schema("Other", "x", as_bytes("some data"));
  const std::uint16_t channels[] = {writer.add_channel(schema, "/a", "text"),
                                    writer.add_channel(schema, "/b", "text"),
                                    writer.add_channel(other, "/c", "text")};
  Random random(3);
  std::vector<std::string> messages;
  for (std::uint64_t i = 0; i < 300; ++i) {
    std::string text = std::to_string(i) + ":";
    for (std::uint64_t n = random.next() % 100; n > 0; --n)
      text += static_cast<char>(random.next());
    EXPECT_TRUE(writer.write(channels[i % 3], 1000 * i, as_bytes(text)));
    messages.push_back(text);
  }
  if (close) {
    EXPECT_TRUE(writer.close());
  }
  return messages;
}

struct McapContents {
  std::vector<std::string> messages;
  std::vector<std::uint64_t> times;
  std::optional<Error> error;
};

McapContents read_mcap(McapReader& reader) {
  McapContents contents;
  McapMessage message;
  while (true) {
    const auto more = reader.next(message);
    if (!more) contents.error = more.error();
    if (!more || !*more) return contents;
    contents.messages.emplace_back(message.data.begin(), message.data.end());
    contents.times.push_back(message.log_time_ns);
  }
}

TEST(Mcap, WhatWasWrittenIsReadInOrder) {
  const TemporaryFile file("order.mcap");
  const auto messages = write_sample(file.path(), true);
  auto reader = McapReader::open(file.path()).value();
  EXPECT_TRUE(reader.is_complete());
  EXPECT_EQ(reader.end_note(), "");
  EXPECT_GT(reader.chunk_count(), 5u);
  EXPECT_TRUE(reader.verify());
  const McapContents contents = read_mcap(reader);
  EXPECT_FALSE(contents.error);
  EXPECT_EQ(contents.messages, messages);
}

TEST(Mcap, ChannelsCarryTheirSchema) {
  const TemporaryFile file("schema.mcap");
  write_sample(file.path(), true);
  auto reader = McapReader::open(file.path()).value();
  McapMessage message;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(reader.next(message).value());
  EXPECT_EQ(message.channel->topic, "/c");
  EXPECT_EQ(message.channel->schema_name, "Other");
  EXPECT_EQ(message.channel->schema_encoding, "x");
  EXPECT_EQ(std::string(message.channel->schema_data.begin(), message.channel->schema_data.end()),
            "some data");
}

TEST(Mcap, SeekStartsAtTheFirstMessageOfThatTime) {
  const TemporaryFile file("seek.mcap");
  write_sample(file.path(), true);
  auto reader = McapReader::open(file.path()).value();
  for (const std::uint64_t first : {0u, 1u, 150u, 299u, 300u}) {
    reader.seek(1000 * first);
    const McapContents contents = read_mcap(reader);
    ASSERT_EQ(contents.times.size(), 300 - first);
    EXPECT_EQ(first < 300 ? contents.times.front() : 300000, 1000 * first);
  }
}

TEST(Mcap, AFileWithoutItsEndIsReadUpToTheLastChunk) {
  const TemporaryFile file("unclosed.mcap");
  const auto messages = write_sample(file.path(), false);
  auto reader = McapReader::open(file.path()).value();
  EXPECT_FALSE(reader.is_complete());
  EXPECT_NE(reader.end_note().find("cut at byte"), std::string::npos) << reader.end_note();
  const McapContents contents = read_mcap(reader);
  EXPECT_FALSE(contents.error);
  ASSERT_GT(contents.messages.size(), 250u);
  EXPECT_TRUE(std::equal(contents.messages.begin(), contents.messages.end(), messages.begin()));
  const auto verified = reader.verify();
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::kCorrupt);
}

TEST(Mcap, WhateverTheCutWhatIsReadIsABeginning) {
  const TemporaryFile file("cut.mcap");
  const auto messages = write_sample(file.path(), true);
  const Bytes bytes = testing::read_bytes(file.path());
  std::size_t most = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto reader = McapReader::open(view_bytes(ByteView(bytes).first(size)), "cut");
    if (!reader) {
      EXPECT_LT(size, 8u) << reader.error().text();
      continue;
    }
    EXPECT_FALSE(reader->is_complete());
    const McapContents contents = read_mcap(*reader);
    EXPECT_FALSE(contents.error) << size << contents.error->text();
    EXPECT_GE(contents.messages.size(), most);  // more bytes never give less
    most = contents.messages.size();
    ASSERT_TRUE(std::equal(contents.messages.begin(), contents.messages.end(), messages.begin()));
  }
  EXPECT_EQ(most, messages.size());
}

TEST(Mcap, VerifyFindsEveryFlippedBit) {
  const TemporaryFile file("flip.mcap");
  const auto messages = write_sample(file.path(), true);
  Bytes bytes = testing::read_bytes(file.path());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto bit = static_cast<std::uint8_t>(1u << (i % 8));
    bytes[i] ^= bit;
    auto reader = McapReader::open(view_bytes(bytes), "flip");
    if (reader) {
      const McapContents contents = read_mcap(*reader);
      // Reading alone: an error, or nothing but what was written.
      ASSERT_TRUE(std::equal(contents.messages.begin(), contents.messages.end(), messages.begin()));
      const auto verified = reader->verify();
      ASSERT_FALSE(verified) << "byte " << i << " of " << bytes.size();
      EXPECT_EQ(verified.error().code, ErrorCode::kCorrupt);
    }
    bytes[i] ^= bit;
  }
}

// Many bytes at once, pieces doubled, moved and cut out: an error or what was written, never a
// crash (the sanitizer build runs this too).
TEST(Mcap, TenThousandMutationsGiveAnErrorOrWhatWasWritten) {
  const TemporaryFile file("mutate.mcap");
  const auto messages = write_sample(file.path(), true);
  const Bytes original = testing::read_bytes(file.path());
  Random random(11);
  int errors = 0;
  for (int round = 0; round < 10000; ++round) {
    Bytes bytes = original;
    const auto at = [&] { return static_cast<std::size_t>(random.next() % bytes.size()); };
    for (std::uint64_t n = 1 + random.next() % 8; n > 0; --n)
      bytes[at()] ^= static_cast<std::uint8_t>(1 + random.next() % 255);
    if (random.next() % 4 == 0) bytes.resize(at() + 1);
    if (random.next() % 8 == 0) {
      const std::size_t from = at();
      const std::size_t count = std::min<std::size_t>(at(), bytes.size() - from);
      const Bytes piece(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                        bytes.begin() + static_cast<std::ptrdiff_t>(from + count));
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at()), piece.begin(), piece.end());
    }
    auto reader = McapReader::open(view_bytes(bytes), "mutant");
    if (!reader) {
      EXPECT_FALSE(reader.error().message.empty());
      ++errors;
      continue;
    }
    const McapContents contents = read_mcap(*reader);
    if (contents.error) ++errors;
    ASSERT_LE(contents.messages.size(), messages.size());
    ASSERT_TRUE(std::equal(contents.messages.begin(), contents.messages.end(), messages.begin()));
    EXPECT_FALSE(reader->verify());
  }
  EXPECT_GT(errors, 7000);
}

TEST(Mcap, BadFilesGiveOneClearLine) {
  const auto missing = McapReader::open("/nowhere/run.mcap");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().text(),
            "/nowhere/run.mcap: cannot open the record: No such file or directory");

  const auto folder = McapReader::open(std::filesystem::temp_directory_path());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::kIo);

  const Bytes text = {'h', 'e', 'l', 'l', 'o', ' ', 'w', 'o', 'r', 'l', 'd'};
  const auto foreign = McapReader::open(view_bytes(text), "notes.txt");
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::kParse);

  const auto unwritable = McapWriter::create("/nowhere/run.mcap", {});
  ASSERT_FALSE(unwritable);
  EXPECT_EQ(unwritable.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace longmen::record
