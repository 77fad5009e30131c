#include "registry/ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/digest.h"

namespace longmen::registry {
namespace {

using Json = nlohmann::ordered_json;
using Done = Result<void>;

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kCorrupt, what, "register");
}

/// Cuts the first word off.
std::string first_word(std::string& text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  std::string word = text.substr(0, space);
  text.erase(0, space + 1);
  return word;
}

bool is_signed(const SignedAct& act, const std::string& text, const Member& member) {
  const auto key = trust::PublicKey::parse(member.key);
  std::string bytes;
  trust::Signature signature{};
  if (!key || !trust::from_base64(act.signature, bytes) || bytes.size() != signature.size())
    return false;
  std::copy(bytes.begin(), bytes.end(), signature.begin());
  return key->verifies(text, signature);
}

/// Follows one act after another.
class Follower {
 public:
  Done follow(const SignedAct& act) {
    const HistoryLine& line = act.line;
    if (line.number != ++number_) return wrong(fmt::format("act {} is missing", number_));
    const std::string text = act_text(before_, line);
    if (sha256(text).hex() != line.hash)
      return wrong(fmt::format("act {} of the history is not as it was signed", number_));
    if (auto done = line.action == "member" ? add_member(line) : change_model(line); !done)
      return done;
    if (!is_signed(act, text, ledger_.members.at(line.member)))
      return wrong(fmt::format("act {} of the history is not as it was signed", number_));
    before_ = line.hash;
    return {};
  }
  [[nodiscard]] Ledger take() { return std::move(ledger_); }

 private:
  Done not_theirs(const HistoryLine& line) const {
    return wrong(fmt::format("act {}, '{}' by '{}', was not theirs to do", number_, line.action,
                             line.member));
  }
  [[nodiscard]] const Member* by(const HistoryLine& line, std::initializer_list<Role> roles) const {
    const auto found = ledger_.members.find(line.member);
    if (found == ledger_.members.end()) return nullptr;
    const bool may = std::find(roles.begin(), roles.end(), found->second.role) != roles.end();
    return may ? &found->second : nullptr;
  }

  Done add_member(const HistoryLine& line) {
    std::string rest = line.detail;
    Member member;
    member.name = first_word(rest);
    member.organisation = first_word(rest);
    const auto role = role_of(first_word(rest));
    member.key = rest;
    if (!role) return not_theirs(line);
    member.role = *role;
    const bool is_first = ledger_.members.empty();
    const bool may = is_first ? member.role == Role::kRegistrar && member.name == line.member
                              : by(line, {Role::kRegistrar}) != nullptr;
    if (!may || ledger_.members.contains(member.name)) return not_theirs(line);
    ledger_.members.emplace(member.name, member);
    return {};
  }

  Done submit(const HistoryLine& line) {
    const Member* who = by(line, {Role::kSubmitter});
    const std::size_t card = line.detail.rfind(" card ");
    if (who == nullptr || ledger_.models.contains(line.model) || card == std::string::npos)
      return not_theirs(line);
    ledger_.models[line.model] = {.identity = line.detail.substr(0, card),
                                  .organisation = who->organisation,
                                  .submitter = who->name,
                                  .card_sha256 = line.detail.substr(card + 6),
                                  .certificates = {}};
    return {};
  }

  Done change_model(const HistoryLine& line) {
    if (line.action == "submit") return submit(line);
    const auto found = ledger_.models.find(line.model);
    if (found == ledger_.models.end()) return not_theirs(line);
    Ledger::Model& model = found->second;
    const auto independent = [&](const Member* who) {
      return who != nullptr && who->organisation != model.organisation &&
             who->name != model.submitter;
    };
    const bool is_revoked = model.standing == Standing::kRevoked;
    if (line.action == "certify" && independent(by(line, {Role::kExaminer}))) {
      model.certificates.insert(line.detail.substr(line.detail.rfind(' ') + 1));
      return {};
    }
    if ((line.action == "approve" || line.action == "renew") && !is_revoked &&
        independent(by(line, {Role::kRegistrar}))) {
      std::string rest = line.detail;
      first_word(rest);  // "until"
      const auto [end, error] =
          std::from_chars(rest.data(), rest.data() + rest.size(), model.expires_s);
      if (error != std::errc() || end != rest.data() + rest.size()) return not_theirs(line);
      model.standing = Standing::kApproved;
      return {};
    }
    if ((line.action == "suspend" || line.action == "revoke") && !is_revoked &&
        by(line, {Role::kRegistrar, Role::kAuditor}) != nullptr) {
      model.standing = line.action == "revoke" ? Standing::kRevoked : Standing::kSuspended;
      return {};
    }
    return not_theirs(line);
  }

  Ledger ledger_;
  std::int64_t number_ = 0;
  std::string before_;
};

/// The file under a lock, for as long as this lives.
class LockedFile {
 public:
  explicit LockedFile(const std::filesystem::path& file)
      : fd_(::open((file.string() + ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    if (fd_ >= 0)
      while (::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
      }
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;
  ~LockedFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] bool is_held() const { return fd_ >= 0; }

 private:
  int fd_;
};

Result<Json> read_seen(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return Json::object();
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  Json seen = Json::parse(text.str(), nullptr, false);
  if (!seen.is_object())
    return fail(ErrorCode::kParse, "is not what this program wrote there", file.string());
  return seen;
}

Done write_seen(const Json& seen, const std::filesystem::path& file) {
  const std::filesystem::path partial = file.string() + ".new";
  {
    std::ofstream stream(partial, std::ios::binary | std::ios::trunc);
    stream << seen.dump(1) << '\n';
    if (!stream.flush()) return fail(ErrorCode::kIo, "cannot be written", partial.string());
  }
  std::error_code error;
  std::filesystem::rename(partial, file, error);
  if (error) return fail(ErrorCode::kIo, error.message(), file.string());
  return {};
}

}  // namespace

std::string act_text(const std::string& hash_before, const HistoryLine& line) {
  return Json{{"before", hash_before}, {"number", line.number}, {"time_s", line.time_s},
              {"member", line.member}, {"action", line.action}, {"model", line.model},
              {"detail", line.detail}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Ledger> Ledger::of(const std::vector<SignedAct>& acts) {
  Follower follower;
  for (const SignedAct& act : acts)
    if (auto followed = follower.follow(act); !followed)
      return tl::make_unexpected(followed.error());
  return follower.take();
}

Done Ledger::holds(const Entry& entry) const {
  const auto found = models.find(entry.name);
  const auto says_otherwise = [&](const char* what) {
    return wrong(fmt::format("the {} of '{}' is not what the signed acts say", what, entry.name));
  };
  if (found == models.end()) return says_otherwise("submission");
  const Model& model = found->second;
  if (entry.standing != model.standing) return says_otherwise("standing");
  if (entry.expires_s != model.expires_s) return says_otherwise("end of the approval");
  if (entry.identity != model.identity) return says_otherwise("identity");
  if (entry.organisation != model.organisation || entry.submitter != model.submitter)
    return says_otherwise("submitter");
  if (sha256(entry.card).hex() != model.card_sha256) return says_otherwise("card");
  return {};
}

Done remember_history(const std::vector<HistoryLine>& history, const std::string& database,
                      const std::filesystem::path& file) {
  const LockedFile lock(file);
  if (!lock.is_held()) return fail(ErrorCode::kIo, "cannot be locked", file.string());
  auto seen = read_seen(file);
  if (!seen) return tl::make_unexpected(seen.error());
  if (const auto before = seen->find(database); before != seen->end()) {
    if (!before->is_object() || !before->contains("acts") ||
        !(*before)["acts"].is_number_unsigned())
      return fail(ErrorCode::kParse, "is not what this program wrote there", file.string());
    const auto acts = (*before)["acts"].get<std::size_t>();
    if (history.size() < acts)
      return wrong(fmt::format("the history has {} acts; this machine has seen {} of it ({})",
                               history.size(), acts, file.string()));
    if (acts > 0 && (*before).value("head", "") != history[acts - 1].hash)
      return wrong(
          fmt::format("the history is another one than this machine has seen ({})", file.string()));
    if (history.size() == acts) return {};
  }
  (*seen)[database] = {{"acts", history.size()},
                       {"head", history.empty() ? "" : history.back().hash}};
  return write_seen(*seen, file);
}

}  // namespace longmen::registry
