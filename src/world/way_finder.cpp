#include "world/way_finder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace longmen::world {
namespace {

using Eigen::Vector2d;

constexpr double kTight_m = 1e-6;   // a node lies on the grown outline, and still counts as free
constexpr double kInside_m = 0.02;  // nearer than this a thing can only be left
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kStart = 0;
constexpr int kGoal = 1;
constexpr int kDiscCorners = 8;

Vector2d at_angle(double angle_rad) { return {std::cos(angle_rad), std::sin(angle_rad)}; }

/// What remains of a clearance at a thing that the way begins or ends near to; negative: ignored.
double remaining(double clearance_m, double from_m, double to_m) {
  if (from_m < kInside_m) return -1.0;
  return std::min({clearance_m, from_m - kTight_m, to_m - kTight_m});
}

}  // namespace

WayFinder::WayFinder(FreeSpace space) : space_(std::move(space)) {
  std::size_t nodes = 2 + kDiscs_max * kDiscCorners;
  for (const Barrier& barrier : space_.barriers()) nodes += 2 * barrier.corners_W_m.size();
  nodes_.reserve(nodes);
  way_.reserve(nodes);
  discs_.reserve(kDiscs_max);
  disc_clearance_m_.reserve(kDiscs_max);
  barrier_clearance_m_.resize(space_.barriers().size());
}

void WayFinder::begin(const WayQuery& query, std::span<const Disc> discs) noexcept {
  query_ = query;
  discs_.assign(discs.begin(),
                discs.begin() + static_cast<std::ptrdiff_t>(std::min(discs.size(), kDiscs_max)));
  disc_clearance_m_.clear();
  nodes_.clear();
  way_.clear();
  length_m_ = 0.0;
  status_ = WayStatus::kSearching;
  const Vector2d& from = query.from_W_m;
  const Vector2d& to = query.to_W_m;
  const auto block = [&](int by) {
    blocked_by_ = by;
    status_ = WayStatus::kGoalBlocked;
  };

  const double goal_edge_m = space_.distance_to_edge(to);
  if (goal_edge_m < query.goal_clearance_m - kTight_m) block(kBlockedByEdge);
  edge_clearance_m_ = remaining(query.clearance_m, space_.distance_to_edge(from), goal_edge_m);
  const std::vector<Barrier>& barriers = space_.barriers();
  for (std::size_t i = 0; i < barriers.size(); ++i) {
    const double goal_m = barriers[i].distance(to);
    if (goal_m < query.goal_clearance_m - kTight_m) block(static_cast<int>(i));
    barrier_clearance_m_[i] = remaining(query.clearance_m, barriers[i].distance(from), goal_m);
  }
  for (const Disc& disc : discs_) {
    const double goal_m = (to - disc.p_W_m).norm() - disc.radius_m;
    if (goal_m < query.goal_clearance_m - kTight_m) block(kBlockedByDisc);
    disc_clearance_m_.push_back(
        remaining(query.disc_clearance_m, (from - disc.p_W_m).norm() - disc.radius_m, goal_m));
  }
  if (status_ != WayStatus::kSearching) return;

  nodes_.push_back({from, 0.0, kStart, NodeState::kOpen});
  nodes_.push_back({to, kInfinity, kStart, NodeState::kUnseen});
  for (std::size_t i = 0; i < barriers.size(); ++i) {
    const std::vector<Vector2d>& corners = barriers[i].corners_W_m;
    if (barrier_clearance_m_[i] < 0.0) continue;
    for (std::size_t c = 0; c < corners.size(); ++c)
      add_corner(corners[(c + corners.size() - 1) % corners.size()], corners[c],
                 corners[(c + 1) % corners.size()], barrier_clearance_m_[i]);
  }
  for (std::size_t i = 0; i < discs_.size(); ++i) {
    if (disc_clearance_m_[i] < 0.0) continue;
    constexpr double kHalf_rad = std::numbers::pi / kDiscCorners;
    const double radius_m =
        (discs_[i].radius_m + disc_clearance_m_[i] + 2.0 * kTight_m) / std::cos(kHalf_rad);
    for (int c = 0; c < kDiscCorners; ++c)
      add_node(discs_[i].p_W_m + radius_m * at_angle(2.0 * kHalf_rad * c));
  }
}

/// Round a convex corner the outline of the grown barrier is an arc; two tangents beside it stay
/// within 1.1 clearances of the corner.
void WayFinder::add_corner(const Vector2d& before, const Vector2d& corner, const Vector2d& after,
                           double clearance_m) noexcept {
  const Vector2d in = corner - before;
  const Vector2d out = after - corner;
  const double turn_rad = std::atan2(in.x() * out.y() - in.y() * out.x(), in.dot(out));
  if (turn_rad <= 0.0) return;
  const double normal_rad = std::atan2(-in.x(), in.y());
  const double radius_m = (clearance_m + 2.0 * kTight_m) / std::cos(0.25 * turn_rad);
  for (const double share : {0.25, 0.75})
    add_node(corner + radius_m * at_angle(normal_rad + share * turn_rad));
}

void WayFinder::add_node(const Vector2d& p_W) noexcept {
  if (nodes_.size() == nodes_.capacity() || !is_free(p_W, p_W)) return;
  nodes_.push_back({p_W, kInfinity, kStart, NodeState::kUnseen});
}

int WayFinder::first_in(const Vector2d& a_W, const Vector2d& b_W) const noexcept {
  double nearest_m = kInfinity;
  int first = kBlockedByEdge;
  const std::vector<Barrier>& barriers = space_.barriers();
  for (std::size_t i = 0; i < barriers.size(); ++i) {
    if (barrier_clearance_m_[i] < 0.0 || barriers[i].is_clear_of(a_W, b_W, barrier_clearance_m_[i]))
      continue;
    const double distance_m = barriers[i].distance(a_W);
    if (distance_m >= nearest_m) continue;
    nearest_m = distance_m;
    first = static_cast<int>(i);
  }
  for (std::size_t i = 0; i < discs_.size(); ++i) {
    const double radius_m = discs_[i].radius_m + disc_clearance_m_[i];
    if (disc_clearance_m_[i] < 0.0 || distance_to_segment(discs_[i].p_W_m, a_W, b_W) >= radius_m)
      continue;
    const double distance_m = (discs_[i].p_W_m - a_W).norm() - discs_[i].radius_m;
    if (distance_m >= nearest_m) continue;
    nearest_m = distance_m;
    first = kBlockedByDisc;
  }
  return first;
}

bool WayFinder::is_free(const Vector2d& a_W, const Vector2d& b_W) const noexcept {
  if (edge_clearance_m_ >= 0.0 && (space_.distance_to_edge(a_W) < edge_clearance_m_ ||
                                   space_.distance_to_edge(b_W) < edge_clearance_m_))
    return false;
  const std::vector<Barrier>& barriers = space_.barriers();
  for (std::size_t i = 0; i < barriers.size(); ++i)
    if (barrier_clearance_m_[i] >= 0.0 &&
        !barriers[i].is_clear_of(a_W, b_W, barrier_clearance_m_[i]))
      return false;
  for (std::size_t i = 0; i < discs_.size(); ++i)
    if (disc_clearance_m_[i] >= 0.0 &&
        distance_to_segment(discs_[i].p_W_m, a_W, b_W) < discs_[i].radius_m + disc_clearance_m_[i])
      return false;
  return true;
}

WayStatus WayFinder::advance(int expansions) noexcept {
  for (; status_ == WayStatus::kSearching && expansions > 0; --expansions) {
    int best = -1;
    double best_m = kInfinity;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].state != NodeState::kOpen) continue;
      const double whole_m = nodes_[i].cost_m + (query_.to_W_m - nodes_[i].p_W_m).norm();
      if (whole_m >= best_m) continue;
      best_m = whole_m;
      best = static_cast<int>(i);
    }
    if (best < 0) {
      blocked_by_ = first_in(query_.from_W_m, query_.to_W_m);
      status_ = WayStatus::kNoWay;
    } else if (best == kGoal) {
      finish(best);
    } else {
      expand(best);
    }
  }
  return status_;
}

void WayFinder::expand(int index) noexcept {
  Node& from = nodes_[static_cast<std::size_t>(index)];
  from.state = NodeState::kClosed;
  for (Node& node : nodes_) {
    if (node.state == NodeState::kClosed) continue;
    const double cost_m = from.cost_m + (node.p_W_m - from.p_W_m).norm();
    if (cost_m >= node.cost_m || !is_free(from.p_W_m, node.p_W_m)) continue;
    node.cost_m = cost_m;
    node.parent = index;
    node.state = NodeState::kOpen;
  }
}

void WayFinder::finish(int goal) noexcept {
  length_m_ = nodes_[static_cast<std::size_t>(goal)].cost_m;
  for (int i = goal; i != kStart; i = nodes_[static_cast<std::size_t>(i)].parent)
    way_.push_back(nodes_[static_cast<std::size_t>(i)].p_W_m);
  way_.push_back(query_.from_W_m);
  std::reverse(way_.begin(), way_.end());
  status_ = WayStatus::kFound;
}

WayStatus WayFinder::find(const WayQuery& query, std::span<const Disc> discs) noexcept {
  begin(query, discs);
  return advance(std::numeric_limits<int>::max());
}

}  // namespace longmen::world
