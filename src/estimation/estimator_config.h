#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "core/result.h"
#include "estimation/invariant_filter.h"
#include "estimation/joint_observer.h"

namespace longmen::estimation {

/// How far a foot on the ground is believed to rest. After touchdown a sole rolls and slides: its
/// creep is foot_walk times 1 + settle_ratio exp(-t / settle_time_s), t since the touchdown.
struct ContactConfig {
  double force_none_N = 40.0;   ///< at or below it a foot says nothing about the base
  double force_full_N = 200.0;  ///< at or above it a foot counts in full
  double settle_ratio = 60.0;
  double settle_time_s = 0.03;
  double slip_m =
      0.0008;  ///< a mean disagreement of foot and base above it is a slip: as touchdown
  double slip_time_s = 0.008;  ///< over which it is averaged
};

/// Bounds that tell a sensor from a broken one.
struct SensorGuardConfig {
  double gyro_max_rad_s = 35.0;
  double gyro_jump_rad_s = 6.0;  ///< largest change from one tick to the next
  double accelerometer_max_m_s2 = 400.0;
  double accelerometer_trust_m_s2 = 15.0;  ///< deviation from gravity up to which it is trusted
  double joint_position_jump_rad = 0.05;   ///< largest distance from the prediction
  double joint_velocity_jump_rad_s = 12.0;
  double joint_position_frozen_rad = 0.003;  ///< a repeated value this far off is a frozen one
  double joint_velocity_frozen_rad_s = 0.3;
  double gyro_frozen_rad_s = 0.05;         ///< a repeated value that turns faster is a frozen one
  double accelerometer_frozen_m_s2 = 0.5;  ///< the same, off from gravity
  double foot_force_max_N = 20000.0;
  double stamp_slack_s = 0.003;  ///< how much older than at the start a sample may be
  double gap_max_s = 0.1;        ///< longest gap that is bridged
  double airborne_max_s = 0.5;   ///< longest time without a loaded foot
};

struct PoseFixConfig {
  double position_sigma_m = 0.02;
  double yaw_sigma_rad = 0.0175;
  double age_max_s = 0.3;      ///< how far back the estimate is remembered
  double gate_nis = 18.5;      ///< chi-square, 4 degrees of freedom, 0.1 % of good ones lost
  int rejected_max = 8;        ///< after so many in a row that agree, the estimate must be wrong
  double slew_time_s = 0.3;    ///< corrections reach the pose handed out within about this time
  double slew_max_m_s = 0.15;  ///< and no faster than this
  double slew_max_rad_s = 0.15;
  double unknown_position_sigma_m = 10.0;  ///< reported before the first fix
  double unknown_yaw_sigma_rad = 1.8;
};

/// Everything that the estimator can be tuned by: section `estimation` of a robot's tuning.yaml.
struct EstimatorConfig {
  InvariantFilterConfig base;
  JointObserverConfig joints;
  ContactConfig contact;
  SensorGuardConfig guard;
  PoseFixConfig pose_fix;
  /// The state handed out is that far ahead of the samples; 0 hands out the past.
  double prediction_s = 0.003;
  bool predict_base_with_model = true;  ///< else the base's velocity is taken as constant

  [[nodiscard]] Result<void> validate() const;
};

/// Reads the section over the defaults: every key may be left out, none may be unknown.
/// @param where  file and key path for messages.
Result<EstimatorConfig> read_estimator_config(const YAML::Node& node, const std::string& where);

}  // namespace longmen::estimation
