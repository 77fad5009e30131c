#include "math/poisson.h"

#include <gtest/gtest.h>

namespace longmen::math {
namespace {

TEST(Poisson, BoundsAreThoseOfTheTables) {
  // Half the chi-squared quantiles of 2k and 2k + 2 degrees of freedom.
  const struct {
    std::int64_t count;
    double low, high;
  } table[] = {{0, 0.0, 3.6889},        {1, 0.02532, 5.5716},  {2, 0.24221, 7.2247},
               {5, 1.6235, 11.6683},    {10, 4.7954, 18.3904}, {20, 12.2165, 30.8884},
               {100, 81.3640, 121.6274}};
  for (const auto& row : table) {
    const Interval is = poisson_95(row.count);
    EXPECT_NEAR(is.low, row.low, 2e-4 * (1.0 + row.low)) << row.count;
    EXPECT_NEAR(is.high, row.high, 2e-4 * row.high) << row.count;
  }
}

TEST(Poisson, LargeCountsComeNearTheNormalInterval) {
  for (const std::int64_t count : {10'000, 1'000'000, 100'000'000}) {
    const auto k = static_cast<double>(count);
    const Interval is = poisson_95(count);
    EXPECT_NEAR((is.low - k) / std::sqrt(k), -1.95996, 0.02) << count;
    EXPECT_NEAR((is.high - k) / std::sqrt(k), 1.95996, 0.02) << count;
  }
}

TEST(Poisson, IntervalsRiseWithTheCount) {
  Interval before = poisson_95(0);
  for (std::int64_t count = 1; count < 500; ++count) {
    const Interval is = poisson_95(count);
    EXPECT_GT(is.low, before.low);
    EXPECT_GT(is.high, before.high);
    EXPECT_LT(is.low, static_cast<double>(count));
    EXPECT_GT(is.high, static_cast<double>(count));
    before = is;
  }
}

}  // namespace
}  // namespace longmen::math
