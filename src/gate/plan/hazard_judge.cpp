#include "gate/plan/hazard_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "config/config_reader.h"
#include "gate/plan/text_reader.h"

namespace longmen::gate::plan {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kText_max_bytes = 8192;
constexpr std::size_t kList_max = 200;

Result<void> check_bounds(const WordedPlan& plan) {
  std::size_t bytes = plan.instruction.size() + plan.scene.size();
  for (const auto* list : {&plan.steps, &plan.objects, &plan.facts, &plan.context}) {
    if (list->size() > kList_max)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("a list has {} entries; at most {}", list->size(), kList_max));
    for (const std::string& text : *list) {
      bytes += text.size();
      if (text.size() > kText_max_bytes)
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("a text has {} bytes; at most {}", text.size(), kText_max_bytes));
    }
  }
  if (plan.instruction.size() > kText_max_bytes || bytes > 16 * kText_max_bytes)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the plan has {} bytes of text; at most {}, and {} in one text", bytes,
                            16 * kText_max_bytes, kText_max_bytes));
  return {};
}

bool holds_for_a_pair(const Demand& pair, const std::vector<Attributes>& things) {
  for (const Attributes& all : pair.any_of)
    for (std::size_t i = 0; i < things.size(); ++i)
      for (std::size_t j = i + 1; j < things.size(); ++j)
        if ((all & (things[i] | things[j])) == all && (all & things[i]) != all &&
            (all & things[j]) != all)
          return true;
  return false;
}

bool holds(const Relation& relation, const Event& event) {
  if (!relation.pair.any_of.empty() && !holds_for_a_pair(relation.pair, event.things)) return false;
  for (int part = 0; part < kPartCount; ++part) {
    const Demand& wants = relation.wants[part];
    if (!wants.any_of.empty() && !wants.is_met(event.parts[part])) return false;
    if (relation.excludes[part].is_met(event.parts[part])) return false;
  }
  return true;
}

std::string joined_names(const HazardBase& base, const std::vector<int>& list) {
  std::string all;
  for (const int thing : list)
    all += (all.empty() ? "" : ", ") + base.concepts()[static_cast<std::size_t>(thing)].name;
  return all;
}

void fill(std::string& text, const std::string& slot, const std::string& value) {
  for (std::size_t at = text.find(slot); at != std::string::npos; at = text.find(slot, at)) {
    text.replace(at, slot.size(), value);
    at += value.size();
  }
}

Json set_of(const HazardBase& base, const Attributes& is) {
  Json object = Json::object();
  for (std::size_t i = 0; i < base.attributes().size(); ++i)
    if (is.test(i)) object[base.attributes()[i]] = true;
  return object;
}

}  // namespace

Result<std::map<std::string, HazardJudge::Text>> HazardJudge::read_texts(const std::string& yaml,
                                                                         const std::string& where) {
  auto root = config::parse_yaml(yaml, where);
  if (!root) return tl::make_unexpected(root.error());
  config::Reader reader(*root, where);
  double version = 0;
  reader.required("version", version, {.min = 1, .max = 1});
  const YAML::Node rules = reader.child("rules", true);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  if (!rules.IsMap()) return fail(ErrorCode::kParse, "rules must be a map", where);
  std::map<std::string, Text> texts;
  for (const auto& entry : rules) {
    const auto id = entry.first.as<std::string>();
    config::Reader one(entry.second, reader.path("rules") + ": " + id);
    Text text;
    std::string verdict;
    one.required("verdict", verdict);
    one.required("en", text.sentence.en);
    one.required("zh", text.sentence.zh);
    one.required("allowed_en", text.allowed.en);
    one.required("allowed_zh", text.allowed.zh);
    if (verdict == "ask")
      text.verdict = VerdictStatus::kAsk;
    else if (verdict != "refused")
      one.reject(ErrorCode::kInvalidArgument, "must be refused or ask", "verdict");
    if (auto done = one.finish(); !done) return tl::make_unexpected(done.error());
    texts[id] = text;
  }
  return texts;
}

Result<HazardJudge> HazardJudge::load(const std::filesystem::path& rules) {
  const auto files = PackFiles::load(rules);
  if (!files) return tl::make_unexpected(files.error());
  return of(*files);
}

Result<HazardJudge> HazardJudge::of(const PackFiles& files) {
  auto base = HazardBase::parse(files.all("hazards", ".yaml"));
  if (!base) return tl::make_unexpected(base.error());
  const auto sentences = files.one("plan/texts.yaml");
  if (!sentences) return tl::make_unexpected(sentences.error());
  auto texts = read_texts(*sentences, "texts.yaml");
  if (!texts) return tl::make_unexpected(texts.error());
  auto rego = Rego::compile(files.all("plan", ".rego"), "found := data.longmen.plan.findings");
  if (!rego) return tl::make_unexpected(rego.error());
  HazardJudge judge(std::move(*base), std::move(*rego), std::move(*texts),
                    sha256(files.manifest()));
  if (auto ok = judge.check_rules(); !ok) return tl::make_unexpected(ok.error());
  return judge;
}

/// Asks the packs about every relation: each must be judged, each rule have its sentence. A few at
/// once: the evaluator compares each finding with all others of an answer.
Result<void> HazardJudge::check_rules() const {
  constexpr std::size_t kAtOnce = 64;
  Attributes everywhere;
  everywhere.set();
  const std::vector<Relation>& all = base_.relations();
  std::set<std::size_t> judged;
  for (std::size_t begin = 0; begin < all.size(); begin += kAtOnce) {
    Json relations = Json::object();
    for (std::size_t i = begin; i < std::min(begin + kAtOnce, all.size()); ++i)
      relations[all[i].topic][all[i].id] = Json::array({i});
    const auto found = ask(relations, everywhere);
    if (!found) return tl::make_unexpected(found.error());
    for (const Finding& finding : *found) {
      if (texts_.count(finding.rule) == 0)
        return fail(ErrorCode::kMissingKey, "no sentence for the rule '" + finding.rule + "'",
                    "texts.yaml");
      judged.insert(finding.event);
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (judged.count(i) == 0)
      return fail(ErrorCode::kMissingKey, "no rule judges the relation '" + all[i].id + "'",
                  "rules/plan");
  return {};
}

Result<std::vector<HazardJudge::Finding>> HazardJudge::ask(const nlohmann::json& relations,
                                                           const Attributes& scene) const {
  const Json input = {{"relations", relations}, {"scene", set_of(base_, scene)}};
  auto answer = rego_.ask(input.dump());
  if (!answer) return tl::make_unexpected(answer.error());
  std::vector<Finding> found;
  try {
    const Json parsed = Json::parse(*answer);
    for (const Json& finding : parsed.at("bindings").at("found"))
      found.push_back({finding.at("rule").get<std::string>(),
                       finding.at("relation").get<std::string>(),
                       finding.at("event").get<std::size_t>()});
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::kInternal, "the rules gave no findings: " + answer->substr(0, 200));
  }
  return found;
}

Result<std::vector<VerdictReason>> HazardJudge::findings(const WordedPlan& plan) const {
  if (auto ok = check_bounds(plan); !ok) return tl::make_unexpected(ok.error());
  TextReader reader(base_);
  reader.note_fact(plan.scene);
  for (const std::string& fact : plan.facts) reader.note_fact(fact);
  for (const std::string& turn : plan.context) {
    reader.read(turn, -1);
    reader.forget_events();
  }
  reader.read(plan.instruction, -1);
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    reader.read(plan.steps[i], static_cast<int>(i));

  const std::vector<Event> events = reader.events();
  // By topic, the first event of each: rules do not look into events.
  Json relations = Json::object();
  for (const Relation& relation : base_.relations()) {
    const auto first = std::find_if(events.begin(), events.end(),
                                    [&](const Event& event) { return holds(relation, event); });
    if (first != events.end())
      relations[relation.topic][relation.id] = Json::array({first - events.begin()});
  }
  std::vector<VerdictReason> reasons;
  if (relations.empty()) return reasons;
  const auto found = ask(relations, events.front().parts[kScene]);
  if (!found) return tl::make_unexpected(found.error());

  std::map<std::pair<std::string, int>, std::size_t> told;  // index of the reason
  for (const auto& [rule, relation, id] : *found) {
    const auto text = texts_.find(rule);
    if (text == texts_.end() || id >= events.size())
      return fail(ErrorCode::kInternal, "no sentence for the rule '" + rule + "'");
    const Event& event = events[id];
    const auto [reason_at, is_new] = told.emplace(std::pair(rule, event.step), reasons.size());
    const std::string why = "relation = " + relation;
    if (!is_new) {
      reasons[reason_at->second].facts.push_back(why);
      continue;
    }
    Bilingual sentence{text->second.sentence.en + " Allowed: " + text->second.allowed.en,
                       text->second.sentence.zh + "可以这样做：" + text->second.allowed.zh};
    VerdictReason reason{rule, event.step, {}, {}};
    const std::pair<const char*, std::string> slots[] = {
        {"action", event.action < 0
                       ? std::string("heat")
                       : base_.concepts()[static_cast<std::size_t>(event.action)].name},
        {"object", joined_names(base_, event.objects)},
        {"target", joined_names(base_, event.targets)},
        {"tool", joined_names(base_, event.tools)}};
    for (const auto& [name, value] : slots) {
      fill(sentence.en, fmt::format("{{{}}}", name), value);
      fill(sentence.zh, fmt::format("{{{}}}", name), value);
      if (!value.empty()) reason.facts.push_back(fmt::format("{} = {}", name, value));
    }
    reason.facts.push_back(why);
    reason.text = std::move(sentence);
    reasons.push_back(std::move(reason));
  }
  std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) {
    return std::tie(a.step, a.rule) < std::tie(b.step, b.rule);
  });
  return reasons;
}

Result<Verdict> HazardJudge::judge(const WordedPlan& plan) const {
  auto reasons = findings(plan);
  if (!reasons) return tl::make_unexpected(reasons.error());
  Verdict verdict;
  verdict.status = VerdictStatus::kApproved;
  for (const VerdictReason& reason : *reasons) {
    const VerdictStatus by = texts_.at(reason.rule).verdict;
    if (by == VerdictStatus::kRefused || verdict.status == VerdictStatus::kApproved)
      verdict.status = by;
  }
  verdict.reasons = std::move(*reasons);
  return verdict;
}

}  // namespace longmen::gate::plan
