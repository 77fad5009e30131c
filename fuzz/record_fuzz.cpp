// Fuzzes the record reader at three depths, chosen by the first byte: the bytes of a file, the
// content of a chunk behind right checksums, one message of a stream.

#include <cstdlib>

#include "record/compare.h"
#include "record/hostile_record.h"
#include "record/record_reader.h"

namespace {

using namespace longmen;
using namespace longmen::record;

void put_record(Bytes& out, Opcode opcode, const Bytes& content) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(opcode));
  writer.u64(content.size());
  writer.raw(content);
}

void put_channel(Bytes& out, std::uint16_t id, Topic topic) {
  Bytes schema;
  ByteWriter writer(schema);
  writer.u16(id);
  writer.string(topic_type_name(topic));
  writer.string("protobuf");
  writer.bytes32({});
  put_record(out, Opcode::kSchema, schema);
  Bytes channel;
  ByteWriter channel_writer(channel);
  channel_writer.u16(id);
  channel_writer.u16(id);
  channel_writer.string(topic_name(topic));
  channel_writer.string("protobuf");
  channel_writer.u32(0);
  put_record(out, Opcode::kChannel, channel);
}

void put_message(Bytes& out, std::uint16_t id, std::uint32_t sequence, ByteView data) {
  Bytes message;
  ByteWriter writer(message);
  writer.u16(id);
  writer.u32(sequence);
  writer.u64(0);
  writer.u64(0);
  writer.raw(data);
  put_record(out, Opcode::kMessage, message);
}

// A run's head, then the input cut into messages: topic, length in two bytes, data.
Bytes content_of_messages(ByteView input) {
  Bytes out;
  for (std::size_t i = 0; i < kTopicCount; ++i)
    put_channel(out, static_cast<std::uint16_t>(i + 1), static_cast<Topic>(i));
  const Bytes run = {0x20, 0x01};  // period_ns: 1
  const std::string empty_sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  Bytes configuration = {0x12, 64};  // sha256
  configuration.insert(configuration.end(), empty_sha.begin(), empty_sha.end());
  std::array<std::uint32_t, kTopicCount> sequences{};
  const auto put = [&](std::size_t topic, ByteView data) {
    put_message(out, static_cast<std::uint16_t>(topic + 1), sequences[topic]++, data);
  };
  put(0, run);
  put(1, configuration);
  put(2, {});
  ByteReader reader(input);
  while (reader.left() >= 3) {
    const std::size_t topic = reader.u8() % kTopicCount;
    put(topic, reader.raw(std::min<std::size_t>(reader.u16(), reader.left())));
  }
  return out;
}

void read_all(const Bytes& file) {
  auto reader = RecordReader::open(view_bytes(file), "fuzz");
  if (!reader) {
    if (reader.error().message.empty()) std::abort();
    return;
  }
  TickComparer comparer;
  for (RecordItem item; reader->next(item).value_or(false);) {
    const auto* tick = std::get_if<TickRecord>(&item);
    if (tick != nullptr && comparer.first_difference(*tick, *tick)) std::abort();
  }
  reader->seek(5);
  RecordItem item;
  (void)reader->next(item);
  (void)reader->verify();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      read_all(Bytes(input.begin(), input.end()));
      break;
    case 1:
      read_all(testing::file_with_chunk(input));
      break;
    default:
      read_all(testing::file_with_chunk(content_of_messages(input)));
  }
  return 0;
}
