#include "trial/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace longmen::trial {
namespace {

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
