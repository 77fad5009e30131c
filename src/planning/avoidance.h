#pragma once

#include <Eigen/Core>
#include <span>

#include "world/way_finder.h"

namespace longmen::planning {

/// Someone or something on the floor that moves on as it does now.
struct Mover {
  Eigen::Vector2d p_W_m = Eigen::Vector2d::Zero();
  Eigen::Vector2d v_W_m_s = Eigen::Vector2d::Zero();
  double radius_m = 0.0;
};

struct AvoidanceConfig {
  double horizon_s = 3.0;      ///< how far ahead movers are foreseen
  double half_width_m = 0.35;  ///< of the body
  double margin_m = 0.25;      ///< kept besides from one who moves at margin_speed_m_s or more
  double margin_speed_m_s = 0.5;
  double standing_m_s = 0.15;  ///< a mover as slow as this counts as standing
  double floor_look_s = 1.2;   ///< a step is taken only where the floor is free for so long
  double forward_max_m_s = 0.8;
  double backward_max_m_s = 0.4;
  double sideways_max_m_s = 0.3;
  double weight = 6.0;  ///< of coming too near, against (m/s)² off the wanted velocity
};

/// The velocity nearest to the wanted one that keeps away from movers: slower, to a side, back, or
/// none. Of a fixed set of velocities in the body's heading frame the least cost is taken
/// (docs/math/paths.md). The wanted one comes back unchanged when nobody is near.
/// @param ways  its present query says where the floor is free.
/// @return velocity in the heading frame. Real-time safe.
[[nodiscard]] Eigen::Vector2d avoid(const AvoidanceConfig& config, const Eigen::Vector2d& p_WB_m,
                                    double yaw_rad, const Eigen::Vector2d& wanted_H_m_s,
                                    std::span<const Mover> movers,
                                    const world::WayFinder& ways) noexcept;

}  // namespace longmen::planning
