#include "record/mcap_summary.h"

#include <zlib.h>

#include <algorithm>

namespace longmen::record {

std::uint32_t extend_crc(std::uint32_t crc, ByteView bytes) {
  return static_cast<std::uint32_t>(crc32_z(crc, bytes.data(), bytes.size()));
}

void McapSummary::add_definition(Opcode opcode, ByteView record) {
  if (opcode == Opcode::kSchema) {
    ++schema_count_;
    ByteWriter(schemas_).raw(record);
  } else {
    ByteReader reader(record);
    reader.raw(kRecordHeaderBytes);
    channel_messages_.try_emplace(reader.u16(), 0);
    ByteWriter(channels_).raw(record);
  }
}

void McapSummary::add_message(std::uint16_t channel_id, std::uint64_t log_time_ns) {
  ++channel_messages_[channel_id];
  ++message_count_;
  start_ns_ = std::min(start_ns_, log_time_ns);
  end_ns_ = std::max(end_ns_, log_time_ns);
}

Bytes McapSummary::bytes(std::uint64_t offset) const {
  struct Group {
    Opcode opcode;
    std::uint64_t start, length;
  };
  Bytes out;
  std::vector<Group> groups;
  const auto group = [&](Opcode opcode, auto&& fill) {
    const std::uint64_t start = offset + out.size();
    fill();
    if (const std::uint64_t length = offset + out.size() - start; length > 0)
      groups.push_back({opcode, start, length});
  };
  group(Opcode::kSchema, [&] { ByteWriter(out).raw(schemas_); });
  group(Opcode::kChannel, [&] { ByteWriter(out).raw(channels_); });
  group(Opcode::kStatistics, [&] { append_statistics(out); });
  group(Opcode::kChunkIndex, [&] { append_chunk_indexes(out); });
  group(Opcode::kMetadataIndex, [&] { append_metadata_indexes(out); });
  const std::uint64_t offsets_start = offset + out.size();
  for (const Group& g : groups) {
    McapRecordScope scope(out, Opcode::kSummaryOffset);
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(g.opcode));
    writer.u64(g.start);
    writer.u64(g.length);
  }
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Opcode::kFooter));
  writer.u64(kFooterBytes);
  writer.u64(offset);
  writer.u64(offsets_start);
  writer.u32(extend_crc(0, out));
  writer.raw(kMcapMagic);
  return out;
}

void McapSummary::append_statistics(Bytes& out) const {
  McapRecordScope scope(out, Opcode::kStatistics);
  ByteWriter writer(out);
  writer.u64(message_count_);
  writer.u16(schema_count_);
  writer.u32(static_cast<std::uint32_t>(channel_messages_.size()));
  writer.u32(0);  // attachments
  writer.u32(static_cast<std::uint32_t>(metadata.size()));
  writer.u32(static_cast<std::uint32_t>(chunks.size()));
  writer.u64(message_count_ == 0 ? 0 : start_ns_);
  writer.u64(end_ns_);
  writer.u32(static_cast<std::uint32_t>(10 * channel_messages_.size()));
  for (const auto& [id, count] : channel_messages_) {
    writer.u16(id);
    writer.u64(count);
  }
}

void McapSummary::append_chunk_indexes(Bytes& out) const {
  for (const Chunk& chunk : chunks) {
    McapRecordScope scope(out, Opcode::kChunkIndex);
    ByteWriter writer(out);
    writer.u64(chunk.start_ns);
    writer.u64(chunk.end_ns);
    writer.u64(chunk.file_offset);
    writer.u64(chunk.record_bytes);
    writer.u32(static_cast<std::uint32_t>(10 * chunk.message_index_offsets.size()));
    for (const auto& [id, offset] : chunk.message_index_offsets) {
      writer.u16(id);
      writer.u64(offset);
    }
    writer.u64(chunk.message_index_bytes);
    writer.string("zstd");
    writer.u64(chunk.compressed_bytes);
    writer.u64(chunk.uncompressed_bytes);
  }
}

void McapSummary::append_metadata_indexes(Bytes& out) const {
  for (const Metadata& entry : metadata) {
    McapRecordScope scope(out, Opcode::kMetadataIndex);
    ByteWriter writer(out);
    writer.u64(entry.file_offset);
    writer.u64(entry.record_bytes);
    writer.string(entry.name);
  }
}

}  // namespace longmen::record
