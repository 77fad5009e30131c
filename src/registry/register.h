#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "registry/card.h"
#include "registry/certificate.h"
#include "trust/signing.h"

namespace longmen::registry {

/// What somebody may do. Nobody acts twice on one model: who submits does not examine, who examines
/// does not approve, and nobody judges a model of their own organisation.
enum class Role { kSubmitter, kExaminer, kRegistrar, kAuditor };
Result<Role> role_of(const std::string& name);
[[nodiscard]] std::string name_of(Role role);

struct Member {
  std::string name;
  std::string organisation;
  Role role = Role::kAuditor;
  std::string key;  ///< public, as trust::PublicKey has it
};

enum class Standing { kSubmitted, kApproved, kSuspended, kRevoked };
[[nodiscard]] std::string name_of(Standing standing);

struct Entry {
  std::string name;
  std::string identity;
  std::string organisation;
  std::string submitter;
  std::string card;
  Standing standing = Standing::kSubmitted;
  std::int64_t expires_s = 0;  ///< of the approval, Unix time
  std::vector<Certificate> certificates;
};

/// One act, signed by who did it and chained to the act before.
struct HistoryLine {
  std::int64_t number = 0;
  std::int64_t time_s = 0;
  std::string member, action, model, detail;
  std::string hash;  ///< SHA-256 of the hash before and of this line
};

/// A database's name as it may be shown: without user, password and settings.
[[nodiscard]] std::string shown_database(const std::string& database);

/// Who may propose: models, members, certificates, and every act that made it so, append-only. One
/// code for SQLite ("sqlite3://FILE") and PostgreSQL ("postgresql://…"). Each act is one
/// transaction: after a kill it is wholly there or not at all. Times come from the caller.
/// Not thread-safe; any number of processes may use one database.
class Register {
 public:
  /// Opens, and brings the tables to this version. Errors: kIo; kUnsupported for a newer database.
  static Result<Register> open(const std::string& database, trust::TrustRoots roots);

  /// The first member is a registrar and adds itself; each later one is added by a registrar.
  Result<void> add_member(const Member& member, const std::string& by, const trust::SigningKey& key,
                          std::int64_t now_s);
  Result<void> submit(const Card& card, const std::string& by, const trust::SigningKey& key,
                      std::int64_t now_s);
  /// Files a certificate. It must be signed by a root, of the entry's identity, and not filed yet.
  Result<void> certify(const std::string& envelope, const std::string& by,
                       const trust::SigningKey& key, std::int64_t now_s);
  /// Also renews: from suspended or approved to approved until `expires_s`.
  Result<void> approve(const std::string& model, std::int64_t expires_s, const std::string& by,
                       const trust::SigningKey& key, std::int64_t now_s);
  Result<void> suspend(const std::string& model, const std::string& why, const std::string& by,
                       const trust::SigningKey& key, std::int64_t now_s);
  Result<void> revoke(const std::string& model, const std::string& why, const std::string& by,
                      const trust::SigningKey& key, std::int64_t now_s);

  [[nodiscard]] Result<std::vector<Entry>> entries() const;
  [[nodiscard]] Result<Entry> entry(const std::string& model) const;
  [[nodiscard]] Result<Entry> entry_of_identity(const std::string& identity) const;
  [[nodiscard]] Result<std::vector<Member>> members() const;
  /// All acts, oldest first. Error: kCorrupt when one was altered, is missing, or is not signed by
  /// its member.
  [[nodiscard]] Result<std::vector<HistoryLine>> history() const;

  /// What the tables say of a model is what the signed acts say: gives the acts. Errors: kNotFound;
  /// kCorrupt when it is not, with what differs.
  [[nodiscard]] Result<std::vector<HistoryLine>> prove(const std::string& model) const;

  /// May this model work in this world now? `inputs` are those that an exam would have now: a
  /// certificate of an exam with others is not in force. Error: the reason why not, in one line.
  [[nodiscard]] Result<void> admit(const std::string& model, const std::string& identity,
                                   const std::string& vertical, const std::vector<Input>& inputs,
                                   std::int64_t now_s) const;

  Register(Register&&) noexcept;
  ~Register();

 private:
  struct Parts;
  explicit Register(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace longmen::registry
