#pragma once

#include <gtest/gtest.h>
#include <mujoco/mujoco.h>

#include <memory>
#include <string>

#include "view/frame.h"
#include "view/stage.h"

namespace longmen::view::toy {

/// For tests: a grey floor and a pure red body, 1.6 m tall, that stands in a walled room with a
/// blue person (a mocap body) and a hidden green shape inside the red one.
inline constexpr const char* kScene = R"(
<mujoco>
  <visual><headlight ambient="0.7 0.7 0.7" diffuse="0.2 0.2 0.2" specular="0 0 0"/></visual>
  <default><geom mass="1"/></default>
  <worldbody>
    <light type="directional" dir="0.3 0.2 -1" diffuse="0.3 0.3 0.3"/>
    <geom name="floor" type="plane" size="4 3 1" rgba="0.5 0.5 0.5 1"/>
    <geom name="wall_front" type="box" size="0.05 3 1.5" pos="4 0 1.5" rgba="0.8 0.8 0.8 1"/>
    <geom name="wall_back" type="box" size="0.05 3 1.5" pos="-4 0 1.5" rgba="0.8 0.8 0.8 1"/>
    <geom name="wall_left" type="box" size="4 0.05 1.5" pos="0 3 1.5" rgba="0.8 0.8 0.8 1"/>
    <geom name="wall_right" type="box" size="4 0.05 1.5" pos="0 -3 1.5" rgba="0.8 0.8 0.8 1"/>
    <body name="walker" pos="0 0 0.8">
      <freejoint/>
      <geom type="box" size="0.2 0.25 0.3" rgba="1 0 0 1"/>
      <geom type="sphere" size="0.1" pos="0 0 0.8" rgba="1 0 0 1"/>
      <geom type="sphere" size="0.1" pos="0 0 -0.8" rgba="1 0 0 1"/>
      <body name="left_hand" pos="0 0.3 0.1">
        <joint name="left_arm" type="slide" axis="0 1 0"/>
        <geom type="sphere" size="0.05" rgba="1 0 0 1"/>
      </body>
      <geom type="sphere" size="0.9" rgba="0 1 0 1" group="3"/>
    </body>
    <body name="person" mocap="true" pos="-1 1 0.8">
      <geom type="capsule" size="0.25 0.5" rgba="0 0 1 1"/>
    </body>
  </worldbody>
</mujoco>)";

inline std::unique_ptr<mjModel, ModelDeleter> model(const std::string& scene = kScene) {
  char message[500] = "";
  std::unique_ptr<mjSpec, void (*)(mjSpec*)> spec(
      mj_parseXMLString(scene.c_str(), nullptr, message, sizeof message), mj_deleteSpec);
  std::unique_ptr<mjModel, ModelDeleter> result(spec ? mj_compile(spec.get(), nullptr) : nullptr);
  EXPECT_TRUE(result) << message;
  return result;
}

/// The body stands at (x, y), looks along yaw, and has its left hand so far out.
inline Pose at(double x_m, double y_m, double yaw_rad, double left_arm_m = 0.0) {
  return {.qpos = {x_m, y_m, 0.8, std::cos(0.5 * yaw_rad), 0.0, 0.0, std::sin(0.5 * yaw_rad),
                   left_arm_m},
          .mocap_pos = {},
          .mocap_quat = {}};
}

}  // namespace longmen::view::toy
