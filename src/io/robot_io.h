#pragma once

#include <bitset>

#include "core/command.h"
#include "core/sensor_frame.h"

namespace longmen::io {

/// One bit for each actuated joint, in the order of robot.yaml.
using MotorMask = std::bitset<kMaxJoints>;

/// What is wrong with motors that are on, each bit a joint: for tests.
struct MotorFaults {
  MotorMask weak;      ///< half of the torque
  MotorMask stuck;     ///< the torque of the tick before, whatever is asked for
  MotorMask reversed;  ///< the torque turned round
  bool late = false;   ///< this tick's command comes too late: all go on with the last one
  bool sag = false;    ///< of the supply's voltage: none gives more than half of its torque limit
  [[nodiscard]] bool any() const noexcept { return late || sag || (weak | stuck | reversed).any(); }
};

enum class WriteStatus : std::uint8_t {
  kAccepted,
  kWrongTick,    ///< the command is of another tick than the current: nothing was sent
  kWrongJoints,  ///< the command's arrays are not [na]: nothing was sent
};

/// A robot's sensors and motors, real or simulated. One control period is read(), then write();
/// write() ends the period. Nothing here allocates, locks or throws.
class RobotIo {
 public:
  virtual ~RobotIo() = default;

  /// What the sensors say in the current tick. Reading twice in one tick gives the same frame.
  virtual void read(SensorFrame& frame) noexcept = 0;

  /// Consumes the command of the current tick and moves on to the next one. A refused command is
  /// not sent, and the tick stays.
  [[nodiscard]] virtual WriteStatus write(SafeCommand&& command) noexcept = 0;

  /// Switches motors off (bit cleared: the joint is free but for its friction) and on, from the
  /// next write() on.
  virtual void power_motors(const MotorMask& powered) noexcept = 0;

  /// Breaks motors from the next write() on, where that can be done: in simulation. False: it
  /// cannot, and nothing was broken.
  virtual bool break_motors(const MotorFaults& faults) noexcept { return !faults.any(); }

  [[nodiscard]] virtual Tick tick() const noexcept = 0;
  [[nodiscard]] virtual int joint_count() const noexcept = 0;  ///< na
  [[nodiscard]] virtual bool is_simulated() const noexcept = 0;
};

}  // namespace longmen::io
