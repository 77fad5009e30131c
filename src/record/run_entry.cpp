#include "record/run_entry.h"

#include <fmt/format.h>
#include <sodium.h>

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
                  run.log);
}

Result<void> RunEntry::end(const std::string& checkpoint, const std::string& error) const {
  nlohmann::ordered_json values = {{"state", "ended"}, {"log", name_}, {"checkpoint", checkpoint}};
  if (!error.empty()) values["error"] = error;
  return log_.add("run", std::move(values));
}

}  // namespace longmen::record
