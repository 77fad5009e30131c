#include "world/free_space.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace longmen::world {
namespace {

using Eigen::Vector2d;

constexpr double kNoEdge_m = 1e9;

double cross(const Vector2d& a, const Vector2d& b) { return a.x() * b.y() - a.y() * b.x(); }

bool segments_cross(const Vector2d& a, const Vector2d& b, const Vector2d& c, const Vector2d& d) {
  const double side_c = cross(b - a, c - a);
  const double side_d = cross(b - a, d - a);
  const double side_a = cross(d - c, a - c);
  const double side_b = cross(d - c, b - c);
  return side_c * side_d < 0.0 && side_a * side_b < 0.0;
}

bool contains(const std::vector<Vector2d>& corners, const Vector2d& p) {
  bool is_inside = false;
  for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
    const Vector2d& a = corners[i];
    const Vector2d& b = corners[j];
    if ((a.y() > p.y()) != (b.y() > p.y()) &&
        p.x() < (b.x() - a.x()) * (p.y() - a.y()) / (b.y() - a.y()) + a.x())
      is_inside = !is_inside;
  }
  return is_inside;
}

double signed_area(const std::vector<Vector2d>& corners) {
  double area = 0.0;
  for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++)
    area += 0.5 * cross(corners[j], corners[i]);
  return area;
}

}  // namespace

double distance_to_segment(const Vector2d& p, const Vector2d& a, const Vector2d& b) noexcept {
  const Vector2d ab = b - a;
  const double length2 = ab.squaredNorm();
  const double share = length2 > 0.0 ? std::clamp((p - a).dot(ab) / length2, 0.0, 1.0) : 0.0;
  return (p - a - share * ab).norm();
}

double Barrier::distance(const Vector2d& p_W) const noexcept {
  if (contains(corners_W_m, p_W)) return 0.0;
  double nearest_m = kNoEdge_m;
  for (std::size_t i = 0, j = corners_W_m.size() - 1; i < corners_W_m.size(); j = i++)
    nearest_m = std::min(nearest_m, distance_to_segment(p_W, corners_W_m[j], corners_W_m[i]));
  return nearest_m;
}

bool Barrier::is_clear_of(const Vector2d& a_W, const Vector2d& b_W,
                          double clearance_m) const noexcept {
  const bool is_far = (a_W.cwiseMin(b_W).array() > max_W_m.array() + clearance_m).any() ||
                      (a_W.cwiseMax(b_W).array() < min_W_m.array() - clearance_m).any();
  if (is_far) return true;
  if (contains(corners_W_m, a_W) || contains(corners_W_m, b_W)) return false;
  for (std::size_t i = 0, j = corners_W_m.size() - 1; i < corners_W_m.size(); j = i++) {
    const Vector2d& c = corners_W_m[j];
    const Vector2d& d = corners_W_m[i];
    if (segments_cross(a_W, b_W, c, d) || distance_to_segment(c, a_W, b_W) < clearance_m ||
        distance_to_segment(a_W, c, d) < clearance_m ||
        distance_to_segment(b_W, c, d) < clearance_m)
      return false;
  }
  return true;
}

FreeSpace::FreeSpace(const World& world)
    : has_floor_((world.floor_max_m - world.floor_min_m).minCoeff() > 0.0),
      floor_min_m_(world.floor_min_m),
      floor_max_m_(world.floor_max_m) {
  const auto add_body = [&](const std::string& id, const Body& body) {
    const Vector2d half = 0.5 * body.size_m.head<2>();
    const Vector2d& p = body.p_W_m;
    add(id, false,
        {p - half, p + Vector2d(half.x(), -half.y()), p + half, p + Vector2d(-half.x(), half.y())});
  };
  for (const Place& place : world.places)
    if (place.body) add_body(place.names.id, *place.body);
  for (const Obstacle& obstacle : world.obstacles) add_body(obstacle.id, obstacle.body);
  for (const Zone& zone : world.zones)
    if (zone.kind == ZoneKind::kKeepOut) add(zone.id, true, zone.corners_W_m);
}

void FreeSpace::add(std::string id, bool is_zone, std::vector<Vector2d> corners_W_m) {
  if (signed_area(corners_W_m) < 0.0) std::reverse(corners_W_m.begin(), corners_W_m.end());
  Barrier barrier{std::move(id), is_zone, std::move(corners_W_m), {}, {}};
  barrier.min_W_m = barrier.max_W_m = barrier.corners_W_m.front();
  for (const Vector2d& corner : barrier.corners_W_m) {
    barrier.min_W_m = barrier.min_W_m.cwiseMin(corner);
    barrier.max_W_m = barrier.max_W_m.cwiseMax(corner);
  }
  barriers_.push_back(std::move(barrier));
}

double FreeSpace::distance_to_edge(const Vector2d& p_W) const noexcept {
  if (!has_floor_) return kNoEdge_m;
  return std::min((p_W - floor_min_m_).minCoeff(), (floor_max_m_ - p_W).minCoeff());
}

double FreeSpace::clearance(const Vector2d& p_W) const noexcept {
  double nearest_m = std::max(0.0, distance_to_edge(p_W));
  for (const Barrier& barrier : barriers_) nearest_m = std::min(nearest_m, barrier.distance(p_W));
  return nearest_m;
}

}  // namespace longmen::world
