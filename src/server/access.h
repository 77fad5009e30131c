#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/http_message.h"

namespace longmen::server {

/// Who someone is to the server. A token makes one of the named roles; without one, the public.
enum class Role : std::uint8_t { kPublic, kOperator, kSafetyOfficer, kRegistrar };
inline constexpr std::array<Role, 3> kNamedRoles = {Role::kOperator, Role::kSafetyOfficer,
                                                    Role::kRegistrar};
[[nodiscard]] const char* name_of(Role role) noexcept;

/// 64 hexadecimal digits that nobody can guess.
[[nodiscard]] std::string new_secret();

/// Who made a request, and by what.
struct Caller {
  Role role = Role::kPublic;
  std::uint64_t session = 0;  ///< of a browser; 0: a bearer token, or nobody
  bool is_forged = false;     ///< carried a token or a session that is not valid (any more)
  bool may_change = true;     ///< false: a browser's session without its CSRF word or right origin
};

/// Tokens, sessions and what a request may do. Times are passed in: tests need no clock.
class Access {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr auto kTokenLife = std::chrono::hours(24);
  static constexpr auto kSessionLife = std::chrono::hours(12);
  static constexpr std::size_t kSessionsMax = 1024;

  /// Draws one token for each named role.
  explicit Access(Time now);

  /// 64 hexadecimal digits, good for kTokenLife.
  [[nodiscard]] const std::string& token(Role role) const;

  struct Session {
    std::uint64_t number = 0;
    std::string id;    ///< the cookie's value
    std::string csrf;  ///< to be sent back in X-CSRF with everything that changes something
    Role role = Role::kPublic;
  };
  /// Nothing for a token that is none, or has expired.
  std::optional<Session> log_in(std::string_view token, Time now);
  /// For whoever has shown otherwise that the role is theirs.
  Session open_session(Role role, Time now);
  void log_out(std::uint64_t session);

  [[nodiscard]] Caller identify(const Request& request, Time now) const;
  /// The CSRF word of a session, empty if there is none.
  [[nodiscard]] std::string csrf_of(std::uint64_t session) const;
  [[nodiscard]] bool is_open(std::uint64_t session, Time now) const;

 private:
  struct Open {
    std::string id, csrf;
    Role role = Role::kPublic;
    Time until;
  };
  [[nodiscard]] std::optional<Role> role_of(std::string_view token, Time now) const;

  std::array<std::string, kNamedRoles.size()> tokens_;
  Time tokens_until_;
  std::map<std::uint64_t, Open> sessions_;
  std::uint64_t last_session_ = 0;
};

/// Is the origin of a page this host itself? An absent origin is no page's.
[[nodiscard]] bool is_same_origin(const Request& request);

/// The value of a cookie in a Cookie header, empty if it is not there.
[[nodiscard]] std::string_view cookie_value(std::string_view header, std::string_view name);

}  // namespace longmen::server
