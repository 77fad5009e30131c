#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "world/free_space.h"

namespace longmen::world {

enum class WayStatus : std::uint8_t {
  kSearching,
  kFound,
  kGoalBlocked,  ///< `blocked_by` stands where the way should end, or too near to it
  kNoWay,        ///< closed off; `blocked_by` is the first thing in the straight line
};

/// Someone or something on the floor that no map has.
struct Disc {
  Eigen::Vector2d p_W_m = Eigen::Vector2d::Zero();
  double radius_m = 0.0;
};

/// Who stands in the way, besides barriers.
inline constexpr int kBlockedByEdge = -1;  ///< the edge of the floor
inline constexpr int kBlockedByDisc = -2;

struct WayQuery {
  Eigen::Vector2d from_W_m = Eigen::Vector2d::Zero();
  Eigen::Vector2d to_W_m = Eigen::Vector2d::Zero();
  double clearance_m = 0.0;       ///< kept from barriers and the edge of the floor
  double disc_clearance_m = 0.0;  ///< kept from discs
  double goal_clearance_m = 0.0;  ///< with less than this around it a goal counts as blocked
};

/// The shortest way for a disc over the floor, by A* over the corners of barriers grown by the
/// clearance, seen from each other (docs/math/paths.md). Where the way begins or ends nearer to a
/// thing than the clearance, that thing keeps only the distance it has there; what the way begins
/// within is ignored: it can only be left. All memory is taken in the constructor; a search goes on
/// in bounded portions. Deterministic.
class WayFinder {
 public:
  static constexpr std::size_t kDiscs_max = 16;

  explicit WayFinder(FreeSpace space);

  /// Starts a search and forgets the last. Discs beyond kDiscs_max are not looked at.
  void begin(const WayQuery& query, std::span<const Disc> discs) noexcept;
  /// Goes on by at most `expansions` of a corner.
  WayStatus advance(int expansions) noexcept;
  /// begin(), and advance() to the end.
  WayStatus find(const WayQuery& query, std::span<const Disc> discs) noexcept;

  /// Way points from begin to end, when found.
  [[nodiscard]] std::span<const Eigen::Vector2d> way_W_m() const noexcept { return way_; }
  [[nodiscard]] double length_m() const noexcept { return length_m_; }
  /// Index into the barriers of space(), or kBlockedBy..., when not found.
  [[nodiscard]] int blocked_by() const noexcept { return blocked_by_; }
  /// Is the straight line free by the clearances of the present query?
  [[nodiscard]] bool is_free(const Eigen::Vector2d& a_W, const Eigen::Vector2d& b_W) const noexcept;

  [[nodiscard]] const FreeSpace& space() const noexcept { return space_; }

 private:
  enum class NodeState : std::uint8_t { kUnseen, kOpen, kClosed };
  struct Node {
    Eigen::Vector2d p_W_m;
    double cost_m;  ///< of the best way to it so far
    int parent;
    NodeState state;
  };

  void add_corner(const Eigen::Vector2d& before, const Eigen::Vector2d& corner,
                  const Eigen::Vector2d& after, double clearance_m) noexcept;
  void add_node(const Eigen::Vector2d& p_W) noexcept;
  [[nodiscard]] int first_in(const Eigen::Vector2d& a_W, const Eigen::Vector2d& b_W) const noexcept;
  void expand(int index) noexcept;
  void finish(int goal) noexcept;

  FreeSpace space_;
  WayQuery query_;
  std::vector<Disc> discs_;
  std::vector<double> barrier_clearance_m_;  ///< of the present query; negative: ignored
  std::vector<double> disc_clearance_m_;
  double edge_clearance_m_ = 0.0;
  std::vector<Node> nodes_;  ///< 0: the start, 1: the goal
  std::vector<Eigen::Vector2d> way_;
  double length_m_ = 0.0;
  int blocked_by_ = kBlockedByEdge;
  WayStatus status_ = WayStatus::kNoWay;
};

}  // namespace longmen::world
