#include "io/sim/sensor_suite.h"

#include <gtest/gtest.h>

#include <cmath>

namespace longmen::io {
namespace {

Truth at_rest(int na) {
  Truth truth;
  truth.joint_position_rad.setConstant(na, 0.3);
  truth.joint_velocity_rad_s.setZero(na);
  truth.foot_force_N = {400.0, 300.0};
  return truth;
}

struct Statistics {
  double mean = 0.0;
  double sigma = 0.0;
};
Statistics statistics(const std::vector<double>& values) {
  Statistics s;
  for (const double x : values) s.mean += x / static_cast<double>(values.size());
  for (const double x : values)
    s.sigma += (x - s.mean) * (x - s.mean) / static_cast<double>(values.size());
  s.sigma = std::sqrt(s.sigma);
  return s;
}

TEST(SensorSuite, WhiteNoiseHasItsSigmaAndBiasesDifferFromRunToRun) {
  SensorNoise noise;
  noise.gyro_rad_s = 0.005;
  noise.gyro_bias_rad_s = 0.01;
  noise.joint_position_rad = 0.0005;
  noise.foot_force_N = 5.0;
  noise.foot_force_relative = 0.05;
  std::vector<double> gyro_biases;
  std::vector<double> foot_biases;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SensorSuite suite(noise, true, 0, 0.001, 2, seed);
    std::vector<double> gyro;
    std::vector<double> joint;
    std::vector<double> foot;
    for (int i = 0; i < 300; ++i) {
      suite.sample(at_rest(2));
      gyro.push_back(suite.frame().gyro_B_rad_s.x());
      joint.push_back(suite.frame().joint_position_rad[1]);
      foot.push_back(suite.frame().foot_force_N[kLeft]);
    }
    EXPECT_NEAR(statistics(gyro).sigma, 0.005, 0.0015);
    EXPECT_NEAR(statistics(joint).sigma, 0.0005, 0.00015);
    EXPECT_NEAR(statistics(joint).mean, 0.3, 0.0002);
    gyro_biases.push_back(statistics(gyro).mean);
    foot_biases.push_back(statistics(foot).mean - 400.0);
  }
  EXPECT_NEAR(statistics(gyro_biases).sigma, 0.01, 0.0015);
  // Gain on 400 N and offset: sqrt(20² + 5²).
  EXPECT_NEAR(statistics(foot_biases).sigma, 20.6, 3.0);
}

TEST(SensorSuite, TiltIsAbsoluteButYawStartsAnywhereAndDrifts) {
  SensorNoise noise;
  noise.attitude_rad = 0.01;
  Truth truth = at_rest(1);
  std::vector<double> first_yaws;
  double drift_max_rad = 0.0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SensorSuite suite(noise, true, 0, 0.001, 1, seed);
    const auto yaw_rad = [&] {
      const Eigen::Vector3d x_W = suite.frame().q_WB * Eigen::Vector3d::UnitX();
      return std::atan2(x_W.y(), x_W.x());
    };
    suite.sample(truth);
    first_yaws.push_back(yaw_rad());
    for (int i = 0; i < 20000; ++i) suite.sample(truth);
    drift_max_rad = std::max(drift_max_rad,
                             std::abs(std::remainder(yaw_rad() - first_yaws.back(), 2.0 * M_PI)));
    const Eigen::Vector3d up_B = suite.frame().q_WB.conjugate() * Eigen::Vector3d::UnitZ();
    EXPECT_LT(std::acos(up_B.z()), 0.06);
  }
  EXPECT_GT(statistics(first_yaws).sigma, 1.0);
  EXPECT_GT(drift_max_rad, 0.02);
  EXPECT_LT(drift_max_rad, 0.2);
}

TEST(SensorSuite, WithoutNoiseItTellsTheTruthTheLatencyAgo) {
  SensorNoise noise;
  noise.gyro_bias_rad_s = 1.0;
  SensorSuite suite(noise, false, 2, 0.001, 1, 3);
  for (int i = 0; i < 10; ++i) {
    Truth truth = at_rest(1);
    truth.tick = i;
    truth.w_WB_B.x() = i;
    truth.q_WB = Eigen::AngleAxisd(0.7, Eigen::Vector3d::UnitZ());
    suite.sample(truth);
    if (i < 2) continue;
    EXPECT_EQ(suite.frame().imu_tick, i - 2);
    EXPECT_EQ(suite.frame().gyro_B_rad_s.x(), i - 2);
    EXPECT_NEAR(suite.frame().q_WB.angularDistance(truth.q_WB), 0.0, 1e-7);
    EXPECT_EQ(suite.encoder_position_rad()[0], 0.3);
  }
}

}  // namespace
}  // namespace longmen::io
