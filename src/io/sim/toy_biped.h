#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "io/sim/sim_robot.h"

namespace longmen::io::testing {

/// The smallest robot that has all that the plant knows of one: two legs of hip, knee and ankle.
/// 32 kg; the base is 0.85 m above the soles when the joints are 0. Perfect but for what a test
/// sets.
inline SimRobot toy_biped() {
  static constexpr const char* kLeg = R"(
    <body name="%_thigh" pos="0 @0.1 -0.05">
      <joint name="%_hip" axis="0 1 0" range="-1.5 1.5" damping="1" frictionloss="0.5"/>
      <geom type="capsule" fromto="0 0 -0.05 0 0 -0.3" size="0.05" mass="4"/>
      <body name="%_shank" pos="0 0 -0.4">
        <joint name="%_knee" axis="0 1 0" range="0 2" damping="1" frictionloss="0.5"/>
        <geom type="capsule" fromto="0 0 -0.05 0 0 -0.25" size="0.04" mass="3"/>
        <body name="%_foot" pos="0 0 -0.35">
          <joint name="%_ankle" axis="0 1 0" range="-1 1" damping="1" frictionloss="0.5"/>
          <geom type="box" pos="0.03 0 -0.035" size="0.12 0.05 0.015" mass="1"/>
        </body>
      </body>
    </body>)";
  const auto leg = [](const std::string& name, const std::string& sign) {
    std::string text;
    for (const char c : std::string(kLeg)) {
      if (c == '%')
        text += name;
      else if (c == '@')
        text += sign;
      else
        text += c;
    }
    return text;
  };
  std::string motors;
  SimRobot robot;
  for (const std::string side : {"left", "right"}) {
    for (const std::string part : {"hip", "knee", "ankle"}) {
      const std::string joint = side + "_" + part;
      robot.joints.push_back(joint);
      motors += "<motor joint=\"" + joint + "\" ctrllimited=\"true\" ctrlrange=\"-200 200\"/>";
    }
  }
  const std::string xml = R"(<mujoco model="toy"><compiler angle="radian"/><worldbody>
    <body name="trunk"><freejoint/><geom type="box" size="0.1 0.15 0.1" pos="0 0 0.1" mass="16"/>)" +
                          leg("left", "") + leg("right", "-") + "</body></worldbody><actuator>" +
                          motors + "</actuator></mujoco>";
  robot.name = "toy";
  robot.model_file = std::filesystem::temp_directory_path() /
                     ("longmen_toy_biped_" + std::to_string(getpid()) + ".xml");
  std::ofstream(robot.model_file) << xml;
  robot.roles = {{"base", "trunk"}, {"left_foot", "left_foot"}, {"right_foot", "right_foot"}};
  robot.home_rad.assign(6, 0.0);
  robot.speed_max_rad_s.assign(6, 10.0);
  robot.soles.fill(
      {.fore_m = 0.15, .aft_m = 0.09, .left_m = 0.05, .right_m = 0.05, .down_m = 0.05});
  return robot;
}

}  // namespace longmen::io::testing
