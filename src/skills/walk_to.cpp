#include "skills/walk_to.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"

namespace longmen::skills {
namespace {

using Eigen::Vector2d;

constexpr double kLeaveRest_m = 0.3;  // pushed this much farther than near_m, it walks again
constexpr double kLookAhead_m = 0.5;  // for slow zones

}  // namespace

Ground::Ground(const world::World& world) : ways(world::FreeSpace(world)) {
  for (const world::Zone& zone : world.zones)
    if (zone.kind == world::ZoneKind::kSlow) slow_zones.push_back(zone);
}

WalkToConfig with_room(WalkToConfig config, const model::Footprint& footprint,
                       const world::Object* carried) {
  double reach_m = footprint.half_width_m;
  if (carried != nullptr && carried->size_m) {
    const double length_m = carried->size_m->head<2>().maxCoeff();
    reach_m = std::max(reach_m, std::hypot(footprint.fore_m + length_m, 0.5 * length_m));
  }
  config.clearance_m = std::max(config.clearance_min_m, reach_m + config.sway_m);
  config.avoidance.half_width_m = reach_m;
  return config;
}

void WalkTo::go_to(const Vector2d& p_WB_m, double yaw_rad) noexcept {
  target_W_ = p_WB_m;
  target_yaw_rad_ = yaw_rad;
  servo_.go_to(p_WB_m, yaw_rad);
}

SkillTick WalkTo::tick(const SkillView& view, Goal& goal) noexcept {
  observe(view);
  const bool frame_moved = view.state.frame_turn_rad != 0.0 || !view.state.frame_shift_m.isZero();
  if (!has_begun_ || frame_moved) {
    has_begun_ = true;
    way_count_ = 0;
    start_distance_m_ = (target_W_ - p_W_).norm();
    begin_search(Search::kRoomy);
  }
  if (const SkillTick found = search(); found.status == SkillStatus::kFailed) return found;
  goal.velocity_H_m_s.setZero();
  goal.yaw_rate_rad_s = 0.0;
  if (is_arriving_) return come_to_rest(view, goal);
  follow(goal);
  const bool is_on = way_count_ > 0 && still_s_ < config_.halted_s;
  blocked_s_ = is_on ? 0.0 : blocked_s_ + period_s_;
  return blocked_s_ > config_.blocked_max_s ? failed(SkillFault::kBlocked) : kRunning;
}

void WalkTo::observe(const SkillView& view) noexcept {
  p_W_ = view.state.p_WB.head<2>();
  yaw_rad_ = math::yaw_of(view.state.q_WB.toRotationMatrix());
  mover_count_ = disc_count_ = 0;
  for (int i = 0; i < view.world.track_count; ++i) {
    const Track& track = view.world.tracks[static_cast<std::size_t>(i)];
    const Vector2d p_W = track.p_WO.head<2>();
    const Vector2d v_W = track.v_WO.head<2>();
    ground_->movers[mover_count_++] = {p_W, v_W, track.radius_m};
    if (v_W.norm() < config_.standing_m_s) ground_->discs[disc_count_++] = {p_W, track.radius_m};
  }
}

void WalkTo::begin_search(Search kind) noexcept {
  search_ = kind;
  since_search_s_ = 0.0;
  const bool is_roomy = kind == Search::kRoomy;
  const double clearance_m = is_roomy ? config_.clearance_m : config_.clearance_min_m;
  const std::size_t discs = kind == Search::kWithoutPeople ? 0 : disc_count_;
  ground_->ways.begin(
      {.from_W_m = p_W_,
       .to_W_m = target_W_,
       .clearance_m = std::max(clearance_m, config_.clearance_min_m),
       .disc_clearance_m = is_roomy ? config_.person_clearance_m : config_.clearance_min_m,
       .goal_clearance_m = config_.clearance_min_m},
      {ground_->discs.data(), discs});
}

/// Goes on with the present search, and begins the next when it is due.
SkillTick WalkTo::search() noexcept {
  since_search_s_ += period_s_;
  if (search_ == Search::kNone) {
    if (since_search_s_ > config_.replan_s) begin_search(Search::kRoomy);
    return kRunning;
  }
  switch (ground_->ways.advance(config_.expansions)) {
    case world::WayStatus::kSearching:
      return kRunning;
    case world::WayStatus::kFound:
      if (search_ == Search::kWithoutPeople)
        way_count_ = 0;  // there is a way, but someone stands in it
      else
        take_way();
      search_ = Search::kNone;
      return kRunning;
    case world::WayStatus::kGoalBlocked:
    case world::WayStatus::kNoWay:
      if (search_ == Search::kRoomy)
        begin_search(Search::kNarrow);
      else if (search_ == Search::kNarrow)
        begin_search(Search::kWithoutPeople);
      else
        return failed(SkillFault::kUnreachable);
  }
  return kRunning;
}

double WalkTo::way_left_m() const noexcept {
  double left_m = (way_[next_] - p_W_).norm();
  for (std::size_t i = next_; i + 1 < way_count_; ++i) left_m += (way_[i + 1] - way_[i]).norm();
  return left_m;
}

bool WalkTo::is_way_free() const noexcept {
  if (!ground_->ways.is_free(p_W_, way_[next_])) return false;
  for (std::size_t i = next_; i + 1 < way_count_; ++i)
    if (!ground_->ways.is_free(way_[i], way_[i + 1])) return false;
  return true;
}

/// The new way, unless the old one will do as well: two ways round a thing must not take turns.
void WalkTo::take_way() noexcept {
  const world::WayFinder& ways = ground_->ways;
  const bool old_will_do =
      way_count_ > 0 && is_way_free() && way_left_m() < ways.length_m() + config_.keep_way_m;
  if (old_will_do) return;
  way_count_ = std::min(ways.way_W_m().size(), kWayPoints_max);
  std::copy_n(ways.way_W_m().begin(), way_count_, way_.begin());
  next_ = 1;
}

double WalkTo::speed_limit() const noexcept {
  const Vector2d ahead_W = p_W_ + kLookAhead_m * Vector2d(std::cos(yaw_rad_), std::sin(yaw_rad_));
  for (const world::Zone& zone : ground_->slow_zones)
    if (zone.contains(p_W_) || zone.contains(ahead_W)) return config_.slow_zone_m_s;
  return config_.speed_max_m_s;
}

/// What would be walked if nobody were there; writes the turning, too.
Vector2d WalkTo::wanted_H(Goal& goal) noexcept {
  if (way_count_ == 0) return Vector2d::Zero();
  while (next_ + 1 < way_count_ && ((way_[next_] - p_W_).norm() < config_.way_point_m ||
                                    ground_->ways.is_free(p_W_, way_[next_ + 1])))
    ++next_;
  const Vector2d to_W = way_[next_] - p_W_;
  const double aside_rad = math::wrap_angle(std::atan2(to_W.y(), to_W.x()) - yaw_rad_);
  if (std::abs(aside_rad) > config_.turn_first_rad) is_turning_ = true;
  if (std::abs(aside_rad) < config_.turned_rad) is_turning_ = false;
  goal.yaw_rate_rad_s = servo_.yaw_rate(aside_rad);
  if (is_turning_) return Vector2d::Zero();
  const double braking_m = std::max(0.0, way_left_m() - config_.near_m);
  const double speed_m_s =
      std::min(speed_limit(),
               servo_.approach_speed_m_s() + std::sqrt(2.0 * config_.decelerate_m_s2 * braking_m));
  return {speed_m_s * std::max(0.0, std::cos(aside_rad)), 0.0};
}

void WalkTo::follow(Goal& goal) noexcept {
  const Vector2d wanted = wanted_H(goal);
  goal.velocity_H_m_s = planning::avoid(config_.avoidance, p_W_, yaw_rad_, wanted,
                                        {ground_->movers.data(), mover_count_}, ground_->ways);
  const bool is_still = goal.velocity_H_m_s.isZero() && std::abs(goal.yaw_rate_rad_s) < 1e-3;
  const bool waits = goal.velocity_H_m_s.isZero() && !is_turning_;
  still_s_ = waits ? still_s_ + period_s_ : 0.0;
  const bool stands = is_still || (waits && still_s_ > config_.halted_s);
  goal.locomotion = stands ? Goal::Locomotion::kStand : Goal::Locomotion::kWalk;
  if (stands) goal.yaw_rate_rad_s = 0.0;
  if (way_count_ > 0 && next_ + 1 == way_count_ && (target_W_ - p_W_).norm() < config_.near_m) {
    is_arriving_ = true;
    servo_.go_to(target_W_, target_yaw_rad_);
  }
}

/// The last steps are the servo's, unless someone comes too near or the body is pushed away.
SkillTick WalkTo::come_to_rest(const SkillView& view, Goal& goal) noexcept {
  const SkillTick tick = servo_.tick(view, goal);
  const Vector2d kept = planning::avoid(config_.avoidance, p_W_, yaw_rad_, goal.velocity_H_m_s,
                                        {ground_->movers.data(), mover_count_}, ground_->ways);
  const bool gives_way = kept != goal.velocity_H_m_s;
  if (gives_way || (target_W_ - p_W_).norm() > config_.near_m + kLeaveRest_m) {
    is_arriving_ = false;
    goal.locomotion = Goal::Locomotion::kWalk;
    goal.velocity_H_m_s = kept;
    return kRunning;
  }
  return tick;
}

double WalkTo::progress() const noexcept {
  if (start_distance_m_ < 1e-6) return 1.0;
  return std::clamp(1.0 - (target_W_ - p_W_).norm() / start_distance_m_, 0.0, 1.0);
}

}  // namespace longmen::skills
