#pragma once

#include "core/types.h"

namespace longmen {

/// A tracked person or thing: a vertical capsule with its motion and how well both are known.
struct Track {
  std::int32_t id = -1;  ///< of this run only; never an identity
  bool is_person = false;
  Eigen::Vector3d p_WO = Eigen::Vector3d::Zero();
  Eigen::Vector3d v_WO = Eigen::Vector3d::Zero();
  double radius_m = 0.0;
  double height_m = 0.0;
  double position_sigma_m = 0.0;
  double velocity_sigma_m_s = 0.0;
  double age_s = 0.0;  ///< time since the last detection that fed this track
};

/// One of the world's objects, as estimated. Frame O: origin in the middle of its underside.
struct TrackedObject {
  bool known = false;  ///< seen at least once
  Eigen::Vector3d p_WO = Eigen::Vector3d::Zero();
  Eigen::Quaterniond q_WO = Eigen::Quaterniond::Identity();
  double position_sigma_m = 0.0;
  double age_s = 0.0;  ///< time since it was seen
};

/// People and things around the robot, as estimated.
struct WorldState {
  Tick tick = 0;
  int track_count = 0;
  std::array<Track, kMaxTracks> tracks{};
  int object_count = 0;
  std::array<TrackedObject, kMaxObjects> objects{};  ///< by their index in the world
};

}  // namespace longmen
