#pragma once

#include "io/sim/sim_robot.h"
#include "model/robot_model.h"

namespace longmen::trial {

/// What the plant needs of a robot: the same data files, read once, seen from the other side.
[[nodiscard]] io::SimRobot sim_robot(const model::RobotModel& model);

}  // namespace longmen::trial
