#include "trial/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace longmen::trial {
namespace {

Scenario scenario(double duration_s, std::vector<CommandRow> command, double from_s) {
  Scenario s;
  s.duration_s = duration_s;
  s.command = std::move(command);
  s.measure_from_s = from_s;
  s.measure_to_s = duration_s;
  return s;
}

/// A robot of 80 kg, base at 1 m, two joints, whose truth a test writes tick by tick.
BodyMetrics watch(const Scenario& s, const std::function<void(io::Truth&)>& move) {
  Metrics metrics(s, 1.0, 80.0, 0.001);
  io::Truth truth;
  truth.p_WB.z() = 1.0;
  truth.joint_velocity_rad_s.setZero(2);
  truth.motor_torque_Nm.setZero(2);
  truth.foot_force_N = {400.0, 400.0};
  for (int tick = 1; tick <= std::lround(s.duration_s * 1000.0); ++tick) {
    truth.tick = tick;
    truth.time_s = 0.001 * tick;
    move(truth);
    metrics.step(truth);
  }
  return metrics.finish();
}

TEST(Metrics, SwayOfTheBaseIsNeitherSpeedNorDrift) {
  const auto result = watch(scenario(13.0, {{0, 0.8, 0, 0}}, 3.0), [](io::Truth& truth) {
    const double phase = 2.0 * std::numbers::pi * truth.time_s / 0.5;
    truth.p_WB.x() = 0.78 * truth.time_s + 0.01 * std::sin(2 * phase);
    truth.p_WB.y() = 0.03 * std::sin(phase);
    truth.q_WB = Eigen::AngleAxisd(0.05 * std::cos(phase), Eigen::Vector3d::UnitZ());
  });
  EXPECT_FALSE(result.fell);
  EXPECT_NEAR(result.speed_mean_m_s.value(), 0.78, 0.002);
  EXPECT_NEAR(result.speed_error_rms_m_s.value(), 0.02, 0.002);
  EXPECT_NEAR(result.lateral_drift_m.value(), 0.0, 0.02);
  EXPECT_NEAR(result.yaw_error_rad.value(), 0.0, 0.003);
  EXPECT_NEAR(result.distance_m, 0.78 * 13.0, 0.05);
}

TEST(Metrics, DriftAndYawErrorAreAgainstTheCommandedPath) {
  // Asked to walk straight, it turns to the left by 0.02 rad/s.
  const auto curved = watch(scenario(13.0, {{0, 1.0, 0, 0}}, 3.0), [](io::Truth& truth) {
    const double yaw_rad = 0.02 * truth.time_s;
    truth.q_WB = Eigen::AngleAxisd(yaw_rad, Eigen::Vector3d::UnitZ());
    truth.p_WB.x() = 50.0 * std::sin(yaw_rad);
    truth.p_WB.y() = 50.0 * (1.0 - std::cos(yaw_rad));
  });
  EXPECT_NEAR(curved.yaw_error_rad.value(), 0.02 * 9.0, 0.001);
  EXPECT_NEAR(curved.lateral_drift_m.value(), 0.5 * 0.02 * 81.0, 0.01);
  EXPECT_NEAR(curved.speed_mean_m_s.value(), 1.0, 0.001);

  // Asked to turn by 1 rad/s more than once round, it does.
  const auto turned = watch(scenario(13.0, {{0, 0, 0, 1.0}}, 3.0), [](io::Truth& truth) {
    truth.q_WB = Eigen::AngleAxisd(truth.time_s, Eigen::Vector3d::UnitZ());
  });
  EXPECT_NEAR(turned.yaw_error_rad.value(), 0.0, 1e-6);
  EXPECT_NEAR(turned.yaw_rate_mean_rad_s.value(), 1.0, 1e-6);
  EXPECT_NEAR(turned.speed_mean_m_s.value(), 0.0, 1e-9);
}

TEST(Metrics, BackwardAndSidewaysSpeedsAreAlongTheCommand) {
  const auto back = watch(scenario(10.0, {{0, -0.5, 0, 0}}, 3.0),
                          [](io::Truth& truth) { truth.p_WB.x() = -0.48 * truth.time_s; });
  EXPECT_NEAR(back.speed_mean_m_s.value(), 0.48, 1e-3);
  const auto right = watch(scenario(10.0, {{0, 0, -0.3, 0}}, 3.0),
                           [](io::Truth& truth) { truth.p_WB.y() = -0.31 * truth.time_s; });
  EXPECT_NEAR(right.speed_mean_m_s.value(), 0.31, 1e-3);
}

TEST(Metrics, RoughnessIsTheAccelerationOfAllJoints) {
  const auto swings = watch(scenario(5.0, {}, 3.0), [](io::Truth& truth) {
    // One joint of two swings with 3 rad/s at 10 rad/s: 30 rad/s2 at most.
    truth.joint_velocity_rad_s[0] = 3.0 * std::sin(10.0 * truth.time_s);
  });
  EXPECT_NEAR(swings.joint_acceleration_rms_rad_s2, 30.0 / 2.0, 0.2);
}

TEST(Metrics, AFallIsALowBaseOrALinkOnTheGroundAndEndsTheMeasuring) {
  const auto low = watch(scenario(5.0, {}, 3.0), [](io::Truth& truth) {
    if (truth.time_s > 2.0) truth.p_WB.z() = 0.49;
    truth.motor_torque_Nm.setConstant(1.0);
    truth.joint_velocity_rad_s.setConstant(-1.0);
  });
  EXPECT_TRUE(low.fell);
  EXPECT_NEAR(low.fell_at_s.value(), 2.001, 1e-6);
  EXPECT_FALSE(low.speed_mean_m_s.has_value());
  EXPECT_NEAR(low.energy_J, 2.0 * 2.0, 0.01);
  const auto knee = watch(scenario(5.0, {}, 3.0),
                          [](io::Truth& truth) { truth.link_on_ground = truth.time_s > 4.0; });
  EXPECT_TRUE(knee.fell);
}

TEST(Metrics, SlipIsThatOfOneStance) {
  // 1 cm/s for 0.3 s in each stance of 0.5 s, and a tremble that leads nowhere.
  const auto result = watch(scenario(10.0, {}, 3.0), [](io::Truth& truth) {
    const double phase_s = std::fmod(truth.time_s, 1.0);
    truth.foot_force_N[kLeft] = phase_s < 0.5 ? 800.0 : 0.0;
    truth.v_slip_W[kLeft].y() = phase_s < 0.3 ? -0.01 : 0.0;
    truth.v_slip_W[kLeft].x() = truth.tick % 2 == 0 ? 0.05 : -0.05;
  });
  EXPECT_NEAR(result.foot_slip_max_m, 0.003, 2e-4);
  EXPECT_EQ(result.steps, 7 + 1);  // touchdowns at 3, 4, ... 10 s
  EXPECT_NEAR(result.swing_p05_s.value(), 0.5, 0.002);
}

TEST(Metrics, ABounceIsNoSwing) {
  // A swing of 0.3 s, and 0.06 s in the air at the end of each landing.
  const auto result = watch(scenario(10.0, {}, 3.0), [](io::Truth& truth) {
    const double phase_s = std::fmod(truth.time_s, 1.0);
    const bool swings = phase_s > 0.5 && phase_s<0.8, bounces = phase_s> 0.85 && phase_s < 0.91;
    truth.foot_force_N[kLeft] = swings || bounces ? 0.0 : 800.0;
  });
  EXPECT_NEAR(result.swing_p05_s.value(), 0.3, 0.003);
}

TEST(Metrics, ACommandHoldsUntilTheNext) {
  const std::vector<CommandRow> rows = {{1.0, 0.5, 0, 0}, {4.0, 0, 0, 0}};
  EXPECT_TRUE(command_at(rows, 0.5).stands());
  EXPECT_EQ(command_at(rows, 1.0).vx_m_s, 0.5);
  EXPECT_EQ(command_at(rows, 3.999).vx_m_s, 0.5);
  EXPECT_TRUE(command_at(rows, 4.0).stands());
}

}  // namespace
}  // namespace longmen::trial
