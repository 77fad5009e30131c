#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "core/types.h"

namespace longmen::io {

enum class FaultKind : std::uint8_t {
  kSensorNan,     ///< the value is not a number
  kSensorFreeze,  ///< the value stays what it was in the last tick before the fault
  kSensorDelay,   ///< the value is kSensorDelay_s older than it should be
  kSensorDrift,   ///< the value moves away, at a steady rate
  kSensorSwap,  ///< the value is that of the next joint or the other foot, and the other way round
  kMotorOff,    ///< the motor gives no torque
  kMotorWeak,   ///< it gives half of its torque
  kMotorStuck,  ///< it goes on with the torque of the tick before
  kMotorReversed,    ///< it turns the wrong way
  kBadCommand,       ///< the proposal holds NaN, infinity or absurd numbers, in turn
  kLateCommand,      ///< the proposal is that of the tick before
  kLateTick,         ///< the loop's command comes too late: the motors go on with the last one
  kSilent,           ///< no goal comes from the skills, or no reference from the planner
  kCorruptPlan,      ///< an approved plan changes on its way to the skills
  kPowerSag,         ///< the supply's voltage sinks: no motor gives more than half its torque limit
  kPowerLoss,        ///< the supply is gone: no motor gives torque
  kHeartbeatLoss,    ///< the lease's heartbeats do not arrive
  kHeartbeatDelay,   ///< they arrive kHeartbeatDelay_s late
  kHeartbeatReplay,  ///< instead of them somebody sends recorded ones, the lease's grant among them
};

enum class FaultPart : std::uint8_t {
  kImuGyro,
  kImuAccelerometer,
  kImuAttitude,
  kJointPosition,
  kJointVelocity,
  kFootForce,
  kMotor,
  kCommand,
  kLoop,
  kSkills,
  kPlanner,
  kPlan,
  kPower,
  kLease,
};

/// One thing going wrong for a while.
struct Fault {
  static constexpr int kAll = -1;
  static constexpr double kHeartbeatDelay_s = 0.2;

  double t_s = 0.0;
  double duration_s = 0.0;  ///< at least one tick
  FaultKind kind = FaultKind::kSensorNan;
  FaultPart part = FaultPart::kImuGyro;
  int index = kAll;  ///< joint of kJoint... and kMotor, Side of kFootForce
};

/// Reads kind and target by their names:
///   sensor_nan, sensor_freeze, sensor_delay, sensor_drift on imu_gyro, imu_acc, imu_quat,
///   joint_pos:NAME|all, joint_vel:NAME|all, foot_force:left|right;  sensor_swap on joint_pos:NAME,
///   joint_vel:NAME, foot_force:left|right;  motor_off, motor_weak, motor_stuck, motor_reversed on
///   motor:NAME|all;  bad_command, late_command on command;  late_tick on loop;  silent on skills,
///   planner;  corrupt_plan on plan;  power_sag, power_loss on power;  heartbeat_loss,
///   heartbeat_delay, heartbeat_replay on lease.
/// Errors: kUnknownName and kUnsupported, with the valid ones.
Result<Fault> make_fault(double t_s, const std::string& kind, const std::string& target,
                         double duration_s, const std::vector<std::string>& joints);

/// Reads "KIND TARGET DURATION_s", as an event of the record and a request to a live robot carry
/// it. Errors: those of make_fault; kParse; kInvalidArgument for a duration outside [0,
/// kFaultMax_s].
Result<Fault> parse_fault(double t_s, const std::string& text,
                          const std::vector<std::string>& joints);
inline constexpr double kFaultMax_s = 3600.0;

/// The kinds that there are, in words for people: "sensor_nan, ...".
[[nodiscard]] std::string fault_kinds();

}  // namespace longmen::io
