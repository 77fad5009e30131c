#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "record/compare.h"

namespace longmen::trial {

/// What came of running a record again.
struct ReplayReport {
  std::int64_t ticks = 0;                        ///< run again and compared
  std::optional<record::Difference> difference;  ///< the first one, if there is any
  std::optional<Tick> gap_at;                    ///< replay ends at a stretch without bulk streams
  bool complete = true;                          ///< false: the record's end is missing
  std::string end_note;                          ///< and where, as one line
};

/// Told now and then which tick was reached.
using ReplayProgress = std::function<void(Tick tick)>;

/// Runs the code again on the recorded sensor frames and inputs, and compares everything that it
/// computes with what was recorded, bit for bit: estimate, world, reference, proposal, gate report,
/// safe command. No plant, no model, no clock. Stops at the first difference. Errors: those of the
/// record; kUnsupported when the data files have changed.
Result<ReplayReport> replay(const std::filesystem::path& record,
                            const std::filesystem::path& project,
                            const ReplayProgress& progress = {});

}  // namespace longmen::trial
