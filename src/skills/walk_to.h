#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

#include "model/robot_model.h"
#include "planning/avoidance.h"
#include "skills/pose_servo.h"
#include "skills/skill.h"
#include "world/way_finder.h"

namespace longmen::skills {

/// How the body gets to a place.
struct WalkToConfig {
  double speed_max_m_s = 0.8;
  double slow_zone_m_s = 0.4;
  double decelerate_m_s2 = 0.3;
  double turn_first_rad = 0.6;  ///< a way point farther aside is turned to before walking
  double turned_rad = 0.2;
  double clearance_m = 0.40;      ///< kept from things where there is room ...
  double clearance_min_m = 0.30;  ///< ... and where there is not: the plan gate's
  double sway_m = 0.06;           ///< of the body about its way, besides its own width
  double person_clearance_m =
      0.60;              ///< kept from who stands, by the body's middle, where there is room
  double near_m = 0.45;  ///< nearer than this the body side-steps and takes its heading
  double way_point_m = 0.12;
  double replan_s = 0.5;
  int expansions = 3;           ///< of the search, each period
  double keep_way_m = 0.3;      ///< a way is kept unless another is shorter by this
  double standing_m_s = 0.2;    ///< who is slower is gone round
  double halted_s = 1.0;        ///< of waiting on the spot before the body stands
  double blocked_max_s = 30.0;  ///< of not getting on because of someone, before it gives up
  planning::AvoidanceConfig avoidance;
};

/// The same, with room for the body's arms and for a load before the chest, which swings round when
/// the body turns; `carried` may be null.
[[nodiscard]] WalkToConfig with_room(WalkToConfig config, const model::Footprint& footprint,
                                     const world::Object* carried);

/// What walking needs to know of the floor; shared by the steps of a plan, one at a time.
struct Ground {
  explicit Ground(const world::World& world);

  world::WayFinder ways;
  std::vector<world::Zone> slow_zones;
  std::array<world::Disc, kMaxTracks> discs{};
  std::array<planning::Mover, kMaxTracks> movers{};
};

/// Walks to a pose: looks for the shortest way over the free floor before the first step and again
/// twice a second, follows it facing ahead, keeps away from people and things that no map has,
/// waits while someone is in the way, and comes to rest by a PoseServo. Fails before a step is
/// taken when no way leads there. Works on estimates alone. Real-time safe.
class WalkTo {
 public:
  WalkTo(Ground& ground, const WalkToConfig& config, const PoseServoConfig& servo, double period_s)
      : ground_(&ground), config_(config), servo_(servo, period_s), period_s_(period_s) {}

  void go_to(const Eigen::Vector2d& p_WB_m, double yaw_rad) noexcept;

  [[nodiscard]] SkillTick tick(const SkillView& view, Goal& goal) noexcept;

  /// 0 at the start, 1 at the pose.
  [[nodiscard]] double progress() const noexcept;

 private:
  /// Of a search, each when the one before found nothing.
  enum class Search : std::uint8_t {
    kNone,
    kRoomy,
    kNarrow,
    kWithoutPeople,
  };

  void observe(const SkillView& view) noexcept;
  [[nodiscard]] SkillTick search() noexcept;
  void begin_search(Search kind) noexcept;
  void take_way() noexcept;
  [[nodiscard]] double way_left_m() const noexcept;
  [[nodiscard]] bool is_way_free() const noexcept;
  [[nodiscard]] Eigen::Vector2d wanted_H(Goal& goal) noexcept;
  [[nodiscard]] double speed_limit() const noexcept;
  [[nodiscard]] SkillTick come_to_rest(const SkillView& view, Goal& goal) noexcept;
  void follow(Goal& goal) noexcept;

  Ground* ground_;
  WalkToConfig config_;
  PoseServo servo_;
  double period_s_;

  bool has_begun_ = false;
  bool is_arriving_ = false;  ///< the servo has the body
  bool is_turning_ = false;
  Eigen::Vector2d target_W_ = Eigen::Vector2d::Zero();
  double target_yaw_rad_ = 0.0;
  Eigen::Vector2d p_W_ = Eigen::Vector2d::Zero();
  double yaw_rad_ = 0.0;
  std::size_t mover_count_ = 0;
  std::size_t disc_count_ = 0;
  Search search_ = Search::kNone;
  double since_search_s_ = 0.0;
  static constexpr std::size_t kWayPoints_max = 32;
  std::array<Eigen::Vector2d, kWayPoints_max> way_{};
  std::size_t way_count_ = 0;  ///< 0: none yet, or closed by someone
  std::size_t next_ = 1;
  double still_s_ = 0.0;
  double blocked_s_ = 0.0;
  double start_distance_m_ = 0.0;
};

}  // namespace longmen::skills
