#pragma once

#include <optional>
#include <vector>

#include "core/command.h"
#include "core/sensor_frame.h"
#include "io/fault/fault.h"
#include "io/robot_io.h"

namespace longmen::io {

/// Breaks sensor frames, motors and proposals at the times that faults say. Time stamps: a frozen
/// or late IMU, foot sensor, or the encoders as a whole keep the stamp of what they still say; one
/// encoder of many has no stamp of its own, and only its value gives it away.
class FaultInjector {
 public:
  static constexpr double kSensorDelay_s = 0.02;
  /// Rates of a drift: of angles and their speeds, of the gyro, of accelerations and of forces.
  static constexpr double kDrift_rad_s = 0.05;
  static constexpr double kDriftSpeed_rad_s2 = 0.5;
  static constexpr double kDriftAcceleration_m_s3 = 2.0;
  static constexpr double kDriftForce_N_s = 200.0;

  static constexpr std::size_t kFaultsMax = 32;  ///< at a time, of those that are added

  FaultInjector(const std::vector<Fault>& faults, double period_s);
  /// One more, from the tick `now` on. False: there are kFaultsMax already. Takes no memory.
  bool add(Fault fault, Tick now);

  /// Breaks the frame of its tick. Call it each tick, once, with the frame as it was measured.
  void break_sensors(SensorFrame& frame) noexcept;
  /// Breaks the proposal of its tick, before the motion gate sees it. Once each tick.
  void break_proposal(ProposedCommand& command) noexcept;
  /// What is wrong with the motors in this tick, beside those that are off.
  [[nodiscard]] MotorFaults motor_faults(Tick tick) const noexcept;
  /// What is wrong with the lease's heartbeats in this tick: the last such fault of the list.
  [[nodiscard]] std::optional<FaultKind> heartbeat_fault(Tick tick) const noexcept;
  /// Motors that are not switched off in this tick.
  [[nodiscard]] MotorMask powered(Tick tick) const noexcept;

 private:
  struct Scheduled {
    Fault fault;
    Tick begin = 0;
    Tick end = 0;
    SensorFrame held;  // of the last tick before a freeze
    [[nodiscard]] bool active(Tick tick) const noexcept { return tick >= begin && tick < end; }
  };
  void schedule(const Fault& fault);

  std::vector<Scheduled> faults_;
  std::vector<SensorFrame> history_;  // ring of frames as measured
  std::size_t newest_ = 0;
  bool has_history_ = false;
  double period_s_;
  ProposedCommand last_proposal_;
  bool has_proposal_ = false;
};

/// Any RobotIo with faults: the decorator between the loop and the robot.
class FaultyIo final : public RobotIo {
 public:
  /// `inner` and `injector` must outlive this.
  FaultyIo(RobotIo& inner, FaultInjector& injector) : inner_(inner), injector_(injector) {
    powered_.set();
  }

  void read(SensorFrame& frame) noexcept override;
  [[nodiscard]] WriteStatus write(SafeCommand&& command) noexcept override;
  void power_motors(const MotorMask& powered) noexcept override { powered_ = powered; }
  [[nodiscard]] Tick tick() const noexcept override { return inner_.tick(); }
  [[nodiscard]] int joint_count() const noexcept override { return inner_.joint_count(); }
  [[nodiscard]] bool is_simulated() const noexcept override { return inner_.is_simulated(); }

 private:
  RobotIo& inner_;
  FaultInjector& injector_;
  MotorMask powered_;
  SensorFrame frame_;
  Tick frame_tick_ = -1;
};

}  // namespace longmen::io
