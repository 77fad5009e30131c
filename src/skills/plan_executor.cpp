#include "skills/plan_executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/plan_message.h"
#include "core/utf8.h"
#include "math/rotation.h"

namespace longmen::skills {
namespace {

constexpr double kDegree_rad = std::numbers::pi / 180.0;
constexpr double kSettle_s = 1.0;       // of standing still, for stand and stop
constexpr double kSpeech_base_s = 0.5;  // a say step lasts about as long as the words
constexpr double kSpeech_s = 0.08;      // per character
constexpr double kSpeech_max_s = 30.0;
constexpr double kPointAtPerson = 0.75;  // of the height: the chest
constexpr double kSamePerson_m = 1.0;    // a track this near to where a person should be is theirs

constexpr double kLevel_1_s = 0.8;     // how fast a carried box that hangs down is levelled
constexpr double kLevelLag_s = 0.4;    // of what is seen of it: its age, and the averaging
constexpr double kLevelMax_rad = 0.6;  // by that much at most

constexpr double kAstray_m = 0.25;  // seen this far from where the hands have it, ...
constexpr double kAstray_s = 0.5;   // ... for this long, it was lost

const std::string kNoWords;

/// A box held before its middle hangs down: the palms turn it up again, by what is seen of it and,
/// as that is late, by how the palms have turned since.
void level(const SkillView& view, const Palms& palms, const CarryConfig& config, double dt,
           Grip& grip) noexcept {
  if (!grip.holds()) return;
  const double palms_down_rad = palms.fingers_down_rad(view.state);
  double& were_down_rad =
      grip.fingers_were_down_rad.emplace(grip.fingers_were_down_rad.value_or(palms_down_rad));
  were_down_rad += std::min(1.0, dt / kLevelLag_s) * (palms_down_rad - were_down_rad);
  const TrackedObject& seen = view.world.objects[static_cast<std::size_t>(grip.object)];
  if (!seen.known || seen.age_s > config.seen_age_s) return;
  const double heading_rad = math::yaw_of(view.state.q_WB.toRotationMatrix());
  const Eigen::Vector3d up_H =
      math::rotation_z(heading_rad).transpose() * (seen.q_WO * Eigen::Vector3d::UnitZ());
  const double tilt_rad = std::atan2(up_H.x(), up_H.z()) + palms_down_rad - were_down_rad;
  double& down_rad = grip.palms.fingers_down_rad;
  down_rad =
      std::clamp(down_rad - kLevel_1_s * dt * tilt_rad, config.fingers_down_rad - kLevelMax_rad,
                 config.fingers_down_rad + kLevelMax_rad);
}

const world::Object* carried_after(const PlanStep& step, const world::Object* carried,
                                   const world::World& world) {
  for (const Effect effect : find_skill(step.skill)->effects) {
    if (effect == Effect::kHoldsObject)
      carried = world.object(std::get<std::string>(step.args.at("object")));
    if (effect == Effect::kObjectAtPlace || effect == Effect::kObjectAtPerson) carried = nullptr;
  }
  return carried;
}

}  // namespace

Result<PlanExecutor> PlanExecutor::create(ApprovedPlan plan, Authority authority,
                                          const world::World& world, const model::RobotModel& model,
                                          const ExecutorConfig& config, double tick_period_s,
                                          const Grip& grip) {
  if (plan.authority() != authority)
    return fail(ErrorCode::kUnsupported, "the plan was approved for another kind of loop");
  const auto bytes = encode_plan(plan.plan());
  if (!bytes || sha256(*bytes) != plan.plan_hash())
    return fail(ErrorCode::kCorrupt, "the plan is not the one that was approved");
  if (plan.world_hash() != world.hash)
    return fail(ErrorCode::kUnsupported, "the plan was approved for another world");
  if (!(tick_period_s > 0.0 && tick_period_s <= config.period_s))
    return fail(ErrorCode::kInvalidArgument, "the loop must tick at least as often as the skills");
  auto left = planning::ArmReach::create(model, kLeft);
  if (!left) return tl::make_unexpected(left.error());
  auto right = planning::ArmReach::create(model, kRight);
  if (!right) return tl::make_unexpected(right.error());

  PlanExecutor executor(std::move(plan), config, tick_period_s);
  executor.arms_ = std::make_unique<const Arms>(Arms{{std::move(*left), std::move(*right)}});
  executor.ground_ = std::make_unique<Ground>(world);
  executor.people_ = world.people;
  const std::vector<PlanStep>& steps = executor.plan().steps;
  executor.steps_.reserve(steps.size());
  executor.grip_ = grip;
  executor.goal_ = executor.idle();
  for (const world::Place& place : world.places)
    if (place.stand) executor.spots_.push_back({*place.stand, place.body});
  const bool uses_palms = std::any_of(steps.begin(), steps.end(), [](const PlanStep& step) {
    return step.skill == skill(SkillId::kPickUp).name || step.skill == skill(SkillId::kPlace).name;
  });
  if (uses_palms || grip.holds()) {
    auto palms = Palms::create(model);
    if (!palms) return tl::make_unexpected(palms.error());
    executor.palms_ = std::make_unique<const Palms>(std::move(*palms));
  }
  const world::Object* carried =
      grip.holds() ? &world.objects[static_cast<std::size_t>(grip.object)] : nullptr;
  for (const PlanStep& step : steps) {
    WalkToConfig walk = with_room(config.walk, model.footprint(), carried);
    if (carried != nullptr)
      walk.speed_max_m_s = std::min(walk.speed_max_m_s, config.carry_speed_m_s);
    if (auto added = executor.add_step(step, world, walk); !added)
      return tl::make_unexpected(added.error());
    carried = carried_after(step, carried, world);
  }
  executor.report_.step_count = static_cast<int>(steps.size());
  if (!steps.empty()) executor.report_.skill = executor.steps_.front().id;
  return executor;
}

PlanExecutor::PlanExecutor(ApprovedPlan plan, const ExecutorConfig& config, double tick_period_s)
    : plan_(std::move(plan)),
      config_(config),
      tick_period_s_(tick_period_s),
      ticks_per_skill_(
          std::max(1, static_cast<int>(std::lround(config.period_s / tick_period_s)))) {
  config_.period_s = ticks_per_skill_ * tick_period_s;
}

Result<void> PlanExecutor::add_step(const PlanStep& step, const world::World& world,
                                    const WalkToConfig& walk_config) {
  const Skill* skill = find_skill(step.skill);
  const std::string where = fmt::format("step {}", steps_.size() + 1);
  if (skill == nullptr)
    return fail(ErrorCode::kInvalidArgument, fmt::format("no skill '{}'", step.skill), where);
  if (!skill->body_can)
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: the body cannot do this yet", skill->name), where);
  const auto text = [&](const char* name) -> const std::string* {
    const auto arg = step.args.find(name);
    return arg == step.args.end() ? nullptr : std::get_if<std::string>(&arg->second);
  };
  const auto number = [&](const char* name) -> const double* {
    const auto arg = step.args.find(name);
    return arg == step.args.end() ? nullptr : std::get_if<double>(&arg->second);
  };
  const auto bad = [&](const char* name) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("argument '{}' of {}", name, skill->name),
                where);
  };
  const double period_s = config_.period_s;
  const auto add = [&](auto made, double extra_s = 0.0, std::string words = {}) -> Result<void> {
    steps_.push_back({skill->id, skill->timeout_s + extra_s, std::move(made), std::move(words)});
    return {};
  };

  switch (skill->id) {
    case SkillId::kStand:
    case SkillId::kStop:
      return add(Rest(0.0, kSettle_s, period_s));
    case SkillId::kWait: {
      const double* duration_s = number("duration_s");
      if (duration_s == nullptr) return bad("duration_s");
      return add(Rest(*duration_s, kSettle_s, period_s), *duration_s);
    }
    case SkillId::kSay: {
      const std::string* words = text("text");
      if (words == nullptr) return bad("text");
      const double duration_s =
          std::min(kSpeech_max_s,
                   kSpeech_base_s + kSpeech_s * static_cast<double>(count_code_points(*words)));
      return add(Rest(duration_s, kSettle_s, period_s), 0.0, *words);
    }
    case SkillId::kWalkTo: {
      const std::string* name = text("place");
      const world::Place* place = name == nullptr ? nullptr : world.place(*name);
      if (place == nullptr || !place->stand) return bad("place");
      WalkTo walk(*ground_, walk_config, config_.servo, period_s);
      walk.go_to(place->stand->p_WB_m, place->stand->yaw_rad);
      return add(Walk{std::move(walk), *place->stand});
    }
    case SkillId::kTurn: {
      const double* angle_deg = number("angle_deg");
      if (angle_deg == nullptr) return bad("angle_deg");
      Turn turn{PoseServo(config_.servo, period_s), *angle_deg * kDegree_rad};
      turn.servo.turn_by(turn.angle_rad);
      return add(std::move(turn));
    }
    case SkillId::kPointAt: {
      const std::string* name = text("target");
      if (name == nullptr) return bad("target");
      Point point{PointAt(*arms_, config_.servo, config_.gesture, period_s),
                  Eigen::Vector3d::Zero(), -1};
      if (const world::Place* place = world.place(*name); place != nullptr && place->faces_W_m) {
        point.target_W_m = *place->faces_W_m;
      } else if (const world::Object* object = world.object(*name);
                 object != nullptr && object->p_W_m) {
        point.target_W_m = *object->p_W_m;
        if (object->size_m) point.target_W_m.z() += 0.5 * object->size_m->z();
      } else if (const world::Person* person = world.person(*name); person != nullptr) {
        point.person = static_cast<int>(person - world.people.data());
      } else {
        return bad("target");
      }
      return add(std::move(point));
    }
    case SkillId::kPickUp: {
      const std::string* name = text("object");
      const world::Object* object = name == nullptr ? nullptr : world.object(*name);
      if (object == nullptr || !object->size_m || !object->mass_kg) return bad("object");
      const int index = static_cast<int>(object - world.objects.data());
      if (index >= kMaxObjects) return bad("object");
      return add(PickUp(*palms_, {index, *object->size_m, *object->mass_kg}, config_.servo,
                        config_.carry, period_s));
    }
    case SkillId::kPlace: {
      const std::string* name = text("place");
      const world::Place* place = name == nullptr ? nullptr : world.place(*name);
      if (place == nullptr || !place->stand || !place->body || !place->surface_height_m)
        return bad("place");
      PutDown::Task task{*place->stand, *place->body, *place->surface_height_m, {}};
      for (std::size_t k = 0; k < std::min<std::size_t>(kMaxObjects, world.objects.size()); ++k)
        task.size_m[k] = world.objects[k].size_m.value_or(Eigen::Vector3d::Zero());
      return add(PutDown(*palms_, task, config_.servo, config_.carry, period_s));
    }
    case SkillId::kFollowStream: {
      const std::string* source = text("source");
      const double* speed_m_s = number("speed_m_s");
      const double* time_s = number("time_s");
      if (source == nullptr) return bad("source");
      if (speed_m_s == nullptr) return bad("speed_m_s");
      if (time_s == nullptr) return bad("time_s");
      return add(FollowStream(*ground_, walk_config, config_.stream, {*source, *speed_m_s, *time_s},
                              period_s, tick_period_s_),
                 *time_s);
    }
    case SkillId::kRunPolicy: {
      const std::string* name = text("bounds");
      const double* speed_m_s = number("speed_m_s");
      const double* time_s = number("time_limit_s");
      if (speed_m_s == nullptr) return bad("speed_m_s");
      if (time_s == nullptr) return bad("time_limit_s");
      const auto bounds =
          name == nullptr ? config_.policy_bounds.end() : config_.policy_bounds.find(*name);
      if (bounds == config_.policy_bounds.end()) return bad("bounds");
      return add(RunPolicy(*ground_, walk_config, config_.stream.look_s,
                           {*speed_m_s, *time_s, bounds->second.radius_m}, period_s),
                 *time_s);
    }
    case SkillId::kWave:
      return add(Wave(*arms_, config_.gesture, period_s));
    default:
      return bad("skill");
  }
}

const Goal& PlanExecutor::tick(const SkillView& view) noexcept {
  report_.step_began = report_.step_ended = false;
  if (is_over()) return goal_;
  if (is_cancelled_) {
    end(SkillStatus::kFailed, SkillFault::kCancelled);
    return goal_;
  }
  if (--ticks_to_skill_ > 0) return goal_;
  ticks_to_skill_ = ticks_per_skill_;
  advance(view);
  return goal_;
}

/// One period of the skills.
void PlanExecutor::advance(const SkillView& view) noexcept {
  const bool is_held = view.rung >= StopRung::kHold;
  if (report_.status == SkillStatus::kWaiting) {  // nothing has begun: wait to be armed
    if (steps_.empty()) {
      end(SkillStatus::kDone, SkillFault::kNone);
      return;
    }
    if (!plan_.is_current(view.state.tick)) {
      end(SkillStatus::kFailed, SkillFault::kExpired);
      return;
    }
    if (is_held || !view.state.valid || !view.standing) return;
    report_.status = SkillStatus::kRunning;
  }
  if (!is_held) {
    held_s_ = waiting_s_ = 0.0;
  } else if (view.rule == MotionRule::kSeparation) {  // who is in the way may go on
    held_s_ = 0.0;
    waiting_s_ += config_.period_s;
    // The time is not the step's, but a step that is let go and held again must end as well.
    if (waited_s_ < config_.waiting_max_s) report_.deadline += ticks_per_skill_;
    waited_s_ += config_.period_s;
  } else {
    held_s_ += config_.period_s;
  }
  const bool waits_too_long = waiting_s_ > config_.waiting_max_s;
  if (waits_too_long || held_s_ > config_.held_max_s) {
    end(SkillStatus::kFailed, waits_too_long ? SkillFault::kBlocked : SkillFault::kStopped);
    return;
  }
  if (step_has_begun_ && view.state.tick > report_.deadline) {  // done later is not done
    end(SkillStatus::kFailed, SkillFault::kTimeout);
    return;
  }
  if (is_held) return;  // the ladder has the body; the step goes on when it lets go

  SkillTick tick = step_has_begun_ ? kRunning : begin_step(view);
  if (tick.status == SkillStatus::kRunning && step_has_begun_)
    tick = step_is_through_ ? kDone : run_step(view);
  if (tick.status == SkillStatus::kDone) tick = confirm(view);
  report_.progress = progress_of(steps_[static_cast<std::size_t>(report_.step)]);
  if (tick.status == SkillStatus::kFailed) {
    end(SkillStatus::kFailed, tick.fault);
  } else if (tick.status == SkillStatus::kDone) {
    report_.step_ended = true;
    report_.ended_step = report_.step;
    report_.progress = 1.0;
    step_has_begun_ = step_is_through_ = false;
    if (report_.step + 1 == report_.step_count) {
      end(SkillStatus::kDone, SkillFault::kNone);
      return;
    }
    ++report_.step;
    report_.skill = steps_[static_cast<std::size_t>(report_.step)].id;
    goal_ = idle();
  }
}

/// What the gate has judged is looked at again when it is about to happen.
SkillTick PlanExecutor::begin_step(const SkillView& view) noexcept {
  const SkillId id = steps_[static_cast<std::size_t>(report_.step)].id;
  const bool needs_position = id == SkillId::kWalkTo || id == SkillId::kPointAt ||
                              id == SkillId::kPickUp || id == SkillId::kPlace ||
                              id == SkillId::kFollowStream || id == SkillId::kRunPolicy;
  const bool is_lost = !view.state.valid || (needs_position && view.state.position_sigma_m >
                                                                   config_.position_sigma_max_m);
  if (is_lost) {  // pose fixes come now and then: one may be on its way
    lost_s_ += config_.period_s;
    return lost_s_ > config_.lost_max_s ? failed(SkillFault::kLost) : kRunning;
  }
  lost_s_ = 0.0;
  step_has_begun_ = true;
  report_.step_began = true;
  report_.step_time_s = 0.0;
  report_.progress = 0.0;
  report_.evidence = Evidence();
  report_.deadline = view.state.tick + std::llround(timeout_s(report_.step) / tick_period_s_);
  waited_s_ = 0.0;
  turned_rad_ = 0.0;
  last_yaw_rad_ = math::yaw_of(view.state.q_WB.toRotationMatrix());
  goal_ = idle();
  if (auto* pick = std::get_if<PickUp>(&steps_[static_cast<std::size_t>(report_.step)].skill)) {
    const Spot* spot = spot_at(view.state.p_WB.head<2>());
    if (spot == nullptr) return failed(SkillFault::kUnreachable);
    pick->start(spot->stand, spot->furniture);
  }
  return kRunning;
}

SkillTick PlanExecutor::run_step(const SkillView& view) noexcept {
  report_.step_time_s += config_.period_s;
  const double yaw_rad = math::yaw_of(view.state.q_WB.toRotationMatrix());
  turned_rad_ += math::wrap_angle(yaw_rad - std::exchange(last_yaw_rad_, yaw_rad));
  if (has_lost(view)) {
    grip_ = Grip{};
    return failed(SkillFault::kMissed);
  }
  if (palms_) level(view, *palms_, config_.carry, config_.period_s, grip_);
  Step& step = steps_[static_cast<std::size_t>(report_.step)];
  if (auto* pick = std::get_if<PickUp>(&step.skill)) return pick->tick(view, grip_, goal_);
  if (auto* put = std::get_if<PutDown>(&step.skill)) return put->tick(view, grip_, goal_);
  grip_.write(goal_);
  if (auto* rest = std::get_if<Rest>(&step.skill)) return rest->tick(view, goal_);
  if (auto* run = std::get_if<RunPolicy>(&step.skill)) return run->tick(view, goal_);
  if (auto* walk = std::get_if<Walk>(&step.skill)) return walk->skill.tick(view, goal_);
  if (auto* turn = std::get_if<Turn>(&step.skill)) return turn->servo.tick(view, goal_);
  if (auto* wave = std::get_if<Wave>(&step.skill)) return wave->tick(view, goal_);
  if (auto* stream = std::get_if<FollowStream>(&step.skill)) return stream->tick(view, goal_);
  auto& point = *std::get_if<Point>(&step.skill);
  return point.skill.tick(view, target_of(point, view), goal_);
}

/// Is what the hands hold seen somewhere else?
bool PlanExecutor::has_lost(const SkillView& view) noexcept {
  if (!grip_.holds()) {
    astray_s_ = 0.0;
    return false;
  }
  const TrackedObject& seen = view.world.objects[static_cast<std::size_t>(grip_.object)];
  if (!seen.known || seen.age_s > config_.carry.seen_age_s) return false;
  const double away_m = (grip_.seen_p_MO(seen, view.state) - grip_.p_MO).norm();
  astray_s_ = away_m > kAstray_m ? astray_s_ + config_.period_s : 0.0;
  return astray_s_ > kAstray_s;
}

/// A person is where they are tracked, if anyone is tracked near to where they should be.
Eigen::Vector3d PlanExecutor::target_of(const Point& point, const SkillView& view) const noexcept {
  if (point.person < 0) return point.target_W_m;
  const world::Person& person = people_[static_cast<std::size_t>(point.person)];
  Eigen::Vector2d p_W = person.position_at(view.state.time_s);
  double nearest_m = kSamePerson_m;
  const Eigen::Vector2d expected_W = p_W;
  for (int i = 0; i < view.world.track_count; ++i) {
    const Track& track = view.world.tracks[static_cast<std::size_t>(i)];
    const double distance_m = (track.p_WO.head<2>() - expected_W).norm();
    if (!track.is_person || distance_m >= nearest_m) continue;
    nearest_m = distance_m;
    p_W = track.p_WO.head<2>();
  }
  return {p_W.x(), p_W.y(), kPointAtPerson * person.height_m};
}

double PlanExecutor::progress_of(const Step& step) const noexcept {
  if (const auto* rest = std::get_if<Rest>(&step.skill)) return rest->progress();
  if (const auto* walk = std::get_if<Walk>(&step.skill)) return walk->skill.progress();
  if (const auto* run = std::get_if<RunPolicy>(&step.skill)) return run->progress();
  if (const auto* turn = std::get_if<Turn>(&step.skill)) return turn->servo.progress();
  if (const auto* wave = std::get_if<Wave>(&step.skill)) return wave->progress();
  if (const auto* stream = std::get_if<FollowStream>(&step.skill)) return stream->progress();
  if (const auto* pick = std::get_if<PickUp>(&step.skill)) return pick->progress();
  if (const auto* put = std::get_if<PutDown>(&step.skill)) return put->progress();
  return std::get_if<Point>(&step.skill)->skill.progress();
}

SkillTick PlanExecutor::confirm(const SkillView& view) noexcept {
  const Step& step = steps_[static_cast<std::size_t>(report_.step)];
  through_s_ = step_is_through_ ? through_s_ + config_.period_s : 0.0;
  step_is_through_ = true;
  report_.evidence = evidence_of(step, view);
  if (report_.evidence.is_met()) return kDone;
  goal_ = idle();
  if (through_s_ < config_.confirm_max_s) return kRunning;
  const bool is_of_object = step.id == SkillId::kPickUp || step.id == SkillId::kPlace;
  return failed(is_of_object ? SkillFault::kMissed : SkillFault::kNotReached);
}

Evidence PlanExecutor::evidence_of(const Step& step, const SkillView& view) const noexcept {
  if (step.id == SkillId::kSay) return {};  // nobody listens for it
  if (std::holds_alternative<Rest>(step.skill)) return at_rest(view.state);
  if (std::holds_alternative<FollowStream>(step.skill)) return at_rest(view.state);
  if (const auto* walk = std::get_if<Walk>(&step.skill))
    return at_pose(view.state, walk->pose, config_.position_sigma_max_m);
  if (const auto* turn = std::get_if<Turn>(&step.skill))
    return has_turned(turned_rad_, turn->angle_rad);
  if (const auto* wave = std::get_if<Wave>(&step.skill)) return wave->evidence();
  if (std::holds_alternative<RunPolicy>(step.skill)) return has_driven(view.policy);
  if (const auto* point = std::get_if<Point>(&step.skill)) return point->skill.evidence();
  if (const auto* put = std::get_if<PutDown>(&step.skill))
    return at_spot(view.world.objects[static_cast<std::size_t>(put->object())], put->spot_W(),
                   config_.carry);
  return in_hands(view.state, view.world, grip_, config_.carry);
}

void PlanExecutor::end(SkillStatus status, SkillFault fault) noexcept {
  report_.status = status;
  report_.fault = fault;
  report_.step_ended = true;
  goal_ = idle();
}

Goal PlanExecutor::idle() const noexcept {
  Goal goal;
  grip_.write(goal);
  return goal;
}

const PlanExecutor::Spot* PlanExecutor::spot_at(const Eigen::Vector2d& p_WB) const noexcept {
  const auto away = [&](const Spot& spot) { return (spot.stand.p_WB_m - p_WB).norm(); };
  const auto nearest =
      std::min_element(spots_.begin(), spots_.end(),
                       [&](const Spot& a, const Spot& b) { return away(a) < away(b); });
  return nearest == spots_.end() ? nullptr : &*nearest;
}

std::optional<Eigen::Vector3d> PlanExecutor::spot_of(int step) const noexcept {
  const auto* put = std::get_if<PutDown>(&steps_[static_cast<std::size_t>(step)].skill);
  return put == nullptr ? std::nullopt : std::optional(put->spot_W());
}

bool PlanExecutor::lets_policy_in() const noexcept {
  if (is_over() || !step_has_begun_ || step_is_through_) return false;
  const auto* run = std::get_if<RunPolicy>(&steps_[static_cast<std::size_t>(report_.step)].skill);
  return run != nullptr && run->lets_in();
}

const std::string& PlanExecutor::words() const noexcept {
  if (steps_.empty()) return kNoWords;
  return steps_[static_cast<std::size_t>(report_.step)].words;
}

}  // namespace longmen::skills
