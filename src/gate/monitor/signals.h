#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace longmen::gate::monitor {

/// What temporal rules can speak of. A truth is 1, its opposite 0.
enum class Signal : std::size_t {
  kCarrying,        ///< the hands hold something
  kCarryingHot,     ///< and it is hot
  kWalking,         ///< a step walks to a place or turns
  kHandling,        ///< a step takes or puts down
  kGesturing,       ///< a step points or waves
  kSpeed,           ///< of the base over the floor, estimated; in a plan: as it is expected
  kPersonDistance,  ///< run only: from the base to the nearest tracked person's skin; 100: nobody
  kHandsOnPerson,   ///< run only: palms that touch a tracked person
};
inline constexpr std::size_t kSignalCount = 8;
/// Signals that are known of a plan, before anything moves: those before this one.
inline constexpr auto kFirstOfRun = static_cast<std::size_t>(Signal::kPersonDistance);
inline constexpr double kNobody_m = 100.0;

/// One value for each signal.
using Sample = std::array<double, kSignalCount>;
[[nodiscard]] inline double& at(Sample& sample, Signal signal) {
  return sample[static_cast<std::size_t>(signal)];
}

/// Their names in formulas, in the order of Signal.
[[nodiscard]] std::span<const std::string> signal_names();

}  // namespace longmen::gate::monitor
