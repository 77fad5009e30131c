#pragma once

#include <span>

#include "core/gate_report.h"

namespace longmen::gate {

/// Something that arrived from outside and was taken up in this tick: an input of the loop,
/// recorded as such.
struct ArmingEvent {
  enum class Kind : std::uint8_t {
    kGrant,          ///< a lease begins
    kHeartbeat,      ///< its holder is alive
    kRelease,        ///< its holder gives it back
    kEmergencyStop,  ///< from any side; needs no lease
    kReset,          ///< a person has looked and clears the emergency stop
  };
  Kind kind = Kind::kHeartbeat;
  std::uint64_t lease = 0;     ///< chosen by whoever grants; 0 is no lease
  std::uint64_t sequence = 0;  ///< of grant and heartbeats; must grow, so a replayed one is dead
};

/// May anything but the trusted controller move the robot? Starts DISARMED, always. A grant arms; a
/// heartbeat that fails, a release or an emergency stop is a stop and then DISARMED. A lease that
/// was lost does not come back: a new one is needed. Pure: ticks and events in, state out.
class Arming {
 public:
  enum class State : std::uint8_t { kDisarmed, kArmed, kStopping };

  struct Config {
    Tick heartbeat_ticks_max = 0;  ///< a heartbeat older than this is lost
    Tick stopping_ticks = 0;       ///< from the loss of the lease to DISARMED
    StopRung emergency_rung = StopRung::kHold;
  };

  explicit Arming(const Config& config) : config_(config) {}

  /// Once a tick, with all events of that tick. The order of events within a tick does not let
  /// anything past an emergency stop.
  void step(Tick tick, std::span<const ArmingEvent> events) noexcept;

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] bool armed() const noexcept { return state_ == State::kArmed; }
  [[nodiscard]] bool emergency() const noexcept { return emergency_; }
  [[nodiscard]] std::uint64_t lease() const noexcept { return lease_; }  ///< 0 if none
  /// What this asks of the stop ladder: DISARMED and stopping robots stand.
  [[nodiscard]] StopRung demand() const noexcept {
    if (emergency_) return config_.emergency_rung;
    return armed() ? StopRung::kNone : StopRung::kHold;
  }

 private:
  void lose_lease(Tick tick) noexcept;

  Config config_;
  State state_ = State::kDisarmed;
  bool emergency_ = false;
  std::uint64_t lease_ = 0;
  std::uint64_t sequence_ = 0;  ///< last one accepted
  Tick heartbeat_tick_ = 0;
  Tick stopping_since_ = 0;
  Tick last_tick_ = 0;
};

}  // namespace longmen::gate
