#pragma once

#include <array>
#include <limits>
#include <span>
#include <vector>

#include "core/gate_report.h"
#include "core/robot_state.h"
#include "core/world_state.h"
#include "gate/motion/joint_barrier.h"
#include "gate/motion/least_change.h"
#include "gate/motion/motion_rules.h"
#include "model/contact_dynamics.h"
#include "world/world.h"

namespace longmen::gate {

/// The barriers of the whole body, which no joint can keep alone: each joint's speed and range with
/// all torques acting on it through the mass matrix, the links apart from one another, and the arms
/// slow near people. Each is a distance or angle s with its speed ds/dt, and holds when
///   ds/dt + T d2s/dt2(tau) >= -braking_speed(room of s);
/// d2s/dt2 is affine in the torques, loaded soles held (docs/math/barriers.md). What is far from
/// its bound is screened out; the rest is checked exactly; only when something is violated is a QP
/// solved, over the violated and then over what its solution would violate.
class BodyBarriers {
 public:
  /// `model` must outlive the result. Of the zones those count that are to be kept out of.
  BodyBarriers(const model::RobotModel& model, const MotionLimits& rules,
               const std::vector<world::Zone>& zones = {});

  /// Takes the state (finite) and the world of this tick; finds what is near.
  void see(const RobotState& state, const WorldState& world) noexcept;

  /// Of the last see(): M_jj [na], kg.m2.
  [[nodiscard]] const JointVector& joint_inertia() const noexcept {
    return dynamics_.joint_inertia();
  }

  /// What the last see() asks of the stop ladder: people, things or zones too near.
  struct Demand {
    StopRung rung = StopRung::kNone;
    MotionRule rule = MotionRule::kSeparation;
    double margin_m = 0.0;  ///< of the nearest to its bound; negative: inside
  };
  [[nodiscard]] const Demand& separation() const noexcept { return separation_; }
  /// How far the divergent component of motion is from the nearest loaded foot, as a share of the
  /// CoM's height above it; 0 in flight.
  [[nodiscard]] double divergence_share() const noexcept { return divergence_share_; }

  struct Outcome {
    bool changed = false;
    bool kept =
        true;  ///< false: some barrier could not be kept by any torque, or not be solved for
    MotionRule rule = MotionRule::kNone;  ///< that was violated most, of the first priority
    std::int16_t joint = -1;
    double margin = 0.0;  ///< of that rule, before the change: rad/s or m/s; negative: outside
  };
  /// Moves tau, which lies in [lo, hi], by the least that keeps every barrier, aiming at `wanted`.
  /// After see(). @param joints  the barriers of each joint, with the inertias of this posture.
  /// @param is_foreign  somebody else than the trusted controller proposes: feet that stand may be
  /// pressed together, which that one never means.
  [[nodiscard]] Outcome keep(std::span<const JointBarrier> joints, const JointVector& wanted_Nm,
                             const JointVector& lo_Nm, const JointVector& hi_Nm,
                             JointVector& tau_Nm, bool is_foreign = false) noexcept;

  /// Every row that the last see() found near enough to be checked, and every joint's: what a QP
  /// without any more screening would hold. Takes memory: for tests, after keep().
  [[nodiscard]] std::vector<BarrierRow> all_rows(std::span<const JointBarrier> joints);

  /// Barriers of the last see() that were near enough to be checked.
  [[nodiscard]] int near_count() const noexcept { return static_cast<int>(near_.size()); }
  /// All barriers that may ever bind, bounds of torque included.
  [[nodiscard]] int barrier_count() const noexcept;

 private:
  /// One distance that is near: its speed, and what that must be at least.
  struct Near {
    MotionRule rule = MotionRule::kNone;
    BarrierPriority priority = BarrierPriority::kSelf;
    int first_body = 0;
    int second_body = 0;
    Eigen::Vector3d p_W1 = Eigen::Vector3d::Zero();
    Eigen::Vector3d p_W2 = Eigen::Vector3d::Zero();
    Eigen::Vector3d n_W = Eigen::Vector3d::UnitX();
    double speed_m_s = 0.0;      ///< along n, of the first body's point from the second's
    double speed_min_m_s = 0.0;  ///< at the end of the reaction time
    double brake_m_s2 = 0.0;
    /// What the turn of n and the slide of the nearest points along the links add to the distance's
    /// second derivative while no material point speeds up.
    double turning_m_s2 = 0.0;
    bool in_rows = false;  ///< taken into the QP
  };
  [[nodiscard]] double needed_of(const Near& near) const noexcept;
  void see_self() noexcept;
  /// d/dt of the speed along n of two links whose points keep their velocities, m/s^2.
  [[nodiscard]] double turning_m_s2(const model::CapsulePair& pair,
                                    double speed_m_s) const noexcept;
  void see_people(const WorldState& world) noexcept;
  void see_separation(const Track& track) noexcept;
  void see_zones(double position_sigma_m) noexcept;
  void demand(StopRung rung, MotionRule rule, double margin_m) noexcept;
  void see_balance() noexcept;
  /// Adds rows for what the torques of the last accelerate() violate, and takes torques that a row
  /// left as they were as they are now; false: nothing to do.
  bool take_violated(std::span<const JointBarrier> joints, const JointVector& tau_Nm,
                     Outcome& outcome) noexcept;
  /// Takes the arms and the head out of joint j's row in row_, or all else where j is of an arm or
  /// the head itself; their torques count as they are.
  void spare_upper_body(int j, const JointVector& tau_Nm) noexcept;
  /// What all motors together do at most about the row in row_, in its unit.
  [[nodiscard]] double authority() const noexcept;
  /// @param speed  a violation by so much, one reaction time ahead, counts as one.
  void add_row(double needed, BarrierPriority priority, double speed) noexcept;
  void note(MotionRule rule, BarrierPriority priority, int joint, double margin,
            Outcome& outcome) noexcept;

  const model::RobotModel* model_;
  MotionLimits rules_;
  model::ContactDynamics dynamics_;
  LeastChange least_change_;
  std::vector<Near> near_;  ///< capacity taken at creation
  std::array<BarrierRow, LeastChange::kRowsMax> rows_;
  std::size_t row_count_ = 0;
  bool rows_full_ = false;
  bool is_foreign_ = false;
  bool missed_ = false;  ///< the last solution violates a joint's row that it knew
  static constexpr std::size_t kNoRow = std::numeric_limits<std::size_t>::max();
  std::array<std::array<std::size_t, 2>, kMaxJoints> joint_row_at_{};  ///< in rows_
  std::array<bool, kMaxJoints> is_upper_{};  ///< of an arm or the head: bears no load
  std::vector<world::Zone> zones_;
  std::vector<int> arm_capsules_;
  std::vector<double> capsule_reach_m_;  ///< from the segment's middle to the surface at its ends
  std::vector<Eigen::Vector3d> capsule_middle_W_;
  std::vector<double> capsule_speed_m_s_;  ///< against the base, with what a reaction time adds
  std::array<bool, kFeet> held_{};
  Demand separation_;
  double divergence_share_ = 0.0;
  JointVector q_, v_;
  model::ContactDynamics::Row row_;
  BarrierPriority worst_priority_ = BarrierPriority::kTask;
  double worst_excess_ = 0.0;
};

}  // namespace longmen::gate
