#pragma once

#include <cstdint>

namespace longmen::runtime {

/// Parts of a tick, in their order.
enum class TickPart : std::uint8_t { kEstimator, kPlanner, kAssemble, kSolve, kGate, kRecord };
inline constexpr int kTickParts = 6;

/// Watches the loop from outside, for metrics: the loop itself reads no clock.
class TickProbe {
 public:
  virtual ~TickProbe() = default;
  virtual void begin_tick() noexcept = 0;  ///< after the sensors were read
  virtual void end_part(TickPart part) noexcept = 0;
};

}  // namespace longmen::runtime
