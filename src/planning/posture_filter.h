#pragma once

#include "core/goal.h"
#include "core/types.h"
#include "model/robot_model.h"

namespace longmen::planning {

/// Smooths the posture that a goal asks for, so that arms and head move at a human pace whatever a
/// skill demands: a critically damped second-order filter for each joint, with bounded speed, kept
/// inside the joint's range.
class PostureFilter {
 public:
  explicit PostureFilter(const model::RobotModel& model);

  /// Targets are the home posture, or the goal's where it sets one. Real-time safe.
  void tick(const Goal& goal, double dt) noexcept;

  /// Takes one joint up where it is, at rest: something else has moved it. It counts as held.
  void adopt(int joint, double position_rad) noexcept;

  /// Where the joint was last sent, inside its range.
  [[nodiscard]] double target_rad(int joint) const { return target_[joint]; }
  [[nodiscard]] const JointVector& position_rad() const { return position_; }
  [[nodiscard]] const JointVector& velocity_rad_s() const { return velocity_; }
  /// True while a goal holds this joint: rhythmic motion such as arm swing leaves it alone.
  [[nodiscard]] bool held(int joint) const { return held_[static_cast<std::size_t>(joint)]; }

 private:
  const model::RobotModel* model_;
  JointVector target_;
  JointVector position_;
  JointVector velocity_;
  std::array<bool, kMaxJoints> held_{};
};

}  // namespace longmen::planning
