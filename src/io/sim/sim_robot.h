#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/types.h"

namespace longmen::io {

/// Contact rectangle of a foot, parallel to the xy plane of the foot body's frame, `down_m` below
/// its origin.
struct SoleRectangle {
  double fore_m = 0.0;
  double aft_m = 0.0;
  double left_m = 0.0;
  double right_m = 0.0;
  double down_m = 0.0;
};

/// Sensor errors: white noise of each sample, and biases drawn once a run; all 1 sigma.
struct SensorNoise {
  double gyro_rad_s = 0.0;
  double gyro_bias_rad_s = 0.0;
  double accelerometer_m_s2 = 0.0;
  double accelerometer_bias_m_s2 = 0.0;
  double attitude_rad = 0.0;
  double attitude_bias_rad = 0.0;
  double joint_position_rad = 0.0;
  double joint_position_bias_rad = 0.0;
  double joint_velocity_rad_s = 0.0;
  double foot_force_relative = 0.0;  ///< gain error, drawn once a run
  double foot_force_N = 0.0;         ///< of the offset, drawn once a run, and of each sample
};

/// How far the plant may be from the robot's description; half width of a uniform distribution.
struct PlantError {
  double mass_relative = 0.0;      ///< of all links alike
  double com_m = 0.0;              ///< of the whole robot's centre of mass, each axis of the base
  double friction_relative = 0.0;  ///< of each joint's friction and damping
  double motor_strength = 1.0;     ///< share of its torque that each motor gives; not drawn
};

/// What the plant must know of a robot, from its data folder. Arrays [na] are in joint order.
struct SimRobot {
  std::string name;
  std::filesystem::path model_file;  ///< MJCF with the robot alone, one root body with a free joint
  std::map<std::string, std::string> roles;  ///< role to body name; base and both feet required
  std::vector<std::string> joints;
  std::vector<double> home_rad;
  std::vector<double> speed_max_rad_s;
  std::array<SoleRectangle, kFeet> soles{};
  SensorNoise noise;
  double sensing_latency_s = 0.002;
  double actuation_latency_s = 0.001;
  PlantError plant_error;
};

}  // namespace longmen::io
