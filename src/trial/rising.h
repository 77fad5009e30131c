#pragma once

#include <optional>

#include "io/sim/terrain.h"
#include "io/sim/truth.h"

namespace longmen::trial {

/// How a body that lay on the ground came up again, by the plant's truth.
struct RisingResult {
  int falls = 0;  ///< times that the body went down, a start on the ground included
  std::optional<double> down_at_s;  ///< the first
  std::optional<double> up_at_s;    ///< stood from then on for a second, after the last

  /// From the first fall to the stand, falls on the way included.
  [[nodiscard]] std::optional<double> took_s() const {
    return up_at_s ? std::optional(*up_at_s - *down_at_s) : std::nullopt;
  }
};

/// Watches a run for it. The body is down as soon as it counts as fallen (docs/scenarios.md), and
/// up when it stands at nearly its full height on its soles alone, level and slow.
class Rising {
 public:
  Rising(const io::Ground& ground, double home_height_m, double step_s)
      : ground_(ground), home_height_m_(home_height_m), step_s_(step_s) {}

  /// Once each control period, after the plant has moved.
  void step(const io::Truth& truth);

  [[nodiscard]] const RisingResult& result() const { return result_; }
  [[nodiscard]] bool is_down() const { return is_down_; }

 private:
  io::Ground ground_;
  double home_height_m_;
  double step_s_;
  RisingResult result_;
  bool is_down_ = false;
  double up_s_ = 0.0;
};

}  // namespace longmen::trial
