#pragma once

#include <string>

#include "core/command.h"
#include "core/gate_report.h"
#include "core/motion_policy.h"
#include "core/robot_state.h"
#include "core/sensor_frame.h"
#include "core/types.h"
#include "core/whole_body_reference.h"
#include "core/world_state.h"

namespace longmen::record {

/// What one tick saw, thought and did, by reference: the loop hands this over.
struct TickView {
  const SensorFrame& sensors;
  const RobotState& state;
  const WorldState& world;
  const WholeBodyReference& reference;
  const ProposedCommand& proposal;
  const GateReport& gate;
  const ProposedCommand& safe;  ///< values of the SafeCommand that went to the motors
};

/// The same, by value: what a reader gives back.
struct TickRecord {
  SensorFrame sensors;
  RobotState state;
  WorldState world;
  WholeBodyReference reference;
  ProposedCommand proposal;
  GateReport gate;
  ProposedCommand safe;
  /// False inside a gap: only `gate` and `safe` are there, the rest is default.
  bool has_bulk = true;

  [[nodiscard]] Tick tick() const { return gate.tick; }
  [[nodiscard]] TickView view() const {
    return {sensors, state, world, reference, proposal, gate, safe};
  }
};

/// One input of the loop, stamped with the tick that consumed it. `payload` below is the text or
/// bytes that some kinds carry.
struct Event {
  enum class Kind : std::uint8_t {
    kVelocityCommand,  ///< `velocity_H_m_s` and `yaw_rate_rad_s` from outside
    kLease,            ///< `lease`: granted, renewed, given back; emergency stop and its reset
    kStop,             ///< `stop` was asked for
    kPlan,             ///< payload: the plan message as it arrived
    kPolicy,           ///< `policy`: how it stands with a motion policy of the plan
    kNote,             ///< payload: a sentence for people; no input
    kMap,              ///< payload: a height map of the ground, as it arrived
    kFault,            ///< payload: "KIND TARGET DURATION_s": a fault that was injected, for a test
  };
  /// What arrived about the lease that arms the robot (gate::ArmingEvent, which this layer cannot
  /// see).
  struct Lease {
    enum class Act : std::uint8_t { kGrant, kHeartbeat, kRelease, kEmergencyStop, kReset };
    Act act = Act::kHeartbeat;
    std::uint64_t id = 0;
    std::uint64_t sequence = 0;
    friend bool operator==(const Lease&, const Lease&) = default;
  };
  /// How it stands with the motion policy of a plan's step; payload: why it has no seat.
  struct Policy {
    std::uint8_t step = 0;
    PolicyStanding standing = PolicyStanding::kStarting;
    friend bool operator==(const Policy&, const Policy&) = default;
  };
  /// Who sent it; the role of the sender ("skill", "signal", "page"), cut to what fits.
  static constexpr std::size_t kSourceBytes = 24;

  Tick tick = 0;
  Kind kind = Kind::kNote;
  Eigen::Vector2d velocity_H_m_s = Eigen::Vector2d::Zero();
  double yaw_rate_rad_s = 0.0;
  Lease lease;
  StopRung stop = StopRung::kNone;
  Policy policy;
  std::array<char, kSourceBytes> source{};  ///< zero-terminated unless full

  /// Of the holder of a lease: the grant with sequence 1, then heartbeats.
  [[nodiscard]] static Event of_lease(std::uint64_t id, std::uint64_t sequence) noexcept {
    Event event;
    event.kind = Kind::kLease;
    event.lease = {sequence == 1 ? Lease::Act::kGrant : Lease::Act::kHeartbeat, id, sequence};
    return event;
  }
  void set_source(std::string_view name) noexcept {
    source.fill('\0');
    name.copy(source.data(), source.size());
  }
};

/// A stretch of ticks without bulk streams.
struct Gap {
  Tick first_tick = 0;
  Tick last_tick = 0;
};

}  // namespace longmen::record
