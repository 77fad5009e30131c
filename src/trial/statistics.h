#pragma once

#include <cstddef>
#include <vector>

namespace longmen::trial {

/// Two-sided p of "neither build is better" when, of the pairs that differ, `first` went to one and
/// `second` to the other: the exact sign test (McNemar).
[[nodiscard]] double sign_test_p(std::size_t first, std::size_t second);

struct MeanDifference {
  double mean = 0.0;
  double half_width_95 = 0.0;  ///< 1.96 standard errors; 0 below two pairs
};

/// Of paired differences.
[[nodiscard]] MeanDifference mean_difference(const std::vector<double>& differences);

}  // namespace longmen::trial
