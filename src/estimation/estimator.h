#pragma once

#include "core/robot_state.h"
#include "core/sensor_frame.h"
#include "estimation/acceleration_queue.h"
#include "estimation/estimator_config.h"
#include "estimation/fix_fusion.h"
#include "estimation/invariant_filter.h"
#include "estimation/joint_observer.h"
#include "estimation/sensor_guard.h"
#include "model/kinematic_chain.h"
#include "model/robot_model.h"

namespace longmen::estimation {

/// What the estimator had to cope with since it was made: ticks in which each bit of SensorFault
/// was set.
struct EstimatorCounts {
  std::array<std::uint32_t, 32> ticks_with_fault{};
  std::uint32_t restarts = 0;  ///< the filter left the finite numbers and began anew
};

/// SensorFrame to RobotState: where the robot is, how it moves, and how well that is known, from
/// IMU, encoders, foot forces and late pose fixes. The state handed out is predicted prediction_s
/// ahead of the samples, to when the command computed from it will act.
///
/// Until the first two pose fixes agree, W is the frame of the start: origin between the soles, X
/// along the base's heading. The estimate then moves into the fixes' frame in one tick; after that
/// the pose never jumps. Derivation: docs/math/estimation.md.
class Estimator {
 public:
  /// Errors: kInvalidArgument for the config or period; those of KinematicChain::create.
  static Result<Estimator> create(const model::RobotModel& model, const EstimatorConfig& config,
                                  double period_s);

  /// Tells what the whole-body controller expects: the acceleration [nv] while the command of
  /// `tick` acts. Better estimates of joint velocities; not needed.
  void set_predicted_acceleration(const model::VelocityVector& a, Tick tick) noexcept;

  /// One period, once for each frame. Real-time safe. `state` is always written and finite; when
  /// state.valid is false, state.sensor_faults says why.
  void tick(const SensorFrame& frame, RobotState& state) noexcept;

  [[nodiscard]] const InvariantFilter& filter() const noexcept { return filter_; }
  [[nodiscard]] const EstimatorCounts& counts() const noexcept { return counts_; }

 private:
  Estimator(const model::RobotModel& model, const EstimatorConfig& config, double period_s,
            model::KinematicChain left, model::KinematicChain right);

  bool start(const SensorFrame& frame, const CheckedFrame& checked) noexcept;
  void step(const SensorFrame& frame, const CheckedFrame& checked) noexcept;
  void observe_joints(const SensorFrame& frame, const CheckedFrame& checked) noexcept;
  void weigh_feet(const SensorFrame& frame, const CheckedFrame& checked) noexcept;
  void move_base(const SensorFrame& frame, const CheckedFrame& checked) noexcept;
  [[nodiscard]] Eigen::Vector3d angular_velocity_from_legs() const noexcept;
  [[nodiscard]] std::uint32_t reasons_to_distrust() const noexcept;
  void write(const SensorFrame& frame, RobotState& state) noexcept;
  [[nodiscard]] const model::VelocityVector* acceleration_from(Tick sample_tick) const noexcept;

  int na_;
  double dt_s_;
  double mass_kg_;
  EstimatorConfig config_;
  std::vector<int> dof_;
  Tick actuation_ticks_;
  Tick prediction_ticks_;
  Tick airborne_max_;
  std::array<model::KinematicChain, kFeet> legs_;

  SensorGuard guard_;
  JointObserver joints_;
  InvariantFilter filter_;
  FixFusion fixes_;
  AccelerationQueue accelerations_;

  bool started_ = false;
  Tick start_tick_ = 0;
  Tick sample_tick_ = 0;  ///< stamp of the samples that the estimate holds
  Tick airborne_ticks_ = 0;
  std::array<FootMeasurement, kFeet> feet_;
  std::array<double, kFeet> force_N_{};
  std::array<double, kFeet> contact_{};              ///< by its force
  std::array<double, kFeet> rest_{};                 ///< the same, less while the sole settles
  std::array<Tick, kFeet> rest_ticks_{};             ///< since the foot touched down or slipped
  std::array<Eigen::Vector3d, kFeet> disagreement_;  ///< mean innovation of each foot
  Eigen::Vector3d gyro_B_rad_s_ = Eigen::Vector3d::Zero();  ///< last used, bias in it
  Eigen::Vector3d force_B_m_s2_ = Eigen::Vector3d(0, 0, kGravity_m_s2);
  JointVector joint_acceleration_;
  JointVector kinematic_position_rad_;
  std::uint32_t faults_ = 0;
  bool was_blind_ = false;  ///< a sensor without which there is no estimate was lost
  EstimatorCounts counts_;
};

}  // namespace longmen::estimation
