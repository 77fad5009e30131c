#pragma once

#include <string>
#include <vector>

#include "core/bilingual.h"
#include "core/plan.h"

namespace longmen {

enum class VerdictStatus { kApproved, kRepaired, kAsk, kRefused };

/// One finding of the plan gate.
struct VerdictReason {
  std::string rule;  ///< id in rules/plan
  int step = -1;     ///< index in the proposed plan, -1: the plan as a whole
  Bilingual text;
  std::vector<std::string> facts;  ///< what was looked at, as "name = value"
  friend bool operator==(const VerdictReason&, const VerdictReason&) = default;
};

/// What the plan gate says to a plan, and why.
struct Verdict {
  VerdictStatus status = VerdictStatus::kRefused;
  std::vector<VerdictReason> reasons;
  Plan plan;  ///< what may run: the proposal with its repairs; empty when refused
  bool rehearsed = false;
  bool registered = false;  ///< false: the model may act only in simulation, for practice
  bool repeated = false;    ///< said before, to the same request: nothing moves for this one
};

[[nodiscard]] const char* name_of(VerdictStatus status) noexcept;

}  // namespace longmen
