#include "skills/free_ahead.h"

#include <algorithm>
#include <array>

namespace longmen::skills {
namespace {

using Eigen::Vector2d;

constexpr std::array kShares = {1.0, 0.75, 0.5, 0.25};  // of the wanted velocity that are tried
static_assert(2 * kMaxTracks <= static_cast<int>(world::WayFinder::kDiscs_max));

}  // namespace

/// Things keep their clearance; people theirs, where they are and where they will be.
void FreeAhead::look_round(const SkillView& view) noexcept {
  p_W_ = view.state.p_WB.head<2>();
  std::array<world::Disc, 2 * kMaxTracks> discs;
  std::size_t count = 0;
  for (int i = 0; i < view.world.track_count; ++i) {
    const Track& track = view.world.tracks[static_cast<std::size_t>(i)];
    const Vector2d now_W = track.p_WO.head<2>();
    discs[count++] = {now_W, track.radius_m};
    if (track.v_WO.head<2>().norm() > walk_.standing_m_s)
      discs[count++] = {now_W + look_s_ * track.v_WO.head<2>(), track.radius_m};
  }
  ground_->ways.begin({.from_W_m = p_W_,
                       .to_W_m = p_W_,
                       .clearance_m = walk_.clearance_m,
                       .disc_clearance_m = walk_.person_clearance_m,
                       .goal_clearance_m = 0.0},
                      {discs.data(), count});
}

/// How much of a velocity leads over the free floor.
double FreeAhead::share(const Vector2d& v_W_m_s) const noexcept {
  for (const double share : kShares)
    if (ground_->ways.is_free(p_W_, p_W_ + share * look_s_ * v_W_m_s)) return share;
  return 0.0;
}

bool FreeAhead::is_in_slow_zone(const Vector2d& v_W_m_s) const noexcept {
  const Vector2d ahead_W = p_W_ + look_s_ * v_W_m_s;
  return std::any_of(
      ground_->slow_zones.begin(), ground_->slow_zones.end(),
      [&](const world::Zone& zone) { return zone.contains(p_W_) || zone.contains(ahead_W); });
}

}  // namespace longmen::skills
