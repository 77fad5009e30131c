#include "record/incident_watch.h"

#include <fmt/format.h>

#include <cmath>

#include "config/config_reader.h"

namespace longmen::record {
namespace {

constexpr StopRung kRungs[] = {StopRung::kSlow, StopRung::kHold, StopRung::kSettle,
                               StopRung::kBrace};

}  // namespace

const char* name_of(StopRung rung) noexcept {
  switch (rung) {
    case StopRung::kNone:
      return "none";
    case StopRung::kSlow:
      return "slow";
    case StopRung::kHold:
      return "hold";
    case StopRung::kSettle:
      return "settle";
    case StopRung::kBrace:
      break;
  }
  return "brace";
}

Result<IncidentLevel> IncidentLevel::load(const std::filesystem::path& file) {
  const auto node = config::load_yaml(file);
  if (!node) return tl::make_unexpected(node.error());
  IncidentLevel level;
  std::string rung, source;
  config::Reader reader(*node, file.string());
  reader.required("rung", rung);
  reader.required("change_max_Nm", level.change_max_Nm, {.min = 0.001, .max = 1e4});
  reader.required("calm_s", level.calm_s, {.min = 0.0, .max = 60.0});
  reader.required("source", source);
  bool is_known = false;
  for (const StopRung known : kRungs)
    if (rung == name_of(known)) {
      level.rung = known;
      is_known = true;
    }
  if (reader.ok() && !is_known)
    reader.reject(ErrorCode::kUnknownName,
                  fmt::format("'{}' is no rung; rungs: slow, hold, settle, brace", rung), "rung");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return level;
}

IncidentWatch::IncidentWatch(const IncidentLevel& level, double period_s)
    : level_(level), calm_ticks_(std::llround(level.calm_s / period_s)) {}

void IncidentWatch::look(const GateReport& report) {
  const bool is_above = (report.armed && report.rung >= level_.rung) ||
                        (report.changed && report.change_max_Nm >= level_.change_max_Nm);
  if (!is_above) return;
  if (incidents_.empty() || report.tick - incidents_.back().last_tick > calm_ticks_) {
    if (incidents_.size() == kMost) {
      ++more_;
      return;
    }
    incidents_.push_back({report.tick, report.tick, report});
    return;
  }
  Incident& incident = incidents_.back();
  incident.last_tick = report.tick;
  if (report.rung > incident.worst.rung ||
      (report.rung == incident.worst.rung && report.change_max_Nm > incident.worst.change_max_Nm))
    incident.worst = report;
}

}  // namespace longmen::record
