#include "gate/motion/body_barriers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gate/motion/keep_out.h"
#include "gate/motion/separation.h"
#include "math/segments.h"

namespace longmen::gate {
namespace {

constexpr double kHeldForce_N = 40.0;     // a sole that bears this is taken to stay
constexpr double kHeldProbability = 0.5;  // and that its estimator believes
constexpr double kTolerance = 1e-6;       // of an acceleration asked for, relative; rounding
constexpr double kFar_m = 12.0;           // a track farther away asks for nothing
constexpr double kHeightMin_m = 0.2;      // of the CoM above a foot, for the pendulum
constexpr double kTouching_m = 1e-6;      // nearer, two segments give no direction
/// Of the braking relied on: what is asked for at most, of links that are too fast already.
constexpr double kLateBraking = 2.0;
constexpr double kLateBrakingForPeople = 8.0;
constexpr double kAnyAcceleration_m_s2 = 500.0;  // more than motors give to the distance of links
constexpr double kCreep_m_s = 0.05;              // slower towards a zone, a robot sways on the spot
constexpr double kSparedTolerance = 1e-6;        // of a row, in shares of the speed limit
constexpr int kRoundsMax = 6;                    // of adding what a solution would violate
constexpr std::size_t kNearMax = 512;
constexpr double kSpeedScale_m_s =
    1.0;  // links too fast by this count as much as a joint at twice its limit

/// The least d2s/dt2 from which s obeys its barrier whatever the inertia within its uncertainty:
/// letting go, the light body is the dangerous one, braking, the heavy one. Never more than
/// `brake_max`: from a state that can stop, braking itself is enough.
double needed_acceleration(double speed, double speed_min, double brake_max, double T,
                           double uncertainty) noexcept {
  const double a = (speed_min - speed) / T;
  return std::min(a * (a < 0.0 ? 1.0 - uncertainty : 1.0 + uncertainty), brake_max);
}

}  // namespace

BodyBarriers::BodyBarriers(const model::RobotModel& model, const MotionLimits& rules,
                           const std::vector<world::Zone>& zones)
    : model_(&model),
      rules_(rules),
      dynamics_(model::ContactDynamics::create(model)),
      least_change_([&] {
        JointVector torque_max_Nm = JointVector::Zero(model.na());
        for (int j = 0; j < model.na(); ++j) torque_max_Nm[j] = model.joint(j).torque_max_Nm;
        return torque_max_Nm;
      }()),
      q_(JointVector::Zero(model.na())),
      v_(JointVector::Zero(model.na())) {
  near_.reserve(kNearMax);
  for (const auto group : {model::Group::kLeftArm, model::Group::kRightArm, model::Group::kHead})
    for (const int j : model.group(group)) is_upper_[static_cast<std::size_t>(j)] = true;
  for (const world::Zone& zone : zones)
    if (zone.kind == world::ZoneKind::kKeepOut) zones_.push_back(zone);
  const auto& capsules = dynamics_.shape().capsules;
  for (std::size_t c = 0; c < capsules.size(); ++c) {
    capsule_reach_m_.push_back(0.5 * (capsules[c].p_BE - capsules[c].p_BA).norm() +
                               capsules[c].radius_m);
    capsule_middle_W_.emplace_back(Eigen::Vector3d::Zero());
    capsule_speed_m_s_.push_back(0.0);
    if (capsules[c].limb == model::Group::kLeftArm || capsules[c].limb == model::Group::kRightArm)
      arm_capsules_.push_back(static_cast<int>(c));
  }
  for (BarrierRow& row : rows_) row.coefficients.setZero(model.na());
}

int BodyBarriers::barrier_count() const noexcept {
  constexpr int kPerJoint = 6;  // torque, speed alone and coupled, each both ways
  return kPerJoint * model_->na() + static_cast<int>(dynamics_.shape().pairs.size()) +
         kMaxTracks * static_cast<int>(arm_capsules_.size());
}

void BodyBarriers::see(const RobotState& state, const WorldState& world) noexcept {
  q_ = state.joint_position_rad;
  v_ = state.joint_velocity_rad_s;
  dynamics_.update(state);
  for (std::size_t side = 0; side < kFeet; ++side)
    held_[side] = state.foot_force_N[side] > kHeldForce_N &&
                  state.contact_probability[side] > kHeldProbability;
  near_.clear();
  see_self();
  see_people(world);
  see_zones(state.position_sigma_m);
  see_balance();
}

void BodyBarriers::see_balance() noexcept {
  const Eigen::Vector3d& p_WC = dynamics_.p_WC();
  divergence_share_ = 0.0;
  if (!held_[kLeft] && !held_[kRight]) return;  // no pendulum without a foot
  double share = std::numeric_limits<double>::max();
  for (int side = 0; side < kFeet; ++side) {
    if (!held_[static_cast<std::size_t>(side)]) continue;
    const Eigen::Vector3d p_WF =
        dynamics_.position_W(side == kLeft ? model::Role::kLeftFoot : model::Role::kRightFoot);
    const double height = std::max(kHeightMin_m, p_WC.z() - p_WF.z());
    // The divergent component of the linear inverted pendulum on this foot.
    const Eigen::Vector2d dcm_W =
        p_WC.head<2>() + dynamics_.v_WC().head<2>() * std::sqrt(height / kGravity_m_s2);
    share = std::min(share, (dcm_W - p_WF.head<2>()).norm() / height);
  }
  divergence_share_ = share;
}

void BodyBarriers::see_separation(const Track& track) noexcept {
  const Eigen::Vector2d away = dynamics_.p_WC().head<2>() - track.p_WO.head<2>();
  const double level = away.norm();
  if (level > kFar_m) return;
  Approach approach;
  const Eigen::Vector2d n = level > kTouching_m ? Eigen::Vector2d(away / level)
                                                : Eigen::Vector2d(Eigen::Vector2d::UnitX());
  approach.robot_speed_m_s = -dynamics_.v_WC().head<2>().dot(n);
  approach.other_speed_m_s = track.v_WO.head<2>().dot(n);
  const Eigen::Vector3d foot = track.p_WO + Eigen::Vector3d(0, 0, track.radius_m);
  const Eigen::Vector3d top =
      track.p_WO + Eigen::Vector3d(0, 0, std::max(track.radius_m, track.height_m - track.radius_m));
  approach.distance_m = kFar_m;
  const auto& capsules = dynamics_.shape().capsules;
  for (std::size_t c = 0; c < capsules.size(); ++c) {
    const auto& segment = dynamics_.segment_W(static_cast<int>(c));
    const math::NearestPoints points = math::nearest_points(segment.p_WA, segment.p_WE, foot, top);
    approach.distance_m = std::min(approach.distance_m, (points.first - points.second).norm() -
                                                            capsules[c].radius_m - track.radius_m);
  }
  double margin_m = 0.0;
  const StopRung rung = separation_demand(approach, track, rules_, margin_m);
  demand(rung, MotionRule::kSeparation, margin_m);
}

void BodyBarriers::demand(StopRung rung, MotionRule rule, double margin_m) noexcept {
  if (rung == StopRung::kNone) return;
  if (separation_.rung == StopRung::kNone || margin_m < separation_.margin_m) {
    separation_.margin_m = margin_m;
    separation_.rule = rule;
  }
  separation_.rung = std::max(separation_.rung, rung);
}

void BodyBarriers::see_zones(double position_sigma_m) noexcept {
  if (zones_.empty()) return;
  const Eigen::Vector3d& p_WC = dynamics_.p_WC();
  const auto& capsules = dynamics_.shape().capsules;
  const int base = model_->body(model::Role::kBase);
  const double unsure_m = rules_.zone_clearance_m + rules_.people_sigmas * position_sigma_m;
  double reach_m = 0.0;  // of the body from its centre of mass
  for (std::size_t c = 0; c < capsules.size(); ++c) {
    const auto& segment = dynamics_.segment_W(static_cast<int>(c));
    for (const Eigen::Vector3d& p_W : {segment.p_WA, segment.p_WE})
      reach_m = std::max(reach_m, (p_W - p_WC).head<2>().norm() + capsules[c].radius_m);
  }
  for (const world::Zone& zone : zones_) {
    ZoneDistance body = zone_distance(zone, p_WC, p_WC, p_WC);
    const double speed = std::max(0.0, -body.n_W.dot(dynamics_.v_WC().head<2>()));
    const double stopping_m = unsure_m + 0.5 * speed * rules_.stop_time_s;
    if (body.distance_m - reach_m >
        std::max(rules_.hand_near_m, stopping_m + rules_.zone_warning_m))
      continue;
    for (std::size_t c = 0; c < capsules.size(); ++c) {
      const auto& segment = dynamics_.segment_W(static_cast<int>(c));
      ZoneDistance part = zone_distance(zone, segment.p_WA, segment.p_WE, p_WC);
      part.distance_m -= capsules[c].radius_m;
      body.distance_m = std::min(body.distance_m, part.distance_m);
      const bool is_arm =
          capsules[c].limb == model::Group::kLeftArm || capsules[c].limb == model::Group::kRightArm;
      if (!is_arm || part.distance_m > rules_.hand_near_m || near_.size() == kNearMax) continue;
      Near near;
      near.rule = MotionRule::kKeepOut;
      near.priority = BarrierPriority::kThings;
      near.first_body = capsules[c].body;
      near.second_body = base;
      near.n_W = {part.n_W.x(), part.n_W.y(), 0.0};
      near.p_W1 = near.p_W2 = part.p_W;
      near.speed_m_s = near.n_W.dot(dynamics_.velocity_W(near.first_body, near.p_W1) -
                                    dynamics_.velocity_W(base, near.p_W1));
      near.brake_m_s2 = rules_.hand_brake_m_s2;
      near.speed_min_m_s = -braking_speed(part.distance_m - unsure_m, -near.speed_m_s,
                                          near.brake_m_s2, rules_.reaction_s);
      near_.push_back(near);
    }
    // Even braking within the stopping time, as for people; a zone does not come: who stands too
    // near may walk away, but come no nearer.
    const double margin_m = body.distance_m - stopping_m;
    const bool comes = speed > kCreep_m_s || !(unsure_m < rules_.zone_warning_m);
    if (!(margin_m >= 0.0) && comes)
      demand(StopRung::kHold, MotionRule::kKeepOut, margin_m);
    else if (!(margin_m >= rules_.zone_warning_m))
      demand(StopRung::kSlow, MotionRule::kKeepOut, margin_m);
  }
}

void BodyBarriers::see_self() noexcept {
  const auto& capsules = dynamics_.shape().capsules;
  // How fast each capsule moves against the base at most: two cannot close faster than the sum.
  const int base = model_->body(model::Role::kBase);
  for (std::size_t c = 0; c < capsules.size(); ++c) {
    const auto& segment = dynamics_.segment_W(static_cast<int>(c));
    capsule_middle_W_[c] = 0.5 * (segment.p_WA + segment.p_WE);
    double speed = 0.0;
    for (const Eigen::Vector3d& p_W : {segment.p_WA, segment.p_WE})
      speed = std::max(
          speed, (dynamics_.velocity_W(capsules[c].body, p_W) - dynamics_.velocity_W(base, p_W))
                     .squaredNorm());
    capsule_speed_m_s_[c] = std::sqrt(speed) + 0.5 * kAnyAcceleration_m_s2 * rules_.reaction_s;
  }
  for (const model::CapsulePair& pair : dynamics_.shape().pairs) {
    const auto i = static_cast<std::size_t>(pair.first);
    const auto k = static_cast<std::size_t>(pair.second);
    const double closing = capsule_speed_m_s_[i] + capsule_speed_m_s_[k];
    const double reach = capsule_reach_m_[i] + capsule_reach_m_[k] + rules_.self_clearance_m +
                         closing * (rules_.reaction_s + 0.5 * closing / rules_.self_brake_m_s2);
    if ((capsule_middle_W_[i] - capsule_middle_W_[k]).squaredNorm() > reach * reach) continue;
    const auto& a = dynamics_.segment_W(pair.first);
    const auto& b = dynamics_.segment_W(pair.second);
    const math::NearestPoints points = math::nearest_points(a.p_WA, a.p_WE, b.p_WA, b.p_WE);
    const Eigen::Vector3d apart = points.first - points.second;
    const double length = apart.norm();
    const double distance = length - capsules[i].radius_m - capsules[k].radius_m;
    if (near_.size() == kNearMax) continue;
    Near near;
    near.rule = MotionRule::kSelfCollision;
    near.priority = BarrierPriority::kSelf;
    near.first_body = capsules[i].body;
    near.second_body = capsules[k].body;
    if (length > kTouching_m)
      near.n_W = apart / length;
    else
      near.n_W = (a.p_WA + a.p_WE - b.p_WA - b.p_WE).normalized();
    if (!near.n_W.allFinite() || near.n_W.isZero(0.0)) near.n_W = Eigen::Vector3d::UnitZ();
    near.p_W1 = points.first;
    near.p_W2 = points.second;
    near.speed_m_s = near.n_W.dot(dynamics_.velocity_W(near.first_body, near.p_W1) -
                                  dynamics_.velocity_W(near.second_body, near.p_W2));
    const double clearance = std::min(rules_.self_clearance_m, 0.5 * pair.home_distance_m);
    const auto is_leg = [](const model::Capsule& capsule) {
      return capsule.limb == model::Group::kLeftLeg || capsule.limb == model::Group::kRightLeg;
    };
    near.brake_m_s2 = is_leg(capsules[i]) && is_leg(capsules[k]) ? rules_.self_brake_legs_m_s2
                                                                 : rules_.self_brake_m_s2;
    near.speed_min_m_s =
        -braking_speed(distance - clearance, -near.speed_m_s, near.brake_m_s2, rules_.reaction_s);
    if (near.speed_m_s - near.speed_min_m_s > kAnyAcceleration_m_s2 * rules_.reaction_s) continue;
    near.turning_m_s2 = turning_m_s2(pair, near.speed_m_s);
    near_.push_back(near);
  }
}

double BodyBarriers::turning_m_s2(const model::CapsulePair& pair, double speed_m_s) const noexcept {
  // The nearest points and their line one reaction time ahead, with the velocities of now.
  struct Moved {
    Eigen::Vector3d p_WA, p_WE, v_WA, v_WE;
  };
  const auto moved = [&](int c) {
    const auto& segment = dynamics_.segment_W(c);
    const int body = dynamics_.shape().capsules[static_cast<std::size_t>(c)].body;
    Moved m{segment.p_WA, segment.p_WE, dynamics_.velocity_W(body, segment.p_WA),
            dynamics_.velocity_W(body, segment.p_WE)};
    m.p_WA += rules_.reaction_s * m.v_WA;
    m.p_WE += rules_.reaction_s * m.v_WE;
    return m;
  };
  const Moved a = moved(pair.first);
  const Moved b = moved(pair.second);
  const math::NearestPoints points = math::nearest_points(a.p_WA, a.p_WE, b.p_WA, b.p_WE);
  const Eigen::Vector3d apart = points.first - points.second;
  const double length = apart.norm();
  if (!(length > kTouching_m)) return 0.0;
  const auto velocity = [](const Moved& m, const Eigen::Vector3d& p_W) {
    const Eigen::Vector3d along = m.p_WE - m.p_WA;
    const double length2 = along.squaredNorm();
    const double share = length2 > 0.0 ? (p_W - m.p_WA).dot(along) / length2 : 0.0;
    return Eigen::Vector3d(m.v_WA + share * (m.v_WE - m.v_WA));
  };
  const double ahead = apart.dot(velocity(a, points.first) - velocity(b, points.second)) / length;
  return (ahead - speed_m_s) / rules_.reaction_s;
}

void BodyBarriers::see_people(const WorldState& world) noexcept {
  separation_ = {};
  const int count = std::clamp(world.track_count, 0, kMaxTracks);
  const int base = model_->body(model::Role::kBase);
  for (int t = 0; t < count; ++t) {
    const Track& track = world.tracks[static_cast<std::size_t>(t)];
    const bool can_be = track.p_WO.allFinite() && track.v_WO.allFinite() &&
                        std::isfinite(track.radius_m) && std::isfinite(track.height_m);
    if (!can_be) {  // somebody may be anywhere
      separation_.rung = StopRung::kHold;
      continue;
    }
    see_separation(track);
    if (!track.is_person) continue;
    const double unsure_m = rules_.people_sigmas * track.position_sigma_m;
    const Eigen::Vector3d foot = track.p_WO + Eigen::Vector3d(0, 0, track.radius_m);
    const Eigen::Vector3d top =
        track.p_WO +
        Eigen::Vector3d(0, 0, std::max(track.radius_m, track.height_m - track.radius_m));
    for (const int c : arm_capsules_) {
      const auto& segment = dynamics_.segment_W(c);
      const math::NearestPoints points =
          math::nearest_points(segment.p_WA, segment.p_WE, foot, top);
      const Eigen::Vector3d apart = points.first - points.second;
      const double length = apart.norm();
      const model::Capsule& capsule = dynamics_.shape().capsules[static_cast<std::size_t>(c)];
      const double distance = length - capsule.radius_m - track.radius_m;
      if (!(distance < rules_.hand_near_m) || near_.size() == kNearMax) continue;
      Near near;
      near.rule = MotionRule::kHandSpeed;
      near.priority = BarrierPriority::kPeople;
      near.first_body = capsule.body;
      near.second_body = base;
      if (length > kTouching_m) near.n_W = apart / length;
      near.p_W1 = points.first;
      near.p_W2 = points.first;
      near.speed_m_s = near.n_W.dot(dynamics_.velocity_W(near.first_body, near.p_W1) -
                                    dynamics_.velocity_W(base, near.p_W1));
      near.brake_m_s2 = rules_.hand_brake_m_s2;
      const double T = rules_.reaction_s;
      const double coming = std::max(0.0, track.v_WO.dot(near.n_W));
      const double room = distance - unsure_m - coming * rules_.people_reaction_s;
      const double far = braking_speed(room, -near.speed_m_s, near.brake_m_s2, T);
      const double close = std::min(rules_.contact_speed_m_s,
                                    braking_speed(distance, -near.speed_m_s, near.brake_m_s2, T));
      near.speed_min_m_s = -std::max(far, close);
      near_.push_back(near);
    }
  }
}

double BodyBarriers::needed_of(const Near& near) const noexcept {
  const double late =
      near.priority == BarrierPriority::kPeople ? kLateBrakingForPeople : kLateBraking;
  return needed_acceleration(near.speed_m_s, near.speed_min_m_s, late * near.brake_m_s2,
                             rules_.reaction_s, rules_.coupling_uncertainty) -
         near.turning_m_s2;
}

double BodyBarriers::authority() const noexcept {
  double all = 0.0;
  for (int j = 0; j < model_->na(); ++j)
    all += std::abs(row_.coefficients[j]) * model_->joint(j).torque_max_Nm;
  return all;
}

void BodyBarriers::add_row(double needed, BarrierPriority priority, double speed) noexcept {
  if (row_count_ == rows_.size()) {
    rows_full_ = true;
    return;
  }
  BarrierRow& row = rows_[row_count_++];
  row.coefficients = row_.coefficients;
  row.bound = needed - row_.constant;
  row.priority = priority;
  row.scale = speed / rules_.reaction_s;
}

void BodyBarriers::note(MotionRule rule, BarrierPriority priority, int joint, double margin,
                        Outcome& outcome) noexcept {
  const bool is_worse = outcome.rule == MotionRule::kNone || priority < worst_priority_ ||
                        (priority == worst_priority_ && -margin > worst_excess_);
  if (!is_worse) return;
  worst_priority_ = priority;
  worst_excess_ = -margin;
  outcome.rule = rule;
  outcome.joint = static_cast<std::int16_t>(joint);
  outcome.margin = margin;
}

std::vector<BarrierRow> BodyBarriers::all_rows(std::span<const JointBarrier> joints) {
  std::vector<BarrierRow> rows;
  const double T = rules_.reaction_s;
  const double unsure = rules_.coupling_uncertainty;
  for (int j = 0; j < model_->na(); ++j) {
    const JointBarrier& joint = joints[static_cast<std::size_t>(j)];
    for (const double side : {1.0, -1.0}) {
      const double room = side > 0.0 ? q_[j] - joint.q_min : joint.q_max - q_[j];
      const double w = std::min(joint.v_max, joint.speed_bound(room, -side * v_[j]));
      const double needed = needed_acceleration(side * v_[j], -w, joint.a_b, T, unsure);
      dynamics_.joint_row(j, row_);
      rows.push_back(
          {side * row_.coefficients, needed - side * row_.constant, BarrierPriority::kSelf});
    }
  }
  for (const Near& near : near_) {
    dynamics_.distance_row(near.first_body, near.p_W1, near.second_body, near.p_W2, near.n_W, row_);
    rows.push_back({row_.coefficients, needed_of(near) - row_.constant, near.priority});
  }
  return rows;
}

void BodyBarriers::spare_upper_body(int j, const JointVector& tau_Nm) noexcept {
  const bool is_upper = is_upper_[static_cast<std::size_t>(j)];
  for (int i = 0; i < model_->na(); ++i) {
    if (is_upper_[static_cast<std::size_t>(i)] == is_upper) continue;
    row_.constant += row_.coefficients[i] * tau_Nm[i];
    row_.coefficients[i] = 0.0;
  }
}

bool BodyBarriers::take_violated(std::span<const JointBarrier> joints, const JointVector& tau_Nm,
                                 Outcome& outcome) noexcept {
  const double T = rules_.reaction_s;
  const double unsure = rules_.coupling_uncertainty;
  const std::size_t before = row_count_;
  bool moved = false;
  const auto is_violated = [](double needed, double acceleration) {
    return acceleration < needed - kTolerance * (1.0 + std::abs(needed));
  };
  for (int j = 0; j < model_->na(); ++j) {
    const JointBarrier& joint = joints[static_cast<std::size_t>(j)];
    const double a = dynamics_.acceleration()[model_->dof(j)];
    for (const double side : {1.0, -1.0}) {  // the lower end, the upper end
      const double speed = side * v_[j];
      const double room = side > 0.0 ? q_[j] - joint.q_min : joint.q_max - q_[j];
      const double w = std::min(joint.v_max, joint.speed_bound(room, -speed));
      const double needed = needed_acceleration(speed, -w, joint.a_b, T, unsure);
      std::size_t& at = joint_row_at_[static_cast<std::size_t>(j)][side > 0.0 ? 0 : 1];
      if (!is_violated(needed, side * a)) continue;
      const double tolerance = kSparedTolerance * joint.v_max / T;
      const bool is_in_rows = at != kNoRow;
      if (is_in_rows && !(needed - side * a > tolerance)) continue;
      dynamics_.joint_row(j, row_);
      // A foot that tips over an edge turns its ankle with the whole robot's weight: the nearest
      // torques that slow it would throw the arms about, beyond their own speeds.
      if (!is_foreign_) spare_upper_body(j, tau_Nm);
      row_.coefficients *= side;
      row_.constant *= side;
      if (is_in_rows) {
        missed_ = true;
        if (at == rows_.size()) continue;  // found no room
        // Torques that the row left as they were have changed for another row.
        const double bound = needed - row_.constant;
        moved = moved || std::abs(bound - rows_[at].bound) > tolerance;
        rows_[at].bound = bound;
        continue;
      }
      at = row_count_;
      add_row(needed, BarrierPriority::kSelf, joint.v_max);
      note(w < joint.v_max ? MotionRule::kRange : MotionRule::kVelocity, BarrierPriority::kSelf, j,
           speed + T * side * a + w, outcome);
    }
  }
  for (Near& near : near_) {
    const double needed = needed_of(near);
    const double a = near.n_W.dot(dynamics_.acceleration_W(near.first_body, near.p_W1) -
                                  dynamics_.acceleration_W(near.second_body, near.p_W2));
    if (near.in_rows || !is_violated(needed, a)) continue;
    near.in_rows = true;
    dynamics_.distance_row(near.first_body, near.p_W1, near.second_body, near.p_W2, near.n_W, row_);
    // Of two feet on the ground the ground decides: all torques together would be spent on what
    // they hardly move.
    if (!is_foreign_ && near.rule == MotionRule::kSelfCollision &&
        authority() < rules_.self_brake_m_s2)
      continue;
    add_row(needed, near.priority, kSpeedScale_m_s);
    note(near.rule, near.priority, -1,
         near.speed_m_s + T * (a + near.turning_m_s2) - near.speed_min_m_s, outcome);
  }
  return row_count_ > before || moved;
}

BodyBarriers::Outcome BodyBarriers::keep(std::span<const JointBarrier> joints,
                                         const JointVector& wanted_Nm, const JointVector& lo_Nm,
                                         const JointVector& hi_Nm, JointVector& tau_Nm,
                                         bool is_foreign) noexcept {
  is_foreign_ = is_foreign;
  Outcome outcome;
  dynamics_.prepare(held_);
  dynamics_.accelerate(tau_Nm);
  row_count_ = 0;
  rows_full_ = false;
  for (auto& at : joint_row_at_) at = {kNoRow, kNoRow};
  if (!take_violated(joints, tau_Nm, outcome)) return outcome;

  outcome.changed = true;
  outcome.kept = false;
  JointVector nearest = tau_Nm;
  for (int round = 0; round < kRoundsMax; ++round) {
    const LeastChange::Outcome solved =
        least_change_.solve(wanted_Nm, lo_Nm, hi_Nm, std::span(rows_.data(), row_count_), nearest);
    if (!solved.solved) return outcome;
    tau_Nm = nearest;
    dynamics_.accelerate(tau_Nm);
    missed_ = false;
    const bool more = take_violated(joints, tau_Nm, outcome);
    outcome.kept = solved.relaxed == 0.0 && !missed_ && !more;
    if (!more) break;
  }
  if (rows_full_) outcome.kept = false;
  return outcome;
}

}  // namespace longmen::gate
