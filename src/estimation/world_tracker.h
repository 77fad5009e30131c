#pragma once

#include <array>

#include "core/result.h"
#include "core/sensor_frame.h"
#include "core/world_state.h"

namespace longmen::estimation {

struct WorldTrackerConfig {
  double detection_sigma_m = 0.06;
  double acceleration_sigma_m_s2 = 1.0;  ///< how a person changes speed, over a second
  double start_speed_sigma_m_s = 1.5;    ///< of one seen for the first time
  double gate_nis = 13.8;                ///< chi-square, 2 degrees of freedom, 0.1 % lost
  double age_max_s = 2.0;                ///< a track unseen for longer is dropped
  double detection_age_max_s = 0.5;      ///< a detection older than this is not used

  [[nodiscard]] Result<void> validate() const;
};

/// Detections to tracks: for each person or thing a constant-velocity Kalman filter in the ground
/// plane, fed at the detections' own times and handed out at the tick's. A track is handed out from
/// its first detection on: one who may be there counts.
class WorldTracker {
 public:
  /// Errors: kInvalidArgument.
  static Result<WorldTracker> create(const WorldTrackerConfig& config, double period_s);

  /// One period. Real-time safe; `world` is always written and finite.
  /// @return SensorFault bits.
  std::uint32_t tick(const SensorFrame& frame, WorldState& world) noexcept;

 private:
  /// Position and velocity along each of X and Y; both axes share their covariance.
  struct Filter {
    std::int32_t id = -1;  ///< -1: free
    bool is_person = false;
    Tick tick = 0;  ///< of position and velocity
    Tick seen_tick = 0;
    Eigen::Vector2d p_W = Eigen::Vector2d::Zero();
    Eigen::Vector2d v_W = Eigen::Vector2d::Zero();
    double z_W_m = 0.0;
    double radius_m = 0.0;
    double height_m = 0.0;
    double Ppp = 0.0, Ppv = 0.0, Pvv = 0.0;
  };
  WorldTracker(const WorldTrackerConfig& config, double period_s);

  [[nodiscard]] bool usable(const Detection& detection, Tick now) const noexcept;
  void predict(Filter& filter, Tick tick) const noexcept;
  [[nodiscard]] double nis(const Filter& filter, const Detection& detection) const noexcept;
  void update(Filter& filter, const Detection& detection) const noexcept;
  void assign(const SensorFrame& frame, std::array<bool, kMaxDetections>& open) noexcept;
  void begin_track(const Detection& detection) noexcept;

  WorldTrackerConfig config_;
  double dt_s_;
  Tick age_max_;
  std::int32_t next_id_ = 0;
  std::array<Filter, kMaxTracks> filters_{};
};

}  // namespace longmen::estimation
