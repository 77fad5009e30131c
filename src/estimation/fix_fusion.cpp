#include "estimation/fix_fusion.h"

#include <algorithm>
#include <cmath>

#include "estimation/sensor_fault.h"
#include "math/so3.h"

namespace longmen::estimation {
namespace {

constexpr double kAgreementSigmas = 5;  // of the difference of two fixes

}  // namespace

FixFusion::FixFusion(const PoseFixConfig& config, double period_s)
    : config_(config),
      dt_s_(period_s),
      age_max_(std::max<Tick>(1, std::llround(config.age_max_s / period_s))),
      history_(static_cast<std::size_t>(age_max_) + 1) {}

void FixFusion::restart() noexcept {
  aligned_ = false;
  candidate_.present = false;
  rejected_in_row_ = 0;
  offset_p_W_.setZero();
  offset_yaw_rad_ = 0.0;
  frame_turn_rad_ = 0.0;
  frame_shift_m_.setZero();
  history_.forget();
}

std::uint32_t FixFusion::tick(const PoseFix& fix, Tick stamp_tick,
                              InvariantFilter& filter) noexcept {
  slew();
  frame_turn_rad_ = 0.0;
  frame_shift_m_.setZero();
  history_.remember({stamp_tick, filter.state().p_WB, math::yaw_of(filter.state().q_WB)});
  if (!fix.present || fix.measured_tick == last_measured_tick_) return 0;
  last_measured_tick_ = fix.measured_tick;

  const bool possible = fix.p_WB.allFinite() && std::isfinite(fix.yaw_WB_rad) &&
                        fix.p_WB.cwiseAbs().maxCoeff() < kPlaceMax_m &&
                        std::abs(fix.yaw_WB_rad) < 100.0;
  if (fix.measured_tick < 0) return 0;  // of before the start: nothing to compare it with
  const PoseHistory::Entry* then = history_.find(fix.measured_tick);
  if (!possible || then == nullptr) return kPoseFixInvalid;
  const Pair pair{true, fix.p_WB, fix.yaw_WB_rad, then->p_WB, then->yaw_rad};

  if (!aligned_) {
    if (candidate_.present && agree(candidate_, pair)) {
      align(pair, filter);
      last_fused_tick_ = fix.measured_tick;
      candidate_.present = false;
    } else {
      candidate_ = pair;
    }
    return 0;
  }

  const bool near = filter.fix_nis(measurement(pair)) <= config_.gate_nis;
  if (!near) {
    rejected_in_row_ = candidate_.present && agree(candidate_, pair) ? rejected_in_row_ + 1 : 1;
    candidate_ = pair;
    if (rejected_in_row_ < config_.rejected_max) return kPoseFixRejected;
    // They agree with each other and not with the estimate: it is the estimate that is off.
    filter.add_frame_uncertainty((pair.p_WB - pair.p_WB_then).norm(),
                                 std::abs(math::wrap_angle(pair.yaw_rad - pair.yaw_then_rad)));
  }
  candidate_.present = false;
  rejected_in_row_ = 0;
  fuse(pair, filter);
  last_fused_tick_ = fix.measured_tick;
  return near ? 0U : static_cast<std::uint32_t>(kPoseFixRejected);
}

bool FixFusion::agree(const Pair& a, const Pair& b) const noexcept {
  // Carry the first fix along by the estimated motion between the two.
  const double turn = math::wrap_angle(a.yaw_rad - a.yaw_then_rad);
  const Eigen::Vector3d p_expected =
      a.p_WB + math::quaternion_z(turn) * (b.p_WB_then - a.p_WB_then);
  const double yaw_off = math::wrap_angle(b.yaw_rad - b.yaw_then_rad - turn);
  const double scale = kAgreementSigmas * std::sqrt(2.0);
  return (b.p_WB - p_expected).norm() < scale * config_.position_sigma_m &&
         std::abs(yaw_off) < scale * config_.yaw_sigma_rad;
}

void FixFusion::align(const Pair& pair, InvariantFilter& filter) noexcept {
  const double yaw = math::wrap_angle(pair.yaw_rad - pair.yaw_then_rad);
  const Eigen::Quaterniond q = math::quaternion_z(yaw);
  const Eigen::Vector3d shift = pair.p_WB - q * pair.p_WB_then;
  frame_turn_rad_ = yaw;
  frame_shift_m_ = shift;
  filter.move_frame(yaw, shift);
  filter.add_frame_uncertainty(config_.position_sigma_m, config_.yaw_sigma_rad);
  history_.move([&](PoseHistory::Entry& entry) {
    entry.p_WB = q * entry.p_WB + shift;
    entry.yaw_rad = math::wrap_angle(entry.yaw_rad + yaw);
  });
  aligned_ = true;
}

void FixFusion::fuse(const Pair& pair, InvariantFilter& filter) noexcept {
  const Eigen::Vector3d p_before = filter.state().p_WB;
  const double yaw_before = math::yaw_of(filter.state().q_WB);
  filter.update_fix(measurement(pair));
  history_.move([&](PoseHistory::Entry& entry) {
    entry.p_WB = filter.corrected(entry.p_WB);
    entry.yaw_rad += filter.correction_yaw_rad();  // wrapped where it is used
  });
  // Hand out the same pose as before the correction, and let go of the difference bit by bit.
  offset_p_W_ += p_before - filter.state().p_WB;
  offset_yaw_rad_ =
      math::wrap_angle(offset_yaw_rad_ + yaw_before - math::yaw_of(filter.state().q_WB));
}

InvariantFilter::Fix FixFusion::measurement(const Pair& pair) const noexcept {
  InvariantFilter::Fix fix;
  fix.p_WB = pair.p_WB;
  fix.yaw_rad = pair.yaw_rad;
  fix.p_WB_then = pair.p_WB_then;
  fix.yaw_then_rad = pair.yaw_then_rad;
  fix.position_sigma_m = config_.position_sigma_m;
  fix.yaw_sigma_rad = config_.yaw_sigma_rad;
  return fix;
}

void FixFusion::slew() noexcept {
  const double fraction = std::min(1.0, dt_s_ / config_.slew_time_s);
  const double distance = offset_p_W_.norm();
  const double step = std::min(fraction * distance, config_.slew_max_m_s * dt_s_);
  if (distance > 0.0) offset_p_W_ -= (step / distance) * offset_p_W_;
  const double turn_max = config_.slew_max_rad_s * dt_s_;
  offset_yaw_rad_ -= std::clamp(fraction * offset_yaw_rad_, -turn_max, turn_max);
}

}  // namespace longmen::estimation
