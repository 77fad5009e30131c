#pragma once

#include "core/types.h"

namespace longmen {

/// Rungs of the stop ladder, from none to most (docs/architecture.md).
enum class StopRung : std::uint8_t { kNone = 0, kSlow, kHold, kSettle, kBrace };

/// Which rule of the motion gate bound. The texts and sources are in rules/limits/.
enum class MotionRule : std::uint8_t {
  kNone = 0,
  kFinite,    ///< a value is NaN or infinite
  kFresh,     ///< proposal or state is not of this tick
  kTorque,    ///< beyond the joint's torque limit
  kVelocity,  ///< would push a joint beyond its speed limit
  kRange,     ///< would pass the joint's range within its braking distance
  kDisarmed,  ///< a proposal from an untrusted source while DISARMED
  kStop,      ///< a stop was asked for
};

/// What the motion gate did in one tick, and why.
struct GateReport {
  Tick tick = 0;
  bool armed = false;
  bool changed = false;  ///< false: the proposal left with the same bits
  StopRung rung = StopRung::kNone;
  MotionRule rule = MotionRule::kNone;  ///< the rule that bound most, kNone if unchanged
  std::int16_t joint = -1;              ///< joint of that rule, -1 if none
  double margin =
      0.0;  ///< how far inside (positive) or outside the proposal was, in the rule's unit
  double change_max_Nm = 0.0;  ///< largest change of a joint's torque
  std::int16_t joints_changed = 0;
};

}  // namespace longmen
