#include "server/service.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cmath>

#include "core/plan_message.h"
#include "core/skill_catalogue.h"
#include "server/routes.h"

namespace longmen::server {
namespace {

using nlohmann::json;

constexpr std::size_t kRemembered = 400;
constexpr std::size_t kPendingMax = 64;
constexpr auto kLook = std::chrono::milliseconds(250);
constexpr auto kLeaseGrace = std::chrono::seconds(1);
constexpr auto kRobotRest = std::chrono::seconds(1);  // between two starts of a robot that dies
constexpr std::size_t kHeartbeatMax_bytes = 256;
constexpr double kDriveMax = 2.0;  // m/s and rad/s; the approved step allows less

const char* kind_name(wall::Event::Kind kind) {
  using Kind = wall::Event::Kind;
  switch (kind) {
    case Kind::kVerdict:
      return "verdict";
    case Kind::kStepBegan:
      return "step_began";
    case Kind::kStepEnded:
      return "step_ended";
    case Kind::kPlanEnded:
      return "plan_ended";
    case Kind::kIntervention:
      return "intervention";
    case Kind::kArming:
      return "arming";
    case Kind::kRung:
      return "rung";
    case Kind::kSpeech:
      return "speech";
    case Kind::kRecord:
      break;
  }
  return "record";
}

SharedText shared(const json& message) {
  return std::make_shared<const std::string>(
      message.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

Result<std::unique_ptr<Service>> Service::create(boost::asio::io_context& context,
                                                 ServiceConfig config) {
  if (sodium_init() < 0) return fail(ErrorCode::kInternal, "libsodium cannot start");
  auto web = WebFiles::load(config.web_folder);
  if (!web) return tl::make_unexpected(web.error());
  std::error_code error;
  std::filesystem::create_directories(config.state_folder, error);
  std::filesystem::permissions(config.state_folder, std::filesystem::perms::owner_all, error);
  if (error) return fail(ErrorCode::kIo, error.message(), config.state_folder.string());
  auto audit = AuditLog::open(config.state_folder / "audit.jsonl");
  if (!audit) return tl::make_unexpected(audit.error());
  auto comments = Comments::open(config.state_folder / "comments.jsonl");
  if (!comments) return tl::make_unexpected(comments.error());
  auto quiz = Quiz::load(config.quiz_file);
  if (!quiz) return tl::make_unexpected(quiz.error());
  std::unique_ptr<Service> service(new Service(context, std::move(config), std::move(*web),
                                               std::move(*audit), std::move(*comments),
                                               std::move(*quiz)));
  if (auto started = service->start_robot(); !started) return tl::make_unexpected(started.error());
  if (auto started = service->mind_->start(); !started) return tl::make_unexpected(started.error());
  service->robot_->start();
  service->watch_processes();
  return service;
}

Service::Service(boost::asio::io_context& context, ServiceConfig config, WebFiles web,
                 AuditLog audit, Comments comments, Quiz quiz)
    : context_(context),
      config_(std::move(config)),
      web_(std::move(web)),
      audit_(std::move(audit)),
      comments_(std::move(comments)),
      quiz_(std::move(quiz)),
      access_(std::chrono::steady_clock::now()),
      inquiry_(context),
      speech_(context, config_.speech_program),
      statistics_(context, config_.report_command),
      archive_(config_.archive),
      clock_(context) {
  robot_ = std::make_unique<RobotLink>(
      context_, socket(),
      RobotLink::Handlers{[this](const wall::State& state) { on_state(state); },
                          [this](const wall::Event& event) { on_event(event); },
                          [this](const wall::Receipt& receipt) { on_receipt(receipt); },
                          [this] { on_robot_changed(); }});
  mind_ = std::make_unique<MindLink>(context_, config_.mind_command);
  std::vector<std::string> agent_command = config_.agent_command;
  agent_command.insert(agent_command.end(), {"--robot", socket().string()});
  agents_ = std::make_unique<AgentLinks>(context_, std::move(agent_command));
}

Service::~Service() = default;

std::filesystem::path Service::socket() const { return config_.state_folder / "robot.sock"; }

Result<void> Service::start_robot() {
  std::vector<std::string> command = config_.robot_command;
  command.insert(command.end(), {"--socket", socket().string()});
  auto process = ChildProcess::start(command, ChildProcess::Streams::kNone);
  if (!process) return tl::make_unexpected(process.error());
  robot_process_ = std::move(*process);
  robot_started_ = std::chrono::steady_clock::now();
  return {};
}

void Service::watch_processes() {
  clock_.expires_after(kLook);
  clock_.async_wait([this](const boost::system::error_code& error) {
    if (error || ends_) return;
    const Time now = std::chrono::steady_clock::now();
    if (!robot_process_.is_alive() && now - robot_started_ > kRobotRest) start_robot();
    watchers_.let_out(now);
    agents_->look(now);
    if (holder_ != 0 && now - holder_since_ > kLeaseGrace && state_.lease_held == 0)
      drop_lease("lost");
    watch_processes();
  });
}

void Service::shut_down() {
  if (ends_) return;
  ends_ = true;
  clock_.cancel();
  watchers_.close_all();
  robot_->stop();
  mind_->stop();
  agents_->stop();
  inquiry_.stop();
  speech_.stop();
  statistics_.stop();
  robot_process_.end(6.0);
}

// ---- what the robot says -----------------------------------------------------------------------

void Service::on_state(const wall::State& state) {
  state_ = state;
  auto packet = std::make_shared<std::string>();
  packet->reserve(2048);
  wall::encode(state, *packet);
  watchers_.send_state(std::move(packet), std::chrono::steady_clock::now());
}

void Service::on_event(const wall::Event& event) {
  if (event.kind == wall::Event::Kind::kArming)
    is_stopping_ = event.detail == wall::Event::kArmingStopping;
  json full = {{"type", "event"},
               {"n", ++last_event_},
               {"kind", kind_name(event.kind)},
               {"tick", event.tick},
               {"time_s", event.time_s},
               {"step", event.step},
               {"joint", event.joint},
               {"rule", static_cast<int>(event.rule)},
               {"detail", event.detail},
               {"margin", event.margin},
               {"value", event.value}};
  json redacted = full;
  if (event.kind == wall::Event::Kind::kVerdict) {
    json verdict = json::parse(event.text, nullptr, false);
    full["request"] = event.request;
    full["verdict"] = verdict;
    // What operators write is theirs: the public sees the decision and its reasons.
    for (const char* theirs : {"text", "id", "key", "receipts"}) verdict.erase(theirs);
    if (verdict.contains("steps"))
      for (json& step : verdict["steps"])
        if (step.value("skill", "") == "say")
          step = {{"skill", "say"}, {"en", "say something"}, {"zh", "说话"}};
    if (verdict.contains("reasons"))
      for (json& reason : verdict["reasons"]) reason.erase("facts");
    redacted["verdict"] = verdict;
  } else {
    if (event.kind == wall::Event::Kind::kSpeech) speech_.add(last_event_, event.text);
    full["text"] = event.text;
    redacted["text"] = event.text;
  }
  tell(full, redacted);
  watch_outcome(event);
}

void Service::tell(const json& full, const json& redacted) {
  const Time now = std::chrono::steady_clock::now();
  Remembered remembered{now, shared(full), redacted.is_null() ? nullptr : shared(redacted)};
  watchers_.send_text(remembered.full, remembered.redacted, now);
  remembered_.push_back(std::move(remembered));
  if (remembered_.size() > kRemembered) remembered_.pop_front();
}

void Service::on_receipt(const wall::Receipt& receipt) {
  if (receipt.outcome == wall::Outcome::kTaken) return;
  if (receipt.outcome == wall::Outcome::kNoLease || receipt.outcome == wall::Outcome::kLeaseHeld)
    drop_lease(receipt.outcome == wall::Outcome::kLeaseHeld ? "held by another" : "lost");
}

void Service::on_robot_changed() {
  scene_zipped_.clear();
  holder_ = 0;
  is_stopping_ = false;
  pending_.clear();
  awaited_.reset();
  remembered_.clear();
  speech_.clear();
  if (robot_->is_ready())
    if (auto zipped = gzip(robot_->document("scene"))) scene_zipped_ = std::move(*zipped);
  const json message = {
      {"type", "robot"}, {"ready", robot_->is_ready()}, {"generation", robot_->generation()}};
  watchers_.send_text(shared(message), shared(message), std::chrono::steady_clock::now());
}

void Service::drop_lease(const char* why) {
  awaited_.reset();
  if (holder_ == 0) return;
  watchers_.send_to(holder_, shared({{"type", "lease"}, {"mine", false}, {"why", why}}));
  holder_ = 0;
}

// ---- those who look on -------------------------------------------------------------------------

std::optional<Response> Service::refuse_watcher(const Request& request) {
  const Time now = std::chrono::steady_clock::now();
  std::optional<Response> refusal;
  Call call{request, access_.identify(request, now), 0, {}, [&](Response r) { refusal = r; }};
  const bool is_our_host =
      std::find(config_.hosts.begin(), config_.hosts.end(), request.host) != config_.hosts.end();
  if (request.path != "/ws") {
    call.fail(404, "there is nothing here", "此处没有内容");
  } else if (!is_our_host || !is_same_origin(request)) {
    ++refused_;
    call.fail(403, "the request did not come from our page", "请求并非来自本页面");
  } else if (call.caller.is_forged) {
    ++forged_;
    call.fail(401, "the token or session is not valid, or has expired", "令牌或会话无效，或已过期");
  } else if (!requests_.take(request.remote, now)) {
    ++rate_limited_;
    call.fail(429, "too many requests; wait a little", "请求过于频繁，请稍候");
  }
  return refusal;
}

std::uint64_t Service::open_watcher(const Request& request, std::shared_ptr<Watcher> watcher) {
  const Time now = std::chrono::steady_clock::now();
  const Caller caller = access_.identify(request, now);
  const std::uint64_t id = watchers_.add(std::move(watcher), caller);
  if (id == 0) return 0;
  json events = json::array();
  const bool is_public = caller.role == Role::kPublic;
  for (const Remembered& remembered : remembered_) {
    if (is_public && now - remembered.at < Watchers::kPublicDelay) break;
    const SharedText& text = is_public ? remembered.redacted : remembered.full;
    if (text) events.push_back(json::parse(*text));
  }
  watchers_.send_to(id, shared({{"type", "hello"},
                                {"role", name_of(caller.role)},
                                {"delay_s", is_public ? 2.0 : 0.0},
                                {"ready", robot_->is_ready()},
                                {"generation", robot_->generation()},
                                {"events", events}}));
  return id;
}

void Service::close_watcher(std::uint64_t id) {
  if (holder_ == id) {
    // The page is gone: nobody looks, nobody drives.
    if (wall::Client* robot = robot_->client()) static_cast<void>(robot->give_back_lease());
    holder_ = 0;
  }
  watchers_.remove(id);
}

bool Service::take(std::uint64_t id, const std::string& text) {
  const Caller* caller = watchers_.caller(id);
  if (caller == nullptr || text.size() > kHeartbeatMax_bytes) return false;
  const json message = json::parse(text, nullptr, false);
  if (!message.is_object() || !message.contains("type") || !message["type"].is_string())
    return false;
  const std::string type = message["type"];
  wall::Client* robot = robot_->client();
  if (type == "beat") {
    if (robot != nullptr && holder_ == id) static_cast<void>(robot->heartbeat());
    return true;
  }
  const bool may_stop = caller->role == Role::kOperator || caller->role == Role::kSafetyOfficer;
  if (type == "stop" && may_stop) {
    awaited_.reset();
    const bool sent =
        robot != nullptr && robot->stop(wall::StopRequest::Act::kEmergency).has_value();
    audit_.add(*caller, "page", "stop", "emergency", sent ? 200 : 503);
    return true;
  }
  if (type == "take_lease" && caller->role == Role::kOperator) {
    // A robot that still comes to a stop, or is under an emergency stop, would pass the grant over.
    const char* why = robot == nullptr                ? "no robot"
                      : holder_ != 0 && holder_ != id ? "held by another"
                      : state_.emergency != 0         ? "emergency"
                      : is_stopping_                  ? "stopping"
                                                      : "";
    const bool sent = *why == '\0' && audit_.is_healthy() && robot->take_lease().has_value();
    if (sent) {
      holder_ = id;
      holder_since_ = std::chrono::steady_clock::now();
    }
    audit_.add(*caller, "page", "take_lease", "", sent ? 200 : 409);
    watchers_.send_to(id, shared({{"type", "lease"},
                                  {"mine", sent},
                                  {"why", sent || *why != '\0' ? why : "no robot"}}));
    return true;
  }
  if (type == "drive" && caller->role == Role::kOperator) return take_drive(id, message);
  if (type == "give_back" && caller->role == Role::kOperator) {
    if (holder_ == id && robot != nullptr) static_cast<void>(robot->give_back_lease());
    audit_.add(*caller, "page", "give_back", "", 200);
    drop_lease("given back");
    return true;
  }
  ++refused_;
  return false;
}

/// Of the drive pad: {"v": [forward, left] in m/s, "w": rad/s}. Only the holder of the lease is
/// passed on; what comes too often is not, for the next is on its way. False: no such message.
bool Service::take_drive(std::uint64_t id, const json& message) {
  const json v = message.value("v", json());
  const json w = message.value("w", json());
  const auto is_speed = [](const json& value) {
    return value.is_number() && std::abs(value.get<double>()) <= kDriveMax;
  };
  if (!v.is_array() || v.size() != 2 || !is_speed(v[0]) || !is_speed(v[1]) || !is_speed(w)) {
    ++refused_;
    return false;
  }
  wall::Client* robot = robot_->client();
  const bool may = holder_ == id && robot != nullptr &&
                   commands_.take(std::to_string(id), std::chrono::steady_clock::now());
  if (may) static_cast<void>(robot->drive(v[0], v[1], w));
  return true;
}

// ---- the API -----------------------------------------------------------------------------------

void Service::audit(const Call& call, std::string_view action, std::string_view detail,
                    int status) {
  audit_.add(call.caller, call.request.remote, action, detail, status);
}

void Service::answer_health(Call& call) {
  call.send({{"robot", robot_->is_ready()}, {"watchers", watchers_.size()}});
}

/// An answer that opens a session: the cookie, and its CSRF word.
/// The plan message with the request's idempotency key. What cannot be read goes on as it is: the
/// robot's side refuses it.
std::string Service::with_key(const std::string& message, const std::string& key) {
  auto plan = decode_plan(message);
  if (!plan || key.empty()) return message;
  plan->key = key;
  return encode_plan(*plan).value_or(message);
}

Response Service::propose(const std::string& plan, json answer) {
  awaited_.reset();
  wall::Client* robot = robot_->client();
  if (robot == nullptr)
    return {503, "application/json",
            R"({"error":{"en":"the robot does not answer yet","zh":"机器人尚未应答"}})"};
  const auto request = robot->propose(plan);
  if (!request)
    return {503, "application/json",
            R"({"error":{"en":"the robot takes no plan","zh":"机器人无法接收计划"}})"};
  answer["request"] = *request;
  return {202, "application/json", answer.dump(-1, ' ', false, json::error_handler_t::replace)};
}

void Service::instruct(Call& call) {
  if (!sentences_.take("all", std::chrono::steady_clock::now())) {
    ++rate_limited_;
    return call.fail(429, "too many sentences; wait a little", "指令过于频繁，请稍候");
  }
  if (!audit_.is_healthy())
    return call.fail(503, "the audit log cannot be written: nothing is done",
                     "审计日志无法写入，不执行任何操作");
  if (state_.armed == 0 || !robot_->is_ready()) {
    audit(call, "instruct", call.body["text"].get<std::string>(), 409);
    return call.fail(409, "the robot is disarmed: arm it first", "机器人未启用，请先启用");
  }
  awaited_.reset();
  const std::string text = call.body["text"];
  const std::string key = call.body.value("key", std::string());
  mind_->ask(text, [this, call = std::move(call), text, key](const json& answer) mutable {
    if (answer.is_null() || !answer.is_object() ||
        !(answer.contains("plan") || answer.contains("cannot"))) {
      audit(call, "instruct", text, 503);
      return call.fail(503, "the mind does not answer", "规划程序没有应答");
    }
    if (answer.contains("cannot")) {
      audit(call, "instruct", text, 200);
      return call.send({{"cannot", answer["cannot"]}});
    }
    json out = {{"steps", answer.value("steps", json::array())},
                {"confirm", answer.value("confirm", false)},
                {"reading", answer.value("reading", std::string())}};
    const std::string plan = with_key(answer.value("plan", std::string()), key);
    if (out["confirm"] == true) {
      if (pending_.size() >= kPendingMax) pending_.erase(pending_.begin());
      pending_[++last_pending_] = {plan, text, answer.value("id", std::uint64_t{0})};
      out["id"] = last_pending_;
      audit(call, "instruct", text, 200);
      return call.send(out);
    }
    Response response = propose(plan, std::move(out));
    audit(call, "instruct", text, response.status);
    expect_outcome(response, {.answer = answer.value("id", std::uint64_t{0}),
                              .text = text,
                              .caller = call.caller,
                              .remote = call.request.remote});
    call.reply(std::move(response));
  });
}

void Service::confirm(Call& call) {
  const auto found = pending_.find(call.id);
  if (found == pending_.end()) return call.fail(404, "no such plan waits", "没有等待确认的此计划");
  if (state_.armed == 0)
    return call.fail(409, "the robot is disarmed: arm it first", "机器人未启用，请先启用");
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  Response response = propose(pending.plan, json::object());
  audit(call, "confirm", pending.text, response.status);
  expect_outcome(response, {.answer = pending.answer,
                            .text = pending.text,
                            .caller = call.caller,
                            .remote = call.request.remote});
  call.reply(std::move(response));
}

/// A plan of one step that lets the page's stream in, proposed as any other.
void Service::begin_drive(Call& call) {
  if (!audit_.is_healthy())
    return call.fail(503, "the audit log cannot be written: nothing is done",
                     "审计日志无法写入，不执行任何操作");
  if (state_.armed == 0)
    return call.fail(409, "the robot is disarmed: arm it first", "机器人未启用，请先启用");
  Plan plan;
  plan.id = "drive";
  plan.model = "pad";
  plan.text = "drive by hand";
  plan.steps.push_back({std::string(skill(SkillId::kFollowStream).name),
                        {{"source", RobotLink::kName},
                         {"speed_m_s", call.body["speed_m_s"].get<double>()},
                         {"time_s", call.body["time_s"].get<double>()}}});
  plan.key = call.body.value("key", std::string());
  const auto message = encode_plan(plan);
  if (!message) return call.fail(400, message.error().text(), "请求格式有误");
  Response response = propose(*message, json::object());
  audit(call, "drive", call.body.dump(), response.status);
  call.reply(std::move(response));
}

void Service::stop(Call& call) {
  using Act = wall::StopRequest::Act;
  const std::string act = call.body["act"];
  awaited_.reset();
  wall::Client* robot = robot_->client();
  if (robot == nullptr) return call.fail(503, "the robot does not answer yet", "机器人尚未应答");
  const Act asked = act == "emergency" ? Act::kEmergency
                    : act == "hold"    ? Act::kHold
                    : act == "go_on"   ? Act::kGoOn
                                       : Act::kReset;
  const auto sent = robot->stop(asked);
  audit(call, "stop", act, sent ? 200 : 503);
  if (!sent) return call.fail(503, "the robot takes no messages", "机器人无法接收消息");
  call.send({{"act", act}, {"request", *sent}});
}

void Service::restart(Call& call) {
  audit(call, "restart", "", 200);
  robot_process_.end(6.0);
  if (auto started = start_robot(); !started)
    return call.fail(503, started.error().text(), "机器人进程无法启动");
  call.send(json::object());
}

void Service::take_agent(Call& call) {
  if (call.caller.session != 0)
    return call.fail(403, "for programs with a token, not for pages", "仅供持令牌的程序使用");
  const json& message = call.body;
  std::string tool;
  if (message.value("method", json()) == "tools/call" && message.contains("params") &&
      message["params"].is_object() && message["params"].value("name", json()).is_string())
    tool = message["params"]["name"];
  if (tool == "act" && !audit_.is_healthy())
    return call.fail(503, "the audit log cannot be written: nothing is done",
                     "审计日志无法写入，不执行任何操作");
  agents_->take(call.request.mcp_session, call.request.mcp_version, message,
                [this, call, tool](const AgentLinks::Said& said) mutable {
                  if (tool == "act" || tool == "stop" || !said.session.empty())
                    audit(call, "agent", tool.empty() ? "initialize" : tool, said.status);
                  if (said.status >= 400)
                    return call.fail(said.status, said.text, "代理请求未被接受");
                  Response response{
                      said.status, "application/json", said.text, {{"Cache-Control", "no-store"}}};
                  if (!said.session.empty())
                    response.headers.emplace_back("Mcp-Session-Id", said.session);
                  call.reply(std::move(response));
                });
}

void Service::end_agent(Call& call) {
  if (call.caller.session != 0)
    return call.fail(403, "for programs with a token, not for pages", "仅供持令牌的程序使用");
  if (!agents_->end(call.request.mcp_session))
    return call.fail(404, "there is no such session", "没有此会话");
  audit(call, "agent", "end", 200);
  call.send(json::object());
}

void Service::answer_metrics(Call& call) {
  std::string text;
  const auto add = [&](const char* name, const char* type, const char* help, double value) {
    text += fmt::format("# HELP longmen_{0} {1}\n# TYPE longmen_{0} {2}\nlongmen_{0} {3:.17g}\n",
                        name, help, type, value);
  };
  const auto count = [&](const char* name, const char* help, std::uint64_t value) {
    add(name, "counter", help, static_cast<double>(value));
  };
  add("robot_up", "gauge", "1 when the robot's process answers", robot_->is_ready() ? 1 : 0);
  add("robot_armed", "gauge", "1 when a lease arms the robot", state_.armed);
  add("robot_recorded", "gauge", "1 when everything reaches the record", state_.recorded);
  add("robot_stop_rung", "gauge", "0 none, 1 slow, 2 hold, 3 settle, 4 brace",
      static_cast<double>(state_.rung));
  count("robot_ticks_total", "control periods", static_cast<std::uint64_t>(state_.tick));
  count("robot_late_ticks_total", "periods that began late", state_.late_ticks);
  add("robot_tick_p99_seconds", "gauge", "sensors to safe command, 99th percentile",
      1e-6 * static_cast<double>(state_.tick_us_p99));
  count("gate_changed_ticks_total", "ticks on which the motion gate changed a command",
        state_.gate_changed);
  count("gate_stopped_ticks_total", "ticks on the stop ladder since an armed robot was let go",
        state_.gate_stopped);
  add("agents", "gauge", "sessions of outside agents", static_cast<double>(agents_->size()));
  add("watchers", "gauge", "open WebSockets", static_cast<double>(watchers_.size()));
  count("http_connections_total", "accepted", traffic_.connections);
  count("http_connections_refused_total", "beyond the bound", traffic_.connections_refused);
  count("http_requests_total", "read in full", traffic_.requests);
  count("http_bad_requests_total", "not HTTP, or beyond a bound", traffic_.bad_requests);
  count("states_sent_total", "to watchers", traffic_.states_sent);
  count("states_dropped_total", "for watchers that did not read", traffic_.states_dropped);
  count("slow_closed_total", "watchers closed because they did not read", traffic_.slow_closed);
  count("rate_limited_total", "requests refused as too many", rate_limited_);
  count("forged_total", "tokens and sessions that were not valid", forged_);
  count("refused_total", "requests of a wrong role, host or page", refused_);
  call.reply({200, "text/plain; version=0.0.4", text, {{"Cache-Control", "no-store"}}});
}

}  // namespace longmen::server
