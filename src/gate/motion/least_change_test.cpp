#include "gate/motion/least_change.h"

#include <gtest/gtest.h>

#include "core/allocation_counter.h"
#include "core/random.h"

namespace longmen::gate {
namespace {

JointVector vector(std::initializer_list<double> values) {
  JointVector v = JointVector::Zero(static_cast<Eigen::Index>(values.size()));
  Eigen::Index i = 0;
  for (const double value : values) v[i++] = value;
  return v;
}

TEST(LeastChange, WithoutRowsItIsTheCut) {
  LeastChange nearest(vector({10, 20}));
  JointVector tau;
  const auto outcome =
      nearest.solve(vector({15, -3}), vector({-10, -20}), vector({10, 20}), {}, tau);
  ASSERT_TRUE(outcome.solved);
  EXPECT_NEAR(tau[0], 10.0, 1e-9);
  EXPECT_NEAR(tau[1], -3.0, 1e-9);
}

TEST(LeastChange, ARowMovesTheTorquesAlongItInTheMetricOfTheMotors) {
  // min (x/10)^2 + (y/20)^2 subject to x + y >= 5: x : y = 100 : 400.
  LeastChange nearest(vector({10, 20}));
  JointVector tau;
  const std::array rows = {BarrierRow{vector({1, 1}), 5.0, BarrierPriority::kSelf}};
  const auto outcome =
      nearest.solve(vector({0, 0}), vector({-10, -20}), vector({10, 20}), rows, tau);
  ASSERT_TRUE(outcome.solved);
  EXPECT_EQ(outcome.relaxed, 0.0);
  EXPECT_NEAR(tau[0], 1.0, 1e-6);
  EXPECT_NEAR(tau[1], 4.0, 1e-6);
}

TEST(LeastChange, PeopleComeFirstHoweverManyRowsStandAgainstThem) {
  LeastChange nearest(vector({10, 20}));
  JointVector tau;
  for (const BarrierPriority lower :
       {BarrierPriority::kSelf, BarrierPriority::kThings, BarrierPriority::kTask}) {
    const std::array rows = {BarrierRow{vector({-1, 0}), 6.0, lower},
                             BarrierRow{vector({1, 0}), 4.0, BarrierPriority::kPeople},
                             BarrierRow{vector({-1, 0}), 9.0, lower}};
    const auto outcome =
        nearest.solve(vector({0, 0}), vector({-10, -20}), vector({10, 20}), rows, tau);
    ASSERT_TRUE(outcome.solved);
    EXPECT_GE(tau[0], 4.0 - 1e-3);
    EXPECT_NEAR(tau[0], 4.0, 1e-2) << "and the others give way no more than they must";
    EXPECT_GT(outcome.relaxed, 0.1);
    EXPECT_EQ(outcome.relaxed_priority, lower);
  }
}

TEST(LeastChange, WhatNobodyCanKeepIsKeptAsFarAsItGoes) {
  LeastChange nearest(vector({10, 20}));
  JointVector tau;
  const std::array rows = {BarrierRow{vector({1, 0}), 50.0, BarrierPriority::kPeople}};
  const auto outcome =
      nearest.solve(vector({0, 3}), vector({-10, -20}), vector({10, 20}), rows, tau);
  ASSERT_TRUE(outcome.solved);
  EXPECT_NEAR(tau[0], 10.0, 1e-3);
  EXPECT_NEAR(tau[1], 3.0, 1e-2);
  EXPECT_EQ(outcome.relaxed_priority, BarrierPriority::kPeople);
}

TEST(LeastChange, ARowThatTorquesHardlyMoveTakesNoOtherWithIt) {
  LeastChange nearest(vector({10, 20}));
  JointVector tau;
  // All of the torque changes the first by 0.01 of the 5 asked for; the second needs it below 2.
  const std::array rows = {BarrierRow{vector({0.001, 0}), 5.0, BarrierPriority::kSelf, 100.0},
                           BarrierRow{vector({-1, 0}), -2.0, BarrierPriority::kSelf, 10.0}};
  const auto outcome =
      nearest.solve(vector({0, 0}), vector({-10, -20}), vector({10, 20}), rows, tau);
  ASSERT_TRUE(outcome.solved);
  EXPECT_LT(tau[0], 2.1);
  EXPECT_NEAR(outcome.relaxed, 0.05, 1e-3) << "5 of a scale of 100";
}

TEST(LeastChange, ARowThatNoTorqueMovesIsPassedOver) {
  LeastChange nearest(vector({10}));
  JointVector tau;
  const std::array rows = {BarrierRow{vector({0}), 1.0, BarrierPriority::kPeople}};
  ASSERT_TRUE(nearest.solve(vector({2}), vector({-10}), vector({10}), rows, tau).solved);
  EXPECT_NEAR(tau[0], 2.0, 1e-9);
}

TEST(LeastChange, RandomProblemsObeyTheBoundsAndTheRowsAndTakeNoMemory) {
  constexpr int kNa = 12;
  Random random(3);
  const JointVector limit = JointVector::Constant(kNa, 50.0);
  LeastChange nearest(limit);
  JointVector tau = JointVector::Zero(kNa);
  std::array<BarrierRow, 30> rows;
  for (int trial = 0; trial < 300; ++trial) {
    JointVector wanted = JointVector::Zero(kNa);
    JointVector inside = JointVector::Zero(kNa);
    for (int j = 0; j < kNa; ++j) {
      wanted[j] = 60.0 * random.normal();
      inside[j] = random.uniform(-50, 50);
    }
    for (BarrierRow& row : rows) {
      row.coefficients.setZero(kNa);
      for (int j = 0; j < kNa; ++j) row.coefficients[j] = random.normal();
      row.bound = row.coefficients.dot(inside) - 5.0 * random.uniform();
      row.priority = static_cast<BarrierPriority>(random.next() % 4);
    }
    const AllocationScope scope;
    const auto outcome = nearest.solve(wanted, -limit, limit, rows, tau);
    ASSERT_EQ(scope.count(), 0u);
    ASSERT_TRUE(outcome.solved);
    EXPECT_EQ(outcome.relaxed, 0.0) << "there is a point that keeps them all";
    for (const BarrierRow& row : rows)
      EXPECT_GE(row.coefficients.dot(tau), row.bound - 1e-5 * (1 + std::abs(row.bound)));
    // Nothing between the solution and a point known to be allowed is nearer to what was wanted.
    const double best = (tau - wanted).cwiseQuotient(limit).squaredNorm();
    for (const double s : {0.01, 0.1, 0.5, 1.0})
      EXPECT_GE((tau + s * (inside - tau) - wanted).cwiseQuotient(limit).squaredNorm(),
                best - 1e-6);
  }
}

}  // namespace
}  // namespace longmen::gate
