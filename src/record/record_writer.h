#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "core/result.h"
#include "record/mcap_writer.h"
#include "record/run_info.h"
#include "record/tick_record.h"
#include "record/topics.h"
#include "trust/signing.h"

namespace longmen::record {

/// Writes the streams of a run (docs/record.md) into one file, on the caller's thread. Log time is
/// tick times period. Not thread-safe; the loop uses a Recorder, which owns one of these. Every
/// error is kIo and final: the file then ends with its last whole chunk.
class RecordWriter {
 public:
  /// Creates or replaces the file; run, configuration and versions are on disk when this returns.
  /// With a `key`, every chunk is followed by a checkpoint of the log `run.log`, signed with it.
  static Result<RecordWriter> create(const std::filesystem::path& file, const RunInfo& run,
                                     const McapWriterConfig& config,
                                     std::shared_ptr<const trust::SigningKey> key = nullptr);

  /// Writes the streams of one tick. Without `has_bulk` only the gate's report and the safe
  /// command.
  [[nodiscard]] Result<void> write_tick(const TickView& tick, bool has_bulk);
  [[nodiscard]] Result<void> write_event(const Event& event, std::string_view payload);
  [[nodiscard]] Result<void> write_gap(const Gap& gap);
  /// `topic` is kPlan, kVerdict or kStep.
  [[nodiscard]] Result<void> write_document(Topic topic, Tick tick, std::string_view json);
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<void> close();

  /// The newest checkpoint as a signed note, empty without a key.
  [[nodiscard]] const std::string& checkpoint() const;
  [[nodiscard]] std::uint64_t bytes_written() const;
  [[nodiscard]] std::uint64_t messages_written() const;

  RecordWriter(RecordWriter&&) noexcept;
  RecordWriter& operator=(RecordWriter&&) noexcept;
  ~RecordWriter();

 private:
  struct State;
  explicit RecordWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace longmen::record
