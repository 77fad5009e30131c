#include "estimation/fix_fusion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "estimation/sensor_fault.h"
#include "math/so3.h"

namespace longmen::estimation {
namespace {

constexpr double kFusionDt_s = 0.001;

/// A base that glides along X at a known speed, whose own reckoning starts in its own frame and
/// drifts in heading; fixes of it come late, noisy and sometimes wrong, as a world gives them.
class Glide {
 public:
  explicit Glide(std::uint64_t seed)
      : random_(seed), filter_({}, kFusionDt_s), fusion_({}, kFusionDt_s) {
    std::array<FootMeasurement, kFeet> feet;
    for (auto& foot : feet) foot.p_BS = {0, 0, -0.9};
    filter_.start(Eigen::Quaterniond::Identity(), feet);
    feet_ = feet;
  }

  void step(bool fixes) {
    ++tick_;
    // At rest for 1 s, then 1 m/s; the filter feels the acceleration and a small yaw rate that is
    // not there.
    const double a = tick_ > 1000 && tick_ <= 2000 ? 1.0 : 0.0;
    truth_v_ += a * kFusionDt_s;
    truth_p_ += math::quaternion_z(kYaw) * Eigen::Vector3d(truth_v_ * kFusionDt_s, 0, 0);
    filter_.propagate({0, 0, tick_ > 1000 ? 0.002 : 0.0}, {a, 0, kGravity_m_s2}, 1.0, 1.0);
    std::array<double, kFeet> contact{};
    if (tick_ <= 1000) contact.fill(1.0);
    filter_.update_feet(feet_, contact);
    filter_.update_attitude(Eigen::Quaterniond::Identity());
    truth_[static_cast<std::size_t>(tick_ % 100)] = truth_p_;

    PoseFix fix;
    if (fixes && tick_ % 100 == 80) {
      const double draw = random_.uniform();
      fix.present = draw > 0.05;
      fix.measured_tick = tick_ - 80;
      fix.p_WB = truth_[static_cast<std::size_t>(fix.measured_tick % 100)] +
                 0.02 * Eigen::Vector3d(random_.normal(), random_.normal(), random_.normal());
      fix.yaw_WB_rad = kYaw + 0.0175 * random_.normal();
      if (random_.uniform() < 0.03) {
        fix.p_WB.y() += 1.0;
        if (fix.present) ++outliers_;
      }
    }
    const std::uint32_t faults = fusion_.tick(fix, tick_, filter_);
    if (faults & kPoseFixRejected) ++rejected_;
    const Eigen::Vector3d out = filter_.state().p_WB + fusion_.offset_p_W();
    if (was_aligned_)
      jump_max_m_ = std::max(jump_max_m_, (out - last_out_).norm() - truth_v_ * kFusionDt_s);
    was_aligned_ = fusion_.aligned();
    last_out_ = out;
  }
  double error_m() const { return (last_out_ - truth_p_).norm(); }
  double yaw_error_rad() const {
    return std::abs(
        math::wrap_angle(math::yaw_of(filter_.state().q_WB) + fusion_.offset_yaw_rad() - kYaw));
  }

  static constexpr double kYaw = 2.5;
  Random random_;
  InvariantFilter filter_;
  FixFusion fusion_;
  std::array<FootMeasurement, kFeet> feet_;
  Tick tick_ = 0;
  double truth_v_ = 0.0;
  Eigen::Vector3d truth_p_{12, -7, 0.9};
  std::array<Eigen::Vector3d, 100> truth_{};
  Eigen::Vector3d last_out_ = Eigen::Vector3d::Zero();
  bool was_aligned_ = false;
  double jump_max_m_ = 0.0;
  int outliers_ = 0;
  int rejected_ = 0;
};

TEST(FixFusion, TwoFixesThatAgreeSayWhereTheWorldIs) {
  Glide glide(1);
  while (!glide.fusion_.aligned() && glide.tick_ < 1000) glide.step(true);
  EXPECT_LE(glide.tick_, 500);
  EXPECT_LT(glide.error_m(), 0.1);
  EXPECT_LT(glide.yaw_error_rad(), 0.06);
}

TEST(FixFusion, LateNoisyAndWrongFixesHoldTheEstimateWithinItsSigma) {
  int outliers = 0, within = 0, samples = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Glide glide(seed);
    double worst_m = 0.0;
    while (glide.tick_ < 12000) {
      glide.step(true);
      if (glide.tick_ < 4000 || glide.tick_ % 100 != 0) continue;
      worst_m = std::max(worst_m, glide.error_m());
      ++samples;
      const double sigma =
          std::hypot(glide.filter_.position_sigma_m(), glide.fusion_.offset_p_W().norm());
      if (glide.error_m() < 3.0 * sigma) ++within;
    }
    EXPECT_LT(worst_m, 0.08) << "seed " << seed;
    EXPECT_LT(glide.yaw_error_rad(), 0.03) << "seed " << seed;
    EXPECT_LT(glide.jump_max_m_, 2e-4) << "handed out without a jump";
    EXPECT_GE(glide.rejected_, glide.outliers_ - 1) << "seed " << seed;
    EXPECT_LE(glide.rejected_, glide.outliers_ + 2) << "seed " << seed;
    outliers += glide.outliers_;
  }
  EXPECT_GT(outliers, 10);
  EXPECT_GT(within, samples * 9 / 10);
}

TEST(FixFusion, WithoutFixesTheSigmaGrowsWithTheDrift) {
  Glide glide(4);
  while (glide.tick_ < 4000) glide.step(true);
  const double before = glide.filter_.position_sigma_m();
  while (glide.tick_ < 14000) glide.step(false);
  EXPECT_GT(glide.filter_.position_sigma_m(), 2.0 * before);
  EXPECT_GT(glide.tick_ - glide.fusion_.last_fused_tick(), 10000);
  while (glide.tick_ < 30000) glide.step(true);  // what it lost comes back at a bounded speed
  EXPECT_LT(glide.error_m(), 0.08);
}

TEST(FixFusion, ARobotCarriedElsewhereIsFoundAgain) {
  Glide glide(5);
  while (glide.tick_ < 4000) glide.step(true);
  glide.truth_p_ += Eigen::Vector3d(2, 1, 0);
  while (glide.tick_ < 12000) glide.step(true);
  EXPECT_GT(glide.rejected_, 5);
  while (glide.tick_ < 30000) glide.step(true);
  EXPECT_LT(glide.error_m(), 0.1);
}

TEST(FixFusion, NonsenseIsRefused) {
  Glide glide(6);
  while (glide.tick_ < 2050) glide.step(true);
  const Eigen::Vector3d before = glide.filter_.state().p_WB;
  PoseFix fix;
  fix.present = true;
  fix.p_WB = before;
  const auto refused = [&](Tick measured, const Eigen::Vector3d& p, double yaw) {
    fix.measured_tick = measured;
    fix.p_WB = p;
    fix.yaw_WB_rad = yaw;
    return glide.fusion_.tick(fix, glide.tick_, glide.filter_) == kPoseFixInvalid;
  };
  EXPECT_TRUE(refused(glide.tick_ + 10, before, 0)) << "future";
  EXPECT_TRUE(refused(glide.tick_ - 1000, before, 0)) << "too old";
  EXPECT_TRUE(refused(glide.tick_ - 50, {std::nan(""), 0, 0}, 0));
  EXPECT_TRUE(refused(glide.tick_ - 51, {1e12, 0, 0}, 0));
  EXPECT_TRUE(refused(glide.tick_ - 52, before, HUGE_VAL));
  EXPECT_EQ(glide.filter_.state().p_WB, before);
}

}  // namespace
}  // namespace longmen::estimation
