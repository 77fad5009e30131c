#include "server/routes.h"
#include "server/service.h"

/// Who is calling: sessions of browsers, their begin and end.
namespace longmen::server {
namespace {

using nlohmann::json;

}  // namespace

void Service::answer_me(Call& call) {
  call.send({{"role", name_of(call.caller.role)}, {"csrf", access_.csrf_of(call.caller.session)}});
}

void Service::log_in(Call& call) {
  const Time now = std::chrono::steady_clock::now();
  if (!logins_.take(call.request.remote, now)) {
    ++rate_limited_;
    return call.fail(429, "too many tries; wait a little", "尝试过于频繁，请稍候");
  }
  const auto session = access_.log_in(call.body["token"].get<std::string>(), now);
  if (!session) {
    ++forged_;
    audit(call, "login", "", 401);
    return call.fail(401, "the token is not valid, or has expired", "令牌无效，或已过期");
  }
  logins_.give_back(call.request.remote);  // guesses are limited, not people behind one address
  call.caller.role = session->role;
  audit(call, "login", name_of(session->role), 200);
  answer_session_opened(call, *session, json::object());
}

void Service::answer_session_opened(Call& call, const Access::Session& session, json answer) {
  answer["role"] = name_of(session.role);
  answer["csrf"] = session.csrf;
  call.reply({200,
              "application/json",
              answer.dump(),
              {{"Cache-Control", "no-store"},
               {"Set-Cookie", "longmen=" + session.id +
                                  "; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200" +
                                  (call.request.is_secure ? "; Secure" : "")}}});
}

void Service::log_out(Call& call) {
  audit(call, "logout", "", 200);
  end_session(call.caller.session);
  call.reply({200,
              "application/json",
              "{}",
              {{"Set-Cookie", "longmen=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"}}});
}

void Service::end_session(std::uint64_t session) {
  if (session == 0) return;
  access_.log_out(session);
  if (const Caller* holder = watchers_.caller(holder_); holder && holder->session == session) {
    if (wall::Client* robot = robot_->client()) static_cast<void>(robot->give_back_lease());
    holder_ = 0;
  }
  watchers_.close_session(session);
}

}  // namespace longmen::server
