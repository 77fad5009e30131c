#include "runtime/loop.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/allocation_counter.h"
#include "model/robot_names.h"
#include "runtime/resting_io.h"

namespace longmen::runtime {
namespace {

const std::filesystem::path kSource = LONGMEN_SOURCE_DIR;

struct Fixture {
  model::RobotModel model =
      model::RobotModel::load(kSource / "robots" / model::robot_names(kSource / "robots").at(0))
          .value();
  RobotTuning tuning = RobotTuning::load(model).value();
  gate::MotionRules rules = gate::load_motion_rules(kSource / "rules/limits/motion.yaml").value();
  Loop loop = Loop::create(model, tuning, rules.limits, 0.001).value();
  RestingIo io{model};
};

TEST(Loop, StartsDisarmedAndStandsWithoutAPilot) {
  Fixture f;
  for (int k = 0; k < 200; ++k) ASSERT_EQ(f.loop.tick(f.io, {}, {}), io::WriteStatus::kAccepted);
  EXPECT_EQ(f.loop.arming().state(), gate::Arming::State::kDisarmed);
  EXPECT_TRUE(f.loop.planner().standing());
  EXPECT_EQ(f.loop.counts().control_failures, 0);
}

TEST(Loop, TakesNoMemoryAfterItsCreation) {
  Fixture f;
  for (int k = 0; k < 50; ++k) ASSERT_EQ(f.loop.tick(f.io, {}, {}), io::WriteStatus::kAccepted);
  const AllocationScope scope;
  for (int k = 0; k < 200; ++k) ASSERT_EQ(f.loop.tick(f.io, {}, {}), io::WriteStatus::kAccepted);
  EXPECT_EQ(scope.count(), 0u);
}

TEST(Loop, TheSameFramesGiveTheSameBits) {
  Fixture a, b;
  for (int k = 0; k < 300; ++k) {
    ASSERT_EQ(a.loop.tick(a.io, {}, {}), io::WriteStatus::kAccepted);
    ASSERT_EQ(b.loop.tick(b.io, {}, {}), io::WriteStatus::kAccepted);
  }
  EXPECT_EQ(a.io.hash(), b.io.hash());
}

/// Asks to walk at once.
class Eager final : public Pilot {
 public:
  const Goal& tick(const View&) noexcept override {
    goal_.locomotion = Goal::Locomotion::kWalk;
    goal_.velocity_H_m_s.x() = 0.4;
    return goal_;
  }

 private:
  Goal goal_;
};

TEST(Loop, DisarmedItObeysNoPilot) {
  Fixture f;
  Eager pilot;
  for (int k = 0; k < 1000; ++k)
    ASSERT_EQ(f.loop.tick(f.io, {}, {.pilot = &pilot}), io::WriteStatus::kAccepted);
  EXPECT_TRUE(f.loop.planner().standing());
}

TEST(Loop, ArmedItFollowsThePilot) {
  Fixture f;
  Eager pilot;
  for (int k = 0; k < 1500; ++k) {
    const gate::ArmingEvent event{
        k == 0 ? gate::ArmingEvent::Kind::kGrant : gate::ArmingEvent::Kind::kHeartbeat, 1,
        static_cast<std::uint64_t>(k + 1)};
    ASSERT_EQ(f.loop.tick(f.io, {.arming = {&event, 1}}, {.pilot = &pilot}),
              io::WriteStatus::kAccepted);
  }
  EXPECT_FALSE(f.loop.planner().standing());
  EXPECT_EQ(f.loop.counts().gate_stopped, 0) << "arming is no stop";
  for (int k = 0; k < 1000; ++k)  // silence
    ASSERT_EQ(f.loop.tick(f.io, {}, {.pilot = &pilot}), io::WriteStatus::kAccepted);
  EXPECT_GT(f.loop.counts().gate_stopped, 0);
}

/// An armed loop that walks, and what it is told in each tick.
struct Walking : Fixture {
  Eager pilot;
  std::uint64_t sequence = 0;
  void run(int ticks, TickInputs inputs = {}) {
    for (int k = 0; k < ticks; ++k) {
      ++sequence;
      const gate::ArmingEvent event{
          sequence == 1 ? gate::ArmingEvent::Kind::kGrant : gate::ArmingEvent::Kind::kHeartbeat, 1,
          sequence};
      inputs.arming = {&event, 1};
      ASSERT_EQ(loop.tick(io, inputs, {.pilot = &pilot}), io::WriteStatus::kAccepted);
    }
  }
};

TEST(Loop, SkillsThatAreSilentKeepTheirGoalForFiftyMillisecondsAndThenItHolds) {
  Walking f;
  f.run(1500);
  ASSERT_FALSE(f.loop.planner().standing());
  f.run(50, {.skills_silent = true});
  EXPECT_EQ(f.loop.gate_report().rung, StopRung::kNone);
  EXPECT_EQ(f.loop.goal().velocity_H_m_s.x(), 0.4);
  f.run(1, {.skills_silent = true});
  EXPECT_EQ(f.loop.gate_report().rung, StopRung::kHold) << "in the same tick";
  EXPECT_EQ(f.loop.goal().locomotion, Goal::Locomotion::kStand);
  f.run(1000);  // they speak again: the hold is released, and it goes on
  EXPECT_EQ(f.loop.gate_report().rung, StopRung::kNone);
  EXPECT_EQ(f.loop.goal().velocity_H_m_s.x(), 0.4);
}

TEST(Loop, APlannerThatIsSilentIsBridgedForTenTicksAndThenItBraces) {
  Walking f;
  f.run(1500);
  f.run(10, {.planner_silent = true});
  EXPECT_EQ(f.loop.gate_report().source, CommandSource::kBridge);
  EXPECT_EQ(f.loop.gate_report().rule, MotionRule::kFresh);
  f.run(1);
  EXPECT_EQ(f.loop.gate_report().source, CommandSource::kProposal);
  f.run(11, {.planner_silent = true});
  EXPECT_EQ(f.loop.gate_report().source, CommandSource::kBrace);
  EXPECT_EQ(f.loop.gate_report().rung, StopRung::kBrace);
}

}  // namespace
}  // namespace longmen::runtime
