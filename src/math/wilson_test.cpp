#include "math/wilson.h"

#include <gtest/gtest.h>

namespace longmen::math {
namespace {

TEST(Wilson, IsTheIntervalOfTheTables) {
  const Interval none = wilson_95(0.0, 10);  // z^2 / (n + z^2)
  EXPECT_EQ(none.low, 0.0);
  EXPECT_NEAR(none.high, 0.27753, 1e-5);
  const Interval half = wilson_95(0.5, 10);
  EXPECT_NEAR(half.low, 0.23659, 1e-5);
  EXPECT_NEAR(half.low + half.high, 1.0, 1e-12);
}

TEST(Wilson, OfNothingSeenIsEverything) {
  EXPECT_EQ(wilson_95(0.0, 0).low, 0.0);
  EXPECT_EQ(wilson_95(0.0, 0).high, 1.0);
}

}  // namespace
}  // namespace longmen::math
