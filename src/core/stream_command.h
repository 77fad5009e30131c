#pragma once

#include <array>
#include <cstddef>

#include "core/goal.h"

namespace longmen {

/// A velocity that somebody outside commands, stamped with the tick that took it up.
struct StreamCommand {
  static constexpr std::size_t kSourceBytes = 24;

  Tick tick = -1;  ///< -1: there was none
  Eigen::Vector2d velocity_H_m_s = Eigen::Vector2d::Zero();
  double yaw_rate_rad_s = 0.0;
  std::array<char, kSourceBytes> source{};  ///< who sent it; zero-terminated unless full

  /// All zeros is a stand.
  [[nodiscard]] bool stands() const noexcept {
    return velocity_H_m_s.isZero(0.0) && yaw_rate_rad_s == 0.0;
  }
};

/// Writes what is commanded into a goal; all zeros is a stand.
inline void follow(const StreamCommand& command, Goal& goal) noexcept {
  goal.locomotion = command.stands() ? Goal::Locomotion::kStand : Goal::Locomotion::kWalk;
  goal.velocity_H_m_s = command.velocity_H_m_s;
  goal.yaw_rate_rad_s = command.yaw_rate_rad_s;
}

}  // namespace longmen
