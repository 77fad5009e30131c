#include "planning/walking_planner.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"
#include "planning/approach.h"

namespace longmen::planning {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

// Shares of the body weight between which a sole's force bound moves while load passes from foot to
// foot.
constexpr double kLiftingLoadMin = 0.4;
constexpr double kLandingLoadMin = 0.26;
// Load passes on only as the new stance foot is felt to bear it, so that one that met an edge or
// lost the ground again does not leave the body without a foot; but no longer than this.
constexpr double kBorneMin = 0.7;
constexpr double kBorneSlack = 0.1;
constexpr double kWaitMax_s = 0.05;
// A step whose DCM is this near the middle says nothing of a side: the more loaded foot stays.
constexpr double kNoSide_m = 0.02;
constexpr double kPrepareTimeMax_s = 1.2;
constexpr double kSpeedSettled_m_s = 0.05;
// From steps as slow as this the body stands without more steps in place.
constexpr double kSlow_m_s = 0.15;
constexpr double kSlow_rad_s = 0.3;
// A settled robot crouches by this share of its CoM height, at this speed.
constexpr double kCrouchShare = 0.18;
constexpr double kCrouchSpeed_m_s = 0.15;
// And a goal may ask for this much.
constexpr double kCrouchShareMax = 0.38;
constexpr double kLook_s = 0.05;  // the ground ahead is looked at this often
constexpr double kLagMax_m = 0.2;
// Steps that rise take at least and at most these shares of their nominal duration.
constexpr double kClimbMin = 0.85;
constexpr double kClimbMax = 1.2;
// Share of its weight that a swinging sole's attitude has on steps up, and on steps down.
constexpr double kAttitudeUp = 0.015;
constexpr double kAttitudeDown = 0.2;
// Where the base is from the CoM is averaged over about two steps: legs swing, hands take things
// up.
constexpr double kComToBase_s = 1.0;

}  // namespace

Result<WalkingPlanner> WalkingPlanner::create(const model::RobotModel& model,
                                              const GaitConfig& config, double period_s) {
  if (!(period_s >= 0.0005 && period_s <= 0.002))
    return fail(ErrorCode::kInvalidArgument, "the control period must be 0.5 to 2 ms");
  return WalkingPlanner(model, config, period_s);
}

WalkingPlanner::WalkingPlanner(const model::RobotModel& model, const GaitConfig& config,
                               double period_s)
    : config_(config),
      period_s_(period_s),
      weight_N_(model.mass_kg() * kGravity_m_s2),
      posture_(model),
      ground_map_(model, config.terrain) {
  const model::Dynamics home = model::Dynamics::create(model);
  com_height_m_ = home.p_WC().z() - 0.5 * (home.sole(kLeft).p_WF.z() + home.sole(kRight).p_WF.z());
}

void WalkingPlanner::tick(const Goal& goal, const model::Dynamics& dynamics,
                          const RobotState& state, WholeBodyReference& reference) noexcept {
  if (!started_) {
    heading_rad_ = math::yaw_of(dynamics.torso().R_WF);
    ground_m_ = 0.5 * (dynamics.sole(kLeft).p_WF.z() + dynamics.sole(kRight).p_WF.z());
    com_to_base_H_m_ =
        math::rotation_2d(heading_rad_).transpose() * (state.p_WB - dynamics.p_WC()).head<2>();
    started_ = true;
  }
  if (state.frame_turn_rad != 0.0) follow_frame(state);
  follow_command(goal);
  const bool wants_to_walk = goal.locomotion == Goal::Locomotion::kWalk;
  const bool may_crouch = settling_ && phase_ == GaitPhase::kStand;
  const double asked_m = phase_ == GaitPhase::kStand && std::isfinite(goal.crouch_m)
                             ? std::clamp(goal.crouch_m, 0.0, kCrouchShareMax * com_height_m_)
                             : 0.0;
  const double settled_m = may_crouch ? kCrouchShare * com_height_m_ : 0.0;
  crouch_m_ = approach(crouch_m_, std::max(settled_m, asked_m), kCrouchSpeed_m_s * period_s_);
  load_.tick(goal.carried_object >= 0, phase_ == GaitPhase::kStand,
             state.foot_force_N[kLeft] + state.foot_force_N[kRight], period_s_);
  const Pendulum pendulum = measure(dynamics);

  reference.tick = state.tick;
  for (FootReference& foot : reference.feet) {
    foot = FootReference{};
    foot.force_max_N = config_.force_max_weights * weight_N_;
    foot.yaw_rad = heading_rad_;
  }
  if (phase_ == GaitPhase::kWalk) {
    const bool single_support = time_s_ >= double_support_s_;
    const int swinging = other(static_cast<Side>(stance_));
    if (single_support && time_s_ > config_.swing.touchdown_phase_min * duration_s_ &&
        state.foot_force_N[static_cast<std::size_t>(swinging)] > config_.swing.touchdown_force_N &&
        is_at_its_foothold(dynamics))
      touch_down(dynamics, state, pendulum, wants_to_walk);
  }
  if (phase_ != GaitPhase::kWalk) stand(dynamics, state, pendulum, wants_to_walk, reference);
  if (phase_ == GaitPhase::kWalk) walk(dynamics, state, pendulum, reference);
  if (way_.is_known) follow_grade(dynamics, pendulum);

  foresee_rest(dynamics, state, pendulum);
  write_com(dynamics, pendulum, reference);
  write_posture(goal, dynamics, state, reference);
  palms_.tick(goal, dynamics, state, load_.load_kg(), reference.com_acceleration_W_m_s2, period_s_,
              reference);
  reference.dcm_W = pendulum.dcm_W;
  reference.phase = static_cast<std::uint8_t>(phase_);
  reference.stance = static_cast<std::uint8_t>(stance_);
}

void WalkingPlanner::follow_frame(const RobotState& state) noexcept {
  // W itself has moved: take along what is remembered in it.
  const Eigen::Matrix2d R = math::rotation_2d(state.frame_turn_rad);
  heading_rad_ += state.frame_turn_rad;
  ground_m_ += state.frame_shift_m.z();
  previous_cop_ = R * previous_cop_;
  com_at_start_W_ = R * com_at_start_W_ + state.frame_shift_m.head<2>();
  swing_foot_.turn(R);
}

void WalkingPlanner::follow_command(const Goal& goal) noexcept {
  const auto& s = config_.speed;
  const bool walking = goal.locomotion == Goal::Locomotion::kWalk;
  const auto finite_or_zero = [](double x) { return std::isfinite(x) ? x : 0.0; };
  wanted_m_s_.x() = walking ? std::clamp(finite_or_zero(goal.velocity_H_m_s.x()),
                                         -s.backward_max_m_s, s.forward_max_m_s)
                            : 0.0;
  wanted_m_s_.y() = walking ? std::clamp(finite_or_zero(goal.velocity_H_m_s.y()),
                                         -s.sideways_max_m_s, s.sideways_max_m_s)
                            : 0.0;
  const double wanted_yaw = walking ? std::clamp(finite_or_zero(goal.yaw_rate_rad_s),
                                                 -s.yaw_rate_max_rad_s, s.yaw_rate_max_rad_s)
                                    : 0.0;
  for (int i = 0; i < 2; ++i) {
    const bool braking = std::abs(wanted_m_s_[i]) < std::abs(velocity_m_s_[i]) ||
                         wanted_m_s_[i] * velocity_m_s_[i] < 0;
    const double rate = braking ? s.brake_m_s2 : s.accelerate_m_s2;
    velocity_m_s_[i] = approach(velocity_m_s_[i], wanted_m_s_[i], rate * period_s_);
  }
  yaw_rate_rad_s_ = approach(yaw_rate_rad_s_, wanted_yaw, s.yaw_acceleration_rad_s2 * period_s_);
  if (phase_ == GaitPhase::kWalk) {
    heading_rad_ += yaw_rate_rad_s_ * period_s_;
  } else {
    velocity_m_s_.setZero();  // nothing moves before the first step
    yaw_rate_rad_s_ = 0.0;
  }
}

WalkingPlanner::Pendulum WalkingPlanner::measure(const model::Dynamics& dynamics) const noexcept {
  Pendulum p;
  p.height_m = com_height_m_ - config_.height.lower_s * std::min(1.5, std::abs(velocity_m_s_.x()));
  p.height_m -= crouch_m_ - way_.lift_m;
  p.omega_1_s = std::sqrt(kGravity_m_s2 / p.height_m);
  // Angular momentum moves the DCM as well: ALIP, Gong and Grizzle 2022, with L about the CoM.
  const double a = config_.dcm.angular_momentum / (dynamics.model().mass_kg() * p.height_m);
  const Vector3d& L = dynamics.L_C_W();
  Vector2d v_W = dynamics.v_WC().head<2>();
  p.com_W = dynamics.p_WC().head<2>();
  if (const double load_kg = load_.load_kg(); load_kg > 0.0) {  // it hangs between the palms
    const double share = 0.5 * load_kg / (load_kg + dynamics.model().mass_kg());
    for (const int side : {kLeft, kRight}) {
      p.com_W += share * (dynamics.palm(side).p_WF - dynamics.p_WC()).head<2>();
      v_W += share * (dynamics.palm(side).v_WF - dynamics.v_WC()).head<2>();
    }
  }
  const Vector2d v(v_W.x() + a * L.y(), v_W.y() - a * L.x());
  p.dcm_W = p.com_W + v / p.omega_1_s;
  return p;
}

double WalkingPlanner::nominal_level_duration() const noexcept {
  const auto& t = config_.timing;
  const double speed = std::max(std::abs(velocity_m_s_.x()), 1.2 * std::abs(velocity_m_s_.y()));
  const double T = t.slow_s + (t.fast_s - t.slow_s) * speed / t.fast_speed_m_s;
  return std::clamp(T, t.floor_s, std::max(t.floor_s, t.max_s));
}

double WalkingPlanner::nominal_duration() const noexcept {
  return nominal_level_duration() * (1.0 + config_.terrain.slow_1_m * way_.rise_m);
}

WalkingPlanner::Nominal WalkingPlanner::nominal_gait(double omega_1_s) const noexcept {
  Nominal n;
  n.duration_s = nominal_duration();
  const Vector2d v = velocity_m_s_ + speed_integral_m_s_;
  const double side = -lateral_sign(stance_);  // the swinging foot lands on this side
  // A side step must not go below the least width on its narrow half.
  const double width = std::max(config_.steps.width_m,
                                config_.steps.width_min_m + 0.01 + std::abs(v.y()) * n.duration_s);
  const double e = std::exp(omega_1_s * n.duration_s);
  n.step = {v.x() * n.duration_s, side * width + v.y() * n.duration_s};
  // Steady-state DCM offset at touchdown, Khadiv et al. 2020, eq. 11.
  n.offset = {v.x() * n.duration_s / (e - 1),
              -side * width / (1 + e) + v.y() * n.duration_s / (e - 1)};
  return n;
}

Vector3d WalkingPlanner::pressure_point_W(const model::Dynamics& dynamics,
                                          int side) const noexcept {
  const model::FrameMotion& sole = dynamics.sole(side);
  return sole.p_WF + sole.R_WF * Vector3d(config_.dcm.cop_x_m, 0, 0);
}

void WalkingPlanner::stand(const model::Dynamics& dynamics, const RobotState& state,
                           const Pendulum& pendulum, bool wants_to_walk,
                           WholeBodyReference& reference) noexcept {
  const Eigen::Matrix2d R_WH = math::rotation_2d(heading_rad_);
  const Vector2d left = pressure_point_W(dynamics, kLeft).head<2>();
  const Vector2d right = pressure_point_W(dynamics, kRight).head<2>();
  const Vector2d middle = 0.5 * (left + right);
  const Vector2d dcm_H = R_WH.transpose() * (pendulum.dcm_W - middle);
  Vector2d target = middle + R_WH * Vector2d(config_.stand.cop_x_m, 0);

  if (phase_ == GaitPhase::kStand && wants_to_walk) {
    phase_ = GaitPhase::kPrepare;
    prepare_time_s_ = 0.0;
    stance_ =
        wanted_m_s_.y() < 0.0 ? kLeft : kRight;  // the first foot to lift is the one on the way
  } else if (phase_ == GaitPhase::kPrepare && !wants_to_walk) {
    phase_ = GaitPhase::kStand;
  }
  if (phase_ == GaitPhase::kPrepare) {
    // Shift the DCM to where a step in place would begin, then lift the other foot.
    prepare_time_s_ += period_s_;
    const double share = std::min(1.0, prepare_time_s_ / config_.stand.prepare_s);
    const double e = std::exp(pendulum.omega_1_s * nominal_duration());
    const Vector2d stance_cop = stance_ == kLeft ? left : right;
    const double inward = -lateral_sign(stance_) * config_.steps.width_m / (1 + e);
    target = (1 - share) * target + share * (stance_cop + R_WH * Vector2d(0, inward));
    const Vector2d from_stance = R_WH.transpose() * (pendulum.dcm_W - stance_cop);
    if ((share >= 1.0 && std::abs(from_stance.y()) < 1.15 * std::abs(inward)) ||
        prepare_time_s_ > kPrepareTimeMax_s) {
      phase_ = GaitPhase::kWalk;
      begin_step(dynamics, state, stance_, true);
      return;
    }
  }
  const auto& c = config_.stand;
  if (dcm_H.x() > c.capture_fore_m || dcm_H.x() < -c.capture_aft_m ||
      std::abs(dcm_H.y()) > c.capture_side_m) {
    int stance = dcm_H.y() > 0 ? kRight : kLeft;
    if (std::abs(dcm_H.y()) < kNoSide_m)
      stance = state.foot_force_N[kLeft] > state.foot_force_N[kRight] ? kLeft : kRight;
    phase_ = GaitPhase::kWalk;
    begin_step(dynamics, state, stance, true);
    return;
  }
  const Vector2d cop =
      target + (1 + config_.dcm.gain_1_s / pendulum.omega_1_s) * (pendulum.dcm_W - target);
  const double half_width = 0.5 * std::abs((R_WH.transpose() * (left - right)).y());
  const model::Sole& sole = dynamics.model().sole(kLeft);
  Vector2d cop_H = R_WH.transpose() * (cop - middle);
  cop_H.x() = std::clamp(cop_H.x(), -sole.aft_m, sole.fore_m - config_.dcm.cop_x_m);
  cop_H.y() =
      std::clamp(cop_H.y(), -half_width - 0.5 * sole.right_m, half_width + 0.5 * sole.left_m);
  reference.cop_command_W = middle + R_WH * cop_H;
  reference.dcm_reference_W = target;
  ground_m_ = 0.5 * (dynamics.sole(kLeft).p_WF.z() + dynamics.sole(kRight).p_WF.z());
}

void WalkingPlanner::begin_step(const model::Dynamics& dynamics, const RobotState& state,
                                int stance, bool first) noexcept {
  const int swinging = other(static_cast<Side>(stance));
  stance_ = stance;
  time_s_ = 0.0;
  waited_s_ = 0.0;
  frozen_ = false;
  trip_time_s_ = -1.0;
  if (careful_steps_ > 0) --careful_steps_;
  duration_s_ = nominal_duration();
  double_support_s_ = first ? 0.02 : config_.timing.double_support_s;
  const Vector2d own = pressure_point_W(dynamics, stance).head<2>();
  previous_cop_ =
      first ? Vector2d::Zero() : (pressure_point_W(dynamics, swinging).head<2>() - own).eval();
  const Vector3d& p_stance = dynamics.sole(stance).p_WF;
  swing_foot_.start(dynamics.sole(swinging).p_WF - p_stance);
  planned_step_ = math::rotation_2d(heading_rad_).transpose() *
                  (pressure_point_W(dynamics, swinging).head<2>() - own);
  com_at_start_W_ = dynamics.p_WC().head<2>();
  lifting_load_N_ = state.foot_force_N[static_cast<std::size_t>(swinging)];
  begin_on_map(dynamics, state, first);
  if (first) {
    steps_since_start_ = 0;
    calm_steps_ = 0;
    was_slow_ = false;
    speed_integral_m_s_.setZero();
    last_step_s_ = 0.0;
  }
}

void WalkingPlanner::touch_down(const model::Dynamics& dynamics, const RobotState& state,
                                const Pendulum& pendulum, bool wants_to_walk) noexcept {
  ++steps_;
  ++steps_since_start_;
  if (way_.is_known) {
    const StepPreview::Landing& landing = way_.preview.landings()[0];
    const double wished_m = way_.lag_m + velocity_m_s_.x() * nominal_duration();
    way_.lag_m = landing.is_free ? 0.0 : std::clamp(wished_m - landing.at_m, -kLagMax_m, kLagMax_m);
  }
  integrate_speed(dynamics.p_WC().head<2>() - com_at_start_W_);
  const bool stopping =
      !wants_to_walk && velocity_m_s_.norm() < 0.02 && std::abs(yaw_rate_rad_s_) < 0.02;
  if (!wants_to_walk) speed_integral_m_s_.setZero();
  calm_steps_ = stopping ? calm_steps_ + 1 : 0;
  if (wants_to_walk)
    was_slow_ = velocity_m_s_.norm() < kSlow_m_s && std::abs(yaw_rate_rad_s_) < kSlow_rad_s;
  const int calm_steps = was_slow_ ? 0 : config_.stand.calm_steps;
  if (calm_steps_ > calm_steps && may_stand(dynamics, pendulum)) {
    phase_ = GaitPhase::kStand;
    return;
  }
  begin_step(dynamics, state, other(static_cast<Side>(stance_)), false);
}

void WalkingPlanner::integrate_speed(const Vector2d& travel_W) noexcept {
  // Travel in W, where a pose fix bounds the drift: relative to the stance sole a slip would count
  // as speed. Over two steps, since the body sways to one side in each.
  if (last_step_s_ > 0.0 && steps_since_start_ > 4 && way_.lag_m == 0.0 && way_.rise_m == 0.0 &&
      (velocity_m_s_ - wanted_m_s_).norm() < kSpeedSettled_m_s) {
    const Vector2d mean = math::rotation_2d(heading_rad_).transpose() *
                          (travel_W + last_travel_W_) / (time_s_ + waited_s_ + last_step_s_);
    const double bound = config_.speed.integral_max_m_s;
    speed_integral_m_s_ += config_.speed.integral_gain * (velocity_m_s_ - mean);
    speed_integral_m_s_ = speed_integral_m_s_.cwiseMax(-bound).cwiseMin(bound);
  }
  last_travel_W_ = travel_W;
  last_step_s_ = time_s_ + waited_s_;
}

bool WalkingPlanner::may_stand(const model::Dynamics& dynamics,
                               const Pendulum& pendulum) const noexcept {
  const Eigen::Matrix2d R_HW = math::rotation_2d(heading_rad_).transpose();
  const Vector2d left = pressure_point_W(dynamics, kLeft).head<2>();
  const Vector2d right = pressure_point_W(dynamics, kRight).head<2>();
  const Vector2d feet = R_HW * (left - right);
  const Vector2d dcm = R_HW * (pendulum.dcm_W - 0.5 * (left + right));
  const auto& s = config_.stand;
  return std::abs(feet.x()) < 0.06 && feet.y() < 2.0 * config_.steps.width_m &&
         dcm.x() < 0.7 * s.capture_fore_m && dcm.x() > -0.8 * s.capture_aft_m &&
         std::abs(dcm.y()) < 0.95 * s.capture_side_m;
}

void WalkingPlanner::walk(const model::Dynamics& dynamics, const RobotState& state,
                          const Pendulum& pendulum, WholeBodyReference& reference) noexcept {
  const Eigen::Matrix2d R_WH = math::rotation_2d(heading_rad_);
  const double omega = pendulum.omega_1_s;
  const Vector2d cop_W = pressure_point_W(dynamics, stance_).head<2>();
  Nominal nominal = nominal_gait(omega);
  if (!way_.is_known)
    ground_m_ = approach(ground_m_, dynamics.sole(stance_).p_WF.z(),
                         config_.height.ground_rate_m_s * period_s_);

  // While load passes from foot to foot the centre of pressure ramps from the last point to this
  // one. Its effect on the DCM until the ramp's end is known, so that planning sees the pendulum
  // about this foot alone.
  Vector2d dcm_W = pendulum.dcm_W;
  const double ramp_s = double_support_s_ - time_s_;
  if (ramp_s > 0.0)
    dcm_W -= previous_cop_ / double_support_s_ * (ramp_s - (1 - std::exp(-omega * ramp_s)) / omega);
  const Vector2d dcm_H = R_WH.transpose() * (dcm_W - cop_W);

  const double side = -lateral_sign(stance_);
  StepProblem problem;
  problem.omega_1_s = omega;
  problem.time_s = time_s_;
  problem.dcm = dcm_H;
  problem.nominal_step = nominal.step;
  problem.nominal_offset = nominal.offset;
  problem.nominal_duration_s = nominal.duration_s;
  problem.step_min = {-config_.steps.backward_max_m,
                      side > 0 ? config_.steps.width_min_m : -config_.steps.width_max_m};
  problem.step_max = {config_.steps.forward_max_m,
                      side > 0 ? config_.steps.width_max_m : -config_.steps.width_min_m};
  if (way_.is_known) {
    way_.look_age_s += period_s_;
    if (way_.look_age_s > kLook_s && !frozen_) look_ahead(dynamics, planned_step_.y());
    keep_to_footholds(omega, nominal, problem);
    problem.nominal_step = nominal.step;
    problem.nominal_offset = nominal.offset;
    problem.nominal_duration_s = nominal.duration_s;
  }
  if (!frozen_) {
    const Vector2d foot_W =
        swing_foot_.position().head<2>() + dynamics.sole(stance_).p_WF.head<2>();
    const Vector2d sole_to_cop = R_WH * Vector2d(config_.dcm.cop_x_m, 0);
    const double distance = (cop_W + R_WH * planned_step_ - foot_W - sole_to_cop).norm();
    problem.duration_min_s =
        std::max(config_.timing.min_s,
                 time_s_ + std::max(config_.timing.freeze_s,
                                    distance / config_.swing.horizontal_speed_max_m_s));
    if (trip_time_s_ >= 0.0)
      problem.duration_min_s = std::max(problem.duration_min_s,
                                        trip_time_s_ + config_.trip.lift_s + config_.trip.land_s);
    problem.duration_max_s = std::max(config_.timing.max_s, problem.duration_min_s + 0.01);
    if (way_.is_known && way_.rise_m > 0.0) {
      // A foot that has so far to rise cannot hurry, and a long stance loses what it waits for.
      problem.duration_min_s = std::max(problem.duration_min_s, kClimbMin * nominal.duration_s);
      problem.duration_max_s =
          std::max(problem.duration_min_s + 0.01, kClimbMax * nominal.duration_s);
    }
    StepWeights weights{config_.steps.weight_location, config_.steps.weight_duration,
                        config_.steps.weight_offset};
    if (way_.is_known)  // a slow step may be a little longer at no more cost than a quick one
      weights.duration *= std::exp(-omega * (nominal.duration_s - nominal_level_duration()));
    const Step step = plan_step(problem, weights);
    planned_step_ = step.location;
    duration_s_ = step.duration_s;
    frozen_ = duration_s_ - time_s_ < config_.timing.freeze_s;
  }
  if (time_s_ > duration_s_)  // late: keep the foot under the diverging DCM until it lands
    planned_step_ = (dcm_H - nominal.offset).cwiseMax(problem.step_min).cwiseMin(problem.step_max);

  const double left_s = std::max(duration_s_ - time_s_, 0.0);
  const Vector2d dcm_reference = (nominal.step + nominal.offset) * std::exp(-omega * left_s);
  Vector2d feedback = (1 + config_.dcm.gain_1_s / omega) * (dcm_H - dcm_reference);
  feedback.x() = std::clamp(feedback.x(), -config_.dcm.cop_aft_m, config_.dcm.cop_fore_m);
  feedback.y() = std::clamp(feedback.y(), -config_.dcm.cop_side_m, config_.dcm.cop_side_m);
  Vector2d ramp = Vector2d::Zero();
  if (ramp_s > 0.0) ramp = previous_cop_ * ramp_s / double_support_s_;
  reference.cop_command_W = cop_W + ramp + R_WH * feedback;
  reference.dcm_reference_W = cop_W + R_WH * dcm_reference;
  reference.next_foothold_W.head<2>() =
      cop_W + R_WH * (planned_step_ - Vector2d(config_.dcm.cop_x_m, 0));
  reference.next_foothold_W.z() = dynamics.sole(stance_).p_WF.z();
  if (way_.is_known) meet_map(reference);

  swing(dynamics, reference);
  if (bears_its_load(state) || waited_s_ > kWaitMax_s) {
    time_s_ += period_s_;
  } else {
    waited_s_ += period_s_;
  }
}

bool WalkingPlanner::bears_its_load(const RobotState& state) const noexcept {
  if (time_s_ >= double_support_s_) return true;
  const double share = time_s_ / double_support_s_;
  return state.foot_force_N[static_cast<std::size_t>(stance_)] >
         (kBorneMin * share - kBorneSlack) * weight_N_;
}

void WalkingPlanner::swing(const model::Dynamics& dynamics,
                           WholeBodyReference& reference) noexcept {
  const int swinging = other(static_cast<Side>(stance_));
  FootReference& stance = reference.feet[static_cast<std::size_t>(stance_)];
  FootReference& foot = reference.feet[static_cast<std::size_t>(swinging)];
  if (time_s_ < double_support_s_) {
    const double share = time_s_ / double_support_s_;
    foot.force_max_N =
        std::max(1.0, (1 - share) * 1.2 * std::max(lifting_load_N_, kLiftingLoadMin * weight_N_));
    stance.force_max_N = std::max(kLandingLoadMin * weight_N_, share * stance.force_max_N);
    return;
  }
  const Vector3d& p_stance = dynamics.sole(stance_).p_WF;
  SwingFoot::Target target;
  target.location_m = (reference.next_foothold_W - p_stance).head<2>();
  target.ground_m = reference.next_foothold_W.z() - p_stance.z();
  target.shape.apex_phase = config_.swing.apex_phase;
  target.shape.apex_m = config_.swing.apex_m;
  target.time_s = time_s_ - double_support_s_;
  target.duration_s = duration_s_ - double_support_s_;
  if (way_.is_known) {
    if (!way_.has_shape) way_.shape = shape_of_swing(dynamics, target);
    way_.has_shape = true;
    target.shape = way_.shape;
  }
  if (careful_steps_ > 0)
    target.shape.apex_m = std::max(target.shape.apex_m, config_.trip.careful_apex_m);
  notice_trip(dynamics, p_stance);
  swing_foot_.tick(target, config_.swing, period_s_);
  foot.in_contact = false;
  foot.p_WS = p_stance + swing_foot_.position();
  foot.v_WS = swing_foot_.velocity();
  foot.a_WS = swing_foot_.acceleration();
  foot.yaw_rate_rad_s = yaw_rate_rad_s_;
  if (way_.is_known && way_.rise_m > 0.0)
    foot.attitude_share = way_.drop_m > 0.0 ? kAttitudeDown : kAttitudeUp;
}

void WalkingPlanner::notice_trip(const model::Dynamics& dynamics,
                                 const Vector3d& p_WS_stance) noexcept {
  if (trip_time_s_ >= 0.0) return;
  // Later, what stops the foot is what it lands on, or a push that hurries the step: no time to
  // rise over it is left.
  if (time_s_ > config_.swing.touchdown_phase_min * duration_s_) return;
  const int swinging = other(static_cast<Side>(stance_));
  const model::FrameMotion& sole = dynamics.sole(swinging);
  const Vector2d way_W = swing_foot_.velocity().head<2>();
  const double speed = way_W.norm();
  if (speed < config_.trip.speed_min_m_s) return;
  const Vector2d direction = way_W / speed;
  // The end of the sole that leads is what meets things; caught, the foot turns about it.
  const model::Sole& shape = dynamics.model().sole(swinging);
  const bool is_forward = direction.dot(sole.R_WF.col(0).head<2>()) > 0.0;
  const double end_m = is_forward ? shape.fore_m : -shape.aft_m;
  const Vector3d end_W = end_m * sole.R_WF.col(0);
  const Vector3d level_end_W = end_m * math::rotation_z(heading_rad_).col(0);
  const double behind_m = direction.dot(
      (swing_foot_.position() + p_WS_stance + level_end_W - sole.p_WF - end_W).head<2>());
  // A push makes the foot lag as well, but only an obstacle stops it.
  const Vector3d v_end_W = sole.v_WF + sole.w_WF.cross(end_W);
  const bool is_stopped = direction.dot(v_end_W.head<2>()) < config_.trip.speed_share * speed;
  if (behind_m < config_.trip.error_m || !is_stopped) return;
  trip_time_s_ = time_s_;
  frozen_ = false;
  careful_steps_ = config_.trip.careful_steps + 1;
  swing_foot_.rise((sole.p_WF - p_WS_stance).head<2>() - config_.trip.back_m * direction,
                   time_s_ - double_support_s_, config_.trip);
}

void WalkingPlanner::foresee_rest(const model::Dynamics& dynamics, const RobotState& state,
                                  const Pendulum& pendulum) noexcept {
  const Eigen::Matrix2d R_WH = math::rotation_2d(heading_rad_);
  const Vector2d com_to_base_H = R_WH.transpose() * (state.p_WB.head<2>() - pendulum.com_W);
  com_to_base_H_m_ += period_s_ / kComToBase_s * (com_to_base_H - com_to_base_H_m_);
  Vector2d middle_W;
  rest_pose_.steps = phase_ == GaitPhase::kWalk;
  if (rest_pose_.steps) {  // the other foot lands beside the stance foot
    const double aside_m = -lateral_sign(stance_) * 0.5 * config_.steps.width_m;
    middle_W = pressure_point_W(dynamics, stance_).head<2>() + R_WH * Vector2d(0, aside_m);
  } else {
    middle_W =
        0.5 * (pressure_point_W(dynamics, kLeft) + pressure_point_W(dynamics, kRight)).head<2>();
  }
  rest_pose_.p_WB_m = middle_W + R_WH * (Vector2d(config_.stand.cop_x_m, 0) + com_to_base_H_m_);
  rest_pose_.yaw_rad = heading_rad_ + 0.5 * yaw_rate_rad_s_ * std::abs(yaw_rate_rad_s_) /
                                          config_.speed.yaw_acceleration_rad_s2;
}

void WalkingPlanner::write_com(const model::Dynamics& dynamics, const Pendulum& pendulum,
                               WholeBodyReference& reference) const noexcept {
  const auto& h = config_.height;
  const double k = h.stiffness_1_s2;
  double climb_m_s = 0.0, climb_m_s2 = 0.0, height_m = pendulum.height_m;
  if (way_.is_known && phase_ == GaitPhase::kWalk) {  // along the grade, which carries the pendulum
    const Vector2d ahead_W = math::rotation_2d(heading_rad_).col(0);
    const double arm_m = way_.grade.slope * ahead_W.dot(pendulum.com_W - reference.cop_command_W);
    climb_m_s = way_.grade.slope * ahead_W.dot(dynamics.v_WC().head<2>());
    climb_m_s2 = pendulum.omega_1_s * pendulum.omega_1_s * arm_m;
    height_m += arm_m;
  }
  const double up =
      std::clamp(climb_m_s2 + k * (pendulum.height_m + ground_m_ - dynamics.p_WC().z()) +
                     2.0 * std::sqrt(k) * (climb_m_s - dynamics.v_WC().z()),
                 h.acceleration_min_m_s2, h.acceleration_max_m_s2);
  // The pendulum's horizontal acceleration goes with the vertical force that really acts.
  const double scale =
      std::clamp((kGravity_m_s2 + up) / kGravity_m_s2 * (pendulum.height_m / height_m), 0.5, 1.6);
  reference.com_acceleration_W_m_s2.head<2>() =
      scale * pendulum.omega_1_s * pendulum.omega_1_s * (pendulum.com_W - reference.cop_command_W);
  reference.com_acceleration_W_m_s2.z() = up;
  reference.q_WT = Eigen::Quaterniond(math::rotation_z(heading_rad_)) *
                   Eigen::Quaterniond(Eigen::AngleAxisd(config_.torso.lean_rad + way_.lean_rad,
                                                        Vector3d::UnitY()));
  reference.w_WT_W = Vector3d(0, 0, yaw_rate_rad_s_);
}

void WalkingPlanner::write_posture(const Goal& goal, const model::Dynamics& dynamics,
                                   const RobotState& state,
                                   WholeBodyReference& reference) noexcept {
  posture_.tick(goal, period_s_);
  reference.posture_rad = posture_.position_rad();
  reference.posture_rate_rad_s = posture_.velocity_rad_s();
  for (const int side : {kLeft, kRight}) {
    if (!goal.palms[static_cast<std::size_t>(side)].active) continue;
    // The palm's target moves this arm; the posture only settles its elbow, and takes the arm up
    // where it is when the target goes.
    for (const int j : dynamics.model().group(model::arm(side))) {
      reference.posture_rad[j] = posture_.target_rad(j);
      reference.posture_rate_rad_s[j] = 0.0;
      posture_.adopt(j, state.joint_position_rad[j]);
    }
  }
  const Eigen::Matrix3d R_HW = math::rotation_z(heading_rad_).transpose();
  for (const GaitConfig::ArmSwing& swing : config_.arm_swing) {
    if (posture_.held(swing.joint)) continue;
    const model::FrameMotion& sole = dynamics.sole(swing.foot);
    const double x = (R_HW * (sole.p_WF - dynamics.p_WC())).x();
    const double v = (R_HW * (sole.v_WF - dynamics.v_WC())).x();
    reference.posture_rad[swing.joint] += swing.gain_rad_m * std::clamp(x, -0.6, 0.6);
    reference.posture_rate_rad_s[swing.joint] += swing.gain_rad_m * std::clamp(v, -3.0, 3.0);
  }
}

}  // namespace longmen::planning
