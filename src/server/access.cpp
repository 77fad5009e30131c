#include "server/access.h"

#include <sodium.h>

#include <algorithm>

namespace longmen::server {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::string_view kBearer = "Bearer ";

/// In a time that does not tell where they differ.
bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string new_secret() {
  std::array<unsigned char, kSecretBytes> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  std::string hex(2 * kSecretBytes + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  hex.pop_back();
  return hex;
}

const char* name_of(Role role) noexcept {
  switch (role) {
    case Role::kOperator:
      return "operator";
    case Role::kSafetyOfficer:
      return "safety_officer";
    case Role::kRegistrar:
      return "registrar";
    case Role::kPublic:
      break;
  }
  return "public";
}

std::string_view cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    std::string_view pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
  }
  return {};
}

bool is_same_origin(const Request& request) {
  if (request.origin.empty()) return true;
  const std::size_t scheme = request.origin.find("://");
  return scheme != std::string::npos &&
         (!request.is_secure || request.origin.compare(0, scheme, "https") == 0) &&
         std::string_view(request.origin).substr(scheme + 3) == request.host;
}

Access::Access(Time now) : tokens_until_(now + kTokenLife) {
  for (std::string& token : tokens_) token = new_secret();
}

const std::string& Access::token(Role role) const {
  return tokens_.at(static_cast<std::size_t>(role) - 1);
}

std::optional<Role> Access::role_of(std::string_view token, Time now) const {
  std::optional<Role> role;
  for (const Role named : kNamedRoles)
    if (is_same(token, this->token(named)) && now < tokens_until_) role = named;
  return role;
}

std::optional<Access::Session> Access::log_in(std::string_view token, Time now) {
  const auto role = role_of(token, now);
  if (!role) return std::nullopt;
  return open_session(*role, now);
}

Access::Session Access::open_session(Role role, Time now) {
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.until <= now; });
  if (sessions_.size() >= kSessionsMax) sessions_.erase(sessions_.begin());  // the oldest
  const Open open{new_secret(), new_secret(), role, now + kSessionLife};
  sessions_[++last_session_] = open;
  return Session{last_session_, open.id, open.csrf, open.role};
}

void Access::log_out(std::uint64_t session) { sessions_.erase(session); }

Caller Access::identify(const Request& request, Time now) const {
  Caller caller;
  if (request.authorization.starts_with(kBearer)) {
    const auto role = role_of(std::string_view(request.authorization).substr(kBearer.size()), now);
    caller.role = role.value_or(Role::kPublic);
    caller.is_forged = !role;
    return caller;
  }
  caller.may_change = is_same_origin(request);
  const std::string_view id = cookie_value(request.cookie, "longmen");
  if (id.empty()) return caller;
  caller.is_forged = true;
  for (const auto& [number, open] : sessions_) {
    if (!is_same(id, open.id) || now >= open.until) continue;
    caller.role = open.role;
    caller.session = number;
    caller.is_forged = false;
    caller.may_change = caller.may_change && is_same(request.csrf, open.csrf);
  }
  return caller;
}

std::string Access::csrf_of(std::uint64_t session) const {
  const auto found = sessions_.find(session);
  return found == sessions_.end() ? std::string() : found->second.csrf;
}

bool Access::is_open(std::uint64_t session, Time now) const {
  const auto found = sessions_.find(session);
  return found != sessions_.end() && now < found->second.until;
}

}  // namespace longmen::server
