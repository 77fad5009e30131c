#include "io/dds/dds_stop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

namespace longmen::io {
namespace {

bool comes(DdsStopListener& listener) {
  for (int i = 0; i < 2000; ++i) {
    if (listener.take()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

TEST(DdsStop, EachPressComesOnceToWhoeverListens) {
  const DdsMeeting meeting{0, "stop " + std::to_string(getpid())};
  auto listener = DdsStopListener::listen(meeting).value();
  auto second = DdsStopListener::listen(meeting).value();
  auto button = DdsStopButton::open(meeting).value();
  ASSERT_TRUE(button.wait_for_robot(10.0));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // both are found
  EXPECT_FALSE(listener.take());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(button.press());
    EXPECT_TRUE(comes(listener)) << i;
    EXPECT_TRUE(comes(second)) << i;
    EXPECT_FALSE(listener.take());
  }
}

TEST(DdsStop, WithoutARobotItIsSaid) {
  auto button = DdsStopButton::open({0, "nobody listens " + std::to_string(getpid())}).value();
  const auto met = button.wait_for_robot(0.2);
  ASSERT_FALSE(met);
  EXPECT_EQ(met.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace longmen::io
