#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "core/result.h"
#include "core/types.h"
#include "model/robot_model.h"

namespace longmen::control {

/// How one robot gets up from the ground: section `get_up` of its tuning.yaml. Found by
/// tools/get_up.
struct GetUpConfig {
  /// A posture, and the time in which the joints move to it from the one before.
  struct Frame {
    double duration_s = 0.0;
    JointVector position_rad;  ///< [na]
  };
  using Motion = std::vector<Frame>;

  double stiffness_1_rad = 5.0;  ///< of every joint, in shares of its torque limit
  double damping_s = 0.03;       ///< in shares of the stiffness
  double speed_share = 0.8;      ///< of each joint's speed limit: a frame takes as long as it needs
  Motion lie;                    ///< from anywhere: straight, on the back or the belly
  Motion roll;                   ///< from the back onto the belly
  Motion rise;                   ///< from the belly to a crouch on both soles

  /// Reads the section strictly. A frame names the joints that move, the others stay as they were;
  /// each motion begins with the home posture.
  static Result<GetUpConfig> read(const YAML::Node& node, const std::string& where,
                                  const model::RobotModel& model);
};

}  // namespace longmen::control
