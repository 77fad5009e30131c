#include "trial/percentiles.h"

#include <algorithm>
#include <cmath>

namespace longmen::trial {

Percentiles percentiles(std::vector<float> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return static_cast<double>(values[std::max<std::size_t>(rank, 1) - 1]);
  };
  return {.p50 = at(0.5), .p99 = at(0.99), .p999 = at(0.999), .max = at(1.0)};
}

}  // namespace longmen::trial
