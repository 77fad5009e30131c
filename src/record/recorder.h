#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "core/result.h"
#include "record/incident_watch.h"
#include "record/mcap_writer.h"
#include "record/run_info.h"
#include "record/tick_record.h"
#include "trust/signing.h"

namespace longmen::record {

struct RecorderConfig {
  std::size_t bulk_ticks = 1024;        ///< ticks of bulk streams that may wait for the recorder
  std::size_t gate_ticks = 4096;        ///< ticks of gate reports that may wait
  std::size_t events = 1024;            ///< events, plans and verdicts that may wait
  std::size_t payload_bytes = 1 << 20;  ///< their texts and bytes together
  Tick flush_ticks = 1000;              ///< a chunk holds at most so many ticks
  McapWriterConfig file;
  IncidentLevel incidents;
};

struct RecorderCounts {
  std::uint64_t ticks = 0;         ///< handed over
  std::uint64_t bulk_dropped = 0;  ///< ticks without bulk streams: real time only
  std::uint64_t ticks_lost = 0;    ///< ticks without anything: the recorder is then unhealthy
  std::uint64_t events_lost = 0;   ///< the same for events
  std::uint64_t waits = 0;         ///< times that lock-step waited for space; 0 in real time
  std::uint64_t bytes_written = 0;
  double thread_cpu_s = 0.0;  ///< CPU time of the recorder thread
};

/// Takes a run from the loop and puts it on disk on a thread of its own: the loop copies into
/// preallocated rings, the thread encodes, compresses and writes.
///
/// When the thread is behind, lock-step (RunInfo::real_time false) waits for space. Real time never
/// waits: the bulk streams of a tick are dropped, and the record says which. Gate reports and
/// events have rings of their own and are not dropped; when those overflow, the disk is full or the
/// thread fails, healthy() turns false for good: no record, no motion. What still fits is still
/// recorded.
///
/// One thread calls record_*; they do not allocate, lock or throw.
class Recorder {
 public:
  /// Creates the file with its head and starts the thread. Errors: kIo, kInvalidArgument.
  /// `key` signs the checkpoints of run.log; without one the record proves nothing.
  static Result<std::unique_ptr<Recorder>> create(
      const std::filesystem::path& file, const RunInfo& run, const RecorderConfig& config,
      std::shared_ptr<const trust::SigningKey> key = nullptr);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();  ///< closes; what close() would have said is lost

  void record_tick(const TickView& tick) noexcept;
  /// Inputs go before the record_tick of the tick that consumed them.
  void record_event(const Event& event, std::string_view payload = {}) noexcept;
  void record_plan(Tick tick, std::string_view json) noexcept;
  void record_verdict(Tick tick, std::string_view json) noexcept;
  void record_step(Tick tick, std::string_view json) noexcept;

  /// Any thread. False: something is not or will not be in the record; the loop must hold.
  [[nodiscard]] bool healthy() const noexcept;
  /// Any thread.
  [[nodiscard]] RecorderCounts counts() const noexcept;

  /// Writes what waits, and the summary. The first error of the whole run, if there was one.
  [[nodiscard]] Result<void> close();
  /// After close(): the last checkpoint as a signed note, empty without a key.
  [[nodiscard]] const std::string& checkpoint() const;
  /// After close(): what the gate did above config.incidents.
  [[nodiscard]] const IncidentWatch& incidents() const;

 private:
  struct State;
  explicit Recorder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace longmen::record
