#include "io/sim/sim_plant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/allocation_counter.h"
#include "io/sim/toy_biped.h"

namespace longmen::gate {
/// Stands in for the gate: the plant's own tests must also send what no gate would let through.
class MotionGate {
 public:
  static SafeCommand pass(const ProposedCommand& command) { return SafeCommand(command); }
};
}  // namespace longmen::gate

namespace longmen::io {
namespace {

ProposedCommand hold(const SimPlant& plant, const std::vector<double>& posture_rad,
                     double stiffness = 800.0, double damping = 20.0) {
  ProposedCommand command;
  command.resize(plant.joint_count());
  command.tick = plant.tick();
  for (int j = 0; j < plant.joint_count(); ++j)
    command.position_rad[j] = posture_rad[static_cast<std::size_t>(j)];
  command.stiffness_Nm_rad.setConstant(stiffness);
  command.damping_Nms_rad.setConstant(damping);
  return command;
}

void hold_for(SimPlant& plant, const SimRobot& robot, int ticks) {
  for (int i = 0; i < ticks; ++i)
    ASSERT_EQ(plant.write(gate::MotionGate::pass(hold(plant, robot.home_rad))),
              WriteStatus::kAccepted);
}

PlantOptions exact() {
  PlantOptions options;
  options.sensor_noise = false;
  options.model_error = false;
  options.ground_friction = {0.8, 0.8};
  return options;
}

TEST(SimPlant, StartsOnItsSolesAndTheGroundCarriesItsWeight) {
  const SimRobot robot = testing::toy_biped();
  auto plant = SimPlant::create(robot, exact()).value();
  EXPECT_NEAR(plant.home_height_m(), 0.85, 1e-12);
  EXPECT_NEAR(plant.mass_kg(), 32.0, 1e-9);
  EXPECT_NEAR(plant.truth().p_WS[kLeft].z(), 0.0, 1e-12);
  hold_for(plant, robot, 300);
  EXPECT_FALSE(plant.truth().link_on_ground);
  EXPECT_NEAR(plant.truth().foot_force_N[kLeft] + plant.truth().foot_force_N[kRight],
              32.0 * kGravity_m_s2, 0.02 * 32.0 * kGravity_m_s2);
  EXPECT_NEAR(plant.truth().p_WB.z(), 0.85, 0.003);
  EXPECT_LT(plant.truth().v_slip_W[kLeft].norm(), 0.01);
}

TEST(SimPlant, AnAccelerometerAtRestMeasuresGravityUpwards) {
  const SimRobot robot = testing::toy_biped();
  auto plant = SimPlant::create(robot, exact()).value();
  hold_for(plant, robot, 300);
  SensorFrame frame;
  plant.read(frame);
  EXPECT_NEAR(frame.accelerometer_B_m_s2.norm(), kGravity_m_s2, 0.3);
  EXPECT_GT(frame.accelerometer_B_m_s2.z(), 9.0);
}

TEST(SimPlant, SensorsAreLateByTheirLatencyAndSayIt) {
  SimRobot robot = testing::toy_biped();
  robot.sensing_latency_s = 0.005;
  auto plant = SimPlant::create(robot, exact()).value();
  std::vector<double> position_at_tick;
  SensorFrame frame;
  for (int i = 0; i < 50; ++i) {
    position_at_tick.push_back(plant.truth().joint_position_rad[1]);
    plant.read(frame);
    EXPECT_EQ(frame.tick, i);
    EXPECT_EQ(frame.joint_tick, i - 5);
    EXPECT_EQ(frame.imu_tick, i - 5);
    EXPECT_EQ(frame.joint_position_rad[1],
              position_at_tick[static_cast<std::size_t>(std::max(0, i - 5))]);
    ProposedCommand command = hold(plant, robot.home_rad, 0.0, 0.0);
    command.torque_Nm.setConstant(5.0);
    ASSERT_EQ(plant.write(gate::MotionGate::pass(command)), WriteStatus::kAccepted);
  }
}

TEST(SimPlant, MotorsObeyAfterTheActuationLatency) {
  SimRobot robot = testing::toy_biped();
  robot.actuation_latency_s = 0.003;
  auto plant = SimPlant::create(robot, exact()).value();
  for (int i = 0; i < 10; ++i) {
    ProposedCommand command = hold(plant, robot.home_rad, 0.0, 0.0);
    command.torque_Nm.setConstant(7.0);
    ASSERT_EQ(plant.write(gate::MotionGate::pass(command)), WriteStatus::kAccepted);
    EXPECT_EQ(plant.truth().motor_torque_Nm[0], i < 3 ? 0.0 : 7.0) << i;
  }
}

TEST(SimPlant, RefusesACommandOfAnotherTickAndStandsStill) {
  const SimRobot robot = testing::toy_biped();
  auto plant = SimPlant::create(robot, exact()).value();
  hold_for(plant, robot, 3);
  const auto hash = plant.state_hash().value();
  for (const Tick wrong : {Tick{2}, Tick{4}, Tick{-1}}) {
    ProposedCommand command = hold(plant, robot.home_rad);
    command.tick = wrong;
    EXPECT_EQ(plant.write(gate::MotionGate::pass(command)), WriteStatus::kWrongTick);
  }
  ProposedCommand short_command;
  short_command.resize(2);
  short_command.tick = 3;
  EXPECT_EQ(plant.write(gate::MotionGate::pass(short_command)), WriteStatus::kWrongJoints);
  EXPECT_EQ(plant.tick(), 3);
  EXPECT_EQ(plant.state_hash().value(), hash);
}

TEST(SimPlant, TheSameSeedGivesTheSameBitsAndAnotherSeedAnotherRobot) {
  SimRobot robot = testing::toy_biped();
  robot.plant_error = {.mass_relative = 0.03, .com_m = 0.01, .friction_relative = 0.3};
  robot.noise.gyro_rad_s = 0.005;
  robot.noise.joint_position_rad = 0.0005;
  PlantOptions options;
  const auto run = [&](std::uint64_t seed) {
    options.seed = seed;
    auto plant = SimPlant::create(robot, options).value();
    hold_for(plant, robot, 200);
    return std::pair(plant.state_hash().value(), plant.mass_kg());
  };
  const auto first = run(5);
  EXPECT_EQ(first, run(5));
  const auto other = run(6);
  EXPECT_NE(first.first, other.first);
  EXPECT_NE(first.second, other.second);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    options.seed = seed;
    const auto plant = SimPlant::create(robot, options).value();
    EXPECT_LE(std::abs(plant.mass_kg() - 32.0), 0.03 * 32.0 + 1e-9);
    EXPECT_GE(plant.ground_friction(), 0.6);
    EXPECT_LE(plant.ground_friction(), 1.0);
  }
}

TEST(SimPlant, WeakMotorsGiveTheirShareOfWhatIsAsked) {
  SimRobot robot = testing::toy_biped();
  robot.plant_error.motor_strength = 0.9;
  const auto given_Nm = [&](bool model_error) {
    PlantOptions options = exact();
    options.model_error = model_error;
    auto plant = SimPlant::create(robot, options).value();
    for (int i = 0; i < 5; ++i) {
      ProposedCommand command = hold(plant, robot.home_rad, 0.0, 0.0);
      command.torque_Nm.setConstant(10.0);
      EXPECT_EQ(plant.write(gate::MotionGate::pass(command)), WriteStatus::kAccepted);
    }
    return plant.truth().motor_torque_Nm[0];
  };
  EXPECT_EQ(given_Nm(true), 9.0);
  EXPECT_EQ(given_Nm(false), 10.0);
}

TEST(SimPlant, TorqueBeyondTheLimitIsCountedThenCut) {
  const SimRobot robot = testing::toy_biped();
  auto plant = SimPlant::create(robot, exact()).value();
  ProposedCommand command = hold(plant, robot.home_rad, 0.0, 0.0);
  command.torque_Nm[2] = 300.0;
  command.torque_Nm[4] = std::numeric_limits<double>::quiet_NaN();
  ASSERT_EQ(plant.write(gate::MotionGate::pass(command)), WriteStatus::kAccepted);
  hold_for(plant, robot, 1);
  EXPECT_EQ(plant.violations().torque, 2);
  EXPECT_EQ(plant.truth().motor_torque_Nm[2], 200.0);
  EXPECT_EQ(plant.truth().motor_torque_Nm[4], 0.0);
}

TEST(SimPlant, APushGivesItsImpulseInItsFrame) {
  SimRobot robot = testing::toy_biped();
  PlantOptions options = exact();
  options.spawn_yaw_rad = 0.5 * 3.14159265358979;
  options.pushes = {{.t_s = 0.02, .body = "base", .impulse_Ns = {48.0, 0, 0}, .duration_s = 0.01}};
  auto plant = SimPlant::create(robot, options).value();
  hold_for(plant, robot, 19);
  EXPECT_LT(plant.truth().v_WB_W.norm(), 0.1);
  hold_for(plant, robot, 15);
  // The robot faces +y. 32 kg take 48 N s, the trunk the most of it; the soles hold back a little.
  EXPECT_GT(plant.truth().v_WB_W.y(), 1.0);
  EXPECT_LT(std::abs(plant.truth().v_WB_W.x()), 0.1);
}

TEST(SimPlant, AMotorWithoutPowerGivesNoTorque) {
  const SimRobot robot = testing::toy_biped();
  auto plant = SimPlant::create(robot, exact()).value();
  MotorMask powered;
  powered.set();
  powered.reset(1);
  plant.power_motors(powered);
  ProposedCommand command = hold(plant, robot.home_rad, 0.0, 0.0);
  command.torque_Nm.setConstant(9.0);
  for (int i = 0; i < 3; ++i) {
    command.tick = plant.tick();
    ASSERT_EQ(plant.write(gate::MotionGate::pass(command)), WriteStatus::kAccepted);
  }
  EXPECT_EQ(plant.truth().motor_torque_Nm[0], 9.0);
  EXPECT_EQ(plant.truth().motor_torque_Nm[1], 0.0);
}

TEST(SimPlant, ALowVoltageCutsTheTorqueAndALateCommandLeavesTheOneBefore) {
  const SimRobot robot = testing::toy_biped();
  auto plant = SimPlant::create(robot, exact()).value();
  ProposedCommand command = hold(plant, robot.home_rad, 0.0, 0.0);
  const auto send = [&](double torque_Nm, const MotorFaults& faults) {
    command.tick = plant.tick();
    command.torque_Nm.setConstant(torque_Nm);
    ASSERT_TRUE(plant.break_motors(faults));
    ASSERT_EQ(plant.write(gate::MotionGate::pass(command)), WriteStatus::kAccepted);
  };
  const double limit = plant.limits().torque_max_Nm[2];
  MotorFaults sag;
  sag.sag = true;
  for (int i = 0; i < 3; ++i) send(limit, sag);
  EXPECT_EQ(plant.truth().motor_torque_Nm[2], 0.5 * limit);
  for (int i = 0; i < 3; ++i) send(9.0, sag);
  EXPECT_EQ(plant.truth().motor_torque_Nm[2], 9.0) << "less than the supply still gives";
  MotorFaults late;
  late.late = true;
  for (int i = 0; i < 5; ++i) send(20.0, late);
  EXPECT_EQ(plant.truth().motor_torque_Nm[2], 9.0);
  for (int i = 0; i < 3; ++i) send(20.0, {});
  EXPECT_EQ(plant.truth().motor_torque_Nm[2], 20.0);
}

TEST(SimPlant, AFallenRobotHasALinkOnTheGround) {
  const SimRobot robot = testing::toy_biped();
  PlantOptions options = exact();
  options.pushes = {{.t_s = 0.0, .body = "base", .impulse_Ns = {-64.0, 0, 0}}};
  auto plant = SimPlant::create(robot, options).value();
  for (int i = 0; i < 3000; ++i)
    ASSERT_EQ(plant.write(gate::MotionGate::pass(hold(plant, robot.home_rad, 0.0, 0.1))),
              WriteStatus::kAccepted);
  EXPECT_TRUE(plant.truth().link_on_ground);
  EXPECT_LT(plant.truth().p_WB.z(), 0.4);
  EXPECT_FALSE(plant.truth().diverged);
}

TEST(SimPlant, APayloadAddsItsMass) {
  const SimRobot robot = testing::toy_biped();
  PlantOptions options = exact();
  options.payloads = {{.body = "base", .mass_kg = 10.0}};
  EXPECT_NEAR(SimPlant::create(robot, options).value().mass_kg(), 42.0, 1e-9);
}

TEST(SimPlant, ThePlantIsTheRobotsModelWhenNothingIsDrawn) {
  // Self collisions of the toy: every pair of its 7 bodies but parents with their children.
  const SimRobot robot = testing::toy_biped();
  const auto plant = SimPlant::create(robot, exact()).value();
  EXPECT_EQ(plant.self_collision_pairs(), 21 - 6);
  EXPECT_EQ(plant.limits().torque_max_Nm[0], 200.0);
  EXPECT_EQ(plant.limits().position_min_rad[1], 0.0);
  EXPECT_EQ(plant.limits().position_max_rad[1], 2.0);
  EXPECT_EQ(plant.scene_qpos().size(), 13u);
  EXPECT_NEAR(plant.scene_qpos()[2], 0.85, 1e-9);
}

TEST(SimPlant, APersonOfTheWorldWalksItsPathAndLooksAhead) {
  const SimRobot robot = testing::toy_biped();
  PlantOptions options = exact();
  options.world_file = std::filesystem::path(LONGMEN_SOURCE_DIR) / "worlds/factory/scene.xml";
  world::Person wang;
  wang.names.id = "wang";
  wang.path = {{0.0, {-3.6, -3.2}}, {2.0, {-3.6, -1.2}}, {4.0, {-3.6, -3.2}}};
  options.people = {wang};
  auto plant = SimPlant::create(robot, options).value();
  ASSERT_EQ(plant.scene_mocap_pos().size(), 6u) << "the scene's own two people, and no third";
  hold_for(plant, robot, 1000);
  const auto p_W = plant.scene_mocap_pos();
  const auto q_W = plant.scene_mocap_quat();
  EXPECT_NEAR(p_W[3], -3.6, 1e-9);
  EXPECT_NEAR(p_W[4], -2.2, 1e-2);
  EXPECT_NEAR(2.0 * std::atan2(q_W[7], q_W[4]), 0.5 * M_PI, 1e-6) << "to the left";
}

TEST(SimPlant, ObjectsOfTheWorldLieFreeWhereItSaysAndWeighWhatItSays) {
  const SimRobot robot = testing::toy_biped();
  PlantOptions options = exact();
  options.world_file = std::filesystem::path(LONGMEN_SOURCE_DIR) / "worlds/factory/scene.xml";
  options.objects = world::load_world(options.world_file.parent_path()).value().objects;
  auto plant = SimPlant::create(robot, options).value();
  ASSERT_EQ(plant.truth().object_count, static_cast<int>(options.objects.size()));
  EXPECT_NEAR(plant.mass_kg(), 32.0, 1e-9) << "the robot's alone";
  hold_for(plant, robot, 500);
  EXPECT_EQ(plant.unsolved_steps(), 0);
  for (std::size_t i = 0; i < options.objects.size(); ++i)
    EXPECT_LT((plant.truth().objects[i].p_WO - *options.objects[i].p_W_m).norm(), 0.001)
        << options.objects[i].names.id;

  // A push shows the mass: 2 N s at the centre of mass of the box.
  options.objects[0].p_W_m = Eigen::Vector3d(0.0, 2.0, 0.5);  // in the air
  options.pushes = {{.t_s = 0.0,
                     .body = "object_box",
                     .impulse_Ns = {2, 0, 0},
                     .duration_s = 0.05,
                     .in_heading_frame = false}};
  auto pushed = SimPlant::create(robot, options).value();
  hold_for(pushed, robot, 50);
  const double at_m = pushed.truth().objects[0].p_WO.x();
  hold_for(pushed, robot, 100);
  EXPECT_NEAR((pushed.truth().objects[0].p_WO.x() - at_m) / 0.1, 2.0 / *options.objects[0].mass_kg,
              0.02);

  options.objects.resize(kMaxObjects + 1, options.objects[0]);
  EXPECT_EQ(SimPlant::create(robot, options).error().code, ErrorCode::kInvalidArgument);
}

TEST(SimPlant, WrongNamesAreRefusedWithTheValidOnes) {
  const SimRobot robot = testing::toy_biped();
  PlantOptions options = exact();
  options.pushes = {{.t_s = 1, .body = "tail", .impulse_Ns = {1, 0, 0}}};
  const auto refused = SimPlant::create(robot, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnknownName);
  EXPECT_NE(refused.error().text().find("left_thigh"), std::string::npos);

  SimRobot limbless = robot;
  limbless.joints[0] = "third_hip";
  ASSERT_FALSE(SimPlant::create(limbless, exact()));
  SimRobot missing = robot;
  missing.model_file = "/nowhere/model.xml";
  const auto not_found = SimPlant::create(missing, exact());
  ASSERT_FALSE(not_found);
  EXPECT_EQ(not_found.error().code, ErrorCode::kNotFound);
}

TEST(SimPlant, ReadingAndWritingTakeNoMemory) {
  SimRobot robot = testing::toy_biped();
  PlantOptions options;
  options.terrain = terrain::RandomBoxes{.height_max_m = 0.02, .at_x_m = 1.0};
  options.pushes = {{.t_s = 0.1, .body = "base", .impulse_Ns = {30.0, 10.0, 0}}};
  auto plant = SimPlant::create(robot, options).value();
  SensorFrame frame;
  ProposedCommand command = hold(plant, robot.home_rad);
  const AllocationScope scope;
  for (int i = 0; i < 500; ++i) {
    plant.read(frame);
    command.tick = plant.tick();
    ASSERT_EQ(plant.write(gate::MotionGate::pass(command)), WriteStatus::kAccepted);
  }
  EXPECT_EQ(scope.count(), 0u);
}

TEST(SimPlant, RunsAtTheLoopsPeriodWithStepsOfAtMostAMillisecond) {
  const SimRobot robot = testing::toy_biped();
  PlantOptions options = exact();
  options.period_s = 0.002;
  auto plant = SimPlant::create(robot, options).value();
  hold_for(plant, robot, 50);
  EXPECT_EQ(plant.tick(), 50);
  EXPECT_NEAR(plant.truth().time_s, 0.1, 1e-12);
  SensorFrame frame;
  plant.read(frame);
  EXPECT_EQ(frame.joint_tick, 49);
}

}  // namespace
}  // namespace longmen::io
