#pragma once

#include <Eigen/Core>
#include <array>

#include "math/quintic.h"
#include "planning/gait_config.h"
#include "planning/swing_shape.h"

namespace longmen::planning {

/// Path of the swinging sole, re-planned every tick from its own reference state so that the
/// foothold and the time may move. Positions are along the axes of W, relative to the stance sole:
/// a drift of the base estimate or its correction moves both and leaves the path as it is.
class SwingFoot {
 public:
  struct Target {
    Eigen::Vector2d location_m = Eigen::Vector2d::Zero();  ///< where the sole's origin is to land
    double ground_m = 0.0;                                 ///< height of the ground there
    double time_s = 0.0;      ///< since lift-off was possible (end of double support)
    double duration_s = 0.4;  ///< of the whole swing; beyond it the foot keeps descending
    SwingShape shape;
  };

  void start(const Eigen::Vector3d& position_m);
  /// Something is in the way: step back to `location_m`, rise by lift_m within lift_s, then go on
  /// to the target.
  void rise(const Eigen::Vector2d& location_m, double time_s, const GaitConfig::Trip& config);
  void tick(const Target& target, const GaitConfig::Swing& config, double dt) noexcept;
  /// Turns the path about the stance sole's vertical, when W itself has turned.
  void turn(const Eigen::Matrix2d& R) noexcept;

  [[nodiscard]] Eigen::Vector3d position() const {
    return {axis_[0].position, axis_[1].position, axis_[2].position};
  }
  [[nodiscard]] Eigen::Vector3d velocity() const {
    return {axis_[0].velocity, axis_[1].velocity, axis_[2].velocity};
  }
  [[nodiscard]] Eigen::Vector3d acceleration() const {
    return {axis_[0].acceleration, axis_[1].acceleration, axis_[2].acceleration};
  }

 private:
  std::array<math::MotionState, 3> axis_{};
  double lift_off_height_m_ = 0.0;
  Eigen::Vector2d held_location_m_ = Eigen::Vector2d::Zero();
  double rise_height_m_ = 0.0;
  double rise_end_s_ = -1.0;  ///< no rise: before any time
};

}  // namespace longmen::planning
