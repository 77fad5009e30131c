#pragma once

#include <array>

#include "core/sensor_frame.h"
#include "estimation/estimator_config.h"
#include "estimation/joint_observer.h"
#include "estimation/sensor_fault.h"

namespace longmen::estimation {

/// Where a sensor's time stamp stands.
enum class Stamp : std::uint8_t {
  kOnTime,
  kStill,  ///< the same as in the last tick: only a value that changed can be new
  kLate,   ///< moves, but the sample is older than this sensor's should be: not used
};

/// Follows one sensor's stamps. The age at the first look is taken as this sensor's own; a new age
/// that lasts is learnt after `gap_max`.
class StampWatch {
 public:
  void configure(Tick slack, Tick gap_max) noexcept;
  Stamp look(Tick now, Tick stamp) noexcept;
  [[nodiscard]] Tick age() const noexcept { return age_; }  ///< usual age of a sample, ticks

 private:
  Tick slack_ = 0;
  Tick gap_max_ = 0;
  Tick age_ = -1;
  Tick last_stamp_ = 0;
  Tick late_since_ = -1;
};

/// The measurements of one tick that can be used; the others hold what was last believed.
struct CheckedFrame {
  std::uint32_t faults = 0;  ///< SensorFault bits
  bool gyro_ok = false;
  bool accelerometer_ok = false;
  bool attitude_ok = false;
  std::array<bool, kFeet> foot_ok{};
  std::array<JointObserver::Use, kMaxJoints> joint_use{};
};

/// Judges every sensor by itself: finite, possible, moving on, on time. A value that it lets pass
/// is finite. A sensor that comes back after a gap longer than gap_max_s is believed again as soon
/// as it is finite and possible, wherever it says the robot is.
class SensorGuard {
 public:
  SensorGuard(const SensorGuardConfig& config, int na, double period_s);

  /// @param predicted_position_rad, predicted_velocity_rad_s  what the joints should say [na].
  /// @param w_expected_B  angular velocity of the base that the gyro should show, rad/s.
  const CheckedFrame& check(const SensorFrame& frame, const JointVector& predicted_position_rad,
                            const JointVector& predicted_velocity_rad_s,
                            const Eigen::Vector3d& w_expected_B) noexcept;

  /// Ticks since the sensor was last in order, 0 if it is now.
  [[nodiscard]] Tick gyro_gap() const noexcept { return gyro_gap_; }
  [[nodiscard]] Tick accelerometer_gap() const noexcept { return accelerometer_gap_; }
  [[nodiscard]] Tick joint_gap(int j) const noexcept {  ///< neither position nor velocity
    return std::min(position_gap_[static_cast<std::size_t>(j)],
                    velocity_gap_[static_cast<std::size_t>(j)]);
  }
  [[nodiscard]] Tick position_gap(int j) const noexcept {
    return position_gap_[static_cast<std::size_t>(j)];
  }
  [[nodiscard]] Tick foot_gap(int side) const noexcept {
    return foot_gap_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] Tick gap_max() const noexcept { return gap_max_; }
  [[nodiscard]] Tick imu_age() const noexcept { return imu_stamp_.age(); }
  [[nodiscard]] Tick joint_age() const noexcept { return joint_stamp_.age(); }

 private:
  void check_imu(const SensorFrame& frame, const Eigen::Vector3d& w_expected_B) noexcept;
  void check_joints(const SensorFrame& frame, const JointVector& predicted_position_rad,
                    const JointVector& predicted_velocity_rad_s) noexcept;
  void check_feet(const SensorFrame& frame) noexcept;

  SensorGuardConfig config_;
  int na_;
  Tick gap_max_;
  CheckedFrame checked_;
  SensorFrame last_;  // as it came, to see what repeats
  bool has_last_ = false;
  StampWatch imu_stamp_, joint_stamp_, foot_stamp_;
  Tick gyro_gap_ = 0, accelerometer_gap_ = 0, attitude_gap_ = 0;
  std::array<Tick, kMaxJoints> position_gap_{}, velocity_gap_{};
  std::array<Tick, kFeet> foot_gap_{};
};

}  // namespace longmen::estimation
