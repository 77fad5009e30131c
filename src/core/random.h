#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace longmen {

/// Seeded random numbers with the same bits on every machine and library (std distributions are not
/// portable). Generator: SplitMix64 (Steele, Lea, Flood 2014); normal deviates by Box and Muller
/// (1958).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// An independent stream of the same seed, so that one consumer's draws never shift another's.
  [[nodiscard]] static Random stream(std::uint64_t seed, std::uint64_t stream) {
    Random mix(seed ^ (0x9E3779B97F4A7C15ull * (stream + 1)));
    return Random(mix.next());
  }

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Normal with mean 0 and standard deviation 1. Draws two uniforms each call, so streams stay
  /// aligned.
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t state_;
};

}  // namespace longmen
