#pragma once

#include <cstdint>

namespace longmen::estimation {

inline constexpr double kPlaceMax_m = 1e5;  ///< no world is larger: what is farther is invalid

/// What was wrong with the sensors in a tick, as bits of RobotState::sensor_faults. "Invalid" is
/// not a number, beyond any physics or a jump that no robot makes; "frozen" repeats itself although
/// the robot moves, or its stamp stands still; "late" is older than the sensor should be.
enum SensorFault : std::uint32_t {
  kGyroInvalid = 1U << 0,
  kGyroFrozen = 1U << 1,
  kAccelerometerInvalid = 1U << 2,
  kAccelerometerFrozen = 1U << 3,
  kAttitudeInvalid = 1U << 4,
  kAttitudeFrozen = 1U << 5,
  kImuLate = 1U << 6,
  kJointPositionInvalid = 1U << 7,
  kJointPositionFrozen = 1U << 8,
  kJointVelocityInvalid = 1U << 9,
  kJointVelocityFrozen = 1U << 10,
  kJointsLate = 1U << 11,
  kFootForceInvalid = 1U << 12,
  kFootForceFrozen = 1U << 13,
  kFeetLate = 1U << 14,
  kPoseFixInvalid = 1U << 15,   ///< not finite, from the future, or older than is remembered
  kPoseFixRejected = 1U << 16,  ///< too far from where the robot can be
  kDetectionInvalid = 1U << 17,

  // Reasons for RobotState::valid to be false.
  kNotStarted = 1U << 24,       ///< no frame yet with every sensor in order
  kImuLost = 1U << 25,          ///< gyro or accelerometer gone for longer than gap_max_s
  kJointsLost = 1U << 26,       ///< a joint without any measurement for longer than gap_max_s
  kFeetLost = 1U << 27,         ///< both foot forces gone for longer than gap_max_s
  kNothingToStandOn = 1U << 28  ///< no foot has borne load for longer than airborne_max_s
};

inline constexpr std::uint32_t kInvalidatingFaults =
    kNotStarted | kImuLost | kJointsLost | kFeetLost | kNothingToStandOn;

}  // namespace longmen::estimation
