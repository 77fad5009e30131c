#include "planning/posture_filter.h"

#include <algorithm>
#include <cmath>

namespace longmen::planning {
namespace {
constexpr double kStiffness_1_s2 = 25.0;  // reaches a new posture in about one second
constexpr double kSpeedShare = 0.5;       // of the joint's speed limit
constexpr double kRangeMargin_rad = 0.05;
}  // namespace

PostureFilter::PostureFilter(const model::RobotModel& model)
    : model_(&model), target_(model.home_rad()), position_(model.home_rad()) {
  velocity_.setZero(model.na());
}

void PostureFilter::tick(const Goal& goal, double dt) noexcept {
  for (int j = 0; j < model_->na(); ++j) {
    const model::JointInfo& joint = model_->joint(j);
    const auto index = static_cast<std::size_t>(j);
    held_[index] = goal.posture_active[index] && std::isfinite(goal.posture_rad[j]);
    const double wanted = held_[index] ? goal.posture_rad[j] : model_->home_rad()[j];
    const double low = std::min(joint.position_min_rad + kRangeMargin_rad, model_->home_rad()[j]);
    const double high = std::max(joint.position_max_rad - kRangeMargin_rad, model_->home_rad()[j]);
    const double target = std::clamp(wanted, low, high);
    target_[j] = target;
    const double a =
        kStiffness_1_s2 * (target - position_[j]) - 2.0 * std::sqrt(kStiffness_1_s2) * velocity_[j];
    const double v_max = kSpeedShare * joint.velocity_max_rad_s;
    velocity_[j] = std::clamp(velocity_[j] + dt * a, -v_max, v_max);
    position_[j] += dt * velocity_[j];
  }
}

void PostureFilter::adopt(int joint, double position_rad) noexcept {
  held_[static_cast<std::size_t>(joint)] = true;
  position_[joint] = position_rad;
  velocity_[joint] = 0.0;
}

}  // namespace longmen::planning
