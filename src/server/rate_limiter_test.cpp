#include "server/rate_limiter.h"

#include <gtest/gtest.h>

namespace longmen::server {
namespace {

using namespace std::chrono_literals;

TEST(RateLimiter, ABurstThenSoManyASecond) {
  RateLimiter limiter(3.0, 2.0);
  const RateLimiter::Time start{100s};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take("a", start));
  EXPECT_FALSE(limiter.take("a", start));
  EXPECT_TRUE(limiter.take("b", start));  // another party has its own
  EXPECT_FALSE(limiter.take("a", start + 400ms));
  EXPECT_TRUE(limiter.take("a", start + 600ms));
}

TEST(RateLimiter, WhatIsGivenBackCanBeTakenAgain) {
  RateLimiter limiter(2.0, 0.1);
  const RateLimiter::Time now{100s};
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(limiter.take("a", now));
    limiter.give_back("a");
  }
  EXPECT_TRUE(limiter.take("a", now));
  EXPECT_TRUE(limiter.take("a", now));
  EXPECT_FALSE(limiter.take("a", now));
  limiter.give_back("nobody");
}

TEST(RateLimiter, PartiesAreBoundedAndQuietOnesForgotten) {
  RateLimiter limiter(1.0, 1.0);
  const RateLimiter::Time start{100s};
  for (std::size_t i = 0; i < RateLimiter::kPartiesMax; ++i)
    EXPECT_TRUE(limiter.take(std::to_string(i), start));
  EXPECT_FALSE(limiter.take("one more", start));
  EXPECT_TRUE(limiter.take("one more", start + 2s));
}

}  // namespace
}  // namespace longmen::server
