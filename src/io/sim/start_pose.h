#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace longmen::io {

/// How a simulated robot begins.
enum class StartPose : std::uint8_t {
  kStanding,
  kBack,  ///< lies on it; the joints are near the home posture
  kBelly,
  kLeftSide,
  kRightSide,
  kAny,  ///< any attitude, any angles of the joints
};
inline constexpr std::array<std::string_view, 6> kStartPoseNames{"standing",  "back",       "belly",
                                                                 "left_side", "right_side", "any"};

}  // namespace longmen::io
