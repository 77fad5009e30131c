#include "record/run_tally.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/plan_message.h"
#include "record/convert.h"
#include "record/incident_watch.h"

namespace longmen::record {
namespace {

using nlohmann::json;

constexpr double kQuiet_s = 0.5;      // after which a rule that binds again is a new intervention
constexpr double kFallen_rad = 1.0;   // no posture of a standing robot leans so far
constexpr double kUpright_rad = 0.5;  // below, it has got up
constexpr Tick kCauseTicks = 5;       // from an input to the stop that it brings

void add_counts(std::map<std::string, std::int64_t>& to,
                const std::map<std::string, std::int64_t>& from) {
  for (const auto& [name, count] : from) to[name] += count;
}

double tilt_rad(const RobotState& state) {
  return std::acos(std::clamp((state.q_WB * Eigen::Vector3d::UnitZ()).z(), -1.0, 1.0));
}

/// Follows a run item by item.
class Counter {
 public:
  explicit Counter(double period_s) : period_s_(period_s) {}

  void take(const RecordedEvent& recorded) {
    using Act = Event::Lease::Act;
    const Event& event = recorded.event;
    const bool is_lease = event.kind == Event::Kind::kLease;
    if (is_lease && event.lease.act == Act::kEmergencyStop)
      cause_ = "emergency";
    else if (is_lease && event.lease.act == Act::kRelease)
      cause_ = "given_back";
    else if (event.kind == Event::Kind::kStop && event.stop >= StopRung::kHold)
      cause_ = "asked";
    else
      return;
    cause_tick_ = event.tick;
  }

  void take(const RecordedDocument& document) {
    if (document.topic == Topic::kPlan) {
      const auto plan = decode_plan(document.json);
      proposer_ = plan ? plan->model : "";
      return;
    }
    if (document.topic != Topic::kVerdict) return;
    const json verdict = json::parse(document.json, nullptr, false);
    if (!verdict.is_object() || !verdict.contains("status") || !verdict["status"].is_string())
      return;
    const std::string status = verdict["status"];
    RunTally::Model& model = tally_.models[proposer_];
    ++model.plans;
    if (status == name_of(VerdictStatus::kAsk)) ++model.asked;
    if (status == name_of(VerdictStatus::kRefused)) {
      ++model.refused;
      for (const json& rule : verdict.value("rules", json::array()))
        if (rule.is_string()) ++tally_.refusals[rule.get<std::string>()];
    }
    if (status == name_of(VerdictStatus::kApproved) || status == name_of(VerdictStatus::kRepaired))
      working_ = proposer_;
  }

  void take(const TickRecord& tick) {
    const GateReport& gate = tick.gate;
    RunTally::Model& model = tally_.models[working_];
    tally_.duration_s += period_s_;
    if (gate.armed) {
      tally_.armed_s += period_s_;
      model.armed_s += period_s_;
    }
    see_rule(gate, model);
    see_stop(gate, model);
    if (tick.has_bulk)
      see_fall(tick.state, model);
    else
      ++tally_.gap_ticks;
  }

  RunTally finish() {
    end_stop();
    return std::move(tally_);
  }

 private:
  void see_rule(const GateReport& gate, RunTally::Model& model) {
    const bool binds = gate.armed && gate.changed && gate.rule != MotionRule::kNone &&
                       gate.rule != MotionRule::kStop && gate.rule != MotionRule::kDisarmed;
    if (!binds) return;
    const auto [known, is_first] = bound_at_.try_emplace(gate.rule, gate.tick);
    const auto quiet = static_cast<double>(gate.tick - known->second) * period_s_;
    known->second = gate.tick;
    if (!is_first && quiet <= kQuiet_s) return;
    ++tally_.interventions[rule_name(gate.rule)];
    ++model.interventions;
  }

  void see_stop(const GateReport& gate, RunTally::Model& model) {
    const bool is_free = gate.armed && gate.rung < StopRung::kHold;
    if (is_free) {
      end_stop();
    } else if (was_free_) {
      stop_rung_ = StopRung::kHold;
      ++model.stops;
      const bool is_asked = !cause_.empty() && gate.tick - cause_tick_ <= kCauseTicks;
      ++tally_.stop_causes[is_asked ? cause_ : "gate"];
    }
    if (stop_rung_ != StopRung::kNone) stop_rung_ = std::max(stop_rung_, gate.rung);
    was_free_ = is_free;
  }

  void end_stop() {
    if (stop_rung_ != StopRung::kNone) ++tally_.stops[name_of(stop_rung_)];
    stop_rung_ = StopRung::kNone;
  }

  void see_fall(const RobotState& state, RunTally::Model& model) {
    const double tilt = tilt_rad(state);
    if (!state.valid || !std::isfinite(tilt)) return;
    if (!is_down_ && tilt > kFallen_rad) {
      is_down_ = true;
      ++model.falls;
    } else if (is_down_ && tilt < kUpright_rad) {
      is_down_ = false;
    }
  }

  double period_s_;
  RunTally tally_;
  std::string proposer_;  // of the plan that is being judged
  std::string working_;   // of the plan that was let through last
  std::string cause_;
  Tick cause_tick_ = 0;
  std::map<MotionRule, Tick> bound_at_;
  StopRung stop_rung_ = StopRung::kNone;  // of the stop that is on
  bool was_free_ = false;
  bool is_down_ = false;
};

}  // namespace

RunTally::Model& RunTally::Model::operator+=(const Model& other) {
  armed_s += other.armed_s;
  plans += other.plans;
  refused += other.refused;
  asked += other.asked;
  interventions += other.interventions;
  stops += other.stops;
  falls += other.falls;
  return *this;
}

RunTally& RunTally::operator+=(const RunTally& other) {
  duration_s += other.duration_s;
  armed_s += other.armed_s;
  gap_ticks += other.gap_ticks;
  for (const auto& [name, model] : other.models) models[name] += model;
  add_counts(interventions, other.interventions);
  add_counts(stops, other.stops);
  add_counts(stop_causes, other.stop_causes);
  add_counts(refusals, other.refusals);
  return *this;
}

RunTally::Model RunTally::total() const {
  Model all;
  for (const auto& [name, model] : models) all += model;
  return all;
}

Result<RunTally> tally(RecordReader& reader) {
  Counter counter(1e-9 * static_cast<double>(reader.run().period_ns));
  RecordItem item;
  while (true) {
    const auto more = reader.next(item);
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return counter.finish();
    if (const auto* event = std::get_if<RecordedEvent>(&item)) counter.take(*event);
    if (const auto* document = std::get_if<RecordedDocument>(&item)) counter.take(*document);
    if (const auto* tick = std::get_if<TickRecord>(&item)) counter.take(*tick);
  }
}

}  // namespace longmen::record
