#pragma once

#include <array>
#include <vector>

#include "io/robot_io.h"
#include "runtime/tick_probe.h"
#include "trial/episode_result.h"

namespace longmen::trial {

/// CPU time of the calling thread, in microseconds.
[[nodiscard]] double thread_cpu_us() noexcept;
/// CPU time of the whole process, in seconds.
[[nodiscard]] double process_cpu_s() noexcept;

/// Between the loop and a simulated robot: takes the time that the simulation itself uses, which is
/// none of the loop's.
class TimedIo final : public io::RobotIo {
 public:
  explicit TimedIo(io::RobotIo& inner) : inner_(inner) {}

  void read(SensorFrame& frame) noexcept override { inner_.read(frame); }
  [[nodiscard]] io::WriteStatus write(SafeCommand&& command) noexcept override;
  void power_motors(const io::MotorMask& powered) noexcept override {
    inner_.power_motors(powered);
  }
  [[nodiscard]] Tick tick() const noexcept override { return inner_.tick(); }
  [[nodiscard]] int joint_count() const noexcept override { return inner_.joint_count(); }
  [[nodiscard]] bool is_simulated() const noexcept override { return inner_.is_simulated(); }

  [[nodiscard]] double last_write_us() const noexcept { return last_write_us_; }

 private:
  io::RobotIo& inner_;
  double last_write_us_ = 0.0;
};

/// Times the parts of every tick in thread CPU time. The memory for all ticks is taken in advance.
class TickTimer final : public runtime::TickProbe {
 public:
  TickTimer(const TimedIo& io, std::size_t ticks);

  void begin_tick() noexcept override;
  void end_part(runtime::TickPart part) noexcept override;

  [[nodiscard]] std::array<Percentiles, kTickPartNames.size()> percentiles() const;
  [[nodiscard]] Percentiles plant_step() const { return trial::percentiles(plant_us_); }

 private:
  void add(TickPart part, double us) noexcept;

  const TimedIo& io_;
  double begin_us_ = 0.0;
  double last_us_ = 0.0;
  double assemble_us_ = 0.0;
  std::array<std::vector<float>, kTickPartNames.size()> us_;
  std::vector<float> plant_us_;
};

}  // namespace longmen::trial
