#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "registry/register.h"

namespace longmen::server {

struct ArchiveConfig {
  std::string register_database;            ///< as Register::open has it
  std::filesystem::path project_folder;     ///< rules and worlds
  std::filesystem::path embedding_weights;  ///< see exam::inputs_of
};

/// What stands in the register of models and in this machine's log, as JSON for the page.
/// Everything is read anew when it is asked for, at most once in kFresh. `full`: for those with a
/// role; the public gets neither what people wrote, nor addresses, nor files. Errors: those of the
/// register and of the log.
class Archive {
 public:
  static constexpr auto kFresh = std::chrono::seconds(1);
  static constexpr std::size_t kHistory = 200;

  explicit Archive(ArchiveConfig config) : config_(std::move(config)) {}

  /// {"models": [{"name", "kind", "organisation", "licence", "summary", "standing", "in_force",
  /// "expires_s", "identity"?, "certificates": [{"vertical", "passed", "in_force", "changed",
  /// "issued_s", "expires_s", "bank_sha256", "program_sha256", "inputs", "scores"}]}], "history":
  /// [{"number", "time_s", "action", "model", "member"?, "detail"?}]}
  Result<nlohmann::json> models(bool full);
  /// {"incidents": [{"number", "id", "state", "from_s", "to_s", "rung", "rule", "joint", "margin",
  /// "change_max_Nm", "record"?, "steps": [{"state", "time_s", "entry", "text"?}]}], "log":
  /// {"entries", "note", "key"}}; "log" is null before there is one.
  Result<nlohmann::json> incidents(bool full);
  /// That entry `number` (from 0) of the log is in it: {"index", "hashes", "note", "key", and
  /// either "leaf", the entry's text, or only "leaf_hash"}. Error kNotFound: there is no such
  /// entry.
  Result<nlohmann::json> proof(std::uint64_t number, bool full);
  /// A member of the register, as it stands there now. Error kNotFound: there is no such member.
  [[nodiscard]] Result<registry::Member> member(const std::string& name) const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Kept {
    Time at;
    nlohmann::json value;
  };
  struct Log {  ///< this machine's, as it was read last
    Time at;
    std::vector<std::string> entries;
    std::string note, key;
  };
  [[nodiscard]] Result<registry::Register> open_register() const;
  Result<nlohmann::json> read_models(bool full) const;
  [[nodiscard]] nlohmann::json certificates_of(const registry::Entry& entry,
                                               std::int64_t now_s) const;
  /// What an exam would have now, read once for each vertical: a server's robot keeps its rules.
  const std::vector<registry::Input>* inputs_for(const std::string& vertical) const;
  Result<const Log*> log();

  ArchiveConfig config_;
  std::map<std::string, Kept> kept_;
  mutable std::map<std::string, std::optional<std::vector<registry::Input>>> inputs_;
  std::optional<Log> log_;
};

}  // namespace longmen::server
