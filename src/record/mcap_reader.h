#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "record/byte_io.h"
#include "record/byte_source.h"
#include "record/mcap_format.h"

namespace longmen::record {

struct McapChannel {
  std::uint16_t id = 0;
  std::string topic;
  std::string message_encoding;
  std::string schema_name;
  std::string schema_encoding;
  Bytes schema_data;
};

/// One message; `data` lies in the reader's chunk and is good until the next call.
struct McapMessage {
  const McapChannel* channel = nullptr;
  std::uint32_t sequence = 0;
  std::uint64_t log_time_ns = 0;
  ByteView data;
};

/// Is shown a file record by record, in the order of the file: whoever checks a signature.
class McapVisitor {
 public:
  virtual ~McapVisitor() = default;
  /// A whole record (opcode, length, content) inside a chunk; `message` is null if it is none.
  [[nodiscard]] virtual Result<void> on_record(ByteView record, const McapMessage* message) = 0;
  /// A metadata record at that byte of the file; the bytes before it have been shown.
  [[nodiscard]] virtual Result<void> on_metadata(std::uint64_t offset, const std::string& name,
                                                 const McapValues& values) = 0;
  /// All bytes of the data section, piece by piece, each after what it holds.
  virtual void on_bytes(ByteView bytes) = 0;
};

/// Reads records that may be cut or altered. It walks the chunks and needs neither summary nor
/// index, so that a file whose end is missing reads the same way up to its last whole chunk; where
/// the summary is there, its count of chunks must be right. No
/// length is believed before it is checked; memory is bounded by the largest chunk allowed. Each
/// error is one line that says what is wrong and at which byte.
class McapReader {
 public:
  /// Finds the chunks. Errors: kNotFound, kIo, kParse (not MCAP), kCorrupt.
  static Result<McapReader> open(const std::filesystem::path& file);
  static Result<McapReader> open(std::unique_ptr<ByteSource> source, std::string name);

  /// The next message in the order of the file; false at its end. Error kCorrupt: the chunk's bytes
  /// are not those that were written; the reader then stays there.
  [[nodiscard]] Result<bool> next(McapMessage& message);
  /// Makes next() start again, at the first message of `log_time_ns` or later.
  void seek(std::uint64_t log_time_ns);

  /// The last message of a topic at or before that time; false: there is none. Looks only into
  /// chunks that hold one. Call after the first next(); then next() starts again at the first
  /// message. `message.data` is good until the next call.
  [[nodiscard]] Result<bool> last(std::string_view topic, std::uint64_t log_time_ns,
                                  McapMessage& message);

  /// Reads every byte and compares it with what our writer makes of the messages: checksums, order
  /// and numbers, and the whole summary. Error kCorrupt also for a file without its end. Afterwards
  /// next() starts at the first message.
  [[nodiscard]] Result<void> verify();
  /// The same, showing everything to `visitor`, whose first error ends it. Of a file whose end is
  /// missing (is_complete() says so) it shows what is whole and is content.
  [[nodiscard]] Result<void> walk(McapVisitor& visitor);

  /// False: the end is missing (killed, disk full, copied in part); `end_note` says where.
  [[nodiscard]] bool is_complete() const;
  [[nodiscard]] const std::string& end_note() const;
  [[nodiscard]] std::size_t chunk_count() const;
  [[nodiscard]] const std::string& name() const;

  McapReader(McapReader&&) noexcept;
  McapReader& operator=(McapReader&&) noexcept;
  ~McapReader();

 private:
  struct State;
  explicit McapReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace longmen::record
