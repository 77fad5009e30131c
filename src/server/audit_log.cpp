#include "server/audit_log.h"

#include <sys/stat.h>

#include <ctime>
#include <nlohmann/json.hpp>

namespace longmen::server {

Result<AuditLog> AuditLog::open(const std::filesystem::path& file) {
  const mode_t before = umask(0077);
  std::ofstream stream(file, std::ios::app | std::ios::binary);
  umask(before);
  if (!stream) return fail(ErrorCode::kIo, "cannot be appended to", file.string());
  return AuditLog(std::move(stream));
}

void AuditLog::add(const Caller& caller, std::string_view remote, std::string_view action,
                   std::string_view detail, int status) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
  const nlohmann::ordered_json entry = {{"time", stamp},
                                        {"role", name_of(caller.role)},
                                        {"session", caller.session},
                                        {"remote", remote},
                                        {"action", action},
                                        {"detail", detail},
                                        {"status", status}};
  lines_.push_back(entry.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (lines_.size() > kRemembered) lines_.pop_front();
  file_ << lines_.back() << '\n' << std::flush;
}

}  // namespace longmen::server
