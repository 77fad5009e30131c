#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "record/record_reader.h"

namespace longmen::record {

/// All that a record knows about one tick: what happened, and what led to it.
struct Moment {
  TickRecord tick;
  std::optional<RecordedDocument> plan;     ///< the last one until then, as the plan gate saw it
  std::optional<RecordedDocument> verdict;  ///< what the gate said to it
  std::optional<RecordedDocument> step;     ///< the last that began or ended
  std::vector<RecordedEvent> inputs;        ///< of the last kLookBackTicks; heartbeats left out
  /// The last tick of that stretch in which the motion gate stepped in (rung, or a change), if it
  /// is not this tick itself.
  std::optional<TickRecord> intervention;
  std::int64_t interventions = 0;  ///< ticks of the stretch in which it did

  static constexpr Tick kLookBackTicks = 2000;
};

/// Whether the motion gate stepped in: changed the proposal, or is on a rung of the stop ladder
/// while armed.
[[nodiscard]] bool is_intervention(const GateReport& report) noexcept;

/// Looks a tick up. Takes the time of reading 2 s of the record, wherever the tick is. Errors:
/// kNotFound when the record has no such tick, which says what it has; those of the record.
Result<Moment> find_moment(RecordReader& reader, Tick tick);

}  // namespace longmen::record
