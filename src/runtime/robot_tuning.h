#pragma once

#include <optional>
#include <string>

#include "control/get_up_config.h"
#include "control/whole_body_config.h"
#include "core/result.h"
#include "estimation/estimator_config.h"
#include "model/robot_model.h"
#include "planning/gait_config.h"

namespace longmen::runtime {

/// Everything that is tuned for one robot: its tuning.yaml.
struct RobotTuning {
  estimation::EstimatorConfig estimation;
  planning::GaitConfig gait;
  control::WholeBodyConfig control;
  std::optional<control::GetUpConfig> get_up;  ///< absent: the robot cannot

  /// Reads the model's folder / tuning.yaml. Sections and keys that are absent keep their defaults;
  /// unknown ones are errors.
  static Result<RobotTuning> load(const model::RobotModel& model);
  /// The same from text; `where` names it in errors.
  static Result<RobotTuning> parse(const std::string& text, const std::string& where,
                                   const model::RobotModel& model);
};

}  // namespace longmen::runtime
