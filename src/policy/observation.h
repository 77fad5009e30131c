#pragma once

#include "core/types.h"
#include "wall/message.h"

namespace longmen::policy {

/// What a policy sees, in this order; the joints' positions (from home) and velocities follow, [na]
/// each. B is the base, H the heading frame: origin at the base, X along the heading, Z up. The
/// clock and the points are those of the trusted walker, which stays warm beside the policy: one
/// that keeps to them is taken over without a stumble.
enum Observed : int {
  kGravity_B = 0,    ///< 3: direction of gravity
  kTurning_B = 3,    ///< 3: angular velocity of the base, rad/s
  kVelocity_B = 6,   ///< 3: velocity of the base, m/s
  kCommand_H = 9,    ///< 3: velocity asked for ahead and to the left, m/s; turning, rad/s
  kFootShare = 12,   ///< 2: of the weight, left and right
  kStands = 14,      ///< 1: the walker stands, 0: it walks
  kPrepares = 15,    ///< 1: it shifts its weight to begin a step
  kStance = 16,      ///< which foot bears the body: 1 left, -1 right; 0 standing
  kStepShare = 17,   ///< of the present step that is over
  kStepLeft_s = 18,  ///< until touchdown
  kFoothold_H = 19,  ///< 2: where the walker means the next foot to land, m
  kDcm_H = 21,       ///< 2: divergent component of motion, m
  kPressure_H = 23,  ///< 2: centre of pressure that the walker asks for, m
  kTime_s = 25,      ///< since the policy was let in
  kJoints = 26,
};

[[nodiscard]] constexpr int observation_size(int na) { return kJoints + 2 * na; }
static_assert(observation_size(kMaxJoints) <= wall::kMaxObservation);

}  // namespace longmen::policy
