#include "runtime/live_documents.h"

#include <array>
#include <nlohmann/json.hpp>

#include "core/plan_message.h"
#include "core/skill_catalogue.h"
#include "gate/motion/motion_rules.h"
#include "wall/message.h"
#include "world/step_sentence.h"

namespace longmen::runtime {
namespace {

using nlohmann::json;

json named(const world::Names& names) {
  return {{"id", names.id}, {"en", names.first_en()}, {"zh", names.first_zh()}};
}

json point(const Eigen::Vector2d& p) { return {p.x(), p.y()}; }

std::string written(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string verdict_document(const Session& session) {
  const Verdict& verdict = *session.verdict();
  const world::World& world = session.world();
  json steps = json::array();
  for (const PlanStep& step : verdict.plan.steps) {
    const Bilingual words = world::step_sentence(step, world);
    json args = json::object();
    for (const auto& [name, value] : step.args)
      std::visit([&, &key = name](const auto& v) { args[key] = v; }, value);
    steps.push_back({{"skill", step.skill}, {"args", args}, {"en", words.en}, {"zh", words.zh}});
  }
  json reasons = json::array();
  for (const VerdictReason& reason : verdict.reasons)
    reasons.push_back({{"rule", reason.rule},
                       {"step", reason.step},
                       {"en", reason.text.en},
                       {"zh", reason.text.zh},
                       {"facts", reason.facts}});
  json document = {{"id", verdict.plan.id},
                   {"model", verdict.plan.model},
                   {"key", verdict.plan.key},
                   {"text", verdict.plan.text},
                   {"cause", verdict.plan.cause},
                   {"status", name_of(verdict.status)},
                   {"registered", verdict.registered},
                   {"rehearsed", verdict.rehearsed},
                   {"steps", steps},
                   {"reasons", reasons}};
  if (verdict.repeated) {
    json receipts = json::array();
    std::array<char, kReceiptMax_bytes> text{};
    const skills::PlanExecutor* last = session.executor();
    if (last != nullptr && last->plan().key == verdict.plan.key)
      for (const Receipt& receipt : session.receipts())
        receipts.push_back(json::parse(receipt_json(receipt, session.period_s(), text), nullptr,
                                       /*allow_exceptions=*/false));
    document.update({{"repeated", true}, {"receipts", receipts}});
  }
  std::string text = written(document);
  if (text.size() <= wall::kPayloadMax_bytes) return text;
  // A plan of long texts: the decision and its reasons matter most.
  document["steps"] = json::array();
  text = written(document);
  if (text.size() <= wall::kPayloadMax_bytes) return text;
  document["reasons"] = json::array();
  document["text"] = "";
  return written(document);
}

std::string session_document(const Session& session, const std::string& record) {
  const world::World& world = session.world();
  json joints = json::array();
  for (int j = 0; j < session.model().na(); ++j) joints.push_back(session.model().joint(j).name);
  json places = json::array();
  for (const world::Place& place : world.places) {
    json entry = named(place.names);
    if (place.stand) entry["p_m"] = point(place.stand->p_WB_m);
    places.push_back(entry);
  }
  json objects = json::array();
  for (const world::Object& object : world.objects) objects.push_back(named(object.names));
  json people = json::array();
  for (const world::Person& person : world.people) people.push_back(named(person.names));
  json zones = json::array();
  for (const world::Zone& zone : world.zones) {
    json corners = json::array();
    for (const Eigen::Vector2d& corner : zone.corners_W_m) corners.push_back(point(corner));
    zones.push_back({{"id", zone.id},
                     {"kind", zone.kind == world::ZoneKind::kKeepOut ? "keep_out" : "slow"},
                     {"corners_m", corners}});
  }
  json rules = json::object();
  for (const auto& [rule, text] : session.motion_rules().sentences)
    rules[gate::name_of(rule)] = {
        {"number", static_cast<int>(rule)}, {"en", text.en}, {"zh", text.zh}};
  json skills = json::array();
  for (const Skill& skill : skill_catalogue())
    skills.push_back({{"name", skill.name},
                      {"en", skill.summary_en},
                      {"zh", skill.summary_zh},
                      {"body_can", skill.body_can}});
  return written({{"robot", session.model().name()},
                  {"base", session.model().body_name(model::Role::kBase)},
                  {"head", session.model().body_name(model::Role::kHead)},
                  {"world",
                   {{"name", world.name},
                    {"title", {{"en", world.title.en}, {"zh", world.title.zh}}},
                    {"floor_min_m", point(world.floor_min_m)},
                    {"floor_max_m", point(world.floor_max_m)}}},
                  {"record", record},
                  {"period_s", session.period_s()},
                  {"joints", joints},
                  {"places", places},
                  {"objects", objects},
                  {"people", people},
                  {"zones", zones},
                  {"rules", rules},
                  {"skills", skills}});
}

}  // namespace longmen::runtime
