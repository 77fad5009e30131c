#include "skills/follow_stream.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "math/rotation.h"

namespace longmen::skills {

using Eigen::Vector2d;

FollowStream::FollowStream(Ground& ground, const WalkToConfig& walk,
                           const FollowStreamConfig& config, Bounds bounds, double period_s,
                           double tick_period_s)
    : ahead_(ground, walk, config.look_s),
      walk_(walk),
      config_(config),
      bounds_(std::move(bounds)),
      period_s_(period_s),
      tick_period_s_(tick_period_s) {}

SkillTick FollowStream::tick(const SkillView& view, Goal& goal) noexcept {
  if (since_ < 0) since_ = view.state.tick;
  time_s_ += period_s_;
  const bool hears = is_heard(view);
  silent_s_ = hears ? 0.0 : silent_s_ + period_s_;
  StreamCommand command;
  const bool is_over = time_s_ >= bounds_.time_s || silent_s_ >= config_.over_s;
  if (hears && !is_over) {
    command = bounded(*view.stream);
    const double yaw_rad = math::yaw_of(view.state.q_WB.toRotationMatrix());
    const Vector2d v_W_m_s = math::rotation_2d(yaw_rad) * command.velocity_H_m_s;
    ahead_.look_round(view);
    double share = v_W_m_s.isZero(0.0) ? 1.0 : ahead_.share(v_W_m_s);
    if (ahead_.is_in_slow_zone(v_W_m_s))
      share = std::min(share, walk_.slow_zone_m_s / std::max(v_W_m_s.norm(), walk_.slow_zone_m_s));
    command.velocity_H_m_s *= share;
  }
  follow(command, goal);
  return is_over && view.standing ? kDone : kRunning;
}

/// Is there a command of the approved source that is not too old?
bool FollowStream::is_heard(const SkillView& view) const noexcept {
  if (view.stream == nullptr || view.stream->tick < since_) return false;
  const std::string_view all(view.stream->source.data(), view.stream->source.size());
  if (all.substr(0, all.find('\0')) != bounds_.source) return false;
  const double age_s = static_cast<double>(view.state.tick - view.stream->tick) * tick_period_s_;
  return age_s <= config_.silent_max_s;
}

/// The command cut to the plan's speed, and to what the body walks backward and sideways at most.
StreamCommand FollowStream::bounded(const StreamCommand& command) const noexcept {
  StreamCommand kept = command;
  const planning::AvoidanceConfig& body = walk_.avoidance;
  Vector2d& v = kept.velocity_H_m_s;
  if (!v.allFinite() || !std::isfinite(kept.yaw_rate_rad_s)) return StreamCommand{};
  if (const double speed_m_s = v.norm(); speed_m_s > bounds_.speed_m_s)
    v *= bounds_.speed_m_s / speed_m_s;
  v.x() = std::clamp(v.x(), -body.backward_max_m_s, body.forward_max_m_s);
  v.y() = std::clamp(v.y(), -body.sideways_max_m_s, body.sideways_max_m_s);
  kept.yaw_rate_rad_s =
      std::clamp(kept.yaw_rate_rad_s, -config_.yaw_rate_max_rad_s, config_.yaw_rate_max_rad_s);
  return kept;
}

double FollowStream::progress() const noexcept { return std::min(1.0, time_s_ / bounds_.time_s); }

}  // namespace longmen::skills
