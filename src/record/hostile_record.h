#pragma once

#include <zlib.h>
#include <zstd.h>

#include "record/byte_io.h"
#include "record/mcap_format.h"

namespace longmen::record::testing {

/// A file that is right in every checksum around one chunk of any content: what somebody who means
/// harm would write. For tests and fuzzing; checksums alone keep random damage from getting
/// further.
inline Bytes file_with_chunk(ByteView content) {
  Bytes compressed(ZSTD_compressBound(content.size()));
  compressed.resize(
      ZSTD_compress(compressed.data(), compressed.size(), content.data(), content.size(), 1));
  Bytes file(kMcapMagic.begin(), kMcapMagic.end());
  ByteWriter writer(file);
  writer.u8(static_cast<std::uint8_t>(Opcode::kChunk));
  writer.u64(8 + 8 + 8 + 4 + 8 + 8 + compressed.size());
  writer.u64(0);
  writer.u64(~0ull);
  writer.u64(content.size());
  writer.u32(static_cast<std::uint32_t>(crc32_z(0, content.data(), content.size())));
  writer.string("zstd");
  writer.u64(compressed.size());
  writer.raw(compressed);
  return file;
}

/// The content of all chunks of a sound file, one after the other.
inline Bytes chunk_contents(ByteView file) {
  Bytes all;
  ByteReader reader(file);
  reader.raw(kMcapMagic.size());
  while (reader.ok() && reader.left() >= kRecordHeaderBytes) {
    const auto opcode = static_cast<Opcode>(reader.u8());
    const ByteView record = reader.raw(reader.u64());
    if (opcode != Opcode::kChunk) continue;
    ByteReader chunk(record);
    chunk.raw(16);
    Bytes content(static_cast<std::size_t>(chunk.u64()));
    chunk.raw(4 + 8 + 8);
    const ByteView compressed = chunk.raw(chunk.left());
    ZSTD_decompress(content.data(), content.size(), compressed.data(), compressed.size());
    all.insert(all.end(), content.begin(), content.end());
  }
  return all;
}

}  // namespace longmen::record::testing
