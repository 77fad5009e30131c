#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "record/machine_log.h"

namespace longmen::record {

/// An incident as this machine's log has it: opened when its run ended, and what people did since.
struct IncidentCase {
  struct Step {
    std::string state;  ///< open, explained, remedied, closed
    std::string text;
    std::int64_t time_s = 0;  ///< Unix time
    std::uint64_t entry = 0;  ///< its number in the log, from 0
  };
  std::string id;
  std::string log;   ///< of the run
  std::string file;  ///< its record, where it was written
  double from_s = 0.0, to_s = 0.0;
  std::string rung, rule, joint;
  double margin = 0.0, change_max_Nm = 0.0;
  std::vector<Step> steps;  ///< the first is "open"

  [[nodiscard]] const std::string& state() const { return steps.back().state; }
};

/// The incidents among a log's entries, oldest first.
[[nodiscard]] std::vector<IncidentCase> incidents_in(const std::vector<nlohmann::json>& entries);
/// All incidents, oldest first, out of the log's entries. Nothing is ever changed: each state is an
/// entry more. Errors: those of the log.
Result<std::vector<IncidentCase>> incidents_of(const MachineLog& log);
/// Error kNotFound names the known ones.
Result<IncidentCase> incident_of(const MachineLog& log, const std::string& id);

/// Takes the case to its next state, with a sentence of who did what. The order is open, explained,
/// remedied, closed. Errors: kInvalidArgument for another state or an empty sentence; those of the
/// log.
Result<void> advance(const MachineLog& log, const std::string& id, const std::string& state,
                     const std::string& text);

}  // namespace longmen::record
