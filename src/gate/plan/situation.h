#pragma once

#include <Eigen/Core>
#include <map>
#include <optional>
#include <string>

#include "world/world.h"

namespace longmen::gate::plan {

/// The facts that steps change, as far as they are known: where a plan begins, and where its
/// symbolic execution stands.
struct Situation {
  std::optional<Eigen::Vector2d> p_WB_m;  ///< where the robot stands
  std::string at;                         ///< the place where it stands and which it faces, if any
  std::string holding;                    ///< the object it carries, if any
  std::map<std::string, std::string> object_at;  ///< object -> place; absent: not known

  /// The robot at the world's spawn pose with empty hands, every object where the world says.
  static Situation at_start(const world::World& world);
};

}  // namespace longmen::gate::plan
