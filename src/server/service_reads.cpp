#include <fmt/format.h>

#include "server/routes.h"
#include "server/service.h"

/// What the service answers from what it has: nothing here changes anything.
namespace longmen::server {
namespace {

using nlohmann::json;

constexpr double kPublicDelay_s = 2.0;  // as Watchers::kPublicDelay

}  // namespace

void Service::answer_session(Call& call) {
  if (!robot_->is_ready()) return call.fail(503, "the robot does not answer yet", "机器人尚未应答");
  json session = json::parse(robot_->document("session"), nullptr, false);
  if (call.caller.role == Role::kPublic) session.erase("record");
  call.send(session);
}

void Service::answer_scene(Call& call) {
  if (!robot_->is_ready()) return call.fail(503, "the robot does not answer yet", "机器人尚未应答");
  Response response{200, "application/json", {}, {{"Cache-Control", "no-store"}}};
  if (!scene_zipped_.empty() && takes_gzip(call.request)) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = scene_zipped_;
  } else {
    response.body = robot_->document("scene");
  }
  call.reply(std::move(response));
}

void Service::answer_events(Call& call) {
  const Time now = std::chrono::steady_clock::now();
  const bool is_public = call.caller.role == Role::kPublic;
  json events = json::array();
  for (const Remembered& remembered : remembered_) {
    if (is_public && now - remembered.at < Watchers::kPublicDelay) break;
    const SharedText& text = is_public ? remembered.redacted : remembered.full;
    if (text) events.push_back(json::parse(*text));
  }
  call.send({{"events", events}});
}

void Service::answer_audit(Call& call) {
  json lines = json::array();
  for (const std::string& line : audit_.lines()) lines.push_back(json::parse(line));
  call.send({{"actions", lines}});
}

void Service::send_archived(Call& call, const Result<json>& archived) {
  if (archived) return call.send(*archived);
  if (archived.error().code == ErrorCode::kNotFound)
    return call.fail(404, archived.error().text(), "没有此条目");
  call.fail(503, archived.error().text(), "登记册或日志无法读取");
}

void Service::answer_models(Call& call) {
  send_archived(call, archive_.models(call.caller.role != Role::kPublic));
}

void Service::answer_incidents(Call& call) {
  send_archived(call, archive_.incidents(call.caller.role != Role::kPublic));
}

void Service::answer_proof(Call& call) {
  send_archived(call, archive_.proof(call.id, call.caller.role != Role::kPublic));
}

/// The words were said aloud, so everybody may hear them; the public as late as it sees.
void Service::answer_speech(Call& call) {
  const auto silent = [](Call& asked) {
    asked.fail(404, "the robot did not say this, or long ago", "机器人没有说过此话，或时间已久");
  };
  const std::uint64_t back = last_event_ - call.id;
  if (call.id > last_event_ || back >= remembered_.size()) return silent(call);
  const Remembered& event = *(remembered_.rbegin() + static_cast<std::ptrdiff_t>(back));
  const bool is_early = std::chrono::steady_clock::now() - event.at < Watchers::kPublicDelay;
  if (call.caller.role == Role::kPublic && is_early) return silent(call);
  const bool is_said = speech_.speak(call.id, [call](const Speech::Sound& sound) mutable {
    if (!sound) return call.fail(503, "the words cannot be spoken here", "此处无法播放语音");
    call.reply({200, "audio/wav", *sound, {{"Cache-Control", "no-store"}}});
  });
  if (!is_said) silent(call);
}

void Service::answer_statistics(Call& call) {
  const bool is_period = statistics_.tell(call.id, [call](const json& report) mutable {
    if (report.is_null()) return call.fail(503, "the records cannot be summed up", "无法统计记录");
    json said = report;
    // Where the records lie is the operators' affair.
    if (call.caller.role == Role::kPublic)
      said["runs"]["not_counted"] = said["runs"].value("not_counted", json::array()).size();
    call.send(said);
  });
  if (!is_period)
    call.fail(404, "periods: 1, 7 or 30 days, 0 for all", "时段：1、7、30 天，0 为全部");
}

void Service::ask_why(Call& call, std::vector<std::string> arguments) {
  if (!questions_.take(call.request.remote, std::chrono::steady_clock::now())) {
    ++rate_limited_;
    return call.fail(429, "too many questions; wait a little", "提问过于频繁，请稍候");
  }
  std::vector<std::string> command = config_.why_command;
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.emplace_back("--json");
  inquiry_.ask(std::move(command), [call](const std::optional<std::string>& said) mutable {
    json why = said ? json::parse(*said, nullptr, false) : json();
    if (!why.is_object() || !why.contains("chain") || !why["chain"].is_array())
      return call.fail(404, "the record does not have this moment, or not yet",
                       "记录中没有此时刻，或尚未写入");
    why.erase("file");
    if (call.caller.role == Role::kPublic) {
      // What operators asked for is theirs; what the gate and the body did is everybody's.
      json chain = json::array();
      for (const json& link : why["chain"]) {
        const std::string name = link.value("link", "");
        if (name == "torque" || name == "gate" || name == "before" || name == "body")
          chain.push_back(link);
      }
      why["chain"] = std::move(chain);
    }
    call.send(why);
  });
}

void Service::why_incident(Call& call) {
  const auto archived = archive_.incidents(true);
  if (!archived) return send_archived(call, archived);
  const json& incidents = (*archived)["incidents"];
  if (call.id < 1 || call.id > incidents.size())
    return call.fail(404, "no such incident", "没有此事件");
  ask_why(call, {"--incident", incidents[call.id - 1]["id"].get<std::string>()});
}

void Service::why_moment(Call& call) {
  if (!robot_->is_ready()) return call.fail(503, "the robot does not answer yet", "机器人尚未应答");
  const json session = json::parse(robot_->document("session"), nullptr, false);
  const double at_s = static_cast<double>(call.id) * session.value("period_s", 0.001);
  if (call.caller.role == Role::kPublic && at_s > state_.time_s - kPublicDelay_s)
    return call.fail(404, "the record does not have this moment, or not yet",
                     "记录中没有此时刻，或尚未写入");
  ask_why(call, {session.value("record", ""), "--at", fmt::format("{:.6f}", at_s)});
}

}  // namespace longmen::server
