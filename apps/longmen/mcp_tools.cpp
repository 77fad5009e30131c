#include "mcp_tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/plan_check.h"
#include "core/digest.h"
#include "core/json_nesting.h"
#include "core/plan_message.h"

namespace longmen::app {
namespace {

using Json = McpTools::Json;
using Clock = std::chrono::steady_clock;

constexpr const char* kProtocol = "2025-06-18";
constexpr std::array kKnownProtocols = {"2024-11-05", "2025-03-26", "2025-06-18"};
constexpr std::size_t kEvents_max = 50;
constexpr auto kBeat = std::chrono::milliseconds(150);
constexpr auto kVerdictWait = std::chrono::seconds(10);

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
            "Proposes steps to the robot. The plan gate decides; the answer is its verdict. The "
            "motion is over when 'why' says so.",
            {{"steps", steps}}, {"steps"}),
       tool("why", "The last verdict with its reasons, and the robot's last events.", none,
            Json::array()),
       tool("stop", "Finish the step and stand.", none, Json::array())});
}

}  // namespace

std::optional<std::string> McpTools::answer(const std::string& line) {
  const bool is_flat = json_nesting(line) <= kJsonNesting_max;
  const Json request = is_flat ? Json::parse(line, nullptr, false) : Json(Json::value_t::discarded);
  if (request.is_discarded()) {
    Json reply = {{"jsonrpc", "2.0"}, {"id", nullptr}};
    reply.update(error_of(-32700, is_flat ? "no JSON" : "nested too deeply"));
    return text_of(reply);
  }
  const bool is_valid = request.is_object() && request.value("jsonrpc", Json()) == "2.0" &&
                        request.contains("method") && request["method"].is_string();
  const Json id = request.is_object() ? request.value("id", Json()) : Json();
  if (is_valid && id.is_null()) return std::nullopt;  // a notification
  Json reply = {{"jsonrpc", "2.0"}, {"id", id.is_string() || id.is_number() ? id : Json()}};
  try {
    reply.update(is_valid ? handle(request) : error_of(-32600, "no JSON-RPC 2.0 request"));
  } catch (const std::exception& e) {  // a wrong kind of value in the request
    reply.update(error_of(-32602, e.what()));
  }
  return text_of(reply);
}

Json McpTools::handle(const Json& request) {
  const std::string method = request["method"].get<std::string>();
  const Json params = request.value("params", Json::object());
  if (method == "initialize") {
    const std::string asked = params.value("protocolVersion", kProtocol);
    const bool is_known =
        std::find(kKnownProtocols.begin(), kKnownProtocols.end(), asked) != kKnownProtocols.end();
    return {{"result",
             {{"protocolVersion", is_known ? asked : kProtocol},
              {"capabilities", {{"tools", Json::object()}}},
              {"serverInfo", {{"name", "longmen"}, {"version", LONGMEN_VERSION}}},
              {"instructions",
               "A humanoid robot behind two safety gates. Look, plan or check, then act."}}}};
  }
  if (method == "ping") return {{"result", Json::object()}};
  if (method == "tools/list") return {{"result", {{"tools", tools(world_)}}}};
  if (method == "tools/call") {
    const std::string name = params.at("name").get<std::string>();
    const Json arguments = params.value("arguments", Json::object());
    if (!arguments.is_object()) return error_of(-32602, "arguments are no object");
    const Json result = call(name, arguments);
    if (result.is_null())
      return error_of(-32602, fmt::format("unknown tool '{}'; valid: look, plan, check, act, why, "
                                          "stop",
                                          name.substr(0, 60)));
    return {{"result", result}};
  }
  return error_of(-32601, fmt::format("unknown method '{}'", method.substr(0, 60)));
}

Json McpTools::call(const std::string& name, const Json& arguments) {
  if (name == "look") return said(look());
  if (name == "plan") return plan(arguments);
  if (name == "check") {
    const auto plan = read_plan(arguments);
    if (!plan) return refused(plan.error().text());
    const Verdict verdict = gate_.judge(*plan, world_, gate::plan::Situation::at_start(world_));
    return said(Json::parse(verdict_json(verdict)));
  }
  if (name == "act") return act(arguments);
  if (name == "why") return said({{"verdict", verdict_}, {"events", events_}});
  if (name == "stop") return stop();
  return {};
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
  const std::string text = text_of(arguments);
  auto steps = agent::read_steps(text, world_);
  if (!steps) return tl::make_unexpected(steps.error());
  Plan plan;
  plan.model = agent_->model();
  plan.steps = std::move(*steps);
  plan.id = "plan-" + sha256(text + world_.hash.hex()).hex().substr(0, 16);
  return plan;
}

Json McpTools::act(const Json& arguments) {
  if (!robot_) return refused("no robot: start this server with --robot SOCKET");
  const auto plan = read_plan(arguments);
  if (!plan) return refused(plan.error().text());
  const auto message = encode_plan(*plan);
  if (!message) return refused(message.error().text());
  if (!has_lease_) {
    if (auto taken = robot_->take_lease(); !taken) return refused(taken.error().text());
    has_lease_ = true;
  }
  const auto request = robot_->propose(*message);
  if (!request) return refused(request.error().text());
  waits_for_ = *request;
  for (const auto end = Clock::now() + kVerdictWait; waits_for_ != 0 && Clock::now() < end;)
    if (auto attended = attend(); !attended) return refused(attended.error().text());
  if (waits_for_ != 0) return refused("the robot gave no verdict in time");
  return said(verdict_);
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
    if (!*message) return {};
    take_up(**message);
  }
  return {};
}

void McpTools::take_up(const wall::Message& message) {
  if (const auto* state = std::get_if<wall::State>(&message)) {
    state_ = *state;
  } else if (const auto* receipt = std::get_if<wall::Receipt>(&message)) {
    if (receipt->outcome == wall::Outcome::kTaken) return;
    if (receipt->request == waits_for_) {
      waits_for_ = 0;
      verdict_ = {{"status", "refused"},
                  {"reason", fmt::format("the robot did not take it (outcome {})",
                                         static_cast<int>(receipt->outcome))}};
    }
    if (receipt->outcome == wall::Outcome::kNoLease) has_lease_ = false;
  } else if (const auto* event = std::get_if<wall::Event>(&message)) {
    Json json = Json::parse(event->text, nullptr, false);
    if (json.is_discarded()) json = event->text;
    if (event->kind == wall::Event::Kind::kVerdict && event->request == waits_for_) {
      waits_for_ = 0;
      verdict_ = json;
    }
    static constexpr std::array kKinds = {"verdict",    "step_began",   "step_ended",
                                          "plan_ended", "intervention", "arming",
                                          "rung",       "speech",       "record"};
    events_.push_back({{"event", kKinds.at(static_cast<std::size_t>(event->kind))},
                       {"time_s", event->time_s},
                       {"step", event->step},
                       {"detail", event->detail},
                       {"text", json}});
    if (events_.size() > kEvents_max) events_.erase(events_.begin());
  }
}

void McpTools::leave() {
  if (robot_ && has_lease_) (void)robot_->give_back_lease();
}

}  // namespace longmen::app
