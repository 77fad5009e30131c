#pragma once

#include <array>
#include <optional>
#include <span>

#include "gate/motion/arming.h"
#include "io/fault/fault.h"
#include "io/robot_io.h"

namespace longmen::trial {

/// Arms the loop for a test of the body, in place of the approved plan that arms it otherwise. It
/// exists in `trial` alone and says nothing to a robot that is not simulated.
class TestAuthority {
 public:
  explicit TestAuthority(const io::RobotIo& robot) : is_simulated_(robot.is_simulated()) {}

  /// What arrives in this tick: the lease in the first, then its heartbeats.
  /// @param fault  what is wrong with the way that they take
  [[nodiscard]] std::span<const gate::ArmingEvent> events(
      Tick tick, std::optional<io::FaultKind> fault) noexcept;

 private:
  static constexpr Tick kHeartbeatPeriod = 20;  // ticks
  static constexpr std::uint64_t kLease = 1;
  static gate::ArmingEvent event_of(std::uint64_t sequence) noexcept;

  bool is_simulated_;
  std::array<gate::ArmingEvent, 1> event_{};
  std::uint64_t sent_ = 0;
  std::uint64_t arrived_ = 0;  ///< the last one that was not lost
};

}  // namespace longmen::trial
