#include "record/moment.h"

#include <fmt/format.h>

#include <algorithm>

namespace longmen::record {

bool is_intervention(const GateReport& report) noexcept {
  return report.changed || (report.armed && report.rung != StopRung::kNone);
}

Result<Moment> find_moment(RecordReader& reader, Tick tick) {
  Moment moment;
  for (const auto& [topic, into] : {std::pair{Topic::kPlan, &moment.plan},
                                    {Topic::kVerdict, &moment.verdict},
                                    {Topic::kStep, &moment.step}}) {
    auto found = reader.last_document(topic, tick);
    if (!found) return tl::make_unexpected(found.error());
    *into = std::move(*found);
  }
  reader.seek(std::max<Tick>(0, tick - Moment::kLookBackTicks));
  std::optional<Tick> last;
  RecordItem item;
  while (true) {
    const auto more = reader.next(item);
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
    if (auto* input = std::get_if<RecordedEvent>(&item)) {
      const Event& event = input->event;
      const bool is_heartbeat =
          event.kind == Event::Kind::kLease && event.lease.act == Event::Lease::Act::kHeartbeat;
      if (event.tick <= tick && !is_heartbeat) moment.inputs.push_back(std::move(*input));
      continue;
    }
    const auto* record = std::get_if<TickRecord>(&item);
    if (record == nullptr) continue;
    last = record->tick();
    if (*last > tick) break;
    if (is_intervention(record->gate)) {
      ++moment.interventions;
      if (*last < tick) moment.intervention = *record;
    }
    if (*last < tick) continue;
    moment.tick = *record;
    return moment;
  }
  const double period_s = 1e-9 * static_cast<double>(reader.run().period_ns);
  return fail(
      ErrorCode::kNotFound,
      last ? fmt::format("the record has no tick {}; it goes to {:.3f} s", tick,
                         period_s * static_cast<double>(*last))
           : fmt::format("the record ends before {:.3f} s", period_s * static_cast<double>(tick)));
}

}  // namespace longmen::record
