#pragma once

#include <Eigen/Core>
#include <array>
#include <optional>
#include <vector>

#include "model/robot_model.h"
#include "planning/gait_config.h"
#include "world/height_map.h"

namespace longmen::planning {

/// How a sole would stand at a place of the map.
struct Footing {
  bool is_safe = false;   ///< carried by a plane that is flat enough, clear of what is higher
  double height_m = 0.0;  ///< of the plane at the sole's origin
  Eigen::Vector2d slope = Eigen::Vector2d::Zero();  ///< of the plane along X and Y of W
};

/// The ground ahead of the CoM as one would feel it without its edges.
struct Grade {
  double height_m = 0.0;
  double slope = 0.0;  ///< along the heading
};

/// What feet can do on a known ground: where they stand and what they have to clear.
/// Derivation: docs/math/terrain.md.
class FootingMap {
 public:
  FootingMap(const model::RobotModel& model, const GaitConfig::Terrain& config);

  /// Between ticks; takes memory.
  void see(const world::HeightMap& map) { map_ = map.smoothed(); }
  [[nodiscard]] bool is_known() const noexcept { return map_.has_value(); }

  // Below: only with a map. Real-time safe.

  /// Of the sole of `side` with its origin at p_W and its toes along yaw_rad.
  [[nodiscard]] Footing at(int side, const Eigen::Vector2d& p_W, double yaw_rad) const noexcept;
  /// The highest ground under the sole and the margin about it.
  [[nodiscard]] double highest_m(int side, const Eigen::Vector2d& p_W,
                                 double yaw_rad) const noexcept;
  [[nodiscard]] Grade grade(const Eigen::Vector2d& p_W, double yaw_rad) const noexcept;

 private:
  /// One point of the pattern that is looked at, in the sole's frame.
  struct Probe {
    Eigen::Vector2d p_S;
    bool is_carrying = false;  ///< must stand on the plane; the rest must only not be higher
  };
  struct Pattern {
    std::vector<Probe> probes;
    Eigen::Vector2d middle = Eigen::Vector2d::Zero();  ///< of those that carry
    Eigen::Vector2d spread = Eigen::Vector2d::Zero();  ///< sums of their squares about it
    int carrying = 0;
  };
  GaitConfig::Terrain config_;
  std::array<Pattern, kFeet> patterns_;
  std::optional<world::HeightMap> map_;
};

}  // namespace longmen::planning
