#include "trial/percentiles.h"

#include <gtest/gtest.h>

namespace longmen::trial {
namespace {

TEST(Percentiles, AreValuesOfTheListAtTheirRank) {
  std::vector<float> values;
  for (int i = 1000; i >= 1; --i) values.push_back(static_cast<float>(i));
  const Percentiles p = percentiles(values);
  EXPECT_EQ(p.p50, 500.0);
  EXPECT_EQ(p.p99, 990.0);
  EXPECT_EQ(p.p999, 999.0);
  EXPECT_EQ(p.max, 1000.0);
}

TEST(Percentiles, OfOneValueAndOfNone) {
  EXPECT_EQ(percentiles({7.0f}).p999, 7.0);
  EXPECT_EQ(percentiles({}).max, 0.0);
}

}  // namespace
}  // namespace longmen::trial
