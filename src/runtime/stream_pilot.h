#pragma once

#include "runtime/pilot.h"

namespace longmen::runtime {

/// Flies the last velocity command that came from outside; all zeros is a stand. For simulated
/// robots, until a step of an approved plan can let a stream in.
class StreamPilot final : public Pilot {
 public:
  void command(const Eigen::Vector2d& velocity_H_m_s, double yaw_rate_rad_s) noexcept {
    const bool stands = velocity_H_m_s.isZero(0.0) && yaw_rate_rad_s == 0.0;
    goal_.locomotion = stands ? Goal::Locomotion::kStand : Goal::Locomotion::kWalk;
    goal_.velocity_H_m_s = velocity_H_m_s;
    goal_.yaw_rate_rad_s = yaw_rate_rad_s;
  }
  [[nodiscard]] const Goal& tick(const View&) noexcept override { return goal_; }

 private:
  Goal goal_;
};

}  // namespace longmen::runtime
