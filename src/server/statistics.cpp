#include "server/statistics.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace longmen::server {
namespace {

using nlohmann::json;

constexpr std::array<std::uint64_t, 4> kPeriods_days = {0, 1, 7, 30};
constexpr std::int64_t kDay_s = 86400;

}  // namespace

bool Statistics::tell(std::uint64_t days, Hear hear) {
  if (std::find(kPeriods_days.begin(), kPeriods_days.end(), days) == kPeriods_days.end())
    return false;
  Period& period = periods_[days];
  const auto now = std::chrono::steady_clock::now();
  if (!period.report.is_null() && now - period.at < kKept) {
    hear(period.report);
    return true;
  }
  period.waiting.push_back(std::move(hear));
  if (period.waiting.size() > 1) return true;
  std::vector<std::string> command = command_;
  command.emplace_back("--json");
  if (days > 0) {
    const std::time_t from = std::time(nullptr) - static_cast<std::int64_t>(days) * kDay_s;
    command.insert(command.end(),
                   {"--from", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(from))});
  }
  inquiry_.ask(std::move(command), [this, days](const std::optional<std::string>& said) {
    Period& asked = periods_[days];
    asked.report = said ? json::parse(*said, nullptr, false) : json();
    if (!asked.report.is_object() || !asked.report.contains("runs")) asked.report = json();
    asked.at = std::chrono::steady_clock::now();
    for (const Hear& waits : std::exchange(asked.waiting, {})) waits(asked.report);
  });
  return true;
}

}  // namespace longmen::server
