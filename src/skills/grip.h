#pragma once

#include <optional>

#include "core/world_state.h"
#include "skills/palms.h"
#include "world/world.h"

namespace longmen::skills {

/// How boxes are taken, carried and put down.
struct CarryConfig {
  double standoff_m = 0.30;  ///< of the base from the edge of what a box stands on
  double near_m = 0.42;      ///< of the base from a box's middle, where no edge keeps it farther
  double fingers_down_rad = 0.3;
  double over_middle_m = 0.02;  ///< the palms hold a box above its middle, where it is high enough
  double pad_m = 0.045;         ///< half of a pad's height: it stays on the side of the box
  double tips_m = 0.09;         ///< the fingers' tips are that far below the palm
  /// Of a palm behind the side of the box that the body faces: farther in, the wrist is in the way.
  double behind_m = 0.045;
  double crouch_max_m = 0.12;
  double width_min_m = 0.10, width_max_m = 0.52;  ///< between the palms
  double tilt_max_rad = 0.15;                     ///< of a box that is taken
  double friction = 0.6;                          ///< of a palm on a box, as planned
  double pad_radius_m = 0.05;  ///< at which a pad's friction resists the box's turning between them
  double squeeze_reserve = 1.3;
  double squeeze_min_N = 30.0, squeeze_max_N = 125.0;
  double beside_m = 0.08;       ///< of an open palm from a box's side
  double lift_m = 0.08;         ///< of the underside over the surface
  double chest_gap_m = 0.16;    ///< of a carried box from the base, along the heading
  double carry_height_m = 0.0;  ///< of the palms over the base
  double edge_m = 0.04;         ///< between a box put down and the edge before it ...
  double apart_m = 0.05;        ///< ... and between it and what is there already
  double ready_ahead_m = 0.28;  ///< of empty palms from the base: before every edge
  double seen_age_s = 0.6;      ///< a sighting older than this says nothing of now
  double speed_m_s = 0.15;      ///< of palms that hold something
  double lower_m_s = 0.06;
};

/// What the hands hold: it lies between the palms, wherever the body goes.
struct Grip {
  int object = -1;  ///< index into the world's objects; -1: nothing
  PalmPair palms;
  double squeeze_N = 0.0;
  Eigen::Vector3d size_m = Eigen::Vector3d::Zero();  ///< along the fingers, across, up
  /// How far the palms' fingers pointed down a sighting's age ago; absent: not measured yet.
  std::optional<double> fingers_were_down_rad{};
  /// The middle of its underside from the middle between the palms, along the fingers' heading,
  /// across and up.
  Eigen::Vector3d p_MO = Eigen::Vector3d::Zero();

  [[nodiscard]] bool holds() const noexcept { return object >= 0; }
  /// The same as seen now, from where the palms are asked to be: whatever they sag by is in it.
  [[nodiscard]] Eigen::Vector3d seen_p_MO(const TrackedObject& seen,
                                          const RobotState& state) const noexcept;
  /// Asks for it, whatever the legs do.
  void write(Goal& goal) const noexcept;
};

/// A box as someone who wants it sees it.
struct Box {
  Eigen::Vector3d p_WO = Eigen::Vector3d::Zero();  ///< middle of its underside
  double yaw_rad = 0.0;
  Eigen::Vector3d size_m = Eigen::Vector3d::Zero();
};

/// From where and how a box is taken.
struct Grasp {
  world::StandPose stand;
  double crouch_m = 0.0;
  Eigen::Vector3d middle_W = Eigen::Vector3d::Zero();  ///< between the palms
  Eigen::Vector3d size_m = Eigen::Vector3d::Zero();    ///< along the heading, across, up
};

/// How far along a direction a base may come to a body on the floor.
[[nodiscard]] double front_of(const world::Body& body, const Eigen::Vector2d& direction) noexcept;

/// A grasp of both palms at the box's sides, facing it as nearly as `approach_yaw_rad` as its sides
/// allow. Nothing when the box is too wide, too narrow or too flat, or out of reach from where a
/// body can stand. @param height_m  of the base's origin over the floor, standing.
[[nodiscard]] std::optional<Grasp> plan_grasp(const Box& box, double approach_yaw_rad,
                                              const std::optional<world::Body>& furniture,
                                              double height_m, const Palms& palms,
                                              const CarryConfig& config) noexcept;

/// Squeeze that holds a mass between two palms, its weight `lever_m` ahead of them.
[[nodiscard]] double squeeze_for(double mass_kg, double lever_m,
                                 const CarryConfig& config) noexcept;

}  // namespace longmen::skills
