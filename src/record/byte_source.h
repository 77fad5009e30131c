#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/result.h"
#include "record/byte_io.h"

namespace longmen::record {

/// Random access to the bytes of a record: a file on disk, or bytes in memory (tests, fuzzing).
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills `out` from `offset` on; the caller keeps offset + out.size() within size(). False: the
  /// disk failed or the file shrank.
  [[nodiscard]] virtual bool read(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
};

/// Errors: kNotFound, kIo (also for anything that is not a regular file).
Result<std::unique_ptr<ByteSource>> open_file(const std::filesystem::path& file);
/// `bytes` must outlive the source.
std::unique_ptr<ByteSource> view_bytes(ByteView bytes);

}  // namespace longmen::record
