#include "runtime/temporal_watch.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"

namespace longmen::runtime {
namespace {

using gate::monitor::Sample;
using gate::monitor::Signal;

constexpr double kLook_s = 0.02;
constexpr double kAsked_s = 3.0;       // longer than a held plan lives
constexpr double kPalmTouch_m = 0.05;  // a palm's point from the skin that it touches

/// 1 while the executor is at one of the skills.
double is_doing(const skills::PlanExecutor* executor, std::initializer_list<SkillId> skills) {
  if (executor == nullptr || executor->report().status != skills::SkillStatus::kRunning) return 0.0;
  const bool is_one =
      std::find(skills.begin(), skills.end(), executor->report().skill) != skills.end();
  return is_one ? 1.0 : 0.0;
}

}  // namespace

Result<TemporalWatch> TemporalWatch::create(const gate::monitor::TemporalRules& rules,
                                            const world::World& world,
                                            const model::RobotModel& model, double period_s) {
  TemporalWatch watch;
  watch.world_ = &world;
  watch.ticks_ = std::max(1, static_cast<int>(std::lround(kLook_s / period_s)));
  watch.period_s_ = watch.ticks_ * period_s;
  for (const gate::monitor::TemporalRule& rule : rules.rules) {
    if (!rule.in_run) continue;
    auto monitor = rule.monitor(watch.period_s_);
    if (!monitor) return tl::make_unexpected(monitor.error());
    Sample rest{};  // before it was looked at, the robot stood alone with empty hands
    at(rest, Signal::kPersonDistance) = gate::monitor::kNobody_m;
    monitor->update(rest);
    watch.kept_.push_back({&rule, std::move(*monitor)});
  }
  if (auto palms = skills::Palms::create(model)) watch.palms_ = std::move(*palms);
  return watch;
}

Sample TemporalWatch::sample(const Loop& loop,
                             const skills::PlanExecutor* executor) const noexcept {
  const RobotState& state = loop.state();
  Sample sample{};
  const int held = executor != nullptr ? executor->grip().object : -1;
  const bool is_known = held >= 0 && static_cast<std::size_t>(held) < world_->objects.size();
  at(sample, Signal::kCarrying) = held >= 0 ? 1.0 : 0.0;
  at(sample, Signal::kCarryingHot) =
      is_known && world_->objects[static_cast<std::size_t>(held)].is_hot ? 1.0 : 0.0;
  at(sample, Signal::kWalking) = is_doing(
      executor, {SkillId::kWalkTo, SkillId::kTurn, SkillId::kFollowStream, SkillId::kRunPolicy});
  at(sample, Signal::kHandling) =
      is_doing(executor, {SkillId::kPickUp, SkillId::kPlace, SkillId::kHandOver});
  at(sample, Signal::kGesturing) = is_doing(executor, {SkillId::kPointAt, SkillId::kWave});
  at(sample, Signal::kSpeed) = state.v_WB_W.head<2>().norm();
  double nearest_m = gate::monitor::kNobody_m;
  int touching = 0;
  const double heading_rad = math::yaw_of(state.q_WB.toRotationMatrix());
  for (int i = 0; i < loop.world().track_count; ++i) {
    const Track& track = loop.world().tracks[static_cast<std::size_t>(i)];
    if (!track.is_person) continue;
    const Eigen::Vector2d p_W = track.p_WO.head<2>();
    nearest_m = std::min(nearest_m, (p_W - state.p_WB.head<2>()).norm() - track.radius_m);
  }
  for (int side = 0; palms_ && side < kHands; ++side) {
    const Eigen::Vector3d p_WP =
        state.p_WB + math::rotation_z(heading_rad) * palms_->p_HP(side, state);
    bool touches = false;
    for (int i = 0; i < loop.world().track_count; ++i) {
      const Track& track = loop.world().tracks[static_cast<std::size_t>(i)];
      const double away_m = (p_WP.head<2>() - track.p_WO.head<2>()).norm() - track.radius_m;
      touches = touches || (track.is_person && away_m < kPalmTouch_m &&
                            p_WP.z() < track.height_m + kPalmTouch_m);
    }
    touching += touches ? 1 : 0;
  }
  at(sample, Signal::kPersonDistance) = nearest_m;
  at(sample, Signal::kHandsOnPerson) = touching;
  return sample;
}

StopRung TemporalWatch::look(const Loop& loop, const skills::PlanExecutor* executor, Tick now,
                             const Tell& tell) noexcept {
  if (now % ticks_ != 0 || !loop.state().valid) return asked_;
  const Sample seen = sample(loop, executor);
  asked_ = StopRung::kNone;
  for (Kept& kept : kept_) {
    const bool was_broken = kept.broken_s > 0.0;
    const bool is_broken = kept.monitor.update(seen) < 0.0;
    kept.broken_s = is_broken ? kept.broken_s + period_s_ : 0.0;
    if (is_broken && !was_broken) tell(*kept.rule);
    if (is_broken && kept.broken_s <= kAsked_s) asked_ = std::max(asked_, kept.rule->demand);
  }
  return asked_;
}

}  // namespace longmen::runtime
