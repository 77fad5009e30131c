#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "core/result.h"
#include "model/robot_model.h"

namespace longmen::control {

/// Gains of the whole-body controller: section `control` of a robot's tuning.yaml. Weights are
/// relative to each other; a task with stiffness k is critically damped (2 sqrt(k)) unless it says
/// otherwise.
struct WholeBodyConfig {
  struct Stance {
    double weight_linear = 1000.0;
    double weight_angular = 200.0;
    double damping_1_s = 30.0;  ///< a = -damping v: soft contacts need it
  } stance;
  struct Swing {
    double weight_linear = 200.0;
    double weight_angular = 20.0;
    double stiffness_linear_1_s2 = 800.0;
    double stiffness_angular_1_s2 = 400.0;
    double acceleration_max_m_s2 = 150.0;
    double angular_acceleration_max_rad_s2 = 300.0;
  } swing;
  struct Torso {
    double weight = 30.0;
    double stiffness_1_s2 = 150.0;
  } torso;
  struct Palm {
    double weight_linear = 100.0;
    double weight_angular = 10.0;
    double stiffness_linear_1_s2 = 400.0;
    double stiffness_angular_1_s2 = 300.0;
    double acceleration_max_m_s2 = 40.0;
    double angular_acceleration_max_rad_s2 = 150.0;
    double posture_share = 0.1;  ///< of the arm's posture weight while its palm has a target
  } palm;
  struct Momentum {
    double weight_horizontal = 700.0;
    double weight_vertical = 500.0;
    double weight_angular = 0.9;
    double angular_damping_1_s = 5.0;    ///< L' = -damping L about the CoM
    double angular_inertia_kg_m2 = 8.0;  ///< scales L' to an acceleration, so that weights compare
  } momentum;
  struct Posture {
    double weight = 1.0;
    double stiffness_1_s2 = 60.0;
  } posture_legs, posture_waist, posture_arms, posture_head;
  struct Contact {
    double friction = 0.4;       ///< planned coefficient; the true one may be lower than one hopes
    double yaw_moment_m = 0.04;  ///< |m_z| <= yaw_moment f_z
    double margin_fore_m =
        0.015;  ///< the centre of pressure stays this far inside the sole's edges
    double margin_aft_m = 0.010;
    double margin_side_m = 0.006;
  } contact;
  struct JointLimits {
    double torque_fraction = 0.97;  ///< of the joint's limit
    double velocity_fraction = 0.9;
    double stiffness_1_s2 = 400.0;  ///< a <= stiffness (limit - q) - damping qd
    double damping_1_s = 40.0;
    double velocity_gain_1_s = 50.0;  ///< a <= gain (fraction v_max - qd)
    /// Kept from both ends of the model's range, which the motion gate guards: who rides on an end
    /// is corrected by the gate for every error of the model.
    double range_margin_rad = 0.02;
  } joint_limits;
  struct Friction {
    double scale = 0.6;           ///< share of the joint's dry friction that is fed forward
    double velocity_rad_s = 0.2;  ///< smooths the sign of the velocity
    double lookahead_s = 0.02;    ///< velocity is predicted by the planned acceleration
  } friction;
  /// Ranges narrower than the model's, for example a knee that is never stretched: name, min, max.
  struct Range {
    std::string joint;
    double min_rad = 0.0;
    double max_rad = 0.0;
  };
  std::vector<Range> ranges;
  double regularization = 1e-4;  ///< on every joint acceleration
  double force_regularization = 1e-6;
  int iterations_max = 200;

  /// Reads the section strictly; absent keys keep the defaults above, joints must exist.
  static Result<WholeBodyConfig> read(const YAML::Node& node, const std::string& where,
                                      const model::RobotModel& model);
};

}  // namespace longmen::control
