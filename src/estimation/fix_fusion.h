#pragma once

#include "core/sensor_frame.h"
#include "estimation/estimator_config.h"
#include "estimation/invariant_filter.h"
#include "estimation/pose_history.h"

namespace longmen::estimation {

/// Brings pose fixes into the filter: late, noisy, sometimes missing, sometimes wrong.
///
/// A fix is compared with the estimate of its own time. The first two that agree with each other
/// say where W is: the whole estimate moves there at once. From then on each is weighed by the
/// filter, or rejected by its distance; when many in a row are rejected and agree with each other,
/// the filter is told that it knows less than it thought. The pose handed out follows the filter's
/// corrections with bounded speed, so that nobody who holds a pose in W is jerked.
class FixFusion {
 public:
  FixFusion(const PoseFixConfig& config, double period_s);

  /// Once a tick, after the filter has taken in everything else.
  /// @param stamp_tick  the tick whose samples the filter now holds.
  /// @return SensorFault bits.
  std::uint32_t tick(const PoseFix& fix, Tick stamp_tick, InvariantFilter& filter) noexcept;

  /// What to add to the filter's pose: position in W, and heading.
  [[nodiscard]] const Eigen::Vector3d& offset_p_W() const noexcept { return offset_p_W_; }
  [[nodiscard]] double offset_yaw_rad() const noexcept { return offset_yaw_rad_; }

  /// How the whole estimate was moved in this tick to where the first fixes say: p to Rz(turn) p +
  /// shift. Zero in every other tick.
  [[nodiscard]] double frame_turn_rad() const noexcept { return frame_turn_rad_; }
  [[nodiscard]] const Eigen::Vector3d& frame_shift_m() const noexcept { return frame_shift_m_; }

  /// The estimate is in the frame of the fixes, not in that of the start.
  [[nodiscard]] bool aligned() const noexcept { return aligned_; }
  [[nodiscard]] Tick last_fused_tick() const noexcept { return last_fused_tick_; }
  void restart() noexcept;

 private:
  struct Pair {  ///< a fix and the estimate of its time
    bool present = false;
    Eigen::Vector3d p_WB = Eigen::Vector3d::Zero();
    double yaw_rad = 0.0;
    Eigen::Vector3d p_WB_then = Eigen::Vector3d::Zero();
    double yaw_then_rad = 0.0;
  };
  [[nodiscard]] bool agree(const Pair& a, const Pair& b) const noexcept;
  void align(const Pair& pair, InvariantFilter& filter) noexcept;
  void fuse(const Pair& pair, InvariantFilter& filter) noexcept;
  [[nodiscard]] InvariantFilter::Fix measurement(const Pair& pair) const noexcept;
  void slew() noexcept;

  PoseFixConfig config_;
  double dt_s_;
  Tick age_max_;
  PoseHistory history_;
  bool aligned_ = false;
  Tick last_measured_tick_ = -1;
  Tick last_fused_tick_ = 0;
  Pair candidate_;  ///< the last fix that was not fused
  int rejected_in_row_ = 0;
  double frame_turn_rad_ = 0.0;
  Eigen::Vector3d frame_shift_m_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d offset_p_W_ = Eigen::Vector3d::Zero();
  double offset_yaw_rad_ = 0.0;
};

}  // namespace longmen::estimation
