#pragma once

#include "core/types.h"

namespace longmen {

/// Rungs of the stop ladder, from none to most (docs/architecture.md).
enum class StopRung : std::uint8_t { kNone = 0, kSlow, kHold, kSettle, kBrace };

/// Which rule of the motion gate bound. The texts and sources are in rules/limits/.
enum class MotionRule : std::uint8_t {
  kNone = 0,
  kFinite,         ///< a value is NaN or infinite
  kFresh,          ///< proposal or state is not of this tick
  kTorque,         ///< beyond the joint's torque limit
  kVelocity,       ///< would push a joint beyond its speed limit
  kRange,          ///< would pass the joint's range within its braking distance
  kDisarmed,       ///< a proposal from an untrusted source while DISARMED
  kStop,           ///< a stop was asked for
  kSetPoint,       ///< a gain or target beyond what the motor can follow
  kTilt,           ///< the base leans further than it can be brought back from
  kBrace,          ///< neither a usable command nor a usable state was left
  kSelfCollision,  ///< two links would come too close
  kHandSpeed,      ///< an arm would be too fast for how near a person is
  kSeparation,     ///< a person is nearer than the robot needs to stop
  kKeepOut,        ///< the robot would enter a zone that it must keep out of
  kBalance,        ///< the next steps could no longer catch the body
  kPower,          ///< beyond the joint's power
  kTorqueRate,     ///< the torque would change faster than the joint's drive may
};

/// Whose command left the motion gate.
enum class CommandSource : std::uint8_t {
  kProposal = 0,
  kTrusted,  ///< the trusted controller's, in the place of another proposal
  kBridge,   ///< the last set-point, while the controller or the state is missing
  kBrace,    ///< the gate's own damped posture
};

/// What the motion gate did in one tick, and why.
struct GateReport {
  Tick tick = 0;
  bool armed = false;
  bool changed = false;  ///< false: the proposal left with the same bits
  StopRung rung = StopRung::kNone;
  CommandSource source = CommandSource::kBrace;
  MotionRule rule = MotionRule::kNone;  ///< the rule that bound most, kNone if unchanged
  std::int16_t joint = -1;              ///< joint of that rule, -1 if none
  double margin =
      0.0;  ///< how far inside (positive) or outside the proposal was, in the rule's unit
  double change_max_Nm = 0.0;  ///< largest change of a joint's torque
  std::int16_t joints_changed = 0;
};

}  // namespace longmen
