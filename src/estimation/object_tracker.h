#pragma once

#include <array>

#include "core/result.h"
#include "core/sensor_frame.h"
#include "core/world_state.h"

namespace longmen::estimation {

struct ObjectTrackerConfig {
  double position_sigma_m = 0.006;    ///< of one sighting
  double rotation_sigma_rad = 0.02;   ///< of one sighting
  double position_bias_m = 0.005;     ///< what no number of sightings averages away
  double walk_m_sqrt_s = 0.001;       ///< how an object at rest may creep, ...
  double held_walk_m_sqrt_s = 0.006;  ///< ... and one in the hands
  double gate_nis = 22.5;             ///< chi-square, 6 degrees of freedom, 0.1 % lost
  int surprises_max = 2;              ///< sightings in a row that say that it was moved
  double sighting_age_max_s = 0.5;    ///< a sighting older than this is not used

  [[nodiscard]] Result<void> validate() const;
};

/// Sightings of the world's objects to where they are: sightings of an object at rest are averaged
/// by a Kalman filter; when they disagree with it several times in a row the object was moved, and
/// the last of them counts alone. An object in the hands moves: sightings of it are averaged over a
/// few tenths of a second only.
class ObjectTracker {
 public:
  /// Errors: kInvalidArgument.
  static Result<ObjectTracker> create(const ObjectTrackerConfig& config, double period_s);

  /// One period: writes the objects of `world`, and nothing else. Real-time safe; what is written
  /// is always finite.
  /// @param held  index of the object that hangs in the hands, -1: none does.
  /// @return SensorFault bits.
  std::uint32_t tick(const SensorFrame& frame, int held, WorldState& world) noexcept;

 private:
  struct Filter {
    bool known = false;
    Tick tick = 0;  ///< of the newest sighting
    Eigen::Vector3d p_W = Eigen::Vector3d::Zero();
    Eigen::Quaterniond q_W = Eigen::Quaterniond::Identity();
    double variance = 0.0;  ///< of both, in units of a single sighting's
    int surprises = 0;
  };
  ObjectTracker(const ObjectTrackerConfig& config, double period_s);

  [[nodiscard]] bool usable(const ObjectSighting& sighting, Tick now) const noexcept;
  void update(Filter& filter, const ObjectSighting& sighting, double walk_m_sqrt_s) const noexcept;

  ObjectTrackerConfig config_;
  double dt_s_;
  std::array<Filter, kMaxObjects> filters_{};
};

}  // namespace longmen::estimation
