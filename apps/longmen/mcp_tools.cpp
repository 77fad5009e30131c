#include "mcp_tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agent/plan_check.h"
#include "core/digest.h"
#include "core/json_nesting.h"
#include "core/plan_message.h"
#include "skills/fault_text.h"

namespace longmen::app {
namespace {

using Json = McpTools::Json;
using Clock = std::chrono::steady_clock;

constexpr const char* kProtocol = "2025-06-18";
constexpr std::array kKnownProtocols = {"2024-11-05", "2025-03-26", "2025-06-18"};
constexpr std::size_t kEvents_max = 50;
constexpr auto kBeat = std::chrono::milliseconds(150);
constexpr auto kVerdictWait = std::chrono::seconds(10);
constexpr auto kMotionWait = std::chrono::minutes(10);
constexpr std::size_t kAgentName_max = 32;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json error_of(int code, const std::string& message) {
  return {{"error", {{"code", code}, {"message", message}}}};
}

/// What a tool says: JSON as text, as the protocol has it.
Json said(const Json& what, bool is_error = false) {
  return {{"content", Json::array({{{"type", "text"}, {"text", text_of(what)}}})},
          {"isError", is_error}};
}
Json refused(const std::string& why) { return said({{"error", why}}, true); }

std::string reply_to(const Json& id, const Json& result_or_error) {
  Json reply = {{"jsonrpc", "2.0"}, {"id", id.is_string() || id.is_number() ? id : Json()}};
  reply.update(result_or_error);
  return text_of(reply);
}

/// The name of an outside agent as it stands in plans and records: none that a shipped model has.
std::string name_of_agent(const Json& client) {
  std::string name = "mcp";
  const Json given = client.is_object() ? client.value("name", Json()) : Json();
  if (!given.is_string()) return name;
  std::string kept;
  for (const char c : given.get_ref<const std::string&>())
    if ((std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.') &&
        kept.size() < kAgentName_max)
      kept += c;
  return kept.empty() ? name : name + ":" + kept;
}

Json tool(const char* name, const char* what, const Json& properties, const Json& required) {
  return {{"name", name},
          {"description", what},
          {"inputSchema",
           {{"type", "object"},
            {"properties", properties},
            {"required", required},
            {"additionalProperties", false}}}};
}

Json tools(const world::World& world) {
  const Json steps = Json::parse(agent::answer_schema(world)).at("properties").at("steps");
  const Json none = Json::object();
  const Json text = {{"text", {{"type", "string"}, {"maxLength", 2000}}}};
  return Json::array(
      {tool("look", "What is known: places, objects, people, and the robot's state. Data only.",
            none, Json::array()),
       tool("plan", "The plan of a sentence in English or Chinese; nothing moves.", text, {"text"}),
       tool("check", "What the plan gate says to steps; nothing moves.", {{"steps", steps}},
            {"steps"}),
       tool("act",
            "Proposes steps to the robot. The plan gate decides; the answer is its verdict. With "
            "'wait' the answer comes at the end of the motion, with its outcome; to cancel the "
            "call is to let the robot stand. The same 'key' a second time is the same request: the "
            "answer is the first one's, with its receipts, and nothing moves again.",
            {{"steps", steps},
             {"wait", {{"type", "boolean"}}},
             {"key", {{"type", "string"}, {"minLength", 1}, {"maxLength", 64}}}},
            {"steps"}),
       tool("why", "The last verdict with its reasons, and the robot's last events.", none,
            Json::array()),
       tool("stop", "Finish the step and stand.", none, Json::array())});
}

}  // namespace

void McpTools::take(const std::string& line, const Say& say) {
  const bool is_flat = json_nesting(line) <= kJsonNesting_max;
  const Json request = is_flat ? Json::parse(line, nullptr, false) : Json(Json::value_t::discarded);
  if (request.is_discarded())
    return say(reply_to({}, error_of(-32700, is_flat ? "no JSON" : "nested too deeply")));
  const bool is_valid = request.is_object() && request.value("jsonrpc", Json()) == "2.0" &&
                        request.contains("method") && request["method"].is_string();
  const Json id = request.is_object() ? request.value("id", Json()) : Json();
  try {
    if (!is_valid) return say(reply_to(id, error_of(-32600, "no JSON-RPC 2.0 request")));
    if (!id.is_null()) {
      if (const auto answer = handle(request, say)) say(reply_to(id, *answer));
    } else if (request["method"] == "notifications/cancelled" && waiting_ &&
               request.at("params").value("requestId", Json()) == waiting_->id) {
      waiting_.reset();  // who cancels wants no answer
      leave();
    }
  } catch (const std::exception& e) {  // a wrong kind of value in the request
    if (!id.is_null()) say(reply_to(id, error_of(-32602, e.what())));
  }
}

std::optional<Json> McpTools::handle(const Json& request, const Say& say) {
  const std::string method = request["method"].get<std::string>();
  const Json params = request.value("params", Json::object());
  if (method == "initialize") {
    const std::string asked = params.value("protocolVersion", kProtocol);
    const bool is_known =
        std::find(kKnownProtocols.begin(), kKnownProtocols.end(), asked) != kKnownProtocols.end();
    agent_name_ = name_of_agent(params.value("clientInfo", Json()));
    return Json{{"result",
                 {{"protocolVersion", is_known ? asked : kProtocol},
                  {"capabilities", {{"tools", Json::object()}}},
                  {"serverInfo", {{"name", "longmen"}, {"version", LONGMEN_VERSION}}},
                  {"instructions",
                   "A humanoid robot behind two safety gates. Look, plan or check, then act."}}}};
  }
  if (method == "ping") return Json{{"result", Json::object()}};
  if (method == "tools/list") return Json{{"result", {{"tools", tools(world_)}}}};
  if (method == "tools/call") {
    const std::string name = params.at("name").get<std::string>();
    const Json arguments = params.value("arguments", Json::object());
    if (!arguments.is_object()) return error_of(-32602, "arguments are no object");
    const auto result = call(request["id"], name, arguments, say);
    if (!result) return std::nullopt;
    if (result->is_null())
      return error_of(-32602, fmt::format("unknown tool '{}'; valid: look, plan, check, act, why, "
                                          "stop",
                                          name.substr(0, 60)));
    return Json{{"result", *result}};
  }
  return error_of(-32601, fmt::format("unknown method '{}'", method.substr(0, 60)));
}

std::optional<Json> McpTools::call(const Json& id, const std::string& name, const Json& arguments,
                                   const Say& say) {
  if (name == "look") return said(look());
  if (name == "plan") return plan(arguments);
  if (name == "check") {
    const auto plan = read_plan(arguments);
    if (!plan) return refused(plan.error().text());
    const Verdict verdict =
        gate_.judge(*plan, world_, gate::plan::Situation::at_start(world_), true);
    return said(Json::parse(verdict_json(verdict)));
  }
  if (name == "act") return act(id, arguments, say);
  if (name == "why") return said({{"verdict", verdict_}, {"events", events_}});
  if (name == "stop") return stop();
  return Json();
}

Json McpTools::look() const {
  const auto list = [](const auto& things) {
    Json all = Json::array();
    for (const auto& thing : things)
      all.push_back(
          {{"id", thing.names.id}, {"en", thing.names.first_en()}, {"zh", thing.names.first_zh()}});
    return all;
  };
  Json json = {{"world", world_.name},
               {"places", list(world_.places)},
               {"objects", list(world_.objects)},
               {"people", list(world_.people)}};
  for (std::size_t i = 0; i < world_.objects.size(); ++i)
    json["objects"][i]["at"] = world_.objects[i].at;
  if (state_) {
    json["robot"] = {{"time_s", state_->time_s},          {"p_WB_m", state_->p_WB_m},
                     {"yaw_rad", state_->yaw_rad},        {"armed", state_->armed != 0},
                     {"standing", state_->standing != 0}, {"step", state_->step},
                     {"steps", state_->step_count}};
    Json tracks = Json::array();
    for (std::size_t i = 0; i < state_->track_count && i < state_->tracks.size(); ++i)
      tracks.push_back({{"person", state_->tracks[i].is_person != 0},
                        {"p_W_m", state_->tracks[i].p_W_m},
                        {"v_W_m_s", state_->tracks[i].v_W_m_s}});
    json["robot"]["tracks"] = tracks;
  }
  return json;
}

Json McpTools::plan(const Json& arguments) const {
  const agent::Answer answer = agent_->answer(arguments.at("text").get<std::string>(), world_);
  if (const auto* cannot = std::get_if<agent::Cannot>(&answer))
    return said({{"cannot", {{"en", cannot->reason.en}, {"zh", cannot->reason.zh}}}});
  if (const auto* ask = std::get_if<agent::Ask>(&answer))
    return said({{"ask", {{"en", ask->question.en}, {"zh", ask->question.zh}}}});
  const auto& proposal = std::get<agent::Proposal>(answer);
  return said({{"steps", Json::parse(steps_json(proposal.plan.steps))},
               {"confirm", proposal.confirm},
               {"reading", proposal.reading}});
}

Result<Plan> McpTools::read_plan(const Json& arguments) const {
  const Json steps = {{"steps", arguments.value("steps", Json())}};
  const std::string text = text_of(steps);
  auto read = agent::read_steps(text, world_);
  if (!read) return tl::make_unexpected(read.error());
  Plan plan;
  plan.model = agent_name_;
  plan.steps = std::move(*read);
  plan.id = "plan-" + sha256(text + world_.hash.hex()).hex().substr(0, 16);
  if (arguments.contains("key")) {
    plan.key = arguments["key"].get<std::string>();
    if (plan.key.empty()) return fail(ErrorCode::kInvalidArgument, "must not be empty", "key");
  }
  return plan;
}

std::optional<Json> McpTools::act(const Json& id, const Json& arguments, const Say& say) {
  if (!robot_) return refused("no robot: start this server with --robot SOCKET");
  if (waiting_) return refused("another act has no answer yet: wait for it, or cancel it");
  const bool to_the_end = arguments.value("wait", false);
  const auto plan = read_plan(arguments);
  if (!plan) return refused(plan.error().text());
  const auto message = encode_plan(*plan);
  if (!message) return refused(message.error().text());
  waiting_ = Waiting{id, say, {}, 0, 0, to_the_end, false, 0, Clock::now() + kVerdictWait};
  if (!has_lease_) waiting_->plan = *message;
  const auto sent = has_lease_ ? propose(*message) : take_lease();
  if (sent) return std::nullopt;
  waiting_.reset();
  return refused(sent.error().text());
}

Result<void> McpTools::take_lease() {
  const auto request = robot_->take_lease();
  if (!request) return tl::make_unexpected(request.error());
  waiting_->request = *request;
  return {};
}

Result<void> McpTools::propose(const std::string& plan) {
  const auto request = robot_->propose(plan);
  if (!request) return tl::make_unexpected(request.error());
  waiting_->request = *request;
  return {};
}

void McpTools::end_act(const Json& result) {
  const Waiting waiting = std::move(*waiting_);
  waiting_.reset();
  waiting.say(reply_to(waiting.id, {{"result", result}}));
}

Json McpTools::stop() {
  if (!robot_) return refused("no robot: start this server with --robot SOCKET");
  const auto sent = robot_->stop(wall::StopRequest::Act::kHold);
  return sent ? said({{"stop", "hold"}}) : refused(sent.error().text());
}

Result<void> McpTools::attend() {
  if (!robot_) return {};
  if (has_lease_ && Clock::now() - last_beat_ > kBeat) {
    last_beat_ = Clock::now();
    if (auto sent = robot_->heartbeat(); !sent) return tl::make_unexpected(sent.error());
  }
  for (int i = 0; i < 100; ++i) {
    const auto message = robot_->next(i == 0 ? 20 : 0);
    if (!message) return tl::make_unexpected(message.error());
    if (!*message) break;
    take_up(**message);
  }
  if (waiting_ && Clock::now() > waiting_->until)
    end_act(waiting_->is_approved ? said({{"verdict", verdict_}, {"outcome", "still moving"}})
                                  : refused("the robot gave no verdict in time"));
  return {};
}

void McpTools::take_verdict(const wall::Event& event, const Json& verdict) {
  verdict_ = verdict;
  const std::string status = verdict.is_object() ? verdict.value("status", "") : "";
  const bool is_repeated = verdict.is_object() && verdict.value("repeated", false);
  if (!waiting_->to_the_end || is_repeated || (status != "approved" && status != "repaired"))
    return end_act(said(verdict_));
  waiting_->is_approved = true;
  waiting_->approved_at = event.tick;
  waiting_->until = Clock::now() + kMotionWait;
}

void McpTools::take_receipt(const wall::Receipt& receipt) {
  using wall::Outcome;
  const bool is_awaited = waiting_ && receipt.request == waiting_->request;
  if (receipt.outcome == Outcome::kNoLease || receipt.outcome == Outcome::kLeaseHeld)
    has_lease_ = false;
  if (!is_awaited) return;
  if (receipt.outcome == Outcome::kLeaseHeld)
    return end_act(refused("somebody else drives the robot"));
  if (receipt.outcome != Outcome::kTaken)
    return end_act(refused(
        fmt::format("the robot did not take it (outcome {})", static_cast<int>(receipt.outcome))));
  if (waiting_->plan.empty()) return;  // the verdict follows
  has_lease_ = true;
  waiting_->leased_at = receipt.tick;
}

void McpTools::take_state(const wall::State& state) {
  state_ = state;
  if (!waiting_) return;
  if (waiting_->is_approved && state.tick > waiting_->approved_at && state.armed == 0)
    return end_act(said({{"verdict", verdict_}, {"outcome", "stopped"}}));
  if (waiting_->plan.empty() || !has_lease_ || state.tick <= waiting_->leased_at) return;
  // A robot that still comes to a stop passes a grant over.
  has_lease_ = state.lease_held != 0;
  const auto sent = !has_lease_        ? take_lease()
                    : state.armed != 0 ? propose(std::exchange(waiting_->plan, {}))
                                       : Result<void>();
  if (!sent) end_act(refused(sent.error().text()));
}

void McpTools::take_up(const wall::Message& message) {
  if (const auto* state = std::get_if<wall::State>(&message)) {
    take_state(*state);
  } else if (const auto* receipt = std::get_if<wall::Receipt>(&message)) {
    take_receipt(*receipt);
  } else if (const auto* event = std::get_if<wall::Event>(&message)) {
    using Kind = wall::Event::Kind;
    Json json = Json::parse(event->text, nullptr, false);
    if (json.is_discarded()) json = event->text;
    static constexpr std::array kKinds = {"verdict",    "step_began",   "step_ended",
                                          "plan_ended", "intervention", "arming",
                                          "rung",       "speech",       "record"};
    events_.push_back({{"event", kKinds.at(static_cast<std::size_t>(event->kind))},
                       {"time_s", event->time_s},
                       {"step", event->step},
                       {"detail", event->detail},
                       {"text", json}});
    if (events_.size() > kEvents_max) events_.erase(events_.begin());
    if (event->kind == Kind::kVerdict && waiting_ && event->request == waiting_->request)
      return take_verdict(*event, json);
    if (event->kind != Kind::kPlanEnded || !waiting_ || !waiting_->is_approved) return;
    Json end = {{"verdict", verdict_}, {"outcome", event->detail == 0 ? "done" : "failed"}};
    if (event->detail != 0) {
      const Bilingual why = skills::fault_text(static_cast<skills::SkillFault>(event->detail));
      end["failed"] = {{"en", why.en}, {"zh", why.zh}};
    }
    end_act(said(end));
  }
}

void McpTools::leave() {
  if (robot_ && has_lease_) (void)robot_->give_back_lease();
  has_lease_ = false;
}

}  // namespace longmen::app
