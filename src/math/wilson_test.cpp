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

// Newcombe, Stat. Med. 17, 1998, table I, method 3.
TEST(Wilson, AgreesWithThePublishedIntervals) {
  struct Published {
    int k, n;
    double low, high;
  };
  for (const Published& c : {Published{81, 263, 0.2553, 0.3662}, Published{15, 148, 0.0624, 0.1605},
                             Published{0, 20, 0.0, 0.1611}, Published{1, 29, 0.0061, 0.1718}}) {
    const Interval interval = wilson_95(static_cast<double>(c.k) / c.n, c.n);
    EXPECT_NEAR(interval.low, c.low, 5e-5);
    EXPECT_NEAR(interval.high, c.high, 5e-5);
  }
}

TEST(Wilson, OfNothingSeenIsEverything) {
  EXPECT_EQ(wilson_95(0.0, 0).low, 0.0);
  EXPECT_EQ(wilson_95(0.0, 0).high, 1.0);
}

}  // namespace
}  // namespace longmen::math
