#include "record/incident_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace longmen::record {
namespace {

constexpr std::array<std::string_view, 4> kStates = {"open", "explained", "remedied", "closed"};
constexpr std::size_t kTextBytesMax = 4000;

std::string text_of(const nlohmann::json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double number_of(const nlohmann::json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_number() ? found->get<double>() : 0.0;
}

}  // namespace

std::vector<IncidentCase> incidents_in(const std::vector<nlohmann::json>& entries) {
  std::vector<IncidentCase> cases;
  for (std::uint64_t number = 0; number < entries.size(); ++number) {
    const nlohmann::json& entry = entries[number];
    if (entry["kind"] != "incident") continue;
    const std::string id = text_of(entry, "id");
    auto known = std::find_if(cases.begin(), cases.end(),
                              [&](const IncidentCase& is) { return is.id == id; });
    if (known == cases.end()) {
      cases.push_back({.id = id,
                       .log = text_of(entry, "log"),
                       .file = text_of(entry, "file"),
                       .from_s = number_of(entry, "from_s"),
                       .to_s = number_of(entry, "to_s"),
                       .rung = text_of(entry, "rung"),
                       .rule = text_of(entry, "rule"),
                       .joint = text_of(entry, "joint"),
                       .margin = number_of(entry, "margin"),
                       .change_max_Nm = number_of(entry, "change_max_Nm"),
                       .steps = {}});
      known = cases.end() - 1;
    }
    known->steps.push_back({text_of(entry, "state"), text_of(entry, "text"),
                            static_cast<std::int64_t>(number_of(entry, "time_s")), number});
  }
  return cases;
}

Result<std::vector<IncidentCase>> incidents_of(const MachineLog& log) {
  const auto entries = log.entries();
  if (!entries) return tl::make_unexpected(entries.error());
  return incidents_in(*entries);
}

Result<IncidentCase> incident_of(const MachineLog& log, const std::string& id) {
  auto cases = incidents_of(log);
  if (!cases) return tl::make_unexpected(cases.error());
  std::string known;
  for (IncidentCase& is : *cases) {
    if (is.id == id) return std::move(is);
    known += (known.empty() ? "" : ", ") + is.id;
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("no incident '{}'; incidents: {}", id, known.empty() ? "none" : known));
}

Result<void> advance(const MachineLog& log, const std::string& id, const std::string& state,
                     const std::string& text) {
  const auto is = incident_of(log, id);
  if (!is) return tl::make_unexpected(is.error());
  const auto now = std::find(kStates.begin(), kStates.end(), is->state());
  if (now == kStates.end() || now + 1 == kStates.end())
    return fail(ErrorCode::kInvalidArgument, fmt::format("incident {} is closed", id));
  if (state != *(now + 1))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("incident {} is {}; next comes '{}', not '{}'", id, is->state(),
                            *(now + 1), state));
  if (text.empty() || text.size() > kTextBytesMax)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("say in 1 to {} bytes who did what", kTextBytesMax), "--text");
  return log.add("incident", {{"id", id}, {"state", state}, {"text", text}});
}

}  // namespace longmen::record
