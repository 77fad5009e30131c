#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "record/byte_io.h"
#include "record/mcap_format.h"

namespace longmen::record {

/// Writes a record of the format; its length is filled in when the scope ends.
class McapRecordScope {
 public:
  McapRecordScope(Bytes& out, Opcode opcode) : out_(out), start_(out.size()) {
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(opcode));
    writer.u64(0);
  }
  ~McapRecordScope() {
    const std::uint64_t length = out_.size() - start_ - kRecordHeaderBytes;
    std::memcpy(out_.data() + start_ + 1, &length, sizeof length);
  }
  McapRecordScope(const McapRecordScope&) = delete;
  McapRecordScope& operator=(const McapRecordScope&) = delete;

 private:
  Bytes& out_;
  std::size_t start_;
};

/// What the end of a file says about the rest of it. The writer fills it while it writes; whoever
/// checks a file fills another while reading, and compares the bytes.
class McapSummary {
 public:
  struct Chunk {
    std::uint64_t start_ns = 0, end_ns = 0;
    std::uint64_t file_offset = 0, record_bytes = 0;
    std::vector<std::pair<std::uint16_t, std::uint64_t>> message_index_offsets;
    std::uint64_t message_index_bytes = 0;
    std::uint64_t compressed_bytes = 0, uncompressed_bytes = 0;
  };
  struct Metadata {
    std::uint64_t file_offset = 0, record_bytes = 0;
    std::string name;
  };

  std::vector<Chunk> chunks;
  std::vector<Metadata> metadata;

  /// A whole schema or channel record, in the order in which they were written.
  void add_definition(Opcode opcode, ByteView record);
  void add_message(std::uint16_t channel_id, std::uint64_t log_time_ns);
  [[nodiscard]] std::uint64_t message_count() const { return message_count_; }

  /// Summary section, footer and magic of a file whose data section ends at `offset`.
  [[nodiscard]] Bytes bytes(std::uint64_t offset) const;

 private:
  void append_statistics(Bytes& out) const;
  void append_chunk_indexes(Bytes& out) const;
  void append_metadata_indexes(Bytes& out) const;

  Bytes schemas_, channels_;
  std::uint16_t schema_count_ = 0;
  std::map<std::uint16_t, std::uint64_t> channel_messages_;
  std::uint64_t message_count_ = 0;
  std::uint64_t start_ns_ = std::numeric_limits<std::uint64_t>::max(), end_ns_ = 0;
};

/// CRC-32 of what came before, continued.
[[nodiscard]] std::uint32_t extend_crc(std::uint32_t crc, ByteView bytes);

}  // namespace longmen::record
