#pragma once

#include <Eigen/Geometry>

#include "core/goal.h"
#include "core/robot_state.h"
#include "core/whole_body_reference.h"
#include "model/dynamics.h"

namespace longmen::planning {

/// Moves the palms to where a goal asks for them, at a human pace, and lets them squeeze what is
/// between them (docs/math/manipulation.md). Each palm follows its target by a critically damped
/// filter in the heading frame H, with bounded speed; it starts from where the palm is. While they
/// squeeze, nothing holds the distance between the palms: a force does, the same on both. Real-time
/// safe.
class PalmMotion {
 public:
  /// @param dynamics  with the palms of this tick, if the goal has any.
  /// @param load_kg   what hangs on the palms, half on each.
  /// @param load_acceleration_W_m_s2  of the load, as planned.
  void tick(const Goal& goal, const model::Dynamics& dynamics, const RobotState& state,
            double load_kg, const Eigen::Vector3d& load_acceleration_W_m_s2, double dt,
            WholeBodyReference& reference) noexcept;

 private:
  struct Filter {
    bool is_active = false;
    Eigen::Vector3d p_HP = Eigen::Vector3d::Zero();
    Eigen::Vector3d v_HP = Eigen::Vector3d::Zero();
    Eigen::Quaterniond q_HP = Eigen::Quaterniond::Identity();
    Eigen::Vector3d w_HP = Eigen::Vector3d::Zero();  ///< in H
  };
  static void follow(const PalmTarget& target, double dt, Filter& filter) noexcept;

  std::array<Filter, kHands> filters_;
  double squeeze_N_ = 0.0;
};

/// Finds out what the robot carries from the forces under its feet: their sum against what it was
/// before the load was lifted, so that neither the robot's own mass nor the sensors' offsets count.
/// Learns while the robot stands and remembers while it walks. Real-time safe.
class LoadEstimate {
 public:
  void tick(bool carries, bool standing, double feet_force_N, double dt) noexcept;
  [[nodiscard]] double load_kg() const noexcept { return load_kg_; }

 private:
  double empty_N_ = 0.0;  ///< smoothed force without a load; 0: not known yet
  double load_kg_ = 0.0;
};

}  // namespace longmen::planning
