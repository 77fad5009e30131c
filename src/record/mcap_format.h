#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace longmen::record {

/// The part of the MCAP file format, version 0, that records use (specification: the MCAP project).
/// A file is magic, records, magic; a record is an opcode, its length in 8 bytes, its content.
inline constexpr std::array<std::uint8_t, 8> kMcapMagic = {0x89, 'M', 'C',  'A',
                                                           'P',  '0', '\r', '\n'};
inline constexpr std::size_t kRecordHeaderBytes = 9;

enum class Opcode : std::uint8_t {
  kHeader = 0x01,
  kFooter = 0x02,
  kSchema = 0x03,
  kChannel = 0x04,
  kMessage = 0x05,
  kChunk = 0x06,
  kMessageIndex = 0x07,
  kChunkIndex = 0x08,
  kAttachment = 0x09,
  kAttachmentIndex = 0x0A,
  kStatistics = 0x0B,
  kMetadata = 0x0C,
  kMetadataIndex = 0x0D,
  kSummaryOffset = 0x0E,
  kDataEnd = 0x0F,
};

/// Content of a footer: summary start, summary offset start (8 bytes each), summary CRC (4 bytes).
inline constexpr std::size_t kFooterBytes = 20;

/// Names and texts of a metadata record.
using McapValues = std::vector<std::pair<std::string, std::string>>;

/// What a reader takes at most; a length beyond these is an altered file, not a big one.
inline constexpr std::uint64_t kMaxChunkBytes = 64ull << 20;  ///< compressed or not
inline constexpr std::uint64_t kMaxRecordBytes = 96ull << 20;
inline constexpr std::uint64_t kMaxMessageBytes = 16ull << 20;
inline constexpr std::size_t kMaxChannels = 256;

}  // namespace longmen::record
