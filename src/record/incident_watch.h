#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/gate_report.h"
#include "core/result.h"

namespace longmen::record {

/// From which intervention of the motion gate on an incident is opened: rules/incidents.yaml.
struct IncidentLevel {
  StopRung rung = StopRung::kSettle;  ///< this rung of the stop ladder or a higher one, while armed
  double change_max_Nm = std::numeric_limits<double>::infinity();  ///< or a torque that was changed
                                                                   ///< by at least so much
  double calm_s = 0.0;  ///< what follows sooner belongs to the same incident

  /// Errors: those of a strict file.
  static Result<IncidentLevel> load(const std::filesystem::path& file);
};

/// A stretch of ticks in which the gate stepped in above the level.
struct Incident {
  Tick first_tick = 0, last_tick = 0;
  GateReport worst;  ///< of the highest rung, then of the largest change
};

/// Finds incidents while the gate's reports pass by. Takes memory only when one begins; holds at
/// most kMost, and counts the rest.
class IncidentWatch {
 public:
  static constexpr std::size_t kMost = 256;
  IncidentWatch(const IncidentLevel& level, double period_s);

  void look(const GateReport& report);
  [[nodiscard]] const std::vector<Incident>& incidents() const { return incidents_; }
  [[nodiscard]] std::uint64_t more() const { return more_; }

 private:
  IncidentLevel level_;
  Tick calm_ticks_;
  std::vector<Incident> incidents_;
  std::uint64_t more_ = 0;
};

/// "none", "slow", "hold", "settle", "brace".
[[nodiscard]] const char* name_of(StopRung rung) noexcept;

}  // namespace longmen::record
