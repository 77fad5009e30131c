#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "record/byte_io.h"
#include "record/mcap_format.h"

namespace longmen::record {

struct McapWriterConfig {
  std::size_t chunk_bytes = 1u << 20;  ///< a chunk is closed when its content reaches this
  int zstd_level = 1;
  std::string library = "longmen";  ///< named in the file's header
};

/// Sees what a file is made of, in the order of the file: whoever signs it.
class McapObserver {
 public:
  virtual ~McapObserver() = default;
  /// A whole record (opcode, length, content) that goes into the chunk in progress.
  virtual void on_record(ByteView record) = 0;
  /// Bytes of the data section that are in the file now.
  virtual void on_bytes(ByteView bytes) = 0;
};

/// Writes one MCAP file: zstd chunks with CRC, a message index after each, a summary at the end.
/// Every chunk is on its way to the disk before the next begins, so that whatever ends the process,
/// the file is readable up to the last chunk. Memory: two chunks, and about 250 bytes of index for
/// each chunk written. Not thread-safe.
class McapWriter {
 public:
  /// Creates or replaces the file. `observer`, if there is one, must outlive the writer. Errors:
  /// kIo.
  static Result<McapWriter> create(const std::filesystem::path& file,
                                   const McapWriterConfig& config,
                                   McapObserver* observer = nullptr);

  /// Schemas and channels are written to the chunk in progress and again to the summary.
  std::uint16_t add_schema(const std::string& name, const std::string& encoding, ByteView data);
  std::uint16_t add_channel(std::uint16_t schema_id, const std::string& topic,
                            const std::string& message_encoding);

  /// Adds a message; writes the chunk when it is full. Error kIo: disk full or gone; the file then
  /// ends with its last whole chunk and every later call fails the same way.
  [[nodiscard]] Result<void> write(std::uint16_t channel_id, std::uint64_t log_time_ns,
                                   ByteView message);
  /// Ends the chunk in progress, if it holds anything.
  [[nodiscard]] Result<void> flush();
  /// Writes a metadata record after the last chunk. The chunk in progress must be empty (flush()).
  [[nodiscard]] Result<void> write_metadata(const std::string& name, const McapValues& values);
  /// Writes summary and footer. A file that is not closed lacks only these.
  [[nodiscard]] Result<void> close();

  [[nodiscard]] std::uint64_t bytes_written() const;
  [[nodiscard]] std::uint64_t messages_written() const;
  [[nodiscard]] std::size_t chunks_written() const;

  McapWriter(McapWriter&&) noexcept;
  McapWriter& operator=(McapWriter&&) noexcept;
  ~McapWriter();

 private:
  struct State;
  explicit McapWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace longmen::record
