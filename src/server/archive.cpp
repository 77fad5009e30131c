#include "server/archive.h"

#include <fmt/format.h>

#include "config/config_reader.h"
#include "exam/inputs.h"
#include "exam/policy_exam.h"
#include "record/incident_log.h"
#include "record/merkle.h"
#include "record/tile_log.h"
#include "trust/key_store.h"
#include "world/world.h"

namespace longmen::server {
namespace {

using nlohmann::json;

std::int64_t unix_time_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

record::ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// An endpoint without its address; weights have a hash, which says nothing of where they are.
std::string public_identity(const std::string& identity) {
  const std::size_t mark = identity.rfind('#');
  return identity.starts_with("endpoint:") && mark != std::string::npos
             ? "endpoint:" + identity.substr(mark)
             : identity;
}

}  // namespace

const std::vector<registry::Input>* Archive::inputs_for(const std::string& vertical) const {
  auto known = inputs_.find(vertical);
  if (known == inputs_.end()) {
    std::optional<std::vector<registry::Input>> inputs;
    if (vertical.starts_with(exam::kBody)) {
      const auto robot = config_.project_folder / "robots" / vertical.substr(exam::kBody.size());
      if (auto read = exam::inputs_of_policy(
              {.project_folder = config_.project_folder, .robot_folder = robot, .policy = {}}))
        inputs = std::move(*read);
    } else if (const auto folder = world::find_world(vertical, config_.project_folder / "worlds"))
      if (auto read = exam::inputs_of(config_.project_folder, *folder, config_.embedding_weights))
        inputs = std::move(*read);
    known = inputs_.emplace(vertical, std::move(inputs)).first;
  }
  return known->second ? &*known->second : nullptr;
}

json Archive::certificates_of(const registry::Entry& entry, std::int64_t now_s) const {
  json list = json::array();
  for (const registry::Certificate& c : entry.certificates) {
    const auto* inputs = inputs_for(c.vertical);
    const auto changed = inputs != nullptr ? registry::first_difference(c.inputs, *inputs)
                                           : std::optional<std::string>("world/world.yaml");
    const bool is_in_force =
        c.admits() && !changed && c.expires_s > now_s && c.identity == entry.identity;
    list.push_back({{"vertical", c.vertical},
                    {"passed", c.is_passed},
                    {"in_force", is_in_force},
                    {"changed", changed ? json(*changed) : json()},
                    {"issued_s", c.issued_s},
                    {"expires_s", c.expires_s},
                    {"bank_sha256", c.bank},
                    {"program_sha256", c.program},
                    {"inputs", c.inputs.size()},
                    {"scores", json::parse(c.scores, nullptr, false)}});
  }
  return list;
}

Result<registry::Register> Archive::open_register() const {
  const auto store = trust::KeyStore::of_user();
  if (!store) return tl::make_unexpected(store.error());
  auto roots = trust::trusted_here(config_.project_folder / "rules" / "trust.yaml", *store);
  if (!roots) return tl::make_unexpected(roots.error());
  return registry::Register::open(config_.register_database, std::move(*roots));
}

Result<registry::Member> Archive::member(const std::string& name) const {
  const auto models = open_register();
  if (!models) return tl::make_unexpected(models.error());
  const auto members = models->members();
  if (!members) return tl::make_unexpected(members.error());
  for (const registry::Member& member : *members)
    if (member.name == name) return member;
  return fail(ErrorCode::kNotFound, fmt::format("'{}' is no member of the register", name));
}

Result<json> Archive::read_models(bool full) const {
  const auto models = open_register();
  if (!models) return tl::make_unexpected(models.error());
  const auto entries = models->entries();
  if (!entries) return tl::make_unexpected(entries.error());
  const auto history = models->history();
  if (!history) return tl::make_unexpected(history.error());
  const std::int64_t now_s = unix_time_s();
  json out = {{"models", json::array()}, {"history", json::array()}};
  for (const registry::Entry& entry : *entries) {
    json model = {
        {"name", entry.name},
        {"organisation", entry.organisation},
        {"standing", registry::name_of(entry.standing)},
        {"in_force", entry.standing == registry::Standing::kApproved && entry.expires_s > now_s},
        {"expires_s", entry.expires_s},
        {"identity", full ? entry.identity : public_identity(entry.identity)},
        {"certificates", certificates_of(entry, now_s)}};
    if (const auto card = registry::Card::parse(entry.card, entry.name)) {
      model["kind"] = card->kind == registry::ModelKind::kPlanner ? "planner" : "policy";
      model["licence"] = card->licence;
      model["summary"] = {{"en", card->summary.en}, {"zh", card->summary.zh}};
      model["verticals"] = card->verticals;
    }
    out["models"].push_back(std::move(model));
  }
  const std::size_t first = history->size() > kHistory ? history->size() - kHistory : 0;
  for (std::size_t i = first; i < history->size(); ++i) {
    const registry::HistoryLine& line = (*history)[i];
    json act = {{"number", line.number},
                {"time_s", line.time_s},
                {"action", line.action},
                {"model", line.model}};
    if (full) {
      act["member"] = line.member;
      act["detail"] = line.detail;
    }
    out["history"].push_back(std::move(act));
  }
  return out;
}

Result<json> Archive::models(bool full) {
  const Time now = std::chrono::steady_clock::now();
  const std::string name = full ? "full" : "public";
  const auto kept = kept_.find(name);
  if (kept != kept_.end() && now - kept->second.at < kFresh) return kept->second.value;
  auto read = read_models(full);
  if (read) kept_[name] = {now, *read};
  return read;
}

Result<const Archive::Log*> Archive::log() {
  const Time now = std::chrono::steady_clock::now();
  if (log_ && now - log_->at < kFresh) return &*log_;
  const auto machine = record::MachineLog::of_user();
  if (!machine) return tl::make_unexpected(machine.error());
  log_ = Log{now, {}, {}, {}};
  if (!machine->tiles().exists()) return &*log_;
  trust::TrustRoots roots;
  if (auto added = machine->keys().add_to(roots); !added) return tl::make_unexpected(added.error());
  auto contents = machine->tiles().read(roots);
  if (!contents) {
    log_.reset();
    return tl::make_unexpected(contents.error());
  }
  log_->entries = std::move(contents->entries);
  log_->note = std::move(contents->note);
  for (const auto& root : roots.roots())
    if (root.key.name() == contents->trusted.signer.key_name) log_->key = root.key.text();
  return &*log_;
}

Result<json> Archive::incidents(bool full) {
  const auto read = log();
  if (!read) return tl::make_unexpected(read.error());
  const Log& l = **read;
  std::vector<json> entries;
  for (const std::string& text : l.entries) entries.push_back(json::parse(text, nullptr, false));
  const auto cases = record::incidents_in(entries);
  json out = {{"incidents", json::array()}, {"log", nullptr}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const record::IncidentCase& is = cases[i];
    json incident = {{"number", i + 1},       {"id", is.id},
                     {"state", is.state()},   {"from_s", is.from_s},
                     {"to_s", is.to_s},       {"rung", is.rung},
                     {"rule", is.rule},       {"joint", is.joint},
                     {"margin", is.margin},   {"change_max_Nm", is.change_max_Nm},
                     {"steps", json::array()}};
    if (full) incident["record"] = is.file;
    for (const auto& step : is.steps) {
      json told = {{"state", step.state}, {"time_s", step.time_s}, {"entry", step.entry}};
      if (full) told["text"] = step.text;
      incident["steps"].push_back(std::move(told));
    }
    out["incidents"].push_back(std::move(incident));
  }
  if (!l.note.empty())
    out["log"] = {{"entries", l.entries.size()}, {"note", l.note}, {"key", l.key}};
  return out;
}

Result<json> Archive::proof(std::uint64_t number, bool full) {
  const auto read = log();
  if (!read) return tl::make_unexpected(read.error());
  const Log& l = **read;
  if (number >= l.entries.size())
    return fail(ErrorCode::kNotFound,
                fmt::format("the log has {} entries, no entry {}", l.entries.size(), number));
  record::RangeHashes path(record::inclusion_ranges(number, l.entries.size()));
  for (const std::string& entry : l.entries) path.append(record::leaf_hash(bytes_of(entry)));
  json hashes = json::array();
  for (const Digest& hash : path.hashes()) hashes.push_back(record::to_base64(hash));
  const std::string& leaf = l.entries[number];
  json out = {{"index", number}, {"hashes", hashes}, {"note", l.note}, {"key", l.key}};
  if (full)
    out["leaf"] = leaf;
  else
    out["leaf_hash"] = record::to_base64(record::leaf_hash(bytes_of(leaf)));
  return out;
}

}  // namespace longmen::server
