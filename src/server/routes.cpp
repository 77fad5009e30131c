#include "server/routes.h"

#include <algorithm>
#include <charconv>

#include "core/skill_catalogue.h"
#include "server/body_schema.h"

namespace longmen::server {
namespace {

using nlohmann::json;

/// No control characters but line feed and tab: what check_value() of body_schema.cpp refuses.
constexpr const char* kNoControls = R"(^[^\u0000-\u0008\u000b-\u001f\u007f]*$)";

json text_schema(std::size_t min, std::size_t max) {
  return {{"type", "string"}, {"minLength", min}, {"maxLength", max}, {"pattern", kNoControls}};
}
/// As the skill's catalogue bounds it.
json number_schema(std::string_view parameter) {
  const Parameter* known = find_parameter(skill(SkillId::kFollowStream), parameter);
  return {{"type", "number"}, {"minimum", known->min}, {"maximum", known->max}};
}
json one_of(json values) { return {{"type", "string"}, {"enum", std::move(values)}}; }
json object_of(json properties, json required) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

const json kErrorSchema = {
    {"type", "object"},
    {"properties",
     {{"error",
       {{"type", "object"},
        {"properties", {{"en", {{"type", "string"}}}, {"zh", {{"type", "string"}}}}},
        {"required", {"en", "zh"}}}}}},
    {"required", {"error"}}};

}  // namespace

void Service::Call::send(const json& answer, int status) {
  reply({status,
         "application/json",
         answer.dump(-1, ' ', false, json::error_handler_t::replace),
         {{"Cache-Control", "no-store"}}});
}

void Service::Call::fail(int status, std::string_view en, std::string_view zh) {
  send({{"error", {{"en", en}, {"zh", zh}}}}, status);
}

bool matches(std::string_view pattern, std::string_view path, std::uint64_t& id) {
  const std::size_t place = pattern.find("{id}");
  if (place == std::string_view::npos) return pattern == path;
  const std::string_view before = pattern.substr(0, place);
  const std::string_view after = pattern.substr(place + 4);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) ||
      !path.ends_with(after))
    return false;
  const std::string_view number =
      path.substr(before.size(), path.size() - before.size() - after.size());
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
  return error == std::errc() && end == number.data() + number.size();
}

const std::vector<Service::Route>& Service::routes() {
  using S = Service;
  static const std::vector<Role> kOperators = {Role::kOperator};
  static const std::vector<Role> kStoppers = {Role::kOperator, Role::kSafetyOfficer};
  static const std::vector<Role> kOfficers = {Role::kSafetyOfficer};
  static const std::vector<Role> kQuizClosers = {Role::kSafetyOfficer, Role::kRegistrar};
  static const std::vector<Role> kRegistrars = {Role::kRegistrar};
  static const std::vector<Route> table = {
      {"GET", "/api/openapi.json", {}, "This description", {}, &S::answer_openapi},
      {"GET", "/api/health", {}, "Is the robot there?", {}, &S::answer_health},
      {"GET", "/api/me", {}, "Role, and the CSRF word, of who asks", {}, &S::answer_me},
      {"POST",
       "/api/login",
       {},
       "Open a session by a token",
       object_of({{"token", text_schema(1, 200)}}, {"token"}),
       &S::log_in},
      {"POST",
       "/api/logout",
       {},
       "Close the session",
       object_of(json::object(), json::array()),
       &S::log_out},
      {"GET",
       "/api/session",
       {},
       "Robot, world, places, rules of this run",
       {},
       &S::answer_session},
      {"GET", "/api/scene", {}, "Shapes of robot and world, to draw them", {}, &S::answer_scene},
      {"GET",
       "/api/events",
       {},
       "The last events; the public's are late and without sentences",
       {},
       &S::answer_events},
      {"GET", "/api/comments", {}, "Comments that are shown", {}, &S::list_comments},
      {"POST",
       "/api/comments",
       {},
       "Comment on an event, a rule or a model",
       object_of({{"about", text_schema(1, 100)},
                  {"name", text_schema(0, 60)},
                  {"text", text_schema(1, 2000)}},
                 {"about", "text"}),
       &S::add_comment},
      {"POST", "/api/comments/{id}/moderate", kRegistrars, "Show or hide a comment or proposal",
       object_of({{"shown", {{"type", "boolean"}}}}, {"shown"}), &S::moderate},
      {"GET",
       "/api/proposals",
       {},
       "Proposals that are shown: votes and answers",
       {},
       &S::list_proposals},
      {"POST",
       "/api/proposals",
       {},
       "Propose to change a rule",
       object_of({{"rule", text_schema(1, 100)},
                  {"name", text_schema(0, 60)},
                  {"text", text_schema(1, 2000)},
                  {"reason", text_schema(1, 2000)}},
                 {"rule", "text", "reason"}),
       &S::add_proposal},
      {"POST",
       "/api/proposals/{id}/vote",
       {},
       "Vote by a ballot that a member of the register signed (longmen register vote)",
       object_of({{"ballot", text_schema(1, 300)}}, {"ballot"}),
       &S::vote},
      {"POST", "/api/proposals/{id}/answer", kRegistrars, "Answer a proposal, once and for good",
       object_of({{"answer", one_of({"accepted", "declined"})}, {"why", text_schema(1, 2000)}},
                 {"answer", "why"}),
       &S::answer_proposal},
      {"POST", "/api/instruct", kOperators, "Ask for something in words, English or Chinese",
       object_of({{"text", text_schema(1, 2000)}, {"key", text_schema(1, 64)}}, {"text"}),
       &S::instruct},
      {"POST", "/api/plans/{id}/confirm", kOperators, "Yes to a plan that fills in what was open",
       object_of(json::object(), json::array()), &S::confirm},
      {"POST", "/api/drive", kOperators,
       "Let the drive pad of the page that holds the lease steer, within these bounds",
       object_of({{"speed_m_s", number_schema("speed_m_s")},
                  {"time_s", number_schema("time_s")},
                  {"key", text_schema(1, 64)}},
                 {"speed_m_s", "time_s"}),
       &S::begin_drive},
      {"POST", "/api/stop", kStoppers,
       "emergency: hold and disarm; hold: stand until go_on; reset: clear an emergency stop",
       object_of({{"act", one_of({"emergency", "hold", "go_on", "reset"})}}, {"act"}), &S::stop},
      {"POST", "/api/robot/restart", kOperators, "End this run and begin a new one",
       object_of(json::object(), json::array()), &S::restart},
      {"GET",
       "/api/quiz",
       {},
       "The operators' quiz: does passing give the role?",
       {},
       &S::tell_quiz},
      {"POST",
       "/api/quiz",
       {},
       "Draw a sheet of the operators' quiz",
       object_of(json::object(), json::array()),
       &S::begin_quiz},
      {"POST",
       "/api/quiz/answer",
       {},
       "Hand in a sheet: each answer the number of its option, from 0, as a digit",
       object_of({{"sheet", text_schema(1, 200)},
                  {"answers", text_schema(Quiz::kQuestions, Quiz::kQuestions)}},
                 {"sheet", "answers"}),
       &S::mark_quiz},
      {"POST", "/api/quiz/close", kQuizClosers,
       "From now on passing gives no role, and those whom it gave one lose it",
       object_of(json::object(), json::array()), &S::close_quiz},
      {"GET",
       "/api/models",
       {},
       "The register: models, certificates, what was done",
       {},
       &S::answer_models},
      {"GET",
       "/api/incidents",
       {},
       "Incidents, and the head of the log that they stand in",
       {},
       &S::answer_incidents},
      {"GET",
       "/api/incidents/{id}/why",
       {},
       "The chain of causes of an incident's beginning",
       {},
       &S::why_incident},
      {"GET",
       "/api/moments/{id}/why",
       {},
       "The chain of causes of a tick of this run",
       {},
       &S::why_moment},
      {"GET",
       "/api/log/{id}/proof",
       {},
       "That an entry (from 0) is in this machine's log",
       {},
       &S::answer_proof},
      {"GET",
       "/api/speech/{id}",
       {},
       "What the robot said in an event of this number, as sound",
       {},
       &S::answer_speech,
       "audio/wav"},
      {"GET",
       "/api/statistics/{id}",
       {},
       "What happened in the last 1, 7 or 30 days, or (0) in all: rates with n and 95 % bounds",
       {},
       &S::answer_statistics},
      {"POST", "/mcp", kOperators,
       "A message of an outside agent: Model Context Protocol, streamable HTTP",
       json{{"type", "object"}}, &S::take_agent},
      {"DELETE", "/mcp", kOperators, "End an agent's session", {}, &S::end_agent},
      {"GET", "/api/audit", kOfficers, "Who did what", {}, &S::answer_audit},
      {"GET",
       "/metrics",
       {},
       "Counts for Prometheus",
       {},
       &S::answer_metrics,
       "text/plain; version=0.0.4"},
  };
  return table;
}

void Service::answer_openapi(Call& call) {
  json paths = json::object();
  for (const Route& route : routes()) {
    json responses = json::object();
    const auto add = [&](const char* status, const char* words) {
      responses[status] = {{"description", words},
                           {"content", {{"application/json", {{"schema", kErrorSchema}}}}}};
    };
    const std::string type(route.answer_type.substr(0, route.answer_type.find(';')));
    const json any =
        type == "application/json" ? json{{"type", "object"}} : json{{"type", "string"}};
    responses["200"] = {{"description", "done"}, {"content", {{type, {{"schema", any}}}}}};
    if (route.path == "/api/instruct" || route.path == "/api/comments" ||
        route.path == "/api/proposals" || route.path == "/api/drive" || route.path == "/mcp")
      responses["202"] = {{"description", "taken"},
                          {"content", {{"application/json", {{"schema", any}}}}}};
    add("400", "not a request of this API");
    add("401", "the token or session is not valid");
    add("403", "not for this role, or from a foreign page");
    add("404", "there is no such thing");
    add("409", "not in this state");
    add("413", "too large");
    add("415", "not application/json");
    add("429", "too often");
    add("503", "the robot or the mind does not answer");
    json operation = {{"summary", route.summary}, {"responses", responses}};
    json roles = json::array();
    for (const Role role : route.roles) roles.push_back(name_of(role));
    if (!roles.empty()) {
      operation["security"] = {{{"token", json::array()}}};
      operation["x-roles"] = roles;
    }
    if (!route.body.is_null())
      operation["requestBody"] = {{"required", true},
                                  {"content", {{"application/json", {{"schema", route.body}}}}}};
    if (route.path.find("{id}") != std::string_view::npos)
      operation["parameters"] = {{{"name", "id"},
                                  {"in", "path"},
                                  {"required", true},
                                  {"schema", {{"type", "integer"}, {"minimum", 0}}}}};
    std::string method(route.method);
    std::transform(method.begin(), method.end(), method.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    paths[std::string(route.path)][method] = operation;
  }
  call.send({{"openapi", "3.0.3"},
             {"info",
              {{"title", "Longmen"},
               {"version", "1"},
               {"description",
                "A humanoid robot behind two gates. /ws is a WebSocket: states as binary packets, "
                "events as JSON; docs/window.md."}}},
             {"paths", paths},
             {"components",
              {{"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}}});
}

void Service::handle(const Request& request, Reply reply) {
  const Time now = std::chrono::steady_clock::now();
  Call call{request, access_.identify(request, now), 0, {}, std::move(reply)};
  if (std::find(config_.hosts.begin(), config_.hosts.end(), request.host) == config_.hosts.end()) {
    ++refused_;
    return call.fail(403, "this server is not reached by this name", "不能以此主机名访问本服务器");
  }
  if (!requests_.take(request.remote, now)) {
    ++rate_limited_;
    return call.fail(429, "too many requests; wait a little", "请求过于频繁，请稍候");
  }
  const bool is_api =
      request.path.starts_with("/api/") || request.path == "/metrics" || request.path == "/mcp";
  if (!is_api) {
    if (request.method != "GET" && request.method != "HEAD")
      return call.fail(405, "only GET here", "此处只接受 GET");
    return call.reply(web_.answer(request));
  }
  std::string allowed;
  for (const Route& route : routes()) {
    if (!matches(route.path, request.path, call.id)) continue;
    if (route.method == request.method || (route.method == "GET" && request.method == "HEAD"))
      return dispatch(route, std::move(call));
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
    if (route.method == "GET") allowed += ", HEAD";
  }
  if (!allowed.empty()) {
    const json error = {{"error", {{"en", "not with this method"}, {"zh", "不支持此方法"}}}};
    return call.reply({405, "application/json", error.dump(), {{"Allow", allowed}}});
  }
  call.fail(404, "there is nothing here", "此处没有内容");
}

void Service::dispatch(const Route& route, Call call) {
  const Caller& caller = call.caller;
  // Who brings a session that has ended may still open another, or have its cookie taken away.
  const bool is_of_sessions = route.path == "/api/login" || route.path == "/api/logout";
  if (caller.is_forged && !is_of_sessions) {
    ++forged_;
    return call.fail(401, "the token or session is not valid, or has expired",
                     "令牌或会话无效，或已过期");
  }
  const bool may = route.roles.empty() || std::find(route.roles.begin(), route.roles.end(),
                                                    caller.role) != route.roles.end();
  if (!may) {
    ++refused_;
    if (route.method == "POST") audit(call, route.path, "role", 403);
    return call.fail(caller.role == Role::kPublic ? 401 : 403, "this is not for your role",
                     "您的角色无权进行此操作");
  }
  if (!route.body.is_null()) {
    // A login has no CSRF word yet; what comes from another page is refused all the same.
    const bool may_change = route.path == "/api/login" || caller.session == 0
                                ? is_same_origin(call.request)
                                : caller.may_change;
    if (!may_change) {
      ++refused_;
      audit(call, route.path, "foreign page", 403);
      return call.fail(403, "the request did not come from our page", "请求并非来自本页面");
    }
    if (!call.request.content_type.starts_with("application/json"))
      return call.fail(415, "the body must be application/json", "请求体必须为 application/json");
    auto body = read_body(call.request.body, route.body);
    if (!body) return call.fail(400, body.error().text(), "请求格式有误：" + body.error().text());
    call.body = std::move(*body);
  }
  (this->*route.handler)(call);
}

}  // namespace longmen::server
