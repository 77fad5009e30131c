#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"
#include "record/machine_log.h"
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
  /// `checkpoint` is the record's last; `error` is what ended the recording early, if anything did.
  [[nodiscard]] Result<void> end(const std::string& checkpoint, const std::string& error) const;

 private:
  RunEntry(MachineLog log, std::shared_ptr<const trust::SigningKey> key, std::string name)
      : log_(std::move(log)), key_(std::move(key)), name_(std::move(name)) {}
  MachineLog log_;
  std::shared_ptr<const trust::SigningKey> key_;
  std::string name_;
};

}  // namespace longmen::record
