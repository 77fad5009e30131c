#pragma once

#include "core/hash.h"
#include "io/robot_io.h"
#include "model/robot_model.h"

namespace longmen::runtime {

/// For tests: a robot that measures exactly what it would at rest in its home posture, whatever is
/// commanded: enough to run the loop, not to balance. Closed loops with physics are in `trial`.
class RestingIo final : public io::RobotIo {
 public:
  explicit RestingIo(const model::RobotModel& model) : model_(model) {}
  void read(SensorFrame& frame) noexcept override {
    frame.tick = frame.imu_tick = frame.joint_tick = frame.foot_tick = tick_;
    frame.joint_position_rad = model_.home_rad();
    frame.joint_velocity_rad_s.setZero(model_.na());
    frame.foot_force_N.fill(0.5 * model_.mass_kg() * kGravity_m_s2);
    // Who does not know where it is keeps clear of zones wherever they are.
    constexpr Tick kFixPeriod = 100;
    frame.pose_fix.present = tick_ % kFixPeriod == 0;
    frame.pose_fix.measured_tick = tick_;
    frame.pose_fix.p_WB = {0.0, 0.0, model_.home_height_m()};
  }
  io::WriteStatus write(SafeCommand&& command) noexcept override {
    if (command.tick() != tick_) return io::WriteStatus::kWrongTick;
    hash_.add_all(command.values().torque_Nm);
    ++tick_;
    return io::WriteStatus::kAccepted;
  }
  void power_motors(const io::MotorMask&) noexcept override {}
  [[nodiscard]] Tick tick() const noexcept override { return tick_; }
  [[nodiscard]] int joint_count() const noexcept override { return model_.na(); }
  [[nodiscard]] bool is_simulated() const noexcept override { return true; }
  [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }

 private:
  const model::RobotModel& model_;
  Tick tick_ = 0;
  StateHash hash_;
};

}  // namespace longmen::runtime
