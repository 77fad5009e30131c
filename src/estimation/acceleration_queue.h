#pragma once

#include <array>

#include "model/dynamics.h"

namespace longmen::estimation {

/// Accelerations that the controller expects of its commands, kept until the samples of their time
/// arrive.
class AccelerationQueue {
 public:
  /// @param a  generalised acceleration [nv] while the command of `tick` acts.
  void push(const model::VelocityVector& a, Tick tick) noexcept {
    Entry& entry = entries_[slot(tick)];
    entry.tick = tick;
    entry.a = a;
  }
  /// That of the command of `tick`; null if none was given.
  [[nodiscard]] const model::VelocityVector* find(Tick tick) const noexcept {
    const Entry& entry = entries_[slot(tick)];
    return tick >= 0 && entry.tick == tick ? &entry.a : nullptr;
  }

 private:
  struct Entry {
    Tick tick = -1;
    model::VelocityVector a;
  };
  static constexpr std::size_t kSize = 64;  // ticks: more than any latency
  [[nodiscard]] static std::size_t slot(Tick tick) noexcept {
    return static_cast<std::size_t>(tick < 0 ? 0 : tick) % kSize;
  }
  std::array<Entry, kSize> entries_;
};

}  // namespace longmen::estimation
