#pragma once

#include <limits>

#include "core/types.h"

namespace longmen {

namespace gate {
class MotionGate;
}

/// What a controller or policy would like the motors to do. The motor adds to the feed-forward
/// torque stiffness_Nm_rad * (position_rad - q) + damping_Nms_rad * (velocity_rad_s - qd), per
/// joint. All arrays [na].
struct ProposedCommand {
  Tick tick = 0;
  JointVector torque_Nm;
  JointVector position_rad;
  JointVector velocity_rad_s;
  JointVector stiffness_Nm_rad;
  JointVector damping_Nms_rad;

  void resize(int na) {
    for (JointVector* v :
         {&torque_Nm, &position_rad, &velocity_rad_s, &stiffness_Nm_rad, &damping_Nms_rad})
      v->setZero(na);
  }
};

/// A command that has passed the motion gate: the only thing that RobotIo::write takes. Only the
/// gate makes one; it can be moved, not copied, is consumed by write, and is good for its own tick
/// alone.
class SafeCommand final {
 public:
  static constexpr Tick kNoTick = std::numeric_limits<Tick>::min();
  SafeCommand(SafeCommand&& other) noexcept : values_(other.values_) { other.void_it(); }
  SafeCommand& operator=(SafeCommand&& other) noexcept {
    values_ = other.values_;
    if (this != &other) other.void_it();
    return *this;
  }
  SafeCommand(const SafeCommand&) = delete;
  SafeCommand& operator=(const SafeCommand&) = delete;
  ~SafeCommand() {}  // NOLINT: user-provided, so that no bit_cast or memcpy makes one

  [[nodiscard]] const ProposedCommand& values() const noexcept { return values_; }
  [[nodiscard]] Tick tick() const noexcept { return values_.tick; }

 private:
  friend class gate::MotionGate;
  explicit SafeCommand(const ProposedCommand& values) : values_(values) {}
  void void_it() noexcept { values_.tick = kNoTick; }  ///< moved from: good for no tick
  ProposedCommand values_;
};

}  // namespace longmen
