#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"
#include "record/machine_log.h"
#include "record/recorder.h"
#include "record/run_info.h"
#include "trust/signing.h"

namespace longmen::record {

/// A run in this machine's log: entered when it starts, and again when it ends with the last
/// checkpoint of its record. What signs the record is the user's key.
class RunEntry {
 public:
  /// Gives the run the name of its log (run.log) and enters it. Errors: those of the keys and the
  /// log; without them there is no run.
  static Result<RunEntry> begin(const std::filesystem::path& file, RunInfo& run);

  [[nodiscard]] std::shared_ptr<const trust::SigningKey> key() const { return key_; }
  /// Enters the end of the run, with what a closed recorder has: the record's last checkpoint, and
  /// its incidents, which are opened. `error` is what ended the recording early, if anything did.
  [[nodiscard]] Result<void> end(const Recorder& recorder, const std::string& error) const;

 private:
  RunEntry(MachineLog log, std::shared_ptr<const trust::SigningKey> key, std::string file,
           const RunInfo& run)
      : log_(std::move(log)), key_(std::move(key)), file_(std::move(file)), run_(run) {}
  [[nodiscard]] Result<void> open(const Incident& incident, std::size_t number) const;
  MachineLog log_;
  std::shared_ptr<const trust::SigningKey> key_;
  std::string file_;
  RunInfo run_;
};

}  // namespace longmen::record
