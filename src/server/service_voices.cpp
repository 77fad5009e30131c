#include <fmt/format.h>

#include <algorithm>

#include "registry/ballot.h"
#include "server/service.h"

/// What people write on the page: comments, proposals to change a rule, votes and answers.
namespace longmen::server {
namespace {

using nlohmann::json;

int number_of(std::uint64_t id) { return static_cast<int>(std::min<std::uint64_t>(id, 1u << 30)); }

int status_of(const Error& error) {
  return error.code == ErrorCode::kNotFound          ? 404
         : error.code == ErrorCode::kInvalidArgument ? 409
                                                     : 503;
}

}  // namespace

/// Of what people write on the page; answers where it is too much.
bool Service::may_write(Call& call, RateLimiter& limiter) {
  if (limiter.take(call.request.remote, std::chrono::steady_clock::now())) return true;
  ++rate_limited_;
  call.fail(429, "too many at once; wait a little", "提交过于频繁，请稍候");
  return false;
}

void Service::list_comments(Call& call) {
  call.send({{"comments",
              comments_.list(Comments::Kind::kComment, call.caller.role == Role::kRegistrar)}});
}

void Service::add_comment(Call& call) {
  if (!may_write(call, writers_)) return;
  const auto id = comments_.add(call.body["about"], call.body.value("name", ""), call.body["text"]);
  audit(call, "comment", call.body["about"].get<std::string>(), id ? 202 : 503);
  if (!id) return call.fail(503, id.error().text(), "评论无法保存");
  call.send({{"id", *id}, {"shown", false}}, 202);
}

void Service::moderate(Call& call) {
  const auto done = comments_.moderate(number_of(call.id), call.body["shown"].get<bool>());
  audit(call, "moderate", std::to_string(call.id), done ? 200 : 404);
  if (!done) return call.fail(404, done.error().text(), "没有此评论");
  call.send(json::object());
}

void Service::list_proposals(Call& call) {
  call.send({{"proposals",
              comments_.list(Comments::Kind::kProposal, call.caller.role == Role::kRegistrar)}});
}

void Service::add_proposal(Call& call) {
  if (!robot_->is_ready()) return call.fail(503, "the robot does not answer yet", "机器人尚未应答");
  const json session = json::parse(robot_->document("session"), nullptr, false);
  const std::string rule = call.body["rule"];
  if (!session.value("rules", json::object()).contains(rule))
    return call.fail(404, "there is no such rule", "没有此规则");
  if (!may_write(call, writers_)) return;
  const auto id =
      comments_.propose(rule, call.body.value("name", ""), call.body["text"], call.body["reason"]);
  audit(call, "propose", rule, id ? 202 : 503);
  if (!id) return call.fail(503, id.error().text(), "提议无法保存");
  call.send({{"id", *id}, {"shown", false}}, 202);
}

/// By anyone who brings a ballot that a member of the register signed.
void Service::vote(Call& call) {
  if (!may_write(call, voters_)) return;
  const auto refuse = [&](int status, const Error& error, std::string_view zh) {
    audit(call, "vote", std::to_string(call.id), status);
    call.fail(status, error.text(), zh);
  };
  const auto ballot = registry::read_ballot(call.body["ballot"]);
  if (!ballot) return refuse(403, ballot.error(), "选票格式有误");
  const auto mark = comments_.mark(number_of(call.id));
  if (!mark) return refuse(status_of(mark.error()), mark.error(), "没有此提议，或已答复");
  const auto member = archive_.member(ballot->member);
  if (!member && member.error().code != ErrorCode::kNotFound)
    return refuse(503, member.error(), "登记册无法读取");
  if (!member || !registry::is_signed_by(*ballot, *mark, member->key))
    return refuse(403, {ErrorCode::kInvalidArgument, "no ballot of a member on this proposal", ""},
                  "不是成员对此提议的有效选票");
  const auto done = comments_.vote(number_of(call.id), *ballot);
  if (!done) return refuse(status_of(done.error()), done.error(), "选票无法保存，或不比已计的新");
  audit(call, "vote",
        fmt::format("{} {} {}", call.id, ballot->member, ballot->is_for ? "for" : "against"), 200);
  call.send(json::object());
}

void Service::answer_proposal(Call& call) {
  const bool is_accepted = call.body["answer"] == "accepted";
  const auto done = comments_.answer(number_of(call.id), is_accepted, call.body["why"]);
  audit(call, "answer", fmt::format("{} {}", call.id, call.body["answer"].get<std::string>()),
        done ? 200 : status_of(done.error()));
  if (!done) return call.fail(status_of(done.error()), done.error().text(), "没有此提议，或已答复");
  call.send(json::object());
}

}  // namespace longmen::server
