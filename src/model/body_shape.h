#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "model/robot_model.h"

namespace longmen::model {

/// A capsule fixed to a body: everything within `radius_m` of the segment between two points of the
/// body's frame.
struct Capsule {
  int body = 0;
  std::optional<Group> limb;  ///< absent: the base, or a part that no limb's joint moves
  Eigen::Vector3d p_BA = Eigen::Vector3d::Zero();
  Eigen::Vector3d p_BE = Eigen::Vector3d::Zero();
  double radius_m = 0.0;
};

/// Two capsules that may come to touch, and how far apart they are in the home posture.
struct CapsulePair {
  int first = 0;
  int second = 0;
  double home_distance_m = 0.0;
};

/// What of the robot can touch something: a capsule round each geom that collides, and the pairs
/// of them that can meet: not of one body, not of parent and child, not excluded by the model.
/// Pairs whose capsules overlap in the home posture cannot be told apart by them and are left out.
struct BodyShape {
  std::vector<Capsule> capsules;
  std::vector<CapsulePair> pairs;

  [[nodiscard]] static BodyShape of(const RobotModel& model);
};

}  // namespace longmen::model
