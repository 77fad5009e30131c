#pragma once

#include <vector>

#include "core/random.h"
#include "core/sensor_frame.h"
#include "io/sim/truth.h"
#include "world/world.h"

namespace longmen::io {

/// How well the world sees the robot and the people.
struct WorldSensingOptions {
  bool noisy = true;
  bool pose_fix = true;
  double period_s = 0.1;
  double age_s = 0.08;  ///< between measuring and arriving; less than the period
  double position_sigma_m = 0.02;
  double yaw_sigma_rad = 0.0174533;
  double missing = 0.05;  ///< fraction of fixes and of detections that never arrive
  double outlier = 0.01;  ///< fraction of fixes that are `outlier_m` off, in any direction
  double outlier_m = 1.0;
  double person_sigma_m = 0.05;
  double person_missing = 0.05;   ///< fraction of detections of a person that never arrive
  double object_sigma_m = 0.005;  ///< of a sighting of an object, each axis, ...
  double object_sigma_rad = 0.0174533;
  double object_bias_m = 0.005;  ///< ... beside what is drawn once a run for each object
  double object_bias_rad = 0.0087266;
  double object_missing = 0.05;  ///< fraction of sightings that never arrive
  double ghost = 0.0;            ///< fraction of shots with a person that is not there, within
  double ghost_m = 3.0;          ///< this of the robot
};

/// The world's own cameras: pose fixes of the robot, detections of people and sightings of
/// objects, late and sometimes wrong or missing.
class WorldSensing {
 public:
  WorldSensing() = default;
  WorldSensing(const WorldSensingOptions& options, double step_s, std::uint64_t seed);

  /// One step of the world: measures when it is time to, and puts what arrives now in `arrivals`.
  void step(const Truth& truth, const std::vector<world::Person>& people) noexcept;

  /// Copies what arrived since the last call into the frame, and forgets it.
  void deliver(SensorFrame& frame) const noexcept;
  /// Forgets what arrived: the tick that could read it is over.
  void end_tick() noexcept;

 private:
  struct Shot {
    PoseFix fix;
    int detection_count = 0;
    std::array<Detection, kMaxDetections> detections{};
    int sighting_count = 0;
    std::array<ObjectSighting, kMaxObjects> sightings{};
  };
  void measure(const Truth& truth, const std::vector<world::Person>& people) noexcept;
  void sight_objects(const Truth& truth) noexcept;
  [[nodiscard]] Eigen::Vector3d draw(double sigma) noexcept;

  WorldSensingOptions options_;
  Random random_{0};
  Random ghosts_{0};
  Random sights_{0};
  std::array<Eigen::Vector3d, kMaxObjects> object_bias_m_{};
  std::array<Eigen::Vector3d, kMaxObjects> object_bias_rad_{};
  std::int64_t period_steps_ = 1;
  std::int64_t age_steps_ = 0;
  std::int64_t step_ = 0;
  Shot pending_;
  Shot arrived_;
};

}  // namespace longmen::io
