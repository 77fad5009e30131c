// The gate of each shipped robot.
#include <gtest/gtest.h>

#include "core/allocation_counter.h"
#include "gate/motion/gate_test_support.h"

namespace longmen::gate {
namespace {

class EveryRobot : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(EveryRobot, StandingAtHomeHalfTheTorqueIsFreeAndNoMemoryIsTaken) {
  const auto model = model::RobotModel::load(GetParam()).value();
  MotionGate gate =
      MotionGate::create(model, testing::shipped_rules().limits, testing::kPeriod_s).value();
  RobotState state;
  state.valid = true;
  state.joint_position_rad = model.home_rad();
  state.joint_velocity_rad_s = JointVector::Zero(model.na());
  WorldState world;
  ProposedCommand command;
  command.resize(model.na());
  GateReport report;
  const AllocationScope scope;
  for (Tick tick = 1; tick <= 100; ++tick) {
    state.tick = world.tick = command.tick = tick;
    for (int j = 0; j < model.na(); ++j)
      command.torque_Nm[j] = (tick % 2 == 0 ? 0.5 : -0.5) * model.joint(j).torque_max_Nm;
    const SafeCommand safe = gate.filter(command, state, world, command, {}, tick, report);
    ASSERT_FALSE(report.changed) << model.joint(report.joint).name;
    ASSERT_EQ(safe.tick(), tick);
  }
  // Every way through takes none either: cuts, bridge, brace.
  for (Tick tick = 101; tick <= 130; ++tick) {
    state.tick = world.tick = tick;
    command.tick = tick < 110 ? tick : 0;
    for (int j = 0; j < model.na(); ++j) command.torque_Nm[j] = 2.0 * model.joint(j).torque_max_Nm;
    static_cast<void>(gate.filter(command, state, world, command, {}, tick, report));
    ASSERT_TRUE(report.changed);
  }
  EXPECT_EQ(report.rung, StopRung::kBrace);
  EXPECT_EQ(scope.count(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Robots, EveryRobot, ::testing::ValuesIn(testing::robot_folders()),
                         [](const auto& robot) { return robot.param.filename().string(); });

}  // namespace
}  // namespace longmen::gate
