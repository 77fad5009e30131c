#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>
#include <cstdint>

namespace longmen {

/// Sizes are fixed so that frames live in preallocated memory and cross rings and walls as they
/// are.
inline constexpr int kMaxJoints = 48;
inline constexpr int kFeet = 2;
inline constexpr int kHands = 2;
inline constexpr int kMaxDetections = 8;
inline constexpr int kMaxTracks = 8;
inline constexpr int kMaxObjects = 8;
inline constexpr double kGravity_m_s2 = 9.81;

/// Index of the control period since start-up. Time in the loop is tick times period, never a
/// clock.
using Tick = std::int64_t;
inline constexpr double kTick_s = 0.001;  ///< between two ticks of the control loop

/// One value for each actuated joint, in the order of robot.yaml. Storage is inline: copies never
/// allocate.
using JointVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, kMaxJoints, 1>;

/// Index into arrays of feet and hands.
enum Side : int { kLeft = 0, kRight = 1 };
[[nodiscard]] constexpr Side other(Side side) { return side == kLeft ? kRight : kLeft; }
/// +1 for left (positive y), -1 for right.
[[nodiscard]] constexpr double lateral_sign(int side) { return side == kLeft ? 1.0 : -1.0; }

}  // namespace longmen
