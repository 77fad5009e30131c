#pragma once

#include <array>

#include "core/gate_report.h"

namespace longmen::gate {

/// The rung of the stop ladder, with hysteresis: up at once, down only after the rung has not been
/// asked for in the whole of its release time, and then one rung at a time. A demand that flickers
/// holds its rung.
class StopLadder {
 public:
  /// Quiet ticks before each rung is left, indexed by StopRung; that of kNone is unused.
  using ReleaseTicks = std::array<Tick, 5>;

  StopLadder(const ReleaseTicks& release, StopRung start) : release_(release), rung_(start) {}

  /// Once a tick.
  StopRung step(StopRung demanded) noexcept {
    if (demanded >= rung_) {
      rung_ = demanded;
      quiet_ = 0;
    } else if (++quiet_ >= release_[static_cast<std::size_t>(rung_)]) {
      rung_ = static_cast<StopRung>(static_cast<std::uint8_t>(rung_) - 1);
      quiet_ = 0;
    }
    return rung_;
  }
  [[nodiscard]] StopRung rung() const noexcept { return rung_; }

 private:
  ReleaseTicks release_;
  StopRung rung_;
  Tick quiet_ = 0;
};

}  // namespace longmen::gate
