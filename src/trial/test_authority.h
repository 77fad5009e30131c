#pragma once

#include <array>
#include <span>

#include "gate/motion/arming.h"
#include "io/sim/sim_plant.h"

namespace longmen::trial {

/// Arms the loop for a test of the body, in place of the approved plan that arms it otherwise. It
/// exists in `trial` alone and asks for the plant itself, so that no live robot can be armed by it.
class TestAuthority {
 public:
  explicit TestAuthority(const io::SimPlant&) {}

  /// What arrives in this tick: the lease in the first, then its heartbeats.
  [[nodiscard]] std::span<const gate::ArmingEvent> events(Tick tick) noexcept;

 private:
  static constexpr Tick kHeartbeatPeriod = 20;  // ticks
  static constexpr std::uint64_t kLease = 1;
  std::array<gate::ArmingEvent, 1> event_{};
  std::uint64_t sequence_ = 0;
};

}  // namespace longmen::trial
