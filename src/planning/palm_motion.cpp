#include "planning/palm_motion.h"

#include <algorithm>
#include <cmath>

#include "math/rotation.h"

namespace longmen::planning {
namespace {

using Eigen::Matrix3d;
using Eigen::Quaterniond;
using Eigen::Vector3d;

constexpr double kPalmStiffness_1_s2 = 49.0;
constexpr double kSpeedMax_m_s = 0.5;
constexpr double kTurnMax_rad_s = 1.5;
constexpr double kSqueezeRate_N_s = 80.0;
constexpr double kSqueezeMax_N = 200.0;
constexpr double kLoadMax_kg = 40.0;
constexpr double kLoadSmoothing_s = 0.3;
constexpr double kEmptySmoothing_s = 1.0;

Vector3d shortened(const Vector3d& v, double length_max) noexcept {
  const double length = v.norm();
  return length > length_max ? Vector3d(v * (length_max / length)) : v;
}

bool is_usable(const PalmTarget& target) noexcept {
  return target.active && target.p_HP.allFinite() && target.q_HP.coeffs().allFinite() &&
         std::abs(target.q_HP.norm() - 1.0) < 1e-3;
}

}  // namespace

void PalmMotion::follow(const PalmTarget& target, double dt, Filter& f) noexcept {
  const double damping = 2.0 * std::sqrt(kPalmStiffness_1_s2);
  f.v_HP += dt * (kPalmStiffness_1_s2 * (target.p_HP - f.p_HP) - damping * f.v_HP);
  f.v_HP = shortened(f.v_HP, kSpeedMax_m_s);
  f.p_HP += dt * f.v_HP;
  const Vector3d turn =
      math::rotation_log((target.q_HP * f.q_HP.conjugate()).normalized().toRotationMatrix());
  f.w_HP += dt * (kPalmStiffness_1_s2 * turn - damping * f.w_HP);
  f.w_HP = shortened(f.w_HP, kTurnMax_rad_s);
  const double angle = dt * f.w_HP.norm();
  if (angle > 0.0)
    f.q_HP = (Quaterniond(Eigen::AngleAxisd(angle, f.w_HP.normalized())) * f.q_HP).normalized();
}

void PalmMotion::tick(const Goal& goal, const model::Dynamics& dynamics, const RobotState& state,
                      double load_kg, const Vector3d& load_acceleration_W_m_s2, double dt,
                      WholeBodyReference& reference) noexcept {
  const Matrix3d R_WH = math::rotation_z(math::yaw_of(state.q_WB.toRotationMatrix()));
  const bool squeezes =
      goal.squeeze_N > 0.0 && is_usable(goal.palms[kLeft]) && is_usable(goal.palms[kRight]);
  const double wanted_N = squeezes ? std::min(goal.squeeze_N, kSqueezeMax_N) : 0.0;
  const double step_N = kSqueezeRate_N_s * dt;
  // Letting go is quick: what still presses when the palms open would throw the load.
  squeeze_N_ = squeezes ? squeeze_N_ + std::clamp(wanted_N - squeeze_N_, -step_N, step_N) : 0.0;

  for (const int side : {kLeft, kRight}) {
    const auto i = static_cast<std::size_t>(side);
    Filter& filter = filters_[i];
    PalmReference& palm = reference.palms[i];
    palm = PalmReference{};
    if (!is_usable(goal.palms[i])) {
      filter.is_active = false;
      continue;
    }
    const model::FrameMotion& measured = dynamics.palm(side);
    if (!filter.is_active) {
      filter = Filter{};
      filter.is_active = true;
      filter.p_HP = R_WH.transpose() * (measured.p_WF - state.p_WB);
      filter.q_HP = Quaterniond(Matrix3d(R_WH.transpose() * measured.R_WF));
    }
    follow(goal.palms[i], dt, filter);
    palm.active = true;
  }

  if (squeezes) {
    Filter& left = filters_[kLeft];
    Filter& right = filters_[kRight];
    const Vector3d axis_W = (R_WH * (left.p_HP - right.p_HP)).normalized();
    const Vector3d apart_W = dynamics.palm(kLeft).p_WF - dynamics.palm(kRight).p_WF;
    const Vector3d half_H = R_WH.transpose() * (0.5 * apart_W.dot(axis_W) * axis_W);
    const Vector3d middle_H = 0.5 * (left.p_HP + right.p_HP);
    left.p_HP = middle_H + half_H;
    right.p_HP = middle_H - half_H;
    left.v_HP = right.v_HP = 0.5 * (left.v_HP + right.v_HP);
    const Vector3d weight_W_N =
        -0.5 * load_kg * (load_acceleration_W_m_s2 + Vector3d(0, 0, kGravity_m_s2));
    reference.palms[kLeft].force_W_N = squeeze_N_ * axis_W + weight_W_N;
    reference.palms[kRight].force_W_N = -squeeze_N_ * axis_W + weight_W_N;
    const Vector3d moment_W_Nm = (R_WH * goal.p_MC_H).cross(weight_W_N);
    for (PalmReference& palm : reference.palms) palm.moment_W_Nm = moment_W_Nm;
  }

  const Vector3d w_WB_W = state.q_WB * state.w_WB_B;
  const Vector3d w_WH(0, 0, w_WB_W.z());
  for (std::size_t i = 0; i < kHands; ++i) {
    PalmReference& palm = reference.palms[i];
    if (!palm.active) continue;
    const Filter& filter = filters_[i];
    const Vector3d arm_W = R_WH * filter.p_HP;
    palm.p_WP = state.p_WB + arm_W;
    palm.v_WP = state.v_WB_W + w_WH.cross(arm_W) + R_WH * filter.v_HP;
    palm.q_WP = Quaterniond(R_WH) * filter.q_HP;
    palm.w_WP_W = w_WH + R_WH * filter.w_HP;
  }
}

void LoadEstimate::tick(bool carries, bool standing, double feet_force_N, double dt) noexcept {
  if (!std::isfinite(feet_force_N)) return;
  if (!carries) {
    load_kg_ = 0.0;
    if (!standing) return;
    empty_N_ = empty_N_ == 0.0
                   ? feet_force_N
                   : empty_N_ + std::min(1.0, dt / kEmptySmoothing_s) * (feet_force_N - empty_N_);
    return;
  }
  if (!standing || empty_N_ == 0.0) return;
  const double seen_kg = std::clamp((feet_force_N - empty_N_) / kGravity_m_s2, 0.0, kLoadMax_kg);
  load_kg_ += std::min(1.0, dt / kLoadSmoothing_s) * (seen_kg - load_kg_);
}

}  // namespace longmen::planning
