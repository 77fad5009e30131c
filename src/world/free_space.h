#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "world/world.h"

namespace longmen::world {

/// Distance of a point from a straight piece of the floor.
[[nodiscard]] double distance_to_segment(const Eigen::Vector2d& p, const Eigen::Vector2d& a,
                                         const Eigen::Vector2d& b) noexcept;

/// A part of the floor where nothing may walk: a simple polygon, counter-clockwise.
struct Barrier {
  std::string id;  ///< of the place, obstacle or zone it is
  bool is_zone = false;
  std::vector<Eigen::Vector2d> corners_W_m;
  Eigen::Vector2d min_W_m = Eigen::Vector2d::Zero();  ///< of its bounding box
  Eigen::Vector2d max_W_m = Eigen::Vector2d::Zero();

  /// 0 inside.
  [[nodiscard]] double distance(const Eigen::Vector2d& p_W) const noexcept;
  /// Is every point of the segment at least `clearance_m` away?
  [[nodiscard]] bool is_clear_of(const Eigen::Vector2d& a_W, const Eigen::Vector2d& b_W,
                                 double clearance_m) const noexcept;
};

/// The floor of a world and what stands on it: bodies of places, obstacles, keep-out zones.
class FreeSpace {
 public:
  explicit FreeSpace(const World& world);

  [[nodiscard]] const std::vector<Barrier>& barriers() const noexcept { return barriers_; }
  /// Distance from the edge of the floor, negative beyond it; large where no floor is known.
  [[nodiscard]] double distance_to_edge(const Eigen::Vector2d& p_W) const noexcept;
  /// Distance from the nearest barrier or edge, 0 within one.
  [[nodiscard]] double clearance(const Eigen::Vector2d& p_W) const noexcept;

 private:
  void add(std::string id, bool is_zone, std::vector<Eigen::Vector2d> corners_W_m);

  std::vector<Barrier> barriers_;
  bool has_floor_ = false;
  Eigen::Vector2d floor_min_m_;
  Eigen::Vector2d floor_max_m_;
};

}  // namespace longmen::world
