#include <gtest/gtest.h>

#include <filesystem>

#include "model/robot_model.h"
#include "model/robot_names.h"
#include "trial/episode.h"

/// What happens to a robot that stands, walks or turns when something breaks: each fault times each
/// behaviour, with what is expected. The long form is scenarios/fault_*.yaml over many seeds.
namespace longmen::trial {
namespace {

const std::filesystem::path kFaultProject = LONGMEN_SOURCE_DIR;
constexpr double kFault_s = 3.0;
constexpr double kEnd_s = 6.0;

struct Behaviour {
  const char* name;
  CommandRow command;
};
constexpr Behaviour kBehaviours[] = {{"Stand", {}},
                                     {"Walk", {.t_s = 0.5, .vx_m_s = 0.4}},
                                     {"Turn", {.t_s = 0.5, .yaw_rate_rad_s = 0.5}}};

/// A target's "*" is the name of the left leg's last joint.
struct Breakage {
  const char* kind;
  const char* target;
  double duration_s;
  bool falls;  ///< nothing can hold the robot: the gate braces it for the fall
};
constexpr Breakage kBreakages[] = {
    {"sensor_nan", "imu_gyro", 0.02, false},
    {"sensor_nan", "joint_pos:all", 0.005, false},
    {"sensor_freeze", "joint_vel:all", 0.02, false},
    {"sensor_freeze", "foot_force:left", 0.05, false},
    {"sensor_delay", "imu_quat", 0.1, false},
    {"sensor_delay", "joint_pos:all", 0.02, false},
    {"sensor_drift", "imu_acc", 0.1, false},
    {"sensor_swap", "foot_force:left", 0.02, false},
    {"motor_off", "motor:*", 0.02, false},
    {"motor_weak", "motor:*", 0.05, false},
    {"motor_stuck", "motor:*", 0.02, false},
    {"motor_reversed", "motor:*", 0.005, false},
    {"bad_command", "command", 0.05, false},
    {"late_command", "command", 0.05, false},
    {"motor_off", "motor:all", 1.0, true},
};

class FaultMatrix : public ::testing::TestWithParam<std::tuple<Breakage, Behaviour>> {};

TEST_P(FaultMatrix, EndsAsExpected) {
  const auto& [breakage, behaviour] = GetParam();
  const std::string robot = model::robot_names(kFaultProject / "robots").front();
  const auto model = model::RobotModel::load(kFaultProject / "robots" / robot).value();
  std::string target = breakage.target;
  if (const auto star = target.find('*'); star != std::string::npos)
    target.replace(star, 1, model.joint(model.group(model::Group::kLeftLeg).back()).name);

  Scenario scenario;
  scenario.robot = robot;
  scenario.seed = 7;
  scenario.duration_s = kEnd_s;
  if (!behaviour.command.stands()) scenario.command = {behaviour.command};
  scenario.faults = {{kFault_s, breakage.kind, target, breakage.duration_s}};
  auto episode = Episode::create(scenario, DataFolders::under(kFaultProject),
                                 {.record = std::nullopt, .recorded = false});
  ASSERT_TRUE(episode) << episode.error().text();
  while (episode->step()) {
  }
  const EpisodeResult result = episode->finish().value();
  EXPECT_EQ(result.body.fell, breakage.falls);
  if (breakage.falls) {
    EXPECT_GT(*result.body.fell_at_s, kFault_s);
    EXPECT_TRUE(result.gate.changed_by.contains(MotionRule::kTilt)) << "braced for the fall";
  } else {
    EXPECT_EQ(result.violations.torque, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Body, FaultMatrix,
                         ::testing::Combine(::testing::ValuesIn(kBreakages),
                                            ::testing::ValuesIn(kBehaviours)),
                         [](const auto& info) {
                           std::string name = std::string(std::get<0>(info.param).kind) + "_" +
                                              std::get<0>(info.param).target + "_" +
                                              std::get<1>(info.param).name;
                           std::erase_if(name, [](char c) { return std::isalnum(c) == 0; });
                           return name;
                         });

}  // namespace
}  // namespace longmen::trial
