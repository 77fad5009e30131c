#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "registry/register.h"

namespace longmen::registry {

/// An act as the database has it.
struct SignedAct {
  HistoryLine line;
  std::string signature;  ///< base64
};

/// The bytes that a member signs for one act.
[[nodiscard]] std::string act_text(const std::string& hash_before, const HistoryLine& line);

/// What the signed acts say by themselves. The register's other tables are quicker to ask, but
/// whoever can write to the database can write anything into them; an act is signed by a member
/// whom an earlier act made one.
struct Ledger {
  struct Model {
    std::string identity, organisation, submitter, card_sha256;
    Standing standing = Standing::kSubmitted;
    std::int64_t expires_s = 0;
    std::set<std::string> certificates;  ///< their digests
  };
  std::map<std::string, Member> members;
  std::map<std::string, Model> models;

  /// Follows the acts from the first, by which a registrar adds itself. Error: kCorrupt for the
  /// first act that is not chained to the one before, not signed by its member's key, or not that
  /// member's to do.
  static Result<Ledger> of(const std::vector<SignedAct>& acts);

  /// Error: kCorrupt where the tables say anything else of a model.
  [[nodiscard]] Result<void> holds(const Entry& entry) const;
};

/// Keeps, in a file of this machine, how far it has seen each register's history. Errors: kCorrupt
/// when the history has become shorter, or another one; kIo, kParse of the file.
Result<void> remember_history(const std::vector<HistoryLine>& history, const std::string& database,
                              const std::filesystem::path& file);

}  // namespace longmen::registry
