#include <algorithm>
#include <cmath>

#include "math/rotation.h"
#include "planning/approach.h"
#include "planning/walking_planner.h"

/// What the walking planner does where it has a map of the ground: docs/math/terrain.md.
namespace longmen::planning {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

// A map is of use where the robot knows its own place on it.
constexpr double kPlaced_m = 0.3;
// Steps that edges make longer or shorter take longer or shorter, within these shares.
constexpr double kHasteMin = 0.9;
constexpr double kHasteMax = 1.1;
constexpr double kLift_m_s = 0.12;
constexpr double kLean_rad_s = 0.2;
// What stops a foot this far above the foothold that the map shows is an edge that it brushes, not
// the ground; but only until it is late by so much: then the map is wrong.
constexpr double kTooHigh_m = 0.06;
constexpr double kMapWrong_s = 0.1;
constexpr double kDrop_m = 0.07;  // footholds that lie lower than this are met toes first
constexpr double kNoise_m = 0.05;
constexpr double kLandingRate_m_s = 0.05;
constexpr double kGradeRate_m_s = 0.2;  // of what the grade does not explain
// Slower than this no speed sets the duration of steps that edges set.
constexpr double kStepsOnEdges_m_s = 0.15;

}  // namespace

void WalkingPlanner::begin_on_map(const model::Dynamics& dynamics, const RobotState& state,
                                  bool first) noexcept {
  const bool was_known = way_.is_known && !first;
  way_.is_known = ground_map_.is_known() && state.position_sigma_m < kPlaced_m;
  if (way_.is_known) {
    way_.lag_m = was_known ? way_.lag_m : 0.0;
    way_.stance_height_m =
        was_known
            ? way_.landing_height_m
            : ground_map_.at(stance_, dynamics.sole(stance_).p_WF.head<2>(), heading_rad_).height_m;
    way_.has_shape = false;
    look_ahead(dynamics, -lateral_sign(stance_) * config_.steps.width_m);
    // The foot that lifts now still stands before the last of the steps that were ahead.
    const Way::Steps ahead = {way_.preview.rise_m(), way_.preview.drop_m()};
    if (!was_known) way_.ahead = ahead;
    way_.rise_m = std::max(ahead.rise_m, way_.ahead.rise_m);
    way_.drop_m = std::max(ahead.drop_m, way_.ahead.drop_m);
    way_.ahead = ahead;
    duration_s_ = nominal_duration();
  } else {
    way_ = Way{};
  }
}

void WalkingPlanner::look_ahead(const model::Dynamics& dynamics, double width_m) noexcept {
  StepPreview::Wish wish;
  wish.stance = stance_;
  wish.p_WS = dynamics.sole(stance_).p_WF.head<2>();
  wish.heading_rad = heading_rad_;
  wish.width_m = width_m;
  wish.stride_m = (velocity_m_s_.x() + speed_integral_m_s_.x()) * nominal_duration();
  wish.first_m = way_.lag_m + wish.stride_m;
  wish.stance_height_m = way_.stance_height_m;
  way_.preview.look(ground_map_, config_.terrain, wish);
  way_.look_age_s = 0.0;
}

void WalkingPlanner::keep_to_footholds(double omega_1_s, Nominal& nominal,
                                       StepProblem& problem) const noexcept {
  const auto& landings = way_.preview.landings();
  const double speed = std::abs(velocity_m_s_.x() + speed_integral_m_s_.x());
  bool all_free = true;
  for (const StepPreview::Landing& landing : landings) all_free = all_free && landing.is_free;
  if (!all_free && speed > kStepsOnEdges_m_s) {
    const double far_m = std::abs(landings.back().at_m);
    nominal.duration_s = std::clamp(far_m / (StepPreview::kSteps * speed),
                                    kHasteMin * nominal.duration_s, kHasteMax * nominal.duration_s);
  }
  // From the last of the steps that are seen, where the gait is steady again, back to the first:
  // xi_(i+1) - f_i = (xi_i + d (f_i - f_(i-1)) - f_i) e^(omega T), where d is what the pressure
  // point's way through double support does to the DCM. Only on steps down does it count: on
  // free ground the speed is integrated, and on steps up the lifting leg takes as much back.
  const double e = std::exp(omega_1_s * nominal.duration_s);
  const double ramp = omega_1_s * double_support_s_;
  const double d = way_.drop_m > 0.0 ? 1.0 - (1.0 - std::exp(-ramp)) / ramp : 0.0;
  const auto step = [&](std::size_t i) {
    return landings[i].at_m - (i > 0 ? landings[i - 1].at_m : 0.0);
  };
  constexpr std::size_t kLast = StepPreview::kSteps - 1;
  double offset = landings[kLast].is_free ? nominal.offset.x() : step(kLast) / (e - 1.0);
  offset -= d * step(kLast);
  for (std::size_t i = kLast; i > 0; --i) offset = (step(i) + offset) / e - d * step(i - 1);
  nominal.offset.x() = offset;
  nominal.step.x() = landings[0].at_m;
  problem.step_min.x() = std::clamp(landings[0].min_m, problem.step_min.x(), problem.step_max.x());
  problem.step_max.x() = std::clamp(landings[0].max_m, problem.step_min.x(), problem.step_max.x());
}

void WalkingPlanner::follow_grade(const model::Dynamics& dynamics,
                                  const Pendulum& pendulum) noexcept {
  const bool walks = phase_ == GaitPhase::kWalk;
  way_.lift_m = approach(way_.lift_m, walks ? config_.terrain.lift_share * way_.drop_m : 0.0,
                         kLift_m_s * period_s_);
  way_.lean_rad =
      approach(way_.lean_rad, walks && way_.drop_m > kDrop_m ? config_.terrain.lean_down_rad : 0.0,
               kLean_rad_s * period_s_);
  if (!walks) return;
  const Vector3d& p_stance = dynamics.sole(stance_).p_WF;
  way_.grade = ground_map_.grade(pendulum.com_W, heading_rad_);
  const double ahead_m_s =
      (math::rotation_2d(heading_rad_).transpose() * dynamics.v_WC().head<2>()).x();
  const double target_m = way_.grade.height_m + p_stance.z() - way_.stance_height_m;
  ground_m_ = approach(ground_m_ + way_.grade.slope * ahead_m_s * period_s_, target_m,
                       kGradeRate_m_s * period_s_);
}

SwingShape WalkingPlanner::shape_of_swing(const model::Dynamics& dynamics,
                                          const SwingFoot::Target& target) const noexcept {
  constexpr int kPlaces = 24;
  const int swinging = other(static_cast<Side>(stance_));
  const Vector2d p_stance = dynamics.sole(stance_).p_WF.head<2>();
  const Vector3d from = swing_foot_.position();
  std::array<double, kPlaces> highest_m{};
  for (int i = 0; i < kPlaces; ++i) {
    const double share = static_cast<double>(i) / (kPlaces - 1);
    const Vector2d at = (1 - share) * from.head<2>() + share * target.location_m;
    highest_m[static_cast<std::size_t>(i)] =
        ground_map_.highest_m(swinging, p_stance + at, heading_rad_) - way_.stance_height_m;
  }
  return clearing_shape(highest_m, from.z(), target.ground_m, target.duration_s,
                        config_.terrain.swing_clear_m, config_.swing);
}

bool WalkingPlanner::is_at_its_foothold(const model::Dynamics& dynamics) const noexcept {
  if (!way_.is_known || time_s_ > duration_s_ + kMapWrong_s) return true;
  const int swinging = other(static_cast<Side>(stance_));
  const double above_stance_m = dynamics.sole(swinging).p_WF.z() - dynamics.sole(stance_).p_WF.z();
  return above_stance_m < way_.landing_height_m - way_.stance_height_m + kTooHigh_m;
}

void WalkingPlanner::meet_map(WholeBodyReference& reference) noexcept {
  const int swinging = other(static_cast<Side>(stance_));
  const Footing footing =
      ground_map_.at(swinging, reference.next_foothold_W.head<2>(), heading_rad_);
  // The map's noise would shake the swing.
  const bool is_noise =
      way_.has_shape && std::abs(footing.height_m - way_.landing_height_m) < kNoise_m;
  const double step_m = is_noise ? kLandingRate_m_s * period_s_ : 1.0;
  way_.landing_height_m = approach(way_.landing_height_m, footing.height_m, step_m);
  reference.next_foothold_W.z() += way_.landing_height_m - way_.stance_height_m;
  reference.feet[static_cast<std::size_t>(swinging)].normal_W =
      Vector3d(-footing.slope.x(), -footing.slope.y(), 1.0).normalized();
  if (way_.drop_m > kDrop_m && way_.landing_height_m < way_.stance_height_m - kDrop_m) {
    const Vector2d toes_W = config_.terrain.toe_down * math::rotation_2d(heading_rad_).col(0);
    reference.feet[static_cast<std::size_t>(swinging)].normal_W =
        Vector3d(toes_W.x(), toes_W.y(), 1.0).normalized();
  }
}

}  // namespace longmen::planning
