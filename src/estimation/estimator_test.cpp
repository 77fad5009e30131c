#include "estimation/estimator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/allocation_counter.h"
#include "core/random.h"
#include "estimation/sensor_fault.h"
#include "math/so3.h"
#include "model/dynamics.h"

namespace longmen::estimation {
namespace {

constexpr double kDt_s = 0.001;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::filesystem::path> robots() {
  std::vector<std::filesystem::path> dirs;
  for (const auto& entry : std::filesystem::directory_iterator(LONGMEN_SOURCE_DIR "/robots"))
    if (entry.is_directory()) dirs.push_back(entry.path());
  return dirs;
}

/// Any robot standing in its home posture while its knees and arms move a little and its base turns
/// and sways with its feet where they are: the sensors of a robot that is busy on the spot.
class Stander {
 public:
  explicit Stander(const std::filesystem::path& dir)
      : model(model::RobotModel::load(dir).value()),
        legs_{model::KinematicChain::to_sole(model, kLeft).value(),
              model::KinematicChain::to_sole(model, kRight).value()},
        estimator(Estimator::create(model, {}, kDt_s).value()) {
    frame.tick = 0;
  }

  /// One tick; `spoil` may break the frame.
  template <typename Spoil>
  void step(Spoil&& spoil) {
    ++frame.tick;
    const Tick sample = frame.tick - 2;
    frame.imu_tick = frame.joint_tick = frame.foot_tick = sample;
    const double t = static_cast<double>(sample) * kDt_s;
    frame.joint_position_rad.resize(model.na());
    frame.joint_velocity_rad_s.resize(model.na());
    for (int j = 0; j < model.na(); ++j) {
      frame.joint_position_rad[j] = model.home_rad()[j] + 5e-4 * random.normal();
      frame.joint_velocity_rad_s[j] = 0.05 * random.normal();
    }
    // The joints that no foot hangs on may swing.
    for (const int j : model.group(model::Group::kLeftArm)) {
      frame.joint_position_rad[j] += 0.2 * (1 - std::cos(5 * t));
      frame.joint_velocity_rad_s[j] += 1.0 * std::sin(5 * t);
    }
    for (int i = 0; i < 3; ++i) {
      frame.gyro_B_rad_s[i] = 0.01 + 0.005 * random.normal();
      frame.accelerometer_B_m_s2[i] =
          (i == 2 ? kGravity_m_s2 : 0.0) + 0.05 + 0.05 * random.normal();
    }
    frame.q_WB =
        math::quaternion_z(2.0) *
        math::exp_so3({0.01 * random.normal(), 0.01 * random.normal(), 0.01 * random.normal()});
    for (double& force : frame.foot_force_N)
      force = 0.5 * model.mass_kg() * kGravity_m_s2 + 5 * random.normal();
    frame.pose_fix = PoseFix{};
    if (with_fixes && frame.tick % 100 == 80) {
      frame.pose_fix.present = true;
      frame.pose_fix.measured_tick = frame.tick - 80;
      frame.pose_fix.p_WB =
          p_W + 0.02 * Eigen::Vector3d(random.normal(), random.normal(), random.normal());
      frame.pose_fix.yaw_WB_rad = yaw_rad + 0.0175 * random.normal();
    }
    spoil(frame);
    estimator.tick(frame, state);
  }
  void step() {
    step([](SensorFrame&) {});
  }
  void run(int ticks) {
    for (int i = 0; i < ticks; ++i) step();
  }

  model::RobotModel model;
  std::array<model::KinematicChain, kFeet> legs_;
  Estimator estimator;
  SensorFrame frame;
  RobotState state;
  Random random{1};
  bool with_fixes = false;
  Eigen::Vector3d p_W{3, -4, 1};
  double yaw_rad = -1.0;
};

void expect_finite(const RobotState& s) {
  EXPECT_TRUE(s.p_WB.allFinite() && s.v_WB_W.allFinite() && s.w_WB_B.allFinite());
  EXPECT_TRUE(s.q_WB.coeffs().allFinite() && s.joint_position_rad.allFinite() &&
              s.joint_velocity_rad_s.allFinite());
  EXPECT_NEAR(s.q_WB.norm(), 1.0, 1e-9);
  EXPECT_TRUE(std::isfinite(s.position_sigma_m) && std::isfinite(s.yaw_sigma_rad));
  for (std::size_t i = 0; i < kFeet; ++i)
    EXPECT_TRUE(std::isfinite(s.foot_force_N[i]) && std::isfinite(s.contact_probability[i]));
}

class EveryRobot : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(EveryRobot, StandsStillInTheEstimate) {
  Stander stander(GetParam());
  stander.step();
  EXPECT_TRUE(stander.state.valid) << "from the first whole frame on";
  stander.run(5000);
  const RobotState& s = stander.state;
  EXPECT_TRUE(s.valid);
  EXPECT_EQ(s.sensor_faults, 0U);
  EXPECT_LT(s.v_WB_W.norm(), 0.01);
  EXPECT_LT(s.w_WB_B.norm(), 0.03);
  EXPECT_NEAR(s.p_WB.z(), stander.model.home_height_m(), 0.02);
  EXPECT_LT(std::abs(math::yaw_of(s.q_WB)), 0.02);
  const Eigen::Vector3d up = s.q_WB.conjugate() * Eigen::Vector3d::UnitZ();
  EXPECT_LT(up.head<2>().norm(), 0.01);
  for (int j = 0; j < stander.model.na(); ++j)
    EXPECT_NEAR(s.joint_position_rad[j], stander.model.home_rad()[j], 0.5);
}

TEST_P(EveryRobot, FixesPutItIntoTheWorld) {
  Stander stander(GetParam());
  stander.with_fixes = true;
  stander.run(50);
  EXPECT_GT(stander.state.position_sigma_m, 1.0) << "unknown before the first fix";
  stander.run(8000);
  EXPECT_LT((stander.state.p_WB - stander.p_W).norm(), 0.03);
  EXPECT_LT(std::abs(math::wrap_angle(math::yaw_of(stander.state.q_WB) - stander.yaw_rad)), 0.02);
  EXPECT_LT(stander.state.position_sigma_m, 0.03);
  EXPECT_LT(stander.state.fix_age_s, 0.3);
  stander.with_fixes = false;
  stander.run(10000);
  EXPECT_TRUE(stander.state.valid);
  EXPECT_GT(stander.state.fix_age_s, 9.5);
  EXPECT_GT(stander.state.yaw_sigma_rad, 0.0);
}

TEST_P(EveryRobot, TheChangeOfFrameIsToldInItsTickAlone) {
  Stander stander(GetParam());
  stander.with_fixes = true;
  int changes = 0;
  RobotState before;
  for (int i = 0; i < 1000; ++i) {
    before = stander.state;
    stander.step();
    const RobotState& now = stander.state;
    if (now.frame_turn_rad == 0.0) {
      EXPECT_EQ(now.frame_shift_m, Eigen::Vector3d::Zero());
      EXPECT_LT((now.p_WB - before.p_WB).norm(), i == 0 ? 2.0 : 0.003);
      continue;
    }
    ++changes;
    const Eigen::Quaterniond turn = math::quaternion_z(now.frame_turn_rad);
    EXPECT_LT((turn * before.p_WB + now.frame_shift_m - now.p_WB).norm(), 0.001);
    EXPECT_LT(math::log_so3(turn * before.q_WB * now.q_WB.conjugate()).norm(), 0.001);
  }
  EXPECT_EQ(changes, 1);
}

TEST_P(EveryRobot, ATickTakesNoMemory) {
  if (!allocations_are_counted()) GTEST_SKIP() << "a sanitizer brings its own allocator";
  Stander stander(GetParam());
  stander.with_fixes = true;
  stander.run(50);
  const model::VelocityVector a = model::VelocityVector::Zero(stander.model.nv());
  const AllocationScope scope;
  for (int i = 0; i < 1000; ++i) {
    stander.step([&](SensorFrame& frame) {
      if (i > 500 && i < 600) frame.gyro_B_rad_s.setConstant(kNan);
      if (i > 600 && i < 700) frame.joint_position_rad.setConstant(kNan);
    });
    stander.estimator.set_predicted_acceleration(a, stander.frame.tick);
  }
  EXPECT_EQ(scope.count(), 0U);
}

TEST_P(EveryRobot, PredictsWithTheControllersAcceleration) {
  Stander stander(GetParam());
  stander.run(1000);
  const int nv = stander.model.nv();
  const double before = stander.state.joint_velocity_rad_s[0];
  model::VelocityVector a = model::VelocityVector::Zero(nv);
  a[stander.model.dof(0)] = 1000.0;
  // The last command known acts last: one tick of the three ahead has this acceleration.
  stander.estimator.set_predicted_acceleration(a, stander.frame.tick);
  stander.step();
  EXPECT_NEAR(stander.state.joint_velocity_rad_s[0] - before, 1.0, 0.1);
  model::VelocityVector bad = a;
  bad[3] = kNan;
  stander.estimator.set_predicted_acceleration(bad, stander.frame.tick);
  stander.step();
  expect_finite(stander.state);
}

using Spoil = void (*)(SensorFrame& frame, const SensorFrame& held);
struct FaultCase {
  const char* name;
  Spoil spoil;
  bool lost_when_long;  ///< a long gap makes the state invalid
};
const FaultCase kFaults[] = {
    {"gyro_nan", [](SensorFrame& f, const SensorFrame&) { f.gyro_B_rad_s.setConstant(kNan); },
     true},
    {"gyro_frozen",
     [](SensorFrame& f, const SensorFrame& h) {
       f.gyro_B_rad_s = h.gyro_B_rad_s;
       f.imu_tick = h.imu_tick;
     },
     true},
    {"gyro_absurd", [](SensorFrame& f, const SensorFrame&) { f.gyro_B_rad_s.setConstant(1e30); },
     true},
    {"accelerometer_nan",
     [](SensorFrame& f, const SensorFrame&) { f.accelerometer_B_m_s2.setConstant(kNan); }, true},
    {"accelerometer_absurd",
     [](SensorFrame& f, const SensorFrame&) { f.accelerometer_B_m_s2.setConstant(-1e5); }, true},
    {"attitude_nan", [](SensorFrame& f, const SensorFrame&) { f.q_WB.coeffs().setConstant(kNan); },
     false},
    {"imu_frozen",
     [](SensorFrame& f, const SensorFrame& h) {
       f.gyro_B_rad_s = h.gyro_B_rad_s;
       f.accelerometer_B_m_s2 = h.accelerometer_B_m_s2;
       f.q_WB = h.q_WB;
       f.imu_tick = h.imu_tick;
     },
     true},
    {"positions_nan",
     [](SensorFrame& f, const SensorFrame&) { f.joint_position_rad.setConstant(kNan); }, false},
    {"velocities_infinite",
     [](SensorFrame& f, const SensorFrame&) { f.joint_velocity_rad_s.setConstant(HUGE_VAL); },
     false},
    {"joints_frozen",
     [](SensorFrame& f, const SensorFrame& h) {
       f.joint_position_rad = h.joint_position_rad;
       f.joint_velocity_rad_s = h.joint_velocity_rad_s;
       f.joint_tick = h.joint_tick;
     },
     true},
    {"arrays_gone", [](SensorFrame& f, const SensorFrame&) { f.joint_position_rad.resize(0); },
     true},
    {"foot_nan", [](SensorFrame& f, const SensorFrame&) { f.foot_force_N[kLeft] = kNan; }, false},
    {"feet_nan", [](SensorFrame& f, const SensorFrame&) { f.foot_force_N.fill(kNan); }, true},
    {"all_nan",
     [](SensorFrame& f, const SensorFrame&) {
       f.gyro_B_rad_s.setConstant(kNan);
       f.accelerometer_B_m_s2.setConstant(kNan);
       f.q_WB.coeffs().setConstant(kNan);
       f.joint_position_rad.setConstant(kNan);
       f.joint_velocity_rad_s.setConstant(kNan);
       f.foot_force_N.fill(kNan);
     },
     true},
};

TEST_P(EveryRobot, AShortFaultInAnySensorIsBridgedAndReported) {
  for (const FaultCase& fault : kFaults) {
    for (const int duration : {1, 50}) {
      SCOPED_TRACE(std::string(fault.name) + " for " + std::to_string(duration) + " ticks");
      Stander stander(GetParam());
      stander.run(1500);
      const SensorFrame held = stander.frame;
      for (int i = 0; i < duration; ++i) {
        stander.step([&](SensorFrame& f) { fault.spoil(f, held); });
        expect_finite(stander.state);
        EXPECT_TRUE(stander.state.valid);
        EXPECT_NE(stander.state.sensor_faults, 0U);
        EXPECT_LT(stander.state.v_WB_W.norm(), 0.05);
        EXPECT_NEAR(stander.state.p_WB.z(), stander.model.home_height_m(), 0.03);
      }
      stander.run(300);
      EXPECT_EQ(stander.state.sensor_faults, 0U);
      EXPECT_LT(stander.state.v_WB_W.norm(), 0.02);
      const Eigen::Vector3d up = stander.state.q_WB.conjugate() * Eigen::Vector3d::UnitZ();
      EXPECT_LT(up.head<2>().norm(), 0.02);
      EXPECT_EQ(stander.estimator.counts().restarts, 0U);
    }
  }
}

TEST_P(EveryRobot, ALongGapEndsTheTrustAndTheReturnOfTheSensorBringsItBack) {
  for (const FaultCase& fault : kFaults) {
    SCOPED_TRACE(fault.name);
    Stander stander(GetParam());
    stander.run(500);
    const SensorFrame held = stander.frame;
    for (int i = 0; i < 400; ++i) {
      stander.step([&](SensorFrame& f) { fault.spoil(f, held); });
      expect_finite(stander.state);
    }
    EXPECT_EQ(stander.state.valid, !fault.lost_when_long);
    EXPECT_EQ((stander.state.sensor_faults & kInvalidatingFaults) != 0, fault.lost_when_long);
    stander.run(500);
    EXPECT_TRUE(stander.state.valid);
    EXPECT_LT(stander.state.v_WB_W.norm(), 0.1);
  }
}

TEST_P(EveryRobot, BeforeTheFirstWholeFrameTheStateIsInvalidAndFinite) {
  Stander stander(GetParam());
  for (int i = 0; i < 10; ++i) {
    stander.step([](SensorFrame& f) { f.gyro_B_rad_s.x() = kNan; });
    EXPECT_FALSE(stander.state.valid);
    EXPECT_NE(stander.state.sensor_faults & kNotStarted, 0U);
    expect_finite(stander.state);
  }
  stander.step();
  EXPECT_TRUE(stander.state.valid);
}

TEST_P(EveryRobot, InTheAirThereIsNothingToStandOn) {
  Stander stander(GetParam());
  stander.run(100);
  for (int i = 0; i < 700; ++i) stander.step([](SensorFrame& f) { f.foot_force_N.fill(0.0); });
  EXPECT_FALSE(stander.state.valid);
  EXPECT_NE(stander.state.sensor_faults & kNothingToStandOn, 0U);
}

TEST_P(EveryRobot, TheSameFramesGiveTheSameBits) {
  Stander a(GetParam()), b(GetParam());
  for (int i = 0; i < 500; ++i) {
    a.step();
    b.step();
  }
  EXPECT_EQ(a.state.p_WB, b.state.p_WB);
  EXPECT_EQ(a.state.joint_velocity_rad_s, b.state.joint_velocity_rad_s);
}

INSTANTIATE_TEST_SUITE_P(Robots, EveryRobot, testing::ValuesIn(robots()),
                         [](const auto& each) { return each.param.filename().string(); });

TEST(Estimator, AnImpossiblePeriodIsRefused) {
  const auto model = model::RobotModel::load(robots().front()).value();
  const auto estimator = Estimator::create(model, {}, 0.5);
  ASSERT_FALSE(estimator);
  EXPECT_NE(estimator.error().text().find("period_s"), std::string::npos);
}

}  // namespace
}  // namespace longmen::estimation
