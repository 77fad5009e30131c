#include "planning/arm_reach.h"

#include <Eigen/LU>
#include <algorithm>

namespace longmen::planning {
namespace {

constexpr double kDamping_m = 0.05;    // keeps steps finite where the arm is stretched
constexpr double kHomeGain = 0.05;     // share of the way home taken per step, if the hand allows
constexpr double kStepMax_rad = 0.15;  // of one joint in one step
constexpr double kErrorMax_m = 0.10;   // of the hand's way in one step
constexpr double kReachMargin_rad = 0.05;

}  // namespace

Result<ArmReach> ArmReach::create(const model::RobotModel& model, int side) {
  const model::Role hand = side == kLeft ? model::Role::kLeftHand : model::Role::kRightHand;
  auto chain = model::KinematicChain::to_role(model, hand);
  if (!chain) return tl::make_unexpected(chain.error());
  const std::vector<int>& arm = model.group(model::arm(side));
  const bool has_joints = std::any_of(chain->joints().begin(), chain->joints().end(), [&](int j) {
    return std::find(arm.begin(), arm.end(), j) != arm.end();
  });
  if (!has_joints)
    return fail(ErrorCode::kUnsupported, "no joint of the arm's group moves the hand",
                model.name() + ": groups");
  ArmReach reach(model, std::move(*chain));
  bool is_before_shoulder = true;
  for (std::size_t k = 0; k < reach.chain_.joints().size(); ++k) {
    const int j = reach.chain_.joints()[k];
    reach.is_of_arm_[k] = std::find(arm.begin(), arm.end(), j) != arm.end();
    if (!reach.is_of_arm_[k]) continue;
    if (is_before_shoulder) reach.shoulder_ = k;
    is_before_shoulder = false;
    reach.joints_.push_back(j);
  }
  const JointVector& home = model.home_rad();
  for (std::size_t k = reach.shoulder_; k < reach.chain_.joints().size(); ++k) {
    const Eigen::Vector3d from = reach.chain_.joint_origin(k, home);
    const bool is_last = k + 1 == reach.chain_.joints().size();
    const Eigen::Vector3d to =
        is_last ? reach.hand_B(home) : reach.chain_.joint_origin(k + 1, home);
    reach.length_m_ += (to - from).norm();
  }
  return reach;
}

ArmReach::ArmReach(const model::RobotModel& model, model::KinematicChain chain)
    : model_(&model), chain_(std::move(chain)) {}

double ArmReach::step(const Eigen::Vector3d& p_BH_target, JointVector& posture_rad) const noexcept {
  model::KinematicChain::Motion motion = chain_.motion(posture_rad);
  const auto n = static_cast<Eigen::Index>(chain_.joints().size());
  for (Eigen::Index k = 0; k < n; ++k)
    if (!is_of_arm_[static_cast<std::size_t>(k)]) motion.J.col(k).setZero();

  const Eigen::Vector3d error = p_BH_target - motion.pose.p_BT;
  const double distance_m = error.norm();
  const Eigen::Vector3d way =
      distance_m > kErrorMax_m ? Eigen::Vector3d(error * (kErrorMax_m / distance_m)) : error;
  const Eigen::Matrix3d inverse =
      (motion.J * motion.J.transpose() + kDamping_m * kDamping_m * Eigen::Matrix3d::Identity())
          .inverse();

  using ChainVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor,
                                    model::KinematicChain::kMaxLength, 1>;
  ChainVector home(n);
  for (Eigen::Index k = 0; k < n; ++k) {
    const int j = chain_.joints()[static_cast<std::size_t>(k)];
    home[k] = is_of_arm_[static_cast<std::size_t>(k)]
                  ? kHomeGain * (model_->home_rad()[j] - posture_rad[j])
                  : 0.0;
  }
  const Eigen::Vector3d task = inverse * (way - motion.J * home);
  const ChainVector change = motion.J.transpose() * task + home;
  for (Eigen::Index k = 0; k < n; ++k) {
    if (!is_of_arm_[static_cast<std::size_t>(k)]) continue;
    const int j = chain_.joints()[static_cast<std::size_t>(k)];
    const model::JointInfo& joint = model_->joint(j);
    const double home_rad = model_->home_rad()[j];
    const double low = std::min(joint.position_min_rad + kReachMargin_rad, home_rad);
    const double high = std::max(joint.position_max_rad - kReachMargin_rad, home_rad);
    posture_rad[j] =
        std::clamp(posture_rad[j] + std::clamp(change[k], -kStepMax_rad, kStepMax_rad), low, high);
  }
  return distance_m;
}

Eigen::Vector3d ArmReach::hand_B(const JointVector& posture_rad) const noexcept {
  return chain_.pose(posture_rad).p_BT;
}

Eigen::Vector3d ArmReach::shoulder_B(const JointVector& posture_rad) const noexcept {
  return chain_.joint_origin(shoulder_, posture_rad);
}

}  // namespace longmen::planning
