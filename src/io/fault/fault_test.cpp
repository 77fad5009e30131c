#include "io/fault/fault.h"

#include <gtest/gtest.h>

#include <cmath>

#include "io/fault/fault_injector.h"

namespace longmen::io {
namespace {

const std::vector<std::string> kJoints = {"hip", "knee"};

Fault fault(const std::string& kind, const std::string& target, double t_s = 0.1,
            double duration_s = 0.05) {
  return make_fault(t_s, kind, target, duration_s, kJoints).value();
}

/// A frame whose every value tells its tick.
SensorFrame frame_of(Tick tick) {
  SensorFrame frame;
  frame.tick = tick;
  frame.imu_tick = frame.joint_tick = frame.foot_tick = tick - 2;
  const auto value = static_cast<double>(tick);
  frame.gyro_B_rad_s.setConstant(value);
  frame.accelerometer_B_m_s2.setConstant(value);
  frame.q_WB = Eigen::Quaterniond(1, value, 0, 0);
  frame.joint_position_rad.setConstant(2, value);
  frame.joint_velocity_rad_s.setConstant(2, value);
  frame.foot_force_N = {value, value};
  return frame;
}

/// The frame that comes out in `tick`, after all the ticks before it.
SensorFrame broken(const Fault& f, Tick tick) {
  FaultInjector injector({f}, 0.001);
  SensorFrame frame;
  for (Tick t = 0; t <= tick; ++t) {
    frame = frame_of(t);
    injector.break_sensors(frame);
  }
  return frame;
}

TEST(Fault, EveryValidCombinationIsRead) {
  for (const char* kind : {"sensor_nan", "sensor_freeze", "sensor_delay"})
    for (const char* target :
         {"imu_gyro", "imu_acc", "imu_quat", "joint_pos:hip", "joint_pos:all", "joint_vel:knee",
          "joint_vel:all", "foot_force:left", "foot_force:right"})
      EXPECT_TRUE(make_fault(0, kind, target, 1, kJoints)) << kind << " " << target;
  EXPECT_EQ(fault("motor_off", "motor:knee").index, 1);
  EXPECT_EQ(fault("motor_off", "motor:all").index, Fault::kAll);
  EXPECT_EQ(fault("sensor_nan", "foot_force:right").index, kRight);
  EXPECT_TRUE(make_fault(0, "bad_command", "command", 1, kJoints));
  EXPECT_TRUE(make_fault(0, "heartbeat_loss", "lease", 1, kJoints));
  for (const auto& [kind, target] :
       {std::pair{"late_tick", "loop"}, std::pair{"silent", "skills"},
        std::pair{"silent", "planner"}, std::pair{"corrupt_plan", "plan"},
        std::pair{"power_sag", "power"}, std::pair{"power_loss", "power"}})
    EXPECT_TRUE(make_fault(0, kind, target, 1, kJoints)) << kind << " " << target;
}

TEST(Fault, WhatCannotBreakThatWayIsRefusedWithWhatCan) {
  const auto refused = [](const char* kind, const char* target) {
    const auto result = make_fault(0, kind, target, 1, kJoints);
    EXPECT_FALSE(result) << kind << " " << target;
    return result ? std::string() : result.error().text();
  };
  EXPECT_NE(refused("sensor_nan", "motor:hip").find("imu_gyro"), std::string::npos);
  EXPECT_NE(refused("motor_off", "imu_gyro").find("motor:NAME"), std::string::npos);
  EXPECT_NE(refused("bad_command", "joint_pos:all").find("command"), std::string::npos);
  EXPECT_NE(refused("explode", "command").find("sensor_freeze"), std::string::npos);
  EXPECT_NE(refused("sensor_nan", "joint_pos:elbow").find("knee"), std::string::npos);
  for (const char* target : {"joint_pos", "foot_force", "foot_force:middle", "imu_gyro:x", "",
                             "joint_pos:", "command:all"})
    refused("sensor_nan", target);
}

TEST(FaultInjector, ActsFromItsTickForItsDurationOnly) {
  const Fault f = fault("sensor_nan", "imu_gyro", 0.1, 0.05);
  EXPECT_TRUE(broken(f, 99).gyro_B_rad_s.allFinite());
  EXPECT_FALSE(broken(f, 100).gyro_B_rad_s.allFinite());
  EXPECT_FALSE(broken(f, 149).gyro_B_rad_s.allFinite());
  EXPECT_TRUE(broken(f, 150).gyro_B_rad_s.allFinite());
  const Fault one_tick = fault("sensor_nan", "joint_pos:knee", 0.1, 0.0);
  EXPECT_TRUE(std::isnan(broken(one_tick, 100).joint_position_rad[1]));
  EXPECT_EQ(broken(one_tick, 100).joint_position_rad[0], 100.0);
  EXPECT_EQ(broken(one_tick, 101).joint_position_rad[1], 101.0);
}

TEST(FaultInjector, AFrozenSensorKeepsItsLastValueAndItsStamp) {
  const SensorFrame gyro = broken(fault("sensor_freeze", "imu_gyro"), 130);
  EXPECT_EQ(gyro.gyro_B_rad_s.x(), 99.0);
  EXPECT_EQ(gyro.imu_tick, 97);
  EXPECT_EQ(gyro.accelerometer_B_m_s2.x(), 130.0);
  const SensorFrame joint = broken(fault("sensor_freeze", "joint_pos:hip"), 130);
  EXPECT_EQ(joint.joint_position_rad[0], 99.0);
  EXPECT_EQ(joint.joint_position_rad[1], 130.0);
  EXPECT_EQ(joint.joint_tick, 128) << "one encoder of many has no stamp of its own";
  const SensorFrame all = broken(fault("sensor_freeze", "joint_pos:all"), 130);
  EXPECT_EQ(all.joint_position_rad[1], 99.0);
  EXPECT_EQ(all.joint_velocity_rad_s[1], 130.0);
  EXPECT_EQ(all.joint_tick, 97);
}

TEST(FaultInjector, ADelayedSensorIsTwentyMillisecondsLate) {
  const SensorFrame frame = broken(fault("sensor_delay", "foot_force:left"), 130);
  EXPECT_EQ(frame.foot_force_N[kLeft], 110.0);
  EXPECT_EQ(frame.foot_force_N[kRight], 130.0);
  EXPECT_EQ(broken(fault("sensor_delay", "imu_quat", 0.0), 5).q_WB.x(), 0.0);
}

TEST(FaultInjector, ABadCommandIsNeverOneThatAGateMayPass) {
  FaultInjector injector({fault("bad_command", "command")}, 0.001);
  for (Tick tick = 95; tick < 155; ++tick) {
    ProposedCommand command;
    command.resize(2);
    command.tick = tick;
    injector.break_proposal(command);
    const bool bad = !command.torque_Nm.allFinite() || !command.position_rad.allFinite() ||
                     command.torque_Nm.cwiseAbs().maxCoeff() >= 1e6;
    EXPECT_EQ(bad, tick >= 100 && tick < 150) << tick;
  }
}

TEST(FaultInjector, SwitchesOffOneMotorOrAll) {
  FaultInjector injector({fault("motor_off", "motor:knee"), fault("motor_off", "motor:all", 0.2)},
                         0.001);
  EXPECT_TRUE(injector.powered(99).all());
  EXPECT_TRUE(injector.powered(100)[0]);
  EXPECT_FALSE(injector.powered(100)[1]);
  EXPECT_TRUE(injector.powered(210).none());
}

TEST(Fault, ADriftGrowsFromNothingAndASwapIsOfNeighbours) {
  const Fault drift = fault("sensor_drift", "joint_pos:knee");
  EXPECT_EQ(broken(drift, 100).joint_position_rad[1], 100.0);
  EXPECT_NEAR(broken(drift, 140).joint_position_rad[1], 140.0 + 0.05 * 0.04, 1e-12);
  EXPECT_EQ(broken(drift, 140).joint_position_rad[0], 140.0);
  EXPECT_EQ(broken(drift, 150).joint_position_rad[1], 150.0) << "and is over with the fault";

  FaultInjector swap({fault("sensor_swap", "joint_pos:knee", 0.0)}, 0.001);
  SensorFrame frame = frame_of(0);
  frame.joint_position_rad << 1.0, 2.0;
  swap.break_sensors(frame);
  EXPECT_EQ(frame.joint_position_rad[0], 2.0);
  EXPECT_EQ(frame.joint_position_rad[1], 1.0);
  EXPECT_FALSE(make_fault(0, "sensor_swap", "joint_pos:all", 1, kJoints));
  EXPECT_FALSE(make_fault(0, "sensor_swap", "imu_gyro", 1, kJoints));
}

TEST(Fault, MotorsAreBrokenInTheirTimeAndOnlyThose) {
  for (const auto& [kind, mask] :
       {std::pair{"motor_weak", &MotorFaults::weak}, std::pair{"motor_stuck", &MotorFaults::stuck},
        std::pair{"motor_reversed", &MotorFaults::reversed}}) {
    const FaultInjector injector({fault(kind, "motor:knee")}, 0.001);
    EXPECT_FALSE(injector.motor_faults(99).any());
    EXPECT_FALSE(injector.motor_faults(150).any());
    const MotorFaults now = injector.motor_faults(120);
    EXPECT_TRUE((now.*mask)[1]) << kind;
    EXPECT_EQ((now.weak | now.stuck | now.reversed).count(), 1u) << kind;
    EXPECT_TRUE(injector.powered(120).all()) << kind;
  }
}

TEST(FaultInjector, TheSupplySinksOrIsGoneAndATickIsLate) {
  FaultInjector injector({fault("power_sag", "power"), fault("power_loss", "power", 0.2),
                          fault("late_tick", "loop", 0.3)},
                         0.001);
  EXPECT_FALSE(injector.motor_faults(99).any());
  EXPECT_TRUE(injector.motor_faults(100).sag);
  EXPECT_FALSE(injector.motor_faults(100).late);
  EXPECT_TRUE(injector.powered(149).all());
  EXPECT_FALSE(injector.motor_faults(150).any());
  EXPECT_TRUE(injector.powered(200).none());
  EXPECT_TRUE(injector.powered(250).all());
  EXPECT_TRUE(injector.motor_faults(300).late);
  EXPECT_FALSE(injector.motor_faults(350).any());
}

TEST(FaultInjector, OneMoreThatIsAddedBeginsNowAndTheirNumberIsBounded) {
  FaultInjector injector({}, 0.001);
  const Fault sag = fault("power_sag", "power", 0.0, 0.01);
  ASSERT_TRUE(injector.add(sag, 500));
  EXPECT_FALSE(injector.motor_faults(499).any());
  EXPECT_TRUE(injector.motor_faults(509).sag);
  EXPECT_FALSE(injector.motor_faults(510).any());
  for (std::size_t i = 1; i < FaultInjector::kFaultsMax; ++i)
    ASSERT_TRUE(injector.add(sag, 501)) << i;
  EXPECT_FALSE(injector.add(sag, 501));
  EXPECT_TRUE(injector.add(sag, 600)) << "those that are over make room";
}

TEST(Fault, ReadsWhatAnEventCarriesAndNothingElse) {
  const auto read = parse_fault(2.0, "motor_off motor:knee 0.5", kJoints);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->t_s, 2.0);
  EXPECT_EQ(read->duration_s, 0.5);
  EXPECT_EQ(read->index, 1);
  for (const char* text :
       {"", "motor_off", "motor_off motor:knee", "motor_off motor:knee soon",
        "motor_off motor:knee 0.5 1", "motor_off motor:knee -1", "motor_off motor:knee nan",
        "motor_off motor:knee 1e9", "motor_off motor:elbow 1", "melt motor:knee 1"})
    EXPECT_FALSE(parse_fault(0.0, text, kJoints)) << text;
}

TEST(Fault, ALateCommandIsThatOfTheTickBefore) {
  FaultInjector injector({fault("late_command", "command", 0.001, 0.001)}, 0.001);
  for (Tick tick = 0; tick < 3; ++tick) {
    ProposedCommand command;
    command.resize(2);
    command.tick = tick;
    command.torque_Nm.setConstant(static_cast<double>(tick));
    injector.break_proposal(command);
    EXPECT_EQ(command.tick, tick == 1 ? 0 : tick);
    EXPECT_EQ(command.torque_Nm[0], tick == 1 ? 0.0 : static_cast<double>(tick));
  }
}

}  // namespace
}  // namespace longmen::io
