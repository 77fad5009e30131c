#pragma once

#include <cstdint>
#include <utility>

#include "core/digest.h"
#include "core/plan.h"
#include "core/types.h"

namespace longmen {

namespace gate::plan {
class PlanGate;
}
namespace runtime {
class PlanFault;
}

/// Where a plan may run. A loop on a real robot takes only kLive.
enum class Authority : std::uint8_t { kRehearsal, kLive };

/// A plan that has passed the plan gate: the only thing that skills accept. Only the gate makes
/// one. It moves and never copies, so that one approval runs once. The hash is that of the plan as
/// it was approved: whoever runs it looks at both (PlanExecutor::create).
class ApprovedPlan {
 public:
  ApprovedPlan(ApprovedPlan&&) noexcept = default;
  ApprovedPlan& operator=(ApprovedPlan&&) noexcept = default;
  ApprovedPlan(const ApprovedPlan&) = delete;
  ApprovedPlan& operator=(const ApprovedPlan&) = delete;
  ~ApprovedPlan() {}  // NOLINT: user-provided, so that no bit_cast or memcpy makes one

  [[nodiscard]] const Plan& plan() const noexcept { return plan_; }
  [[nodiscard]] const Digest& plan_hash() const noexcept { return plan_hash_; }
  [[nodiscard]] const Digest& world_hash() const noexcept { return world_hash_; }
  [[nodiscard]] Authority authority() const noexcept { return authority_; }
  /// False: the model is not registered, and the plan may run only in simulation.
  [[nodiscard]] bool is_registered() const noexcept { return is_registered_; }
  [[nodiscard]] Tick expiry() const noexcept { return expiry_; }
  /// May the first step start in this tick?
  [[nodiscard]] bool is_current(Tick now) const noexcept { return now <= expiry_; }

 private:
  friend class gate::plan::PlanGate;
  friend class runtime::PlanFault;
  ApprovedPlan(Plan plan, Digest plan_hash, Digest world_hash, Authority authority,
               bool is_registered, Tick expiry)
      : plan_(std::move(plan)),
        plan_hash_(plan_hash),
        world_hash_(world_hash),
        authority_(authority),
        is_registered_(is_registered),
        expiry_(expiry) {}

  Plan plan_;
  Digest plan_hash_;
  Digest world_hash_;
  Authority authority_;
  bool is_registered_;
  Tick expiry_;
};

}  // namespace longmen
