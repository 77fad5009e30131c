#include "gate/plan/temporal_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/skill_catalogue.h"

namespace longmen::gate::plan {
namespace {

using monitor::Sample;
using monitor::Signal;

constexpr double kMoment_s = 1.0;

std::string argument(const PlanStep& step, const char* name) {
  const auto found = step.args.find(name);
  const auto* text = found == step.args.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string() : *text;
}

/// A plan's moments, in order, each with the step that it belongs to.
class Trace {
 public:
  Trace(const world::World& world, const Situation& situation,
        const monitor::ExpectedTimes& expected)
      : world_(world), expected_(expected), p_W_(situation.p_WB_m) {
    // Times count from now on: what was before, the run's own watch has seen.
    add(0, kMoment_s, Signal::kWalking, false);
    holding_ = situation.holding;
  }

  void take(const PlanStep& step, int index) {
    const Skill& skill = *find_skill(step.skill);
    double duration_s = expected_.step_s.at(step.skill);
    if (skill.id == SkillId::kWalkTo) {
      const double speed_m_s = holding_.empty() ? expected_.walk_m_s : expected_.carry_m_s;
      duration_s += way_m(argument(step, "place")) / speed_m_s;
    }
    if (skill.id == SkillId::kWait) duration_s += std::get<double>(step.args.at("duration_s"));
    if (skill.id == SkillId::kFollowStream) duration_s += std::get<double>(step.args.at("time_s"));
    if (skill.id == SkillId::kRunPolicy)
      duration_s += std::get<double>(step.args.at("time_limit_s"));
    switch (skill.id) {
      case SkillId::kWalkTo:
      case SkillId::kTurn:
      case SkillId::kFollowStream:
      case SkillId::kRunPolicy:
        add(index, duration_s, Signal::kWalking, true);
        break;
      case SkillId::kPickUp:
      case SkillId::kPlace:
      case SkillId::kHandOver:
        add(index, duration_s, Signal::kHandling, true);
        break;
      case SkillId::kPointAt:
      case SkillId::kWave:
        add(index, duration_s, Signal::kGesturing, true);
        break;
      default:
        add(index, duration_s, Signal::kWalking, false);
    }
    for (const Effect effect : skill.effects) {
      if (effect == Effect::kPlaceLost) p_W_.reset();
      if (effect == Effect::kHoldsObject) holding_ = argument(step, "object");
      if (effect == Effect::kObjectAtPlace || effect == Effect::kObjectAtPerson) holding_.clear();
    }
  }

  struct Moment {
    Sample sample{};
    int step = 0;
  };
  [[nodiscard]] const std::vector<Moment>& moments() const { return moments_; }

 private:
  double way_m(const std::string& place) {
    const world::Place* to = world_.place(place);
    if (to == nullptr || !to->stand || !p_W_) {
      p_W_ = to != nullptr && to->stand ? std::optional(to->stand->p_WB_m) : std::nullopt;
      return expected_.way_m;
    }
    const Eigen::Vector2d from_W = *p_W_;
    p_W_ = to->stand->p_WB_m;
    return (*p_W_ - from_W).norm();
  }

  void add(int step, double duration_s, Signal doing, bool does) {
    Moment moment;
    moment.step = step;
    const world::Object* object = world_.object(holding_);
    at(moment.sample, Signal::kCarrying) = holding_.empty() ? 0.0 : 1.0;
    at(moment.sample, Signal::kCarryingHot) = object != nullptr && object->is_hot ? 1.0 : 0.0;
    at(moment.sample, Signal::kPersonDistance) = monitor::kNobody_m;
    if (does) at(moment.sample, doing) = 1.0;
    if (does && doing == Signal::kWalking)
      at(moment.sample, Signal::kSpeed) =
          holding_.empty() ? expected_.walk_m_s : expected_.carry_m_s;
    const auto count = static_cast<std::size_t>(std::ceil(duration_s / kMoment_s));
    moments_.insert(moments_.end(), count, moment);
  }

  const world::World& world_;
  const monitor::ExpectedTimes& expected_;
  std::string holding_;
  std::optional<Eigen::Vector2d> p_W_;
  std::vector<Moment> moments_;
};

}  // namespace

std::vector<VerdictReason> judge_over_time(const std::vector<PlanStep>& steps,
                                           const world::World& world, const Situation& situation,
                                           const monitor::TemporalRules& rules) {
  Trace trace(world, situation, rules.expected);
  for (std::size_t i = 0; i < steps.size(); ++i) trace.take(steps[i], static_cast<int>(i));
  std::vector<VerdictReason> reasons;
  for (const monitor::TemporalRule& rule : rules.rules) {
    if (!rule.in_plan) continue;
    auto watch = rule.monitor(kMoment_s);
    if (!watch) {  // a rule that cannot watch lets nothing through
      reasons.push_back({rule.id, -1, rule.sentence, {watch.error().message}});
      continue;
    }
    const auto& moments = trace.moments();
    // After the plan things stay as they are, as long as the rule looks ahead.
    const std::size_t count = moments.size() + static_cast<std::size_t>(watch->horizon());
    for (std::size_t k = 0; k < count; ++k) {
      const double robustness = watch->update(moments[std::min(k, moments.size() - 1)].sample);
      if (robustness >= 0.0) continue;
      const std::size_t when = k - static_cast<std::size_t>(watch->horizon());
      reasons.push_back({rule.id,
                         moments[std::min(when, moments.size() - 1)].step,
                         rule.sentence,
                         {fmt::format("formula = {}", rule.text),
                          fmt::format("after_s = {}", static_cast<double>(when) * kMoment_s)}});
      break;
    }
  }
  return reasons;
}

}  // namespace longmen::gate::plan
