#include "registry/register.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "core/digest.h"
#include "registry/ledger.h"
#include "registry/writing.h"

namespace longmen::registry {
namespace {

using Json = nlohmann::ordered_json;

/// What makes each version of the tables from the one before.
const std::vector<std::vector<const char*>> kMigrations = {
    {"CREATE TABLE members (name VARCHAR(64) PRIMARY KEY, organisation TEXT NOT NULL, role TEXT "
     "NOT NULL, key_text TEXT NOT NULL)",
     "CREATE TABLE models (name VARCHAR(64) PRIMARY KEY, identity TEXT NOT NULL, organisation TEXT "
     "NOT NULL, submitter TEXT NOT NULL, card TEXT NOT NULL, standing TEXT NOT NULL, expires_s "
     "BIGINT NOT NULL)",
     "CREATE TABLE certificates (digest VARCHAR(64) PRIMARY KEY, model VARCHAR(64) NOT NULL, "
     "examiner TEXT NOT NULL, envelope TEXT NOT NULL)",
     "CREATE TABLE history (number BIGINT PRIMARY KEY, time_s BIGINT NOT NULL, member TEXT NOT "
     "NULL, action TEXT NOT NULL, model TEXT NOT NULL, detail TEXT NOT NULL, signature TEXT NOT "
     "NULL, hash TEXT NOT NULL)",
     "CREATE TABLE schema_version (version BIGINT NOT NULL)"},
    {"CREATE INDEX certificates_by_model ON certificates (model)",
     "CREATE INDEX models_by_identity ON models (identity)"}};
const int kSchemaVersion = static_cast<int>(kMigrations.size());

constexpr std::array<std::pair<Role, const char*>, 4> kRoles = {{{Role::kSubmitter, "submitter"},
                                                                 {Role::kExaminer, "examiner"},
                                                                 {Role::kRegistrar, "registrar"},
                                                                 {Role::kAuditor, "auditor"}}};
constexpr std::array<std::pair<Standing, const char*>, 4> kStandings = {
    {{Standing::kSubmitted, "submitted"},
     {Standing::kApproved, "approved"},
     {Standing::kSuspended, "suspended"},
     {Standing::kRevoked, "revoked"}}};

Standing standing_of(const std::string& name) {
  for (const auto& [standing, known] : kStandings)
    if (name == known) return standing;
  return Standing::kRevoked;
}

std::vector<HistoryLine> lines_of(const std::vector<SignedAct>& acts) {
  std::vector<HistoryLine> lines;
  for (const SignedAct& act : acts) lines.push_back(act.line);
  return lines;
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
}

}  // namespace

std::string shown_database(const std::string& database) {
  const std::size_t scheme = database.find("://") + 3;
  const std::string rest = database.substr(scheme, database.find('?') - scheme);
  return database.substr(0, scheme) + rest.substr(rest.rfind('@') + 1);
}

Result<Role> role_of(const std::string& name) {
  for (const auto& [role, known] : kRoles)
    if (name == known) return role;
  return fail(ErrorCode::kUnknownName,
              fmt::format("role '{}'; valid: submitter, examiner, registrar, auditor", name));
}

std::string name_of(Role role) {
  return std::find_if(kRoles.begin(), kRoles.end(), [&](auto& r) { return r.first == role; })
      ->second;
}

std::string name_of(Standing standing) {
  return std::find_if(kStandings.begin(), kStandings.end(),
                      [&](auto& s) { return s.first == standing; })
      ->second;
}

struct Register::Parts {
  mutable soci::session sql;
  trust::TrustRoots roots;
  bool is_sqlite = true;
  /// By digest. A certificate never changes, so its signature is looked at once.
  mutable std::map<std::string, std::optional<Certificate>> certificates;

  /// The question that everybody asks again and again: prepared once.
  struct Look {
    explicit Look(soci::session& sql)
        : ask((sql.prepare
                   << "SELECT identity, organisation, submitter, card, standing, expires_s, digest "
                      "FROM models LEFT JOIN certificates ON model = name WHERE name = :n ORDER BY "
                      "digest",
               soci::use(name), soci::into(identity), soci::into(organisation),
               soci::into(submitter), soci::into(card), soci::into(standing), soci::into(expires_s),
               soci::into(digest, has_digest))) {}

    std::string name, identity, organisation, submitter, card, standing, digest;
    long long expires_s = 0;
    soci::indicator has_digest = soci::i_null;
    soci::statement ask;
  };
  mutable std::unique_ptr<Look> look;

  /// With it, who looks at a model's standing never waits for who writes, nor for the writer's
  /// disk. The file stays so; while several make it so at once, SQLite refuses some and does not
  /// wait.
  void use_write_ahead_log() {
    for (int tries = 1000;; --tries) {
      try {
        sql << "PRAGMA journal_mode=WAL";
        return;
      } catch (const soci::soci_error& e) {
        if (tries == 0 || !is_busy(e)) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    }
  }

  void connect(const std::string& database) {
    if (is_sqlite) {
      sql.open("sqlite3",
               "dbname=" + database.substr(10) + fmt::format(" timeout={}", kPatience_s));
      use_write_ahead_log();
      sql << "PRAGMA synchronous=FULL";
      return;
    }
    const bool has_patience = database.find("connect_timeout=") != std::string::npos;
    const char* separator = database.find('?') == std::string::npos ? "?" : "&";
    sql.open("postgresql", has_patience ? database : database + separator + "connect_timeout=10");
    sql << "SET synchronous_commit = on";
    // A writer that hangs keeps others waiting no longer than with SQLite.
    sql << fmt::format("SET lock_timeout = '{}s'", kPatience_s);
    sql << fmt::format("SET idle_in_transaction_session_timeout = '{}s'", kPatience_s);
  }

  int version() const {
    int tables = 0, version = 0;
    sql << (is_sqlite ? "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_version'"
                      : "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = "
                        "'schema_version'"),
        soci::into(tables);
    if (tables != 0) sql << "SELECT MAX(version) FROM schema_version", soci::into(version);
    return version;
  }

  /// Brings the tables to this program's version; the version that they have then.
  int migrate() {
    if (version() >= kSchemaVersion) return version();
    Writing writing(sql, is_sqlite);
    for (int v = version(); v < kSchemaVersion; ++v) {  // anew: somebody may have been quicker
      for (const char* statement : kMigrations[static_cast<std::size_t>(v)]) sql << statement;
      sql << "INSERT INTO schema_version VALUES (:v)", soci::use(v + 1);
    }
    writing.commit();
    return kSchemaVersion;
  }

  /// Runs one act as a transaction: all of it, or nothing and the reason.
  template <typename Act>
  Result<void> transact(const Act& act) {
    try {
      Writing writing(sql, is_sqlite);
      if (const auto done = act(); !done) return done;  // undone
      writing.commit();
      return {};
    } catch (const std::exception& e) {
      return fail(ErrorCode::kIo, e.what(), "register");
    }
  }
  template <typename T, typename Query>
  Result<T> ask(const Query& query) const {
    try {
      return query();
    } catch (const std::exception& e) {
      return fail(ErrorCode::kIo, e.what(), "register");
    }
  }

  Result<Member> member(const std::string& name) const {
    Member m;
    std::string role;
    m.name = name;
    soci::indicator found = soci::i_null;
    sql << "SELECT organisation, role, key_text FROM members WHERE name = :n", soci::use(name),
        soci::into(m.organisation, found), soci::into(role), soci::into(m.key);
    if (!sql.got_data())
      return fail(ErrorCode::kNotFound, fmt::format("'{}' is no member of the register", name));
    const auto known = role_of(role);
    if (!known) return tl::make_unexpected(known.error());
    m.role = *known;
    return m;
  }

  /// The member who acts, if the key is theirs and the role is one of these.
  Result<Member> actor(const std::string& name, const trust::SigningKey& key,
                       std::initializer_list<Role> roles) const {
    auto m = member(name);
    if (!m) return m;
    if (m->key != key.public_key().text())
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the key is not that of member '{}'", name));
    if (std::find(roles.begin(), roles.end(), m->role) == roles.end())
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' is {}, and may not do this", name, name_of(m->role)));
    return m;
  }

  Result<Entry> entry(const std::string& name) const {
    if (!look) look = std::make_unique<Look>(sql);
    look->name = name;
    look->ask.execute();
    Entry e;
    std::vector<std::string> digests;
    while (look->ask.fetch()) {
      e = {name,
           look->identity,
           look->organisation,
           look->submitter,
           look->card,
           standing_of(look->standing),
           look->expires_s,
           {}};
      if (look->has_digest == soci::i_ok) digests.push_back(look->digest);
    }
    if (e.name.empty())
      return fail(ErrorCode::kNotFound, fmt::format("'{}' is not in the register", name));
    for (const std::string& digest : digests)
      if (const auto& known = certificate(digest)) e.certificates.push_back(*known);
    return e;
  }

  const std::optional<Certificate>& certificate(const std::string& digest) const {
    auto known = certificates.find(digest);
    if (known == certificates.end()) {
      std::string envelope;
      sql << "SELECT envelope FROM certificates WHERE digest = :d", soci::use(digest),
          soci::into(envelope);
      auto read = read_certificate(envelope, roots);
      known =
          certificates.emplace(digest, read ? std::optional(std::move(*read)) : std::nullopt).first;
    }
    return known->second;
  }

  void append(const std::string& by, const trust::SigningKey& key, std::int64_t now_s,
              const std::string& action, const std::string& model, const std::string& detail) {
    long long number = 0;
    std::string before;
    sql << "SELECT number, hash FROM history ORDER BY number DESC LIMIT 1", soci::into(number),
        soci::into(before);
    if (!sql.got_data()) number = 0;
    ++number;
    const std::string text = act_text(before, {number, now_s, by, action, model, detail, {}});
    const trust::Signature signature = key.sign(text);
    const std::string signed_text =
        trust::to_base64({reinterpret_cast<const char*>(signature.data()), signature.size()});
    const std::string hash = sha256(text).hex();
    const long long time_s = now_s;
    sql << "INSERT INTO history VALUES (:a, :b, :c, :d, :e, :f, :g, :h)", soci::use(number),
        soci::use(time_s), soci::use(by), soci::use(action), soci::use(model), soci::use(detail),
        soci::use(signed_text), soci::use(hash);
  }

  Result<std::vector<SignedAct>> acts() const {
    return ask<std::vector<SignedAct>>([&]() -> Result<std::vector<SignedAct>> {
      std::vector<SignedAct> acts;
      soci::rowset<soci::row> rows =
          (sql.prepare << "SELECT number, time_s, member, action, model, detail, signature, hash "
                          "FROM history ORDER BY number");
      for (const soci::row& row : rows)
        acts.push_back({{row.get<long long>(0), row.get<long long>(1), row.get<std::string>(2),
                         row.get<std::string>(3), row.get<std::string>(4), row.get<std::string>(5),
                         row.get<std::string>(7)},
                        row.get<std::string>(6)});
      return acts;
    });
  }

  /// A judge of a model: of another organisation, and nobody who had a hand in it before.
  Result<void> independent(const Member& judge, const Entry& entry) const {
    if (judge.organisation == entry.organisation || judge.name == entry.submitter)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' is of {}, which submitted '{}': nobody judges their own",
                              judge.name, judge.organisation, entry.name));
    return {};
  }

  Result<void> set_standing(const std::string& model, Standing standing, std::int64_t expires_s) {
    const std::string name = name_of(standing);
    const long long expires = expires_s;
    sql << "UPDATE models SET standing = :s, expires_s = :e WHERE name = :m", soci::use(name),
        soci::use(expires), soci::use(model);
    return {};
  }

  Result<void> end(const std::string& model, Standing standing, const std::string& why,
                   const std::string& by, const trust::SigningKey& key, std::int64_t now_s) {
    return transact([&]() -> Result<void> {
      const auto who = actor(by, key, {Role::kRegistrar, Role::kAuditor});
      if (!who) return tl::make_unexpected(who.error());
      const auto e = entry(model);
      if (!e) return tl::make_unexpected(e.error());
      if (e->standing == Standing::kRevoked)
        return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is revoked for good", model));
      append(by, key, now_s, standing == Standing::kRevoked ? "revoke" : "suspend", model, why);
      return set_standing(model, standing, e->expires_s);
    });
  }
};

Register::Register(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Register::Register(Register&&) noexcept = default;
Register::~Register() = default;

Result<Register> Register::open(const std::string& database, trust::TrustRoots roots) {
  auto parts = std::make_unique<Parts>();
  parts->roots = std::move(roots);
  parts->is_sqlite = database.rfind("sqlite3://", 0) == 0;
  if (!parts->is_sqlite && database.rfind("postgresql://", 0) != 0)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}'; valid: sqlite3://FILE, postgresql://HOST/DATABASE", database),
                "--db");
  try {
    parts->connect(database);
    const int version = parts->migrate();
    if (version != kSchemaVersion)
      return fail(
          ErrorCode::kUnsupported,
          fmt::format("a register of version {}; this program knows {}", version, kSchemaVersion),
          shown_database(database));
  } catch (const std::exception& e) {
    return fail(ErrorCode::kIo, e.what(), shown_database(database));
  }
  return Register(std::move(parts));
}

Result<void> Register::add_member(const Member& member, const std::string& by,
                                  const trust::SigningKey& key, std::int64_t now_s) {
  return parts_->transact([&]() -> Result<void> {
    int members = 0;
    parts_->sql << "SELECT COUNT(*) FROM members", soci::into(members);
    if (!is_name(member.name) || !is_name(member.organisation))
      return fail(ErrorCode::kInvalidArgument,
                  "names of members and organisations have 1 to 64 characters, no spaces");
    if (members == 0) {
      if (member.role != Role::kRegistrar || member.name != by ||
          member.key != key.public_key().text())
        return fail(ErrorCode::kInvalidArgument,
                    "the first member is a registrar, and adds itself");
    } else if (const auto who = parts_->actor(by, key, {Role::kRegistrar}); !who) {
      return tl::make_unexpected(who.error());
    }
    if (parts_->member(member.name))
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' is a member already", member.name));
    const std::string role = name_of(member.role);
    parts_->sql << "INSERT INTO members VALUES (:a, :b, :c, :d)", soci::use(member.name),
        soci::use(member.organisation), soci::use(role), soci::use(member.key);
    parts_->append(by, key, now_s, "member", "",
                   fmt::format("{} {} {} {}", member.name, member.organisation, role, member.key));
    return {};
  });
}

Result<void> Register::submit(const Card& card, const std::string& by, const trust::SigningKey& key,
                              std::int64_t now_s) {
  return parts_->transact([&]() -> Result<void> {
    const auto who = parts_->actor(by, key, {Role::kSubmitter});
    if (!who) return tl::make_unexpected(who.error());
    if (who->organisation != card.organisation)
      return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is of {}, the card of {}", by,
                                                           who->organisation, card.organisation));
    if (parts_->entry(card.name))
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' is in the register already; other weights are another model",
                              card.name));
    std::string known;
    parts_->sql << "SELECT name FROM models WHERE identity = :i", soci::use(card.identity),
        soci::into(known);
    if (parts_->sql.got_data())  // else a revocation would end at a new name
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} is in the register already, as '{}'", card.identity, known));
    const std::string standing = name_of(Standing::kSubmitted);
    const long long expires = 0;
    parts_->sql << "INSERT INTO models VALUES (:a, :b, :c, :d, :e, :f, :g)", soci::use(card.name),
        soci::use(card.identity), soci::use(card.organisation), soci::use(by), soci::use(card.text),
        soci::use(standing), soci::use(expires);
    parts_->append(by, key, now_s, "submit", card.name,
                   fmt::format("{} card {}", card.identity, sha256(card.text).hex()));
    return {};
  });
}

Result<void> Register::certify(const std::string& envelope, const std::string& by,
                               const trust::SigningKey& key, std::int64_t now_s) {
  const auto certificate = read_certificate(envelope, parts_->roots);
  if (!certificate) return tl::make_unexpected(certificate.error());
  return parts_->transact([&]() -> Result<void> {
    const auto who = parts_->actor(by, key, {Role::kExaminer});
    if (!who) return tl::make_unexpected(who.error());
    const auto e = parts_->entry(certificate->model);
    if (!e) return tl::make_unexpected(e.error());
    if (auto free = parts_->independent(*who, *e); !free) return free;
    if (e->identity != certificate->identity)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the certificate is of {}, the model is {}", certificate->identity,
                              e->identity));
    if (certificate->expires_s <= now_s)
      return fail(ErrorCode::kInvalidArgument, "the certificate has expired");
    if (certificate->is_passed && !certificate->admits())
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("the exam had {} {} carried out and {} goals met: at least {} are "
                      "asked for, and {:g} % of the goals",
                      certificate->carried_out,
                      certificate->kind == ModelKind::kPolicy ? "runs" : "plans",
                      certificate->goals_met, certificate->carried_out_min(), 100 * kGoalsMet_min));
    const std::string digest = sha256(envelope).hex();
    int known = 0;
    parts_->sql << "SELECT COUNT(*) FROM certificates WHERE digest = :d", soci::use(digest),
        soci::into(known);
    if (known != 0) return fail(ErrorCode::kInvalidArgument, "the certificate is filed already");
    parts_->sql << "INSERT INTO certificates VALUES (:a, :b, :c, :d)", soci::use(digest),
        soci::use(certificate->model), soci::use(by), soci::use(envelope);
    parts_->append(by, key, now_s, "certify", certificate->model,
                   fmt::format("{} {} {}", certificate->vertical,
                               certificate->is_passed ? "passed" : "failed", digest));
    return {};
  });
}

Result<void> Register::approve(const std::string& model, std::int64_t expires_s,
                               const std::string& by, const trust::SigningKey& key,
                               std::int64_t now_s) {
  return parts_->transact([&]() -> Result<void> {
    const auto who = parts_->actor(by, key, {Role::kRegistrar});
    if (!who) return tl::make_unexpected(who.error());
    const auto e = parts_->entry(model);
    if (!e) return tl::make_unexpected(e.error());
    if (auto free = parts_->independent(*who, *e); !free) return free;
    if (e->standing == Standing::kRevoked)
      return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is revoked for good", model));
    if (expires_s <= now_s)
      return fail(ErrorCode::kInvalidArgument, "the approval would end before it begins");
    const bool is_examined =
        std::any_of(e->certificates.begin(), e->certificates.end(), [&](const Certificate& c) {
          return c.admits() && c.expires_s > now_s && c.identity == e->identity;
        });
    if (!is_examined)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' has no certificate of a passed exam that is in force", model));
    parts_->append(by, key, now_s, e->standing == Standing::kSubmitted ? "approve" : "renew", model,
                   fmt::format("until {}", expires_s));
    return parts_->set_standing(model, Standing::kApproved, expires_s);
  });
}

Result<void> Register::suspend(const std::string& model, const std::string& why,
                               const std::string& by, const trust::SigningKey& key,
                               std::int64_t now_s) {
  return parts_->end(model, Standing::kSuspended, why, by, key, now_s);
}

Result<void> Register::revoke(const std::string& model, const std::string& why,
                              const std::string& by, const trust::SigningKey& key,
                              std::int64_t now_s) {
  return parts_->end(model, Standing::kRevoked, why, by, key, now_s);
}

Result<std::vector<Entry>> Register::entries() const {
  return parts_->ask<std::vector<Entry>>([&]() -> Result<std::vector<Entry>> {
    std::vector<std::string> names;
    soci::rowset<std::string> rows =
        (parts_->sql.prepare << "SELECT name FROM models ORDER BY name");
    for (const std::string& name : rows) names.push_back(name);
    std::vector<Entry> entries;
    for (const std::string& name : names) {
      auto e = parts_->entry(name);
      if (!e) return tl::make_unexpected(e.error());
      entries.push_back(std::move(*e));
    }
    return entries;
  });
}

Result<Entry> Register::entry(const std::string& model) const {
  return parts_->ask<Entry>([&] { return parts_->entry(model); });
}

Result<Entry> Register::entry_of_identity(const std::string& identity) const {
  return parts_->ask<Entry>([&]() -> Result<Entry> {
    std::string name;
    soci::indicator is_null = soci::i_null;
    parts_->sql << "SELECT MIN(name) FROM models WHERE identity = :i", soci::use(identity),
        soci::into(name, is_null);
    if (is_null == soci::i_null)
      return fail(ErrorCode::kNotFound, fmt::format("'{}' is not in the register", identity));
    return parts_->entry(name);
  });
}

Result<std::vector<Member>> Register::members() const {
  return parts_->ask<std::vector<Member>>([&]() -> Result<std::vector<Member>> {
    std::vector<std::string> names;
    soci::rowset<std::string> rows =
        (parts_->sql.prepare << "SELECT name FROM members ORDER BY name");
    for (const std::string& name : rows) names.push_back(name);
    std::vector<Member> members;
    for (const std::string& name : names) {
      auto m = parts_->member(name);
      if (!m) return tl::make_unexpected(m.error());
      members.push_back(std::move(*m));
    }
    return members;
  });
}

Result<std::vector<HistoryLine>> Register::history() const {
  const auto acts = parts_->acts();
  if (!acts) return tl::make_unexpected(acts.error());
  if (const auto ledger = Ledger::of(*acts); !ledger) return tl::make_unexpected(ledger.error());
  return lines_of(*acts);
}

Result<std::vector<HistoryLine>> Register::prove(const std::string& model) const {
  // An act between the two looks is no forgery: then they are looked at again.
  for (int tries = 3;; --tries) {
    const auto acts = parts_->acts();
    if (!acts) return tl::make_unexpected(acts.error());
    const auto e = entry(model);
    if (!e) return tl::make_unexpected(e.error());
    const auto ledger = Ledger::of(*acts);
    if (!ledger) return tl::make_unexpected(ledger.error());
    const auto holds = ledger->holds(*e);
    if (holds) return lines_of(*acts);
    if (tries == 0) return tl::make_unexpected(holds.error());
  }
}

Result<void> Register::admit(const std::string& model, const std::string& identity,
                             const std::string& vertical, const std::vector<Input>& inputs,
                             std::int64_t now_s) const {
  const auto e = entry(model);
  if (!e) return tl::make_unexpected(e.error());
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("model '{}' {}", model, why), "register");
  };
  if (e->identity != identity)
    return refuse(fmt::format("is {}, the registered one is {}", identity, e->identity));
  if (e->standing != Standing::kApproved)
    return refuse(fmt::format("is {}, not approved", name_of(e->standing)));
  if (e->expires_s <= now_s) return refuse("has an approval that has expired");
  std::string changed;
  for (const Certificate& c : e->certificates) {
    if (!c.admits() || c.vertical != vertical || c.identity != identity || c.expires_s <= now_s)
      continue;
    const auto difference = first_difference(c.inputs, inputs);
    if (!difference) return {};
    changed = *difference;
  }
  if (!changed.empty())
    return refuse(fmt::format("was examined for '{}' before '{}' changed: examine it again",
                              vertical, changed));
  return refuse(fmt::format("has no certificate in force for '{}'", vertical));
}

}  // namespace longmen::registry
