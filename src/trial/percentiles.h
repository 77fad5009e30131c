#pragma once

#include <vector>

namespace longmen::trial {

struct Percentiles {
  double p50 = 0.0;
  double p99 = 0.0;
  double p999 = 0.0;
  double max = 0.0;
};

/// Of at least one value; the smallest value that at least this share of all does not exceed.
/// All zero for an empty list.
[[nodiscard]] Percentiles percentiles(std::vector<float> values);

}  // namespace longmen::trial
