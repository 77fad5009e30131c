#include "skills/palms.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/rotation.h"
#include "planning/arm_reach.h"

namespace longmen::skills {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector3d;

constexpr double kFarAhead_m = 3.0;  // no arm reaches that far
constexpr int kStretchSteps = 400;
// Of the stretched arm: beyond, the wrist and the squeeze have no room left.
constexpr double kReachShare = 0.97;

}  // namespace

Vector3d PalmPair::across_H() const noexcept {
  return {-std::sin(yaw_rad), std::cos(yaw_rad), 0.0};
}

PalmTarget PalmPair::target(int side) const noexcept {
  const double sign = lateral_sign(side);
  const Vector3d z = -sign * across_H();  // out of the palm, to the other one
  const Vector3d x =
      std::cos(fingers_down_rad) * Vector3d(std::cos(yaw_rad), std::sin(yaw_rad), 0) -
      std::sin(fingers_down_rad) * Vector3d::UnitZ();
  Matrix3d R_HP;
  R_HP << x, z.cross(x), z;
  return {true, middle_H + 0.5 * sign * apart_m * across_H(), Eigen::Quaterniond(R_HP)};
}

Palms::Palms(model::KinematicChain left, model::KinematicChain right)
    : chains_{std::move(left), std::move(right)} {}

Result<Palms> Palms::create(const model::RobotModel& model) {
  if (!model.has_palms())
    return fail(ErrorCode::kUnsupported, "these hands have no palms to hold things with",
                model.name());
  auto left = model::KinematicChain::to_role(model, model::Role::kLeftHand);
  if (!left) return tl::make_unexpected(left.error());
  auto right = model::KinematicChain::to_role(model, model::Role::kRightHand);
  if (!right) return tl::make_unexpected(right.error());
  Palms palms(std::move(*left), std::move(*right));
  palms.reach_m_ = std::numeric_limits<double>::max();
  for (const int side : {kLeft, kRight}) {
    const auto i = static_cast<std::size_t>(side);
    palms.palms_[i] = model.palm(side);
    const auto arm = planning::ArmReach::create(model, side);
    if (!arm) return tl::make_unexpected(arm.error());
    JointVector posture = model.home_rad();
    palms.shoulder_B_[i] = arm->shoulder_B(posture);
    const Vector3d far_B = palms.shoulder_B_[i] + Vector3d(kFarAhead_m, 0, 0);
    for (int k = 0; k < kStretchSteps; ++k) arm->step(far_B, posture);
    palms.reach_m_ = std::min(palms.reach_m_, (arm->hand_B(posture) - palms.shoulder_B_[i]).norm());
  }
  return palms;
}

Vector3d Palms::p_HP(int side, const RobotState& state) const noexcept {
  const auto i = static_cast<std::size_t>(side);
  const model::ChainPose hand = chains_[i].pose(state.joint_position_rad);
  const Vector3d p_BP = hand.p_BT + hand.R_BT * palms_[i].p_HP;
  const Matrix3d R_WB = state.q_WB.toRotationMatrix();
  return math::rotation_z(math::yaw_of(R_WB)).transpose() * (R_WB * p_BP);
}

Vector3d Palms::middle_H(const RobotState& state) const noexcept {
  return 0.5 * (p_HP(kLeft, state) + p_HP(kRight, state));
}

double Palms::fingers_down_rad(const RobotState& state) const noexcept {
  double down_rad = 0.0;
  for (const int side : {kLeft, kRight}) {
    const auto i = static_cast<std::size_t>(side);
    const Matrix3d R_BP = chains_[i].pose(state.joint_position_rad).R_BT * palms_[i].R_HP;
    const Vector3d fingers_W = state.q_WB * R_BP.col(0);
    down_rad += 0.5 * std::asin(std::clamp(-fingers_W.z(), -1.0, 1.0));
  }
  return down_rad;
}

bool Palms::can_reach(const PalmPair& pair) const noexcept {
  for (const int side : {kLeft, kRight}) {
    const auto i = static_cast<std::size_t>(side);
    const PalmTarget target = pair.target(side);
    const Matrix3d R_HHand = target.q_HP.toRotationMatrix() * palms_[i].R_HP.transpose();
    const Vector3d hand_H = target.p_HP - R_HHand * palms_[i].p_HP;
    if (!((hand_H - shoulder_B_[i]).norm() < kReachShare * reach_m_)) return false;
  }
  return true;
}

}  // namespace longmen::skills
