#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "record/tile_log.h"
#include "trust/key_store.h"

namespace longmen::record {

/// This machine's log of what must not be forgotten: each run as it starts and as it ends (with the
/// last checkpoint of its record), incidents and what was done about them, erasures. A record that
/// vanished, or was cut and called a crash, is seen here. Entries are JSON objects of at most 60 kB
/// with `kind` and `time_s` (Unix time).
class MachineLog {
 public:
  MachineLog(std::filesystem::path folder, trust::KeyStore keys)
      : tiles_(std::move(folder)), keys_(std::move(keys)) {}
  /// The one in the user's data folder. Error: kNotFound without such a folder.
  static Result<MachineLog> of_user();

  /// Adds an entry of that kind, now. Errors: those of the keys and of TileLog::append.
  Result<void> add(const std::string& kind, nlohmann::ordered_json values) const;
  /// All entries, checked; none is no error. Errors: those of TileLog::read.
  [[nodiscard]] Result<std::vector<nlohmann::json>> entries() const;

  [[nodiscard]] const TileLog& tiles() const { return tiles_; }
  [[nodiscard]] const trust::KeyStore& keys() const { return keys_; }

 private:
  TileLog tiles_;
  trust::KeyStore keys_;
};

}  // namespace longmen::record
