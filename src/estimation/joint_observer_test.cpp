#include "estimation/joint_observer.h"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "core/random.h"

namespace longmen::estimation {
namespace {

constexpr double kObserverDt_s = 0.001;

JointVector one(double x) { return JointVector::Constant(1, x); }

TEST(JointObserver, WhatItKnowsExactlyItFollowsExactly) {
  JointObserver observer({}, kObserverDt_s);
  observer.start(one(0.3), one(-0.5));
  double q = 0.3, qd = -0.5;
  for (int i = 0; i < 1000; ++i) {
    const double qdd = 20.0 * std::sin(0.02 * i);
    q += kObserverDt_s * qd + 0.5 * kObserverDt_s * kObserverDt_s * qdd;
    qd += kObserverDt_s * qdd;
    observer.predict(one(qdd));
    observer.update(0, JointObserver::kBoth, q, qd);
    ASSERT_NEAR(observer.position_rad()[0], q, 1e-12);
    ASSERT_NEAR(observer.velocity_rad_s()[0], qd, 1e-12);
  }
}

/// rms error of the velocity of a joint that swings as a leg does, with sensors as noisy as ours.
double velocity_error(JointObserver::Use use, bool known_acceleration) {
  JointObserver observer({}, kObserverDt_s);
  Random random(1);
  observer.start(one(0.0), one(0.0));
  double sum = 0.0;
  constexpr int kTicks = 4000;
  constexpr double kRate = 10.0, kReach = 0.3;  // rad/s of phase, rad
  for (int i = 1; i <= kTicks; ++i) {
    const double t = i * kObserverDt_s;
    const double q = kReach * (1 - std::cos(kRate * t));
    const double qd = kReach * kRate * std::sin(kRate * t);
    const double qdd = kReach * kRate * kRate * std::cos(kRate * (t - 0.5 * kObserverDt_s));
    observer.predict(one(known_acceleration ? qdd : 0.0));
    observer.update(0, use, q + 5e-4 * random.normal(), qd + 0.05 * random.normal());
    sum += std::pow(observer.velocity_rad_s()[0] - qd, 2);
  }
  return std::sqrt(sum / kTicks);
}

TEST(JointObserver, FiltersBelowTheSensorsNoise) {
  EXPECT_LT(velocity_error(JointObserver::kBoth, true), 0.04);
}

TEST(JointObserver, WorksWithoutAnAccelerationAndWithOneSensorGone) {
  EXPECT_LT(velocity_error(JointObserver::kBoth, false), 0.1);
  EXPECT_LT(velocity_error(JointObserver::kPosition, true), 0.1);
  EXPECT_LT(velocity_error(JointObserver::kVelocity, true), 0.05);
}

TEST(JointObserver, AForceThatTheModelLacksIsKnownWithinThreeSamples) {
  JointObserver observer({}, kObserverDt_s);
  observer.start(one(0.0), one(0.0));
  constexpr double kMissing_rad_s2 = 3000.0;  // a foot in the air, its motor at full torque
  double q = 0.0, qd = 0.0;
  for (int i = 0; i < 10; ++i) {
    q += kObserverDt_s * qd + 0.5 * kObserverDt_s * kObserverDt_s * kMissing_rad_s2;
    qd += kObserverDt_s * kMissing_rad_s2;
    observer.predict(one(0.0));
    observer.update(0, JointObserver::kBoth, q, qd);
    ASSERT_NEAR(observer.velocity_rad_s()[0], qd, 0.12) << i;
    if (i < 3) continue;
    EXPECT_NEAR(observer.unexplained_rad_s2()[0], kMissing_rad_s2, 0.4 * kMissing_rad_s2) << i;
  }
}

TEST(JointObserver, AnImpactIsBelievedAtOnceAndNotTakenToLast) {
  JointObserver observer({}, kObserverDt_s);
  observer.start(one(0.0), one(1.0));
  double q = 0.0;
  for (int i = 0; i < 20; ++i) {
    const double qd = i < 10 ? 1.0 : -2.0;
    q += kObserverDt_s * qd;
    observer.predict(one(0.0));
    observer.update(0, JointObserver::kBoth, q, qd);
    EXPECT_NEAR(observer.velocity_rad_s()[0], qd, 0.12) << i;
    EXPECT_EQ(observer.unexplained_rad_s2()[0], 0.0) << i;
  }
}

TEST(JointObserver, AMeasurementLeftOutIsNotRead) {
  JointObserver observer({}, kObserverDt_s);
  observer.start(one(0.1), one(0.2));
  const double nan = std::nan("");
  observer.update(0, JointObserver::kNeither, nan, nan);
  observer.update(0, JointObserver::kPosition, 0.1, nan);
  observer.update(0, JointObserver::kVelocity, nan, 0.2);
  EXPECT_DOUBLE_EQ(observer.position_rad()[0], 0.1);
  EXPECT_DOUBLE_EQ(observer.velocity_rad_s()[0], 0.2);
}

TEST(JointObserver, GainsAreThoseOfAStableFilter) {
  const JointObserver observer({}, kObserverDt_s);
  Eigen::Matrix2d F;
  F << 1, kObserverDt_s, 0, 1;
  for (const auto use : {JointObserver::kPosition, JointObserver::kBoth}) {
    const Eigen::Matrix2d A = (Eigen::Matrix2d::Identity() - observer.gain(use)) * F;
    EXPECT_LT(A.eigenvalues().cwiseAbs().maxCoeff(), 1.0);
  }
}

}  // namespace
}  // namespace longmen::estimation
