#pragma once

#include <array>

#include "core/random.h"
#include "io/sim/sim_plant.h"
#include "runtime/loop.h"
#include "trial/attack_kind.h"

namespace longmen::trial {

/// An attacker knows the truth and the robot's limits, and the controller's command of the tick.
class Attacker final : public runtime::ProposalTap {
 public:
  /// @param plant  must outlive this. Attacks from `from_s` on.
  Attacker(AttackKind kind, double from_s, const io::SimPlant& plant, std::uint64_t seed);

  void touch(ProposedCommand& proposal) noexcept override;

 private:
  AttackKind kind_;
  double from_s_;
  const io::SimPlant& plant_;
  Random random_;
  Tick left_ = 0;
  JointVector held_;
  std::array<Tick, kMaxJoints> half_period_{};
  double drift_ = 0.0;
};

}  // namespace longmen::trial
