#include "io/dds/dds_link.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace longmen::io {
namespace {

constexpr int kNa = 12;
constexpr double kSoon_s = 10.0;

/// Both ends of a link that nobody else sees.
class DdsLink : public ::testing::Test {
 protected:
  DdsMeeting meeting_{0, "test " + std::to_string(getpid()) +
                             ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  DdsRobotEnd robot_ = DdsRobotEnd::open(meeting_, kNa).value();
  DdsTerminal terminal_ = DdsTerminal::open(meeting_, kNa, false).value();

  void SetUp() override {
    ASSERT_TRUE(robot_.wait_for_controller(kSoon_s));
    ASSERT_TRUE(terminal_.wait_for_robot(kSoon_s));
  }
  static SensorFrame frame(Tick tick) {
    SensorFrame frame;
    frame.tick = tick;
    frame.joint_tick = tick - 2;
    frame.joint_position_rad.setConstant(kNa, 0.5);
    frame.joint_velocity_rad_s.setZero(kNa);
    return frame;
  }
  DdsTerminal::News next() { return terminal_.wait(kSoon_s).value(); }
};

TEST_F(DdsLink, PeriodsArriveInTheirOrderWithWhatIsSeenInThem) {
  for (Tick tick = 1; tick <= 30; ++tick) {
    SensorFrame sent = frame(tick);
    sent.pose_fix = {tick % 10 == 0, tick - 1, {1.0, 2.0, 3.0}, 0.1};
    ASSERT_TRUE(robot_.publish(sent));
  }
  SensorFrame got;
  for (Tick tick = 1; tick <= 30; ++tick) {
    ASSERT_EQ(next(), DdsTerminal::News::kPeriod);
    terminal_.read(got);
    EXPECT_EQ(got.tick, tick);
    EXPECT_EQ(terminal_.tick(), tick);
    EXPECT_EQ(got.joint_position_rad[kNa - 1], 0.5);
    EXPECT_EQ(got.pose_fix.present, tick % 10 == 0) << tick;
    EXPECT_EQ(terminal_.silence(), 0);
  }
  EXPECT_EQ(terminal_.wait(0.0).value(), DdsTerminal::News::kSilent);
  ASSERT_TRUE(robot_.publish_end());
  EXPECT_EQ(next(), DdsTerminal::News::kOver);
}

TEST_F(DdsLink, SilenceIsThatOfTheEncoders) {
  for (Tick tick = 1; tick <= 4; ++tick) {
    SensorFrame sent = frame(tick);
    if (tick > 2) sent.joint_tick = 0;
    ASSERT_TRUE(robot_.publish(sent));
    ASSERT_EQ(next(), DdsTerminal::News::kPeriod);
  }
  EXPECT_EQ(terminal_.silence(), 2) << "ticks 3 and 4 brought what tick 2 had brought";
}

TEST_F(DdsLink, AStateOfAnotherRobotIsSaidToBeOne) {
  SensorFrame other = frame(1);
  other.joint_position_rad.setZero(kNa + 1);
  other.joint_velocity_rad_s.setZero(kNa + 1);
  ASSERT_TRUE(robot_.publish(other));
  const auto news = terminal_.wait(kSoon_s);
  ASSERT_FALSE(news);
  EXPECT_EQ(news.error().code, ErrorCode::kCorrupt);
}

TEST_F(DdsLink, AStateThatWasRecordedAndIsSentAgainIsPassedOver) {
  for (const Tick tick : {1, 2, 3, 1, 2, 3}) ASSERT_TRUE(robot_.publish(frame(tick)));
  for (Tick tick = 1; tick <= 3; ++tick) {
    ASSERT_EQ(next(), DdsTerminal::News::kPeriod);
    EXPECT_EQ(terminal_.tick(), tick);
  }
  EXPECT_EQ(terminal_.wait(0.05).value(), DdsTerminal::News::kSilent);
}

TEST_F(DdsLink, WithoutACommandNothingIsTaken) {
  LinkCommand command;
  EXPECT_FALSE(robot_.take(command, 0.01));
  EXPECT_FALSE(terminal_.is_simulated());
}

TEST(DdsMeeting, NobodyComesToAnotherPartition) {
  const std::string own = "alone " + std::to_string(getpid());
  DdsRobotEnd robot = DdsRobotEnd::open({0, own}, kNa).value();
  DdsTerminal terminal = DdsTerminal::open({0, own + " but for one"}, kNa, false).value();
  const auto met = robot.wait_for_controller(0.3);
  ASSERT_FALSE(met);
  EXPECT_NE(met.error().text().find("no controller"), std::string::npos);
}

}  // namespace
}  // namespace longmen::io
