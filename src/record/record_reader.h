#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/result.h"
#include "record/byte_source.h"
#include "record/mcap_reader.h"
#include "record/run_info.h"
#include "record/tick_record.h"
#include "record/topics.h"

namespace longmen::record {

/// An input of the loop with its text or bytes.
struct RecordedEvent {
  Event event;
  std::string payload;
};

/// A plan, a verdict or a step of the plan, as JSON text.
struct RecordedDocument {
  Topic topic = Topic::kPlan;  ///< kPlan, kVerdict or kStep
  Tick tick = 0;
  std::string json;
};

/// What a record gives, one after the other.
using RecordItem = std::variant<RecordedEvent, RecordedDocument, TickRecord, Gap>;

/// The origin of the record's checkpoints (RunInfo::log), from its first message; nothing else is
/// looked at. Errors: those of open().
Result<std::string> read_log_name(McapReader& reader);

/// Reads a run back for replay and for questions about it. The file may be cut or altered: what is
/// given is what was written, and anything else is one line that says what is wrong and where.
///
///   auto reader = RecordReader::open(file);             // reader->run(): configuration and
///   versions for (RecordItem item; *reader->next(item);) ...     // inputs of a tick come before
///   its record
class RecordReader {
 public:
  /// Errors: kNotFound, kIo, kParse (no MCAP, or not a record of ours), kCorrupt.
  static Result<RecordReader> open(const std::filesystem::path& file);
  static Result<RecordReader> open(std::unique_ptr<ByteSource> source, std::string name);

  [[nodiscard]] const RunInfo& run() const;
  [[nodiscard]] const std::string& configuration_sha256() const;

  /// The next item in the order of the run; false at the end. Ticks are complete or marked
  /// `has_bulk == false`. `item` is reused. Error kCorrupt names stream, tick and field, or the
  /// byte.
  [[nodiscard]] Result<bool> next(RecordItem& item);
  /// Makes next() start at the first item of `tick`.
  void seek(Tick tick);
  /// The last document of that topic at or before `tick`; nothing if there is none. Looks only into
  /// chunks that hold one. Afterwards next() starts at the first item. Errors: as next().
  [[nodiscard]] Result<std::optional<RecordedDocument>> last_document(Topic topic, Tick tick);
  /// Checks every byte of the file (McapReader::verify) and starts again at the first item.
  [[nodiscard]] Result<void> verify();

  [[nodiscard]] bool is_complete() const;             ///< false: the file's end is missing
  [[nodiscard]] const std::string& end_note() const;  ///< and where, as one line

  RecordReader(RecordReader&&) noexcept;
  RecordReader& operator=(RecordReader&&) noexcept;
  ~RecordReader();

 private:
  struct State;
  explicit RecordReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace longmen::record
