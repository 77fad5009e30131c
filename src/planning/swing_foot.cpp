#include "planning/swing_foot.h"

#include <algorithm>

namespace longmen::planning {
namespace {
// Below this a quintic's accelerations explode; a late foot keeps following its target at this
// horizon.
constexpr double kShortest_s = 0.002;
constexpr double kLateHorizon_s = 0.06;
// The path ends this far below the ground, so that contact comes at the touchdown speed and not
// just before the end.
constexpr double kTouchdownDepth_m = 0.003;
}  // namespace

void SwingFoot::start(const Eigen::Vector3d& position_m) {
  for (std::size_t i = 0; i < 3; ++i)
    axis_[i] = {position_m[static_cast<Eigen::Index>(i)], 0.0, 0.0};
  lift_off_height_m_ = position_m.z();
  rise_end_s_ = -1.0;
}

void SwingFoot::rise(const Eigen::Vector2d& location_m, double time_s,
                     const GaitConfig::Trip& config) {
  held_location_m_ = location_m;
  rise_height_m_ = std::max(0.0, lift_off_height_m_) + config.lift_m;
  rise_end_s_ = time_s + config.lift_s;
  for (std::size_t i = 0; i < 2; ++i) axis_[i].velocity = axis_[i].acceleration = 0.0;
}

void SwingFoot::tick(const Target& target, const GaitConfig::Swing& config, double dt) noexcept {
  const double left_s = target.duration_s - target.time_s;
  const double rising_s = rise_end_s_ - target.time_s;
  if (rising_s > kShortest_s) {
    for (std::size_t i = 0; i < 2; ++i)
      axis_[i] = math::quintic_step(
          axis_[i], {held_location_m_[static_cast<Eigen::Index>(i)], 0.0, 0.0}, rising_s, dt);
    axis_[2] = math::quintic_step(axis_[2], {rise_height_m_, 0.0, 0.0}, rising_s, dt);
    return;
  }
  const SwingShape& shape = target.shape;
  const double arrival_s = shape.arrive_phase * target.duration_s - target.time_s;
  // A foot that is above its foothold before it lands is not rushed when the step becomes shorter.
  const double shortest_s = shape.arrive_phase < 1.0 ? kLateHorizon_s : kShortest_s;
  const double horizontal_s = arrival_s > shortest_s ? arrival_s : kLateHorizon_s;
  if (target.time_s >= shape.start_phase * target.duration_s)
    for (std::size_t i = 0; i < 2; ++i)
      axis_[i] = math::quintic_step(
          axis_[i], {target.location_m[static_cast<Eigen::Index>(i)], 0.0, 0.0}, horizontal_s, dt);

  math::MotionState& z = axis_[2];
  const double apex_s = shape.apex_phase * target.duration_s;
  if (rise_end_s_ < 0.0 && target.time_s < apex_s - shape.apex_lead_s) {
    const double apex_m = std::max(target.ground_m, lift_off_height_m_) + shape.apex_m;
    z = math::quintic_step(z, {apex_m, 0.0, 0.0}, apex_s - target.time_s, dt);
  } else if (left_s > 2 * kShortest_s) {
    z = math::quintic_step(
        z, {target.ground_m - kTouchdownDepth_m, -config.touchdown_speed_m_s, 0.0}, left_s, dt);
  } else {
    z = {z.position - config.late_speed_m_s * dt, -config.late_speed_m_s, 0.0};
  }
}

void SwingFoot::turn(const Eigen::Matrix2d& R) noexcept {
  for (double math::MotionState::*part :
       {&math::MotionState::position, &math::MotionState::velocity,
        &math::MotionState::acceleration}) {
    const Eigen::Vector2d turned = R * Eigen::Vector2d(axis_[0].*part, axis_[1].*part);
    axis_[0].*part = turned.x();
    axis_[1].*part = turned.y();
  }
}

}  // namespace longmen::planning
