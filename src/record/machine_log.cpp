#include "record/machine_log.h"

#include <fmt/format.h>

#include <ctime>

namespace longmen::record {

Result<MachineLog> MachineLog::of_user() {
  auto folder = trust::data_folder();
  if (!folder) return tl::make_unexpected(folder.error());
  return MachineLog(*folder / "log", trust::KeyStore(*folder / "keys"));
}

Result<void> MachineLog::add(const std::string& kind, nlohmann::ordered_json values) const {
  const auto key = keys_.key(trust::KeyUse::kRecord);
  if (!key) return tl::make_unexpected(key.error());
  trust::TrustRoots roots;
  if (auto added = keys_.add_to(roots); !added) return added;
  nlohmann::ordered_json entry = {{"kind", kind}, {"time_s", std::time(nullptr)}};
  entry.update(values);
  const std::string text =
      entry.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  const auto done = tiles_.append({text}, *key, roots);
  if (!done) return tl::make_unexpected(done.error());
  return {};
}

Result<std::vector<nlohmann::json>> MachineLog::entries() const {
  std::vector<nlohmann::json> entries;
  if (!tiles_.exists()) return entries;
  trust::TrustRoots roots;
  if (auto added = keys_.add_to(roots); !added) return tl::make_unexpected(added.error());
  const auto contents = tiles_.read(roots);
  if (!contents) return tl::make_unexpected(contents.error());
  for (const std::string& text : contents->entries) {
    auto entry = nlohmann::json::parse(text, nullptr, false);
    if (!entry.is_object() || !entry.contains("kind") || !entry["kind"].is_string())
      return fail(ErrorCode::kCorrupt,
                  fmt::format("entry {} of the log is not of its form", entries.size()),
                  tiles_.folder().string());
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace longmen::record
