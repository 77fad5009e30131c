#pragma once

#include <memory>
#include <string>

#include "core/command.h"
#include "core/result.h"
#include "core/sensor_frame.h"
#include "io/robot_io.h"

namespace longmen::io {

/// Where the two ends of a link find each other, on this machine's loopback alone.
struct DdsMeeting {
  int domain = 0;         ///< 0 to 230
  std::string partition;  ///< only ends of the same one see each other
};

/// A command as it comes out of a link: values, and which motors have power.
struct LinkCommand {
  ProposedCommand values;
  MotorMask powered;
};

/// The robot's end: states out on the topics `rt/lowstate` and `rt/worldseen`, commands in on
/// `rt/lowcmd`. All reliable; at most 64 messages wait.
class DdsRobotEnd {
 public:
  /// Errors: kIo, with the library's words.
  static Result<DdsRobotEnd> open(const DdsMeeting& meeting, int na);

  /// Errors: kNotFound when no controller is there in that time.
  Result<void> wait_for_controller(double patience_s);
  /// Opens the period `frame.tick`. Errors: kIo.
  Result<void> publish(const SensorFrame& frame);
  /// The run is over: the last state, that of no period.
  Result<void> publish_end();
  /// The newest command that has come; waits for one if none has. False: none came in that time.
  /// What is not a command for this robot, or is no newer than the last one, is passed over.
  bool take(LinkCommand& command, double patience_s);
  [[nodiscard]] std::int64_t passed_over() const noexcept;

  DdsRobotEnd(DdsRobotEnd&&) noexcept;
  ~DdsRobotEnd();

 private:
  struct Impl;
  explicit DdsRobotEnd(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The controller's end: a robot that is reached by DDS. The wait for a period's state is the clock
/// of the loop: wait(), then read() and write() as with any robot. The library takes memory of its
/// own when it writes.
class DdsTerminal final : public RobotIo {
 public:
  enum class News {
    kPeriod,  ///< a period has begun
    kSilent,  ///< nothing came in that time
    kOver,    ///< the robot's end has said that it was the last
  };

  /// @param is_simulated  who opens it knows that the robot is a simulated one, for he started it.
  /// Errors: kIo, with the library's words.
  static Result<DdsTerminal> open(const DdsMeeting& meeting, int na, bool is_simulated);

  /// Errors: kNotFound when no robot is there in that time.
  Result<void> wait_for_robot(double patience_s);
  /// A state that is no newer than the last one is passed over.
  /// Errors: kCorrupt for a state that is not of this robot's joints.
  Result<News> wait(double patience_s);
  /// Periods since one brought new encoder values: 0 in a period that did.
  [[nodiscard]] Tick silence() const noexcept;

  void read(SensorFrame& frame) noexcept override;
  [[nodiscard]] WriteStatus write(SafeCommand&& command) noexcept override;
  void power_motors(const MotorMask& powered) noexcept override;
  [[nodiscard]] Tick tick() const noexcept override;
  [[nodiscard]] int joint_count() const noexcept override;
  [[nodiscard]] bool is_simulated() const noexcept override;

  DdsTerminal(DdsTerminal&&) noexcept;
  ~DdsTerminal() override;

 private:
  struct Impl;
  explicit DdsTerminal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longmen::io
