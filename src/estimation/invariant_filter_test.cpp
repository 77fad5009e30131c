#include "estimation/invariant_filter.h"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <numbers>

#include "core/random.h"
#include "math/so3.h"

namespace longmen::estimation {
namespace {

constexpr double kFilterDt_s = 0.001;

std::array<FootMeasurement, kFeet> standing_feet() {
  std::array<FootMeasurement, kFeet> feet;
  feet[kLeft].p_BS = {0.02, 0.1, -0.9};
  feet[kRight].p_BS = {0.02, -0.1, -0.9};
  return feet;
}

TEST(InvariantFilter, AtRestNothingMoves) {
  InvariantFilter filter({}, kFilterDt_s);
  const auto feet = standing_feet();
  filter.start(Eigen::Quaterniond::Identity(), feet);
  for (int i = 0; i < 5000; ++i) {
    filter.propagate(Eigen::Vector3d::Zero(), {0, 0, kGravity_m_s2}, 1.0, 1.0);
    filter.update_feet(feet, {1.0, 1.0});
    filter.update_attitude(Eigen::Quaterniond::Identity());
  }
  EXPECT_LT(filter.state().v_WB_W.norm(), 1e-12);
  EXPECT_LT((filter.state().p_WB - Eigen::Vector3d(-0.02, 0, 0.9)).norm(), 1e-12);
  EXPECT_LT(filter.state().accelerometer_bias_B_m_s2.norm(), 1e-12);
}

TEST(InvariantFilter, AFreeFallGainsGravity) {
  InvariantFilter filter({}, kFilterDt_s);
  filter.start(Eigen::Quaterniond::Identity(), standing_feet());
  for (int i = 0; i < 200; ++i)
    filter.propagate(Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero(), 1.0, 1.0);
  EXPECT_NEAR(filter.state().v_WB_W.z(), -kGravity_m_s2 * 0.2, 1e-12);
  EXPECT_NEAR(filter.state().p_WB.z(), 0.9 - 0.5 * kGravity_m_s2 * 0.04, 1e-12);
}

TEST(InvariantFilter, StandingFindsTheBiases) {
  InvariantFilter filter({}, kFilterDt_s);
  const auto feet = standing_feet();
  filter.start(Eigen::Quaterniond::Identity(), feet);
  const Eigen::Vector3d gyro_bias(0.01, -0.008, 0.006);
  for (int i = 0; i < 20000; ++i) {
    filter.propagate(gyro_bias, {0, 0, kGravity_m_s2 + 0.1}, 1.0, 1.0);
    filter.update_feet(feet, {1.0, 1.0});
    filter.update_attitude(Eigen::Quaterniond::Identity());
  }
  EXPECT_LT((filter.state().gyro_bias_B_rad_s - gyro_bias).norm(), 1e-3);
  EXPECT_NEAR(filter.state().accelerometer_bias_B_m_s2.z(), 0.1, 1e-3);
}

TEST(InvariantFilter, TheImusHeadingHasNoSay) {
  InvariantFilter filter({}, kFilterDt_s);
  const auto feet = standing_feet();
  filter.start(math::quaternion_z(2.0), feet);
  for (int i = 0; i < 2000; ++i) {
    filter.propagate(Eigen::Vector3d::Zero(), {0, 0, kGravity_m_s2}, 1.0, 1.0);
    filter.update_feet(feet, {1.0, 1.0});
    filter.update_attitude(math::quaternion_z(2.0 + 0.001 * i));
  }
  EXPECT_NEAR(math::yaw_of(filter.state().q_WB), 0.0, 1e-9);
}

/// A base that walks and turns on feet that step: everything analytic, sensors made from it.
class Walker {
 public:
  explicit Walker(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < 3; ++i) {
      gyro_bias_[i] = 0.01 * random_.normal();
      force_bias_[i] = 0.1 * random_.normal();
    }
    for (int foot = 0; foot < kFeet; ++foot)
      truth_.p_WS[static_cast<std::size_t>(foot)] = foothold(foot, 0);
    move(0.0);
  }

  static constexpr double kStep_s = 0.4;
  static constexpr double kSpeed_m_s = 0.8;
  static constexpr double kTurn_rad_s = 0.2;

  void step() {
    const BaseState before = truth_;
    move(t_s_ + kFilterDt_s);
    const Eigen::Vector3d w_B = math::log_so3(before.q_WB.conjugate() * truth_.q_WB) / kFilterDt_s;
    const Eigen::Vector3d a_W = (truth_.v_WB_W - before.v_WB_W) / kFilterDt_s;
    const Eigen::Quaterniond q_middle = before.q_WB * math::exp_so3(0.5 * kFilterDt_s * w_B);
    gyro = w_B + gyro_bias_ + noise(0.005);
    force = q_middle.conjugate() * (a_W + Eigen::Vector3d(0, 0, kGravity_m_s2)) + force_bias_ +
            noise(0.05);
    truth_.gyro_bias_B_rad_s = gyro_bias_;
    truth_.accelerometer_bias_B_m_s2 = force_bias_;
    attitude = math::quaternion_z(1.0) * truth_.q_WB * math::exp_so3(noise(0.01));
    for (std::size_t i = 0; i < kFeet; ++i) {
      feet[i].p_BS = truth_.q_WB.conjugate() * (truth_.p_WS[i] - truth_.p_WB) + noise(0.001);
      feet[i].R_BS = (truth_.q_WB.conjugate() * math::quaternion_z(truth_.yaw_WS_rad[i]) *
                      math::exp_so3(noise(0.003)))
                         .toRotationMatrix();
    }
  }
  const BaseState& truth() const { return truth_; }
  double time_s() const { return t_s_; }

  Eigen::Vector3d gyro, force;
  Eigen::Quaterniond attitude;
  std::array<FootMeasurement, kFeet> feet;
  std::array<double, kFeet> contact{1.0, 1.0};

 private:
  Eigen::Vector3d noise(double sigma) {
    return sigma * Eigen::Vector3d(random_.normal(), random_.normal(), random_.normal());
  }
  // The path of the base: a circle, with the sway of walking on it.
  static double heading(double t) { return kTurn_rad_s * t; }
  static Eigen::Vector3d base(double t) {
    const double r = kSpeed_m_s / kTurn_rad_s;
    const double w = std::numbers::pi / kStep_s;
    const Eigen::Vector3d path(r * std::sin(heading(t)), r * (1 - std::cos(heading(t))), 0.9);
    const Eigen::Vector3d sway(0.01 * std::sin(2 * w * t), 0.04 * (1 - std::cos(w * t)),
                               0.015 * std::sin(2 * w * t));
    return path + math::quaternion_z(heading(t)) * sway;
  }
  static Eigen::Vector3d foothold(int foot, int step) {
    const double t = (step + 0.5) * kStep_s;
    const double r = kSpeed_m_s / kTurn_rad_s;
    const Eigen::Vector3d path(r * std::sin(heading(t)), r * (1 - std::cos(heading(t))), 0.0);
    return path + math::quaternion_z(heading(t)) * Eigen::Vector3d(0, 0.1 * lateral_sign(foot), 0);
  }
  void move(double t) {
    t_s_ = t;
    const double w = std::numbers::pi / kStep_s;
    constexpr double kH = 1e-5;
    truth_.p_WB = base(t);
    truth_.v_WB_W = (base(t + kH) - base(t - kH)) / (2 * kH);
    truth_.q_WB = math::quaternion_z(heading(t)) *
                  math::exp_so3({0.03 * std::sin(w * t), 0.02 * std::cos(2 * w * t), 0.0});
    const int step = static_cast<int>(t / kStep_s);
    const double phase = t / kStep_s - step;
    const int swing = step % 2;
    for (int foot = 0; foot < kFeet; ++foot) {
      const auto i = static_cast<std::size_t>(foot);
      if (foot != swing) {
        contact[i] = 1.0;
        continue;
      }
      contact[i] = phase < 0.9 ? 0.0 : 1.0;
      const double s = std::min(1.0, phase / 0.9);
      const double blend = s * s * (3 - 2 * s);
      const Eigen::Vector3d from = foothold(foot, std::max(step - 1, 0));
      truth_.p_WS[i] = from + blend * (foothold(foot, step + 1) - from) +
                       Eigen::Vector3d(0, 0, 0.06 * std::sin(std::numbers::pi * s));
      truth_.yaw_WS_rad[i] = heading((step + 1.5 * blend) * kStep_s);
    }
  }

  Random random_;
  double t_s_ = 0.0;
  BaseState truth_;
  Eigen::Vector3d gyro_bias_, force_bias_;
};

struct Walk {
  double velocity_rms_m_s = 0.0;
  double tilt_max_rad = 0.0;
  double nees = 0.0;  ///< of velocity, attitude but heading, and what is relative, over its size
  double frame_nees = 0.0;
  double position_error_m = 0.0;
};

Walk walk(std::uint64_t seed, double duration_s) {
  InvariantFilter filter({}, kFilterDt_s);
  Walker walker(seed);
  walker.step();
  filter.start(walker.attitude, walker.feet);
  // The filter starts at its own origin: put the walker's truth there.
  filter.move_frame(math::yaw_of(walker.truth().q_WB) - math::yaw_of(filter.state().q_WB),
                    Eigen::Vector3d::Zero());
  filter.move_frame(0.0, walker.truth().p_WB - filter.state().p_WB);
  Walk run;
  int n = 0;
  while (walker.time_s() < duration_s) {
    walker.step();
    filter.propagate(walker.gyro, walker.force, 1.0, 1.0);
    filter.update_feet(walker.feet, walker.contact);
    filter.update_attitude(walker.attitude);
    if (walker.time_s() < 3.0) continue;
    ++n;
    run.velocity_rms_m_s += (filter.state().v_WB_W - walker.truth().v_WB_W).squaredNorm();
    const auto xi = filter.error_against(walker.truth());
    run.tilt_max_rad = std::max(run.tilt_max_rad, xi.head<2>().norm());
    const auto& P = filter.covariance();
    Eigen::Matrix<double, 5, 1> error;
    Eigen::Matrix<double, 5, 5> C;
    constexpr int at[] = {0, 1, 3, 4, 5};
    for (int i = 0; i < 5; ++i) {
      error[i] = xi[at[i]];
      for (int j = 0; j < 5; ++j) C(i, j) = P(at[i], at[j]);
    }
    run.nees += error.dot(C.ldlt().solve(error)) / 5.0;
    run.frame_nees += xi[2] * xi[2] / P(2, 2);
  }
  run.velocity_rms_m_s = std::sqrt(run.velocity_rms_m_s / n);
  run.nees /= n;
  run.frame_nees /= n;
  run.position_error_m = (filter.state().p_WB - walker.truth().p_WB).norm();
  return run;
}

TEST(InvariantFilter, AWalkIsFollowedWithinTheNoise) {
  double nees = 0.0;
  constexpr int kRuns = 8;
  for (int seed = 1; seed <= kRuns; ++seed) {
    const Walk run = walk(static_cast<std::uint64_t>(seed), 12.0);
    EXPECT_LT(run.velocity_rms_m_s, 0.02) << "seed " << seed;
    EXPECT_LT(run.tilt_max_rad, 0.01) << "seed " << seed;
    EXPECT_LT(run.position_error_m, 0.25) << "seed " << seed;
    nees += run.nees / kRuns;
  }
  // Not overconfident; pessimistic it may be: the noise of a real sole is worse than this walker's.
  EXPECT_LT(nees, 2.0);
  EXPECT_GT(nees, 0.005);
}

TEST(InvariantFilter, AFixPullsTowardsItselfAndTellsItsDistance) {
  InvariantFilter filter({}, kFilterDt_s);
  const auto feet = standing_feet();
  filter.start(Eigen::Quaterniond::Identity(), feet);
  filter.add_frame_uncertainty(0.1, 0.1);
  InvariantFilter::Fix fix;
  fix.p_WB_then = filter.state().p_WB;
  fix.p_WB = fix.p_WB_then + Eigen::Vector3d(0.05, 0, 0);
  EXPECT_LT(filter.fix_nis(fix), 1.0);
  fix.p_WB.x() += 1.0;
  EXPECT_GT(filter.fix_nis(fix), 50.0);
  fix.p_WB.x() -= 1.0;
  const Eigen::Vector3d leg_before =
      filter.state().q_WB.conjugate() * (filter.state().p_WS[kLeft] - filter.state().p_WB);
  const double before_m = filter.state().p_WB.x();
  filter.update_fix(fix);
  EXPECT_NEAR(filter.state().p_WB.x() - before_m, 0.05 * 0.01 / (0.01 + 0.0004), 1e-3);
  // Feet move with the base: what walking uses stays.
  const Eigen::Vector3d leg_after =
      filter.state().q_WB.conjugate() * (filter.state().p_WS[kLeft] - filter.state().p_WB);
  EXPECT_LT((leg_after - leg_before).norm(), 1e-4);
  EXPECT_LT(filter.state().v_WB_W.norm(), 1e-4);
}

TEST(InvariantFilter, AChangeOfFrameChangesNothingRelative) {
  InvariantFilter filter({}, kFilterDt_s);
  Walker walker(3);
  walker.step();
  filter.start(walker.attitude, walker.feet);
  InvariantFilter moved = filter;
  moved.move_frame(1.2, {300, -500, 2});
  for (int i = 0; i < 2000; ++i) {
    walker.step();
    for (InvariantFilter* f : {&filter, &moved}) {
      f->propagate(walker.gyro, walker.force, 1.0, 1.0);
      f->update_feet(walker.feet, walker.contact);
      f->update_attitude(walker.attitude);
    }
  }
  const Eigen::Quaterniond q = math::quaternion_z(1.2);
  EXPECT_LT((q * filter.state().v_WB_W - moved.state().v_WB_W).norm(), 1e-8);
  EXPECT_LT((q * filter.state().p_WB + Eigen::Vector3d(300, -500, 2) - moved.state().p_WB).norm(),
            1e-8);
  EXPECT_NEAR(filter.position_sigma_m(), moved.position_sigma_m(), 1e-8);
  EXPECT_NEAR(filter.yaw_sigma_rad(), moved.yaw_sigma_rad(), 1e-9);
}

TEST(InvariantFilter, FarFromTheStartTheNumbersStaySound) {
  InvariantFilter filter({}, kFilterDt_s);
  const auto feet = standing_feet();
  filter.start(Eigen::Quaterniond::Identity(), feet);
  for (int i = 0; i < 20000; ++i) {  // gliding at 5 m/s with no foot down
    filter.propagate(Eigen::Vector3d::Zero(), {i < 1000 ? 5.0 : 0.0, 0, kGravity_m_s2}, 1.0, 1.0);
    filter.update_feet(feet, {0.0, 0.0});
    filter.update_attitude(Eigen::Quaterniond::Identity());
  }
  EXPECT_TRUE(filter.finite());
  EXPECT_GT(filter.state().p_WB.x(), 90.0);
  const Eigen::SelfAdjointEigenSolver<InvariantFilter::Covariance> eigen(filter.covariance());
  EXPECT_GT(eigen.eigenvalues().minCoeff(), -1e-12);
  EXPECT_GT(filter.position_sigma_m(), 0.01);
}

}  // namespace
}  // namespace longmen::estimation
