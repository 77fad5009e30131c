#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/fault/fault_injector.h"
#include "io/robot_io.h"
#include "runtime/session.h"
#include "runtime/wall_server.h"
#include "wall/message.h"

namespace longmen::runtime {

/// How long ticks took: a histogram of whole microseconds, to one that says "this or more".
class TickTimes {
 public:
  void add(double us) noexcept;
  /// The time that `share` of the ticks kept to; 0 before the first.
  [[nodiscard]] double quantile_us(double share) const noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  std::array<std::uint32_t, 4096> bins_{};
  std::uint64_t count_ = 0;
};

/// A session that lives by the clock: takes what comes over the wall, ticks each period, tells
/// how things stand. When the machine is too slow time stretches, and the late ticks are counted.
class LiveRobot {
 public:
  /// Writes `body_count` and `bodies` of a state: what there is to see.
  using Poses = std::function<void(wall::State&)>;

  /// All must outlive the robot.
  /// @param injector  breaks what `io` says and does, when an operator asks for it; nullptr:
  /// nothing is ever broken. Only of a simulated robot.
  LiveRobot(Session& session, io::RobotIo& io, WallServer& wall, Poses poses,
            io::FaultInjector* injector = nullptr);

  /// Asked in each tick, without waiting: whether somebody has asked for an emergency stop by
  /// another way than the wall.
  /// @param source  of the stop, for the record
  void listen(std::function<bool()> stop_has_come, std::string_view source);

  /// Until `ends` says so; then the robot is held until it stands. Error: kInternal when the robot
  /// takes no more commands.
  Result<void> run(const std::function<bool()>& ends);

  [[nodiscard]] const TickTimes& tick_times() const { return times_; }
  [[nodiscard]] std::uint64_t late_ticks() const { return late_; }
  /// Events that found no place: the socket's thread was dead or starved.
  [[nodiscard]] std::uint64_t events_lost() const { return events_lost_; }

 private:
  /// Times the loop's own parts, from the sensors to the safe command.
  class Probe final : public TickProbe {
   public:
    void begin_tick() noexcept override { begin_ = std::chrono::steady_clock::now(); }
    void end_part(TickPart part) noexcept override {
      if (part != TickPart::kGate) return;
      const std::chrono::duration<double, std::micro> took =
          std::chrono::steady_clock::now() - begin_;
      us = took.count();
    }
    double us = 0.0;

   private:
    std::chrono::steady_clock::time_point begin_;
  };
  /// What was told last, so that only changes are events.
  struct Told {
    int arming = 0;
    StopRung rung = StopRung::kHold;
    bool plan_over = true;
    bool record_failed = false;
    MotionRule rule = MotionRule::kNone;
    std::int16_t joint = -1;
    Tick rule_tick = 0;
  };

  /// Faults that touch proposals.
  class FaultTap final : public ProposalTap {
   public:
    explicit FaultTap(io::FaultInjector& injector) : injector_(injector) {}
    void touch(ProposedCommand& proposal) noexcept override { injector_.break_proposal(proposal); }

   private:
    io::FaultInjector& injector_;
  };

  void take_inputs();
  /// Whether the fault can be injected, and is.
  [[nodiscard]] wall::Outcome inject(std::string_view fault);
  /// False: a fault lets this heartbeat not arrive. It may turn it into a recorded one.
  [[nodiscard]] bool let_through(record::Event& event);
  void tell_receipt();
  void tell_verdict(std::uint64_t request);
  void watch();
  void watch_plan();
  void watch_gate();
  void tell();
  void tell_state();

  Session& session_;
  io::RobotIo& io_;
  WallServer& wall_;
  Poses poses_;
  io::FaultInjector* injector_;
  std::optional<FaultTap> fault_tap_;
  std::function<bool()> stop_has_come_;
  record::Event stop_;   ///< to be taken then
  record::Event grant_;  ///< the last lease's, as somebody may have recorded it
  Probe probe_;
  TickTimes times_;
  Told told_;
  wall::State state_;
  wall::Event event_;
  std::vector<std::string> joints_;
  double us_sum_ = 0.0;
  int us_count_ = 0;
  std::uint64_t late_ = 0;
  std::uint64_t events_lost_ = 0;
};

}  // namespace longmen::runtime
