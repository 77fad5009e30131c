#include <fmt/format.h>

#include <utility>

#include "server/routes.h"
#include "server/service.h"

/// The operators' quiz, and the role that it gives where the server was started for that.
namespace longmen::server {
namespace {

using nlohmann::json;

constexpr std::size_t kQuizOperators_max = 16;  ///< at a time

}  // namespace

void Service::tell_quiz(Call& call) {
  call.send({{"questions", Quiz::kQuestions},
             {"right_min", Quiz::kRight_min},
             {"makes_operators", config_.quiz_makes_operators}});
}

void Service::begin_quiz(Call& call) {
  if (!may_write(call, sheets_)) return;
  if (!all_sheets_.take("all", std::chrono::steady_clock::now())) {
    ++rate_limited_;
    return call.fail(429, "too many take the quiz; wait a little", "参加测验的人过多，请稍候");
  }
  audit(call, "quiz", "begun", 200);
  call.send(quiz_.begin(std::chrono::steady_clock::now()));
}

void Service::mark_quiz(Call& call) {
  const Time now = std::chrono::steady_clock::now();
  const auto right = quiz_.mark(call.body["sheet"], call.body["answers"], now);
  if (!right) {
    audit(call, "quiz", "no such sheet", 404);
    return call.fail(404, "this sheet was handed in already, or is too old",
                     "答卷已提交，或已过期");
  }
  const bool is_passed = *right >= Quiz::kRight_min;
  const std::string result = fmt::format("{} of {} right", *right, Quiz::kQuestions);
  json answer = {{"right", *right},
                 {"of", Quiz::kQuestions},
                 {"passed", is_passed},
                 {"role", name_of(call.caller.role)}};
  const bool is_granted =
      is_passed && config_.quiz_makes_operators && call.caller.role == Role::kPublic;
  if (!is_granted) {
    audit(call, "quiz", result + (is_passed ? ", passed" : ", failed"), 200);
    return call.send(answer);
  }
  if (!audit_.is_healthy())
    return call.fail(503, "the audit log cannot be written: nothing is done",
                     "审计日志无法写入，不执行任何操作");
  std::erase_if(quiz_sessions_,
                [&](std::uint64_t session) { return !access_.is_open(session, now); });
  if (quiz_sessions_.size() >= kQuizOperators_max) {
    audit(call, "quiz", result + ", passed, too many operators", 409);
    return call.fail(409, "passed, but there are too many operators now: try later",
                     "已通过，但当前操作员过多，请稍后再试");
  }
  const Access::Session session = access_.open_session(Role::kOperator, now);
  quiz_sessions_.push_back(session.number);
  call.caller.role = session.role;
  call.caller.session = session.number;
  audit(call, "quiz", result + ", operator from now on", 200);
  answer_session_opened(call, session, std::move(answer));
}

void Service::close_quiz(Call& call) {
  config_.quiz_makes_operators = false;
  audit(call, "quiz", fmt::format("closed, {} sessions ended", quiz_sessions_.size()), 200);
  for (const std::uint64_t session : std::exchange(quiz_sessions_, {})) end_session(session);
  call.send(json::object());
}

}  // namespace longmen::server
