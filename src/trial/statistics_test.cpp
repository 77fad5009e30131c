#include "trial/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace longmen::trial {
namespace {

// Values of Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I,
// method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
TEST(Wilson, AgreesWithThePublishedIntervals) {
  struct Case {
    std::size_t k, n;
    double low, high;
  };
  for (const Case& c : {Case{81, 263, 0.2553, 0.3662}, Case{15, 148, 0.0624, 0.1605},
                        Case{0, 20, 0.0, 0.1611}, Case{1, 29, 0.0061, 0.1718}}) {
    const Interval interval = wilson_95(c.k, c.n);
    EXPECT_NEAR(interval.low, c.low, 5e-5);
    EXPECT_NEAR(interval.high, c.high, 5e-5);
  }
  EXPECT_EQ(wilson_95(0, 0).high, 1.0);
  EXPECT_EQ(wilson_95(40, 40).high, 1.0);
}

TEST(SignTest, IsTheBinomialOfAFairCoin) {
  EXPECT_NEAR(sign_test_p(0, 6), 2.0 / 64.0, 1e-12);
  EXPECT_NEAR(sign_test_p(1, 7), 2.0 * 9.0 / 256.0, 1e-12);
  EXPECT_EQ(sign_test_p(3, 3), 1.0);
  EXPECT_EQ(sign_test_p(0, 0), 1.0);
}

TEST(MeanDifference, IsMeanAndItsStandardError) {
  const MeanDifference d = mean_difference({1.0, 2.0, 3.0, 4.0});
  EXPECT_NEAR(d.mean, 2.5, 1e-12);
  EXPECT_NEAR(d.half_width_95, 1.959964 * std::sqrt(5.0 / 3.0 / 4.0), 1e-6);
  EXPECT_EQ(mean_difference({7.0}).half_width_95, 0.0);
}

}  // namespace
}  // namespace longmen::trial
