#include "record/run_entry.h"

#include <fmt/format.h>
#include <sodium.h>

#include <cmath>

#include "record/convert.h"

namespace longmen::record {

Result<RunEntry> RunEntry::begin(const std::filesystem::path& file, RunInfo& run) {
  auto log = MachineLog::of_user();
  if (!log) return tl::make_unexpected(log.error());
  auto key = log->keys().key(trust::KeyUse::kRecord);
  if (!key) return tl::make_unexpected(key.error());
  run.log = fmt::format("{}/run/{:08x}{:08x}", key->public_key().name(), randombytes_random(),
                        randombytes_random());
  if (auto added = log->add("run", {{"state", "started"},
                                    {"log", run.log},
                                    {"file", std::filesystem::absolute(file).string()},
                                    {"robot", run.robot},
                                    {"world", run.world}});
      !added)
    return tl::make_unexpected(added.error());
  return RunEntry(std::move(*log), std::make_shared<const trust::SigningKey>(std::move(*key)),
                  std::filesystem::absolute(file).string(), run);
}

Result<void> RunEntry::end(const Recorder& recorder, const std::string& error) const {
  nlohmann::ordered_json values = {
      {"state", "ended"}, {"log", run_.log}, {"checkpoint", recorder.checkpoint()}};
  if (!error.empty()) values["error"] = error;
  const IncidentWatch& watch = recorder.incidents();
  if (watch.more() > 0) values["incidents_not_entered"] = watch.more();
  if (auto added = log_.add("run", std::move(values)); !added) return added;
  for (std::size_t i = 0; i < watch.incidents().size(); ++i)
    if (auto opened = open(watch.incidents()[i], i + 1); !opened) return opened;
  return {};
}

Result<void> RunEntry::open(const Incident& incident, std::size_t number) const {
  const GateReport& worst = incident.worst;
  const auto time_s = [&](Tick tick) {
    return 1e-9 * static_cast<double>(tick) * static_cast<double>(run_.period_ns);
  };
  const bool has_joint =
      worst.joint >= 0 && static_cast<std::size_t>(worst.joint) < run_.joints.size();
  return log_.add("incident",
                  {{"id", fmt::format("{}-{}", run_.log.substr(run_.log.rfind('/') + 1), number)},
                   {"state", "open"},
                   {"log", run_.log},
                   {"file", file_},
                   {"from_s", time_s(incident.first_tick)},
                   {"to_s", time_s(incident.last_tick)},
                   {"rung", name_of(worst.rung)},
                   {"rule", rule_name(worst.rule)},
                   {"joint", has_joint ? run_.joints[static_cast<std::size_t>(worst.joint)] : ""},
                   {"margin", std::isfinite(worst.margin) ? nlohmann::ordered_json(worst.margin)
                                                          : nlohmann::ordered_json()},
                   {"change_max_Nm", worst.change_max_Nm}});
}

}  // namespace longmen::record
