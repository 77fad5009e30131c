#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/bilingual.h"
#include "core/gate_report.h"
#include "core/result.h"
#include "gate/monitor/formula.h"
#include "gate/monitor/monitor.h"
#include "gate/monitor/signals.h"

namespace longmen::gate::monitor {

/// A rule over time: what must hold at every moment of a plan, of a run, or of both.
struct TemporalRule {
  std::string id;
  std::string text;  ///< of the formula
  Formula formula;
  bool in_plan = false, in_run = false;
  StopRung demand = StopRung::kHold;  ///< asked of the stop ladder when a run breaks it
  Bilingual sentence;
  std::string note;  ///< for a record: id and sentence

  /// Watches it, a sample each `period_s`. Errors: those of Monitor::create.
  [[nodiscard]] Result<Monitor> monitor(double period_s) const;
};

/// How long the steps of a plan are expected to take.
struct ExpectedTimes {
  std::map<std::string, double> step_s;  ///< by skill; of walk_to and turn: without the way
  double walk_m_s = 0.0;
  double carry_m_s = 0.0;
  double way_m = 0.0;  ///< of a walk whose ends are not known
};

/// rules/plan/temporal.yaml.
struct TemporalRules {
  std::vector<TemporalRule> rules;
  ExpectedTimes expected;

  /// Errors: those of a strict file; kParse for a formula, with its place; kUnknownName for a
  /// signal that does not exist, or is not known where the rule is to be kept; kMissingKey for a
  /// skill without an expected time.
  static Result<TemporalRules> parse(const std::string& yaml, const std::string& where);
};

}  // namespace longmen::gate::monitor
