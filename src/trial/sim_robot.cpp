#include "trial/sim_robot.h"

namespace longmen::trial {

io::SimRobot sim_robot(const model::RobotModel& model) {
  io::SimRobot robot;
  robot.name = model.name();
  robot.model_file = model.model_file();
  for (int r = 0; r < model::kRoleCount; ++r) {
    const auto role = static_cast<model::Role>(r);
    robot.roles[std::string(model::role_name(role))] = model.body_name(role);
  }
  for (int j = 0; j < model.na(); ++j) {
    robot.joints.push_back(model.joint(j).name);
    robot.home_rad.push_back(model.home_rad()[j]);
    robot.speed_max_rad_s.push_back(model.joint(j).velocity_max_rad_s);
  }
  for (int side = 0; side < kFeet; ++side) {
    const model::Sole& sole = model.sole(side);
    robot.soles[static_cast<std::size_t>(side)] = {sole.fore_m, sole.aft_m, sole.left_m,
                                                   sole.right_m, sole.down_m};
  }
  const model::SensorNoise& noise = model.noise();
  robot.noise = {.gyro_rad_s = noise.gyro_rad_s,
                 .gyro_bias_rad_s = noise.gyro_bias_rad_s,
                 .accelerometer_m_s2 = noise.accelerometer_m_s2,
                 .accelerometer_bias_m_s2 = noise.accelerometer_bias_m_s2,
                 .attitude_rad = noise.attitude_rad,
                 .attitude_bias_rad = noise.attitude_bias_rad,
                 .joint_position_rad = noise.joint_position_rad,
                 .joint_position_bias_rad = noise.joint_position_bias_rad,
                 .joint_velocity_rad_s = noise.joint_velocity_rad_s,
                 .foot_force_relative = noise.foot_force_relative,
                 .foot_force_N = noise.foot_force_N};
  robot.plant_error = {.mass_relative = model.plant_error().mass_relative,
                       .com_m = model.plant_error().com_m,
                       .friction_relative = model.plant_error().friction_relative};
  robot.sensing_latency_s = model.sensing_latency_s();
  robot.actuation_latency_s = model.actuation_latency_s();
  return robot;
}

}  // namespace longmen::trial
