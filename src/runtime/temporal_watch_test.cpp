#include "runtime/temporal_watch.h"

#include <gtest/gtest.h>

#include "core/allocation_counter.h"
#include "gate/motion/motion_rules.h"
#include "model/robot_names.h"
#include "runtime/resting_io.h"

namespace longmen::runtime {
namespace {

const std::filesystem::path kWatchRoot = LONGMEN_SOURCE_DIR;

/// A robot at rest that somebody stands close to.
class CrowdedIo final : public io::RobotIo {
 public:
  explicit CrowdedIo(const model::RobotModel& model) : resting_(model) {}
  void read(SensorFrame& frame) noexcept override {
    resting_.read(frame);
    if (!is_crowded || resting_.tick() % 50 != 0) return;
    frame.detection_count = 1;
    Detection& seen = frame.detections[0];
    seen.measured_tick = resting_.tick();
    seen.is_person = true;
    seen.p_WO = {0.35, 0.0, 0.0};
    seen.radius_m = 0.3;
    seen.height_m = 1.7;
  }
  io::WriteStatus write(SafeCommand&& command) noexcept override {
    return resting_.write(std::move(command));
  }
  void power_motors(const io::MotorMask& mask) noexcept override { resting_.power_motors(mask); }
  [[nodiscard]] Tick tick() const noexcept override { return resting_.tick(); }
  [[nodiscard]] int joint_count() const noexcept override { return resting_.joint_count(); }
  [[nodiscard]] bool is_simulated() const noexcept override { return true; }

  bool is_crowded = false;

 private:
  RestingIo resting_;
};

struct Watched {
  explicit Watched(const std::string& formula)
      : rules(gate::monitor::TemporalRules{}),
        model(model::RobotModel::load(kWatchRoot / "robots" /
                                      model::robot_names(kWatchRoot / "robots").at(0))
                  .value()) {
    gate::monitor::TemporalRule rule;
    rule.id = "test";
    rule.formula = gate::monitor::Formula::parse(formula).value();
    rule.in_run = true;
    rules.rules.push_back(rule);
    watch.emplace(TemporalWatch::create(rules, world, model, kTick_s).value());
    const auto tuning = RobotTuning::load(model).value();
    const auto limits =
        gate::load_motion_rules(kWatchRoot / "rules/limits/motion.yaml").value().limits;
    loop.emplace(Loop::create(model, tuning, limits, kTick_s).value());
    io.emplace(model);
  }
  /// Ticks; how many of them it asked for a hold.
  int run(double duration_s) {
    int held = 0;
    for (int k = 0; k < duration_s / kTick_s; ++k) {
      const StopRung asked = watch->look(*loop, nullptr, io->tick(),
                                         [&](const gate::monitor::TemporalRule&) { ++told; });
      held += asked == StopRung::kHold ? 1 : 0;
      EXPECT_EQ(loop->tick(*io, {.stop = asked}, {}), io::WriteStatus::kAccepted);
    }
    return held;
  }

  gate::monitor::TemporalRules rules;
  world::World world;
  model::RobotModel model;
  std::optional<TemporalWatch> watch;
  std::optional<Loop> loop;
  std::optional<CrowdedIo> io;
  int told = 0;
};

TEST(TemporalWatch, ARuleThatIsKeptAsksForNothing) {
  Watched robot("speed_m_s < 1");
  EXPECT_EQ(robot.run(3.0), 0);
  EXPECT_EQ(robot.told, 0);
}

TEST(TemporalWatch, ABrokenRuleHoldsLongEnoughThatThePlanEndsAndTellsOnce) {
  Watched robot("speed_m_s > 1");
  const int held = robot.run(8.0);
  EXPECT_EQ(robot.told, 1);
  EXPECT_NEAR(held, 3000, 40);  // and then lets go, for a plan may have to mend it
}

TEST(TemporalWatch, SeesPeopleByTheTracks) {
  Watched robot("person_distance_m > 0.2");
  EXPECT_EQ(robot.run(2.0), 0);
  robot.io->is_crowded = true;
  EXPECT_GT(robot.run(2.0), 500);
  robot.io->is_crowded = false;
  robot.run(6.0);  // the track is forgotten
  EXPECT_EQ(robot.run(1.0), 0);
}

TEST(TemporalWatch, WhatHoldsFromTheFirstTickOnIsNotHeldAgainstTheTimeBefore) {
  Watched robot("once[0:2] (person_distance_m > 1)");
  robot.io->is_crowded = true;
  EXPECT_EQ(robot.run(1.5), 0);
  EXPECT_GT(robot.run(2.0), 500);
}

TEST(TemporalWatch, TakesNoMemory) {
  Watched robot("(once[0:60] (carrying_hot < 0.5)) and hands_on_person < 1.5");
  robot.run(1.0);
  std::size_t taken = 0;
  for (int k = 0; k < 200; ++k) {
    const AllocationScope scope;
    (void)robot.watch->look(*robot.loop, nullptr, 20 * k, {});
    taken += scope.count();
  }
  EXPECT_EQ(taken, 0u);
}

}  // namespace
}  // namespace longmen::runtime
