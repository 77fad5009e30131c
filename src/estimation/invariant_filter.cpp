#include "estimation/invariant_filter.h"

#include <algorithm>
#include <cmath>

#include "math/so3.h"

namespace longmen::estimation {
namespace {

using math::skew;

constexpr double kContactMin = 0.02;  ///< below it a foot says nothing about the base
constexpr double kOriginRange_m = 1.0;
const Eigen::Vector3d kGravity_W(0, 0, -kGravity_m_s2);

double square(double x) { return x * x; }

}  // namespace

InvariantFilter::InvariantFilter(const InvariantFilterConfig& config, double period_s)
    : config_(config), dt_s_(period_s) {
  for (Eigen::Vector3d& p : state_.p_WS) p.setZero();
  for (Eigen::Vector3d& d : foot_innovation_) d.setZero();
}

void InvariantFilter::start(const Eigen::Quaterniond& q_WB,
                            const std::array<FootMeasurement, kFeet>& feet) noexcept {
  state_ = BaseState{};
  state_.q_WB = (math::quaternion_z(-math::yaw_of(q_WB)) * q_WB).normalized();
  const Eigen::Matrix3d R_WB = state_.q_WB.toRotationMatrix();
  state_.p_WB = -R_WB * (0.5 * (feet[kLeft].p_BS + feet[kRight].p_BS));
  for (std::size_t i = 0; i < kFeet; ++i) {
    state_.p_WS[i] = state_.p_WB + R_WB * feet[i].p_BS;
    state_.yaw_WS_rad[i] = math::yaw_of(R_WB * feet[i].R_BS);
  }
  origin_W_.setZero();

  // Heading and place are exact: they define W.
  constexpr double kExact = 1e-10;
  P_.setZero();
  auto set = [this](int at, int size, double variance) {
    P_.diagonal().segment(at, size).setConstant(variance);
  };
  set(kTheta, 2, square(config_.start_attitude_sigma_rad));
  set(kTheta + 2, 1, kExact);
  set(kVelocity, 3, square(config_.start_velocity_sigma_m_s));
  set(kPosition, 3, kExact);
  set(kFoot, 3 * kFeet, square(config_.foot_position_sigma_m));
  set(kFootYaw, kFeet, square(config_.foot_yaw_sigma_rad));
  set(kGyroBias, 3, square(config_.start_gyro_bias_sigma_rad_s));
  set(kAccelerometerBias, 3, square(config_.start_accelerometer_bias_sigma_m_s2));
}

void InvariantFilter::propagate(const Eigen::Vector3d& gyro_B_rad_s,
                                const Eigen::Vector3d& accelerometer_B_m_s2,
                                double gyro_noise_scale,
                                double accelerometer_noise_scale) noexcept {
  const Eigen::Vector3d w_B = gyro_B_rad_s - state_.gyro_bias_B_rad_s;
  const Eigen::Vector3d f_B = accelerometer_B_m_s2 - state_.accelerometer_bias_B_m_s2;
  const Eigen::Matrix3d R_WB = state_.q_WB.toRotationMatrix();
  const Eigen::Vector3d p = state_.p_WB - origin_W_;

  // P <- F P F', F = I + A dt, column blocks only: (F (F P)')' is the same, P being symmetric.
  const Eigen::Matrix3d Rt_dt = R_WB.transpose() * dt_s_;
  const Eigen::Matrix3d fall = -dt_s_ * skew(kGravity_W);
  for (int side = 0; side < 2; ++side) {
    const Eigen::Matrix<double, kSize, 3> turn = P_.middleCols<3>(kGyroBias).lazyProduct(Rt_dt);
    P_.middleCols<3>(kPosition) += dt_s_ * P_.middleCols<3>(kVelocity) + turn.lazyProduct(skew(p));
    for (std::size_t i = 0; i < kFeet; ++i)
      P_.middleCols<3>(kFoot + 3 * static_cast<int>(i)) +=
          turn.lazyProduct(skew(state_.p_WS[i] - origin_W_));
    P_.middleCols<3>(kVelocity) += P_.middleCols<3>(kTheta).lazyProduct(fall) -
                                   P_.middleCols<3>(kAccelerometerBias).lazyProduct(Rt_dt) +
                                   turn.lazyProduct(skew(state_.v_WB_W));
    P_.middleCols<3>(kTheta) -= turn;
    P_.transposeInPlace();
  }

  // Gyro noise turns the frame about the origin, so it reaches every vector by its lever.
  Eigen::Matrix<double, 3 * (3 + kFeet), 3> G;
  G.middleRows<3>(kTheta).setIdentity();
  G.middleRows<3>(kVelocity) = skew(state_.v_WB_W);
  G.middleRows<3>(kPosition) = skew(p);
  for (std::size_t i = 0; i < kFeet; ++i)
    G.middleRows<3>(kFoot + 3 * static_cast<int>(i)) = skew(state_.p_WS[i] - origin_W_);
  P_.topLeftCorner<3 * (3 + kFeet), 3 * (3 + kFeet)>().noalias() +=
      (square(gyro_noise_scale * config_.gyro_density_rad_sqrt_s) * dt_s_) *
      G.lazyProduct(G.transpose());
  P_.diagonal().segment<3>(kVelocity).array() +=
      square(accelerometer_noise_scale * config_.accelerometer_density_m_s15) * dt_s_;
  P_.diagonal().segment<3>(kGyroBias).array() += square(config_.gyro_bias_walk_rad_s15) * dt_s_;
  P_.diagonal().segment<3>(kAccelerometerBias).array() +=
      square(config_.accelerometer_bias_walk_m_s25) * dt_s_;

  P_ = (0.5 * (P_ + P_.transpose())).eval();  // rounding must not tilt it

  // The sample is the mean over the period: rotate the force by the attitude half way.
  const Eigen::Quaterniond q_middle = state_.q_WB * math::exp_so3(0.5 * dt_s_ * w_B);
  const Eigen::Vector3d a_W = q_middle * f_B + kGravity_W;
  state_.p_WB += dt_s_ * (state_.v_WB_W + (0.5 * dt_s_) * a_W);
  state_.v_WB_W += dt_s_ * a_W;
  state_.q_WB = (state_.q_WB * math::exp_so3(dt_s_ * w_B)).normalized();
  if ((state_.p_WB - origin_W_).squaredNorm() > square(kOriginRange_m)) rebase();
}

void InvariantFilter::update_feet(const std::array<FootMeasurement, kFeet>& feet,
                                  const std::array<double, kFeet>& contact) noexcept {
  const Eigen::Matrix3d R_WB = state_.q_WB.toRotationMatrix();
  const double position_variance = square(config_.foot_position_sigma_m);
  const double yaw_variance = square(config_.foot_yaw_sigma_rad);
  xi_.setZero();
  for (int i = 0; i < kFeet; ++i) {
    const auto foot = static_cast<std::size_t>(i);
    const int at = kFoot + 3 * i;
    const int at_yaw = kFootYaw + i;
    const Eigen::Vector3d leg_W = R_WB * feet[foot].p_BS;
    const double yaw = math::yaw_of(R_WB * feet[foot].R_BS);

    if (contact[foot] < kContactMin) {
      // xi_foot = xi_position + R n: the error of a foot in the air is the base's own.
      state_.p_WS[foot] = state_.p_WB + leg_W;
      state_.yaw_WS_rad[foot] = yaw;
      P_.middleCols<3>(at) = P_.middleCols<3>(kPosition);
      P_.middleRows<3>(at) = P_.middleRows<3>(kPosition);
      P_.block<3, 3>(at, at) = P_.block<3, 3>(kPosition, kPosition);
      P_.diagonal().segment<3>(at).array() += position_variance;
      P_.col(at_yaw) = P_.col(kTheta + 2);
      P_.row(at_yaw) = P_.row(kTheta + 2);
      P_(at_yaw, at_yaw) = P_(kTheta + 2, kTheta + 2) + yaw_variance;
      xi_.segment<3>(at) = xi_.segment<3>(kPosition);
      xi_[at_yaw] = xi_[kTheta + 2];
      foot_innovation_[foot].setZero();
      continue;
    }
    P_.diagonal().segment<3>(at).array() +=
        square(config_.foot_walk_m_sqrt_s / contact[foot]) * dt_s_;
    P_(at_yaw, at_yaw) += square(config_.foot_yaw_walk_rad_sqrt_s / contact[foot]) * dt_s_;
    const Eigen::Vector3d innovation = leg_W - (state_.p_WS[foot] - state_.p_WB);
    foot_innovation_[foot] = innovation;
    for (int axis = 0; axis < 3; ++axis)
      update_scalar<2>({kPosition + axis, at + axis}, {1.0, -1.0}, innovation[axis],
                       config_.foot_position_sigma_m);
    update_scalar<2>({kTheta + 2, at_yaw}, {1.0, -1.0},
                     math::wrap_angle(yaw - state_.yaw_WS_rad[foot]), config_.foot_yaw_sigma_rad);
  }
  apply_correction();
}

void InvariantFilter::update_attitude(const Eigen::Quaterniond& q_WB) noexcept {
  // The vertical as the IMU has it, seen through the estimate: off by xi_theta x z.
  const Eigen::Vector3d up = state_.q_WB * (q_WB.conjugate() * Eigen::Vector3d::UnitZ());
  xi_.setZero();
  update_scalar<1>({kTheta}, {1.0}, -up.y(), config_.attitude_sigma_rad);
  update_scalar<1>({kTheta + 1}, {1.0}, up.x(), config_.attitude_sigma_rad);
  apply_correction();
}

double InvariantFilter::fix_nis(const Fix& fix) const noexcept {
  Eigen::Matrix<double, 4, kSize> H = Eigen::Matrix<double, 4, kSize>::Zero();
  H.block<3, 3>(0, kTheta) = -skew(fix.p_WB_then - origin_W_);
  H.block<3, 3>(0, kPosition).setIdentity();
  H(3, kTheta + 2) = 1.0;
  Eigen::Matrix4d S = H * P_.lazyProduct(H.transpose());
  S.diagonal().head<3>().array() += square(fix.position_sigma_m);
  S(3, 3) += square(fix.yaw_sigma_rad);
  Eigen::Vector4d innovation;
  innovation << fix.p_WB_then - fix.p_WB, math::wrap_angle(fix.yaw_then_rad - fix.yaw_rad);
  return innovation.dot(S.inverse() * innovation);
}

void InvariantFilter::update_fix(const Fix& fix) noexcept {
  // Row j of xi_theta x p + xi_position.
  const Eigen::Vector3d p = fix.p_WB_then - origin_W_;
  const Eigen::Vector3d innovation = fix.p_WB_then - fix.p_WB;
  xi_.setZero();
  for (int axis = 0; axis < 3; ++axis) {
    const int next = (axis + 1) % 3;
    const int last = (axis + 2) % 3;
    update_scalar<3>({kPosition + axis, kTheta + next, kTheta + last}, {1.0, p[last], -p[next]},
                     innovation[axis], fix.position_sigma_m);
  }
  update_scalar<1>({kTheta + 2}, {1.0}, math::wrap_angle(fix.yaw_then_rad - fix.yaw_rad),
                   fix.yaw_sigma_rad);
  const Eigen::Vector3d theta = -xi_.segment<3>(kTheta);
  correction_yaw_rad_ = theta.z();
  correction_R_ = math::exp_so3(theta).toRotationMatrix();
  correction_shift_ = origin_W_ - correction_R_ * origin_W_ -
                      math::left_jacobian_so3(theta) * xi_.segment<3>(kPosition);
  apply_correction();
}

Eigen::Vector3d InvariantFilter::corrected(const Eigen::Vector3d& p_W) const noexcept {
  return correction_R_ * p_W + correction_shift_;
}

template <int N>
void InvariantFilter::update_scalar(const std::array<int, N>& at, const std::array<double, N>& h,
                                    double innovation, double sigma) noexcept {
  Vector Ph = Vector::Zero();
  double residual = innovation;
  for (std::size_t k = 0; k < N; ++k) {
    Ph += h[k] * P_.col(at[k]);
    residual -= h[k] * xi_[at[k]];
  }
  double s = square(sigma);
  for (std::size_t k = 0; k < N; ++k) s += h[k] * Ph[at[k]];
  xi_ += (residual / s) * Ph;
  Ph /= std::sqrt(s);
  for (int column = 0; column < kSize; ++column) P_.col(column) -= Ph[column] * Ph;
}

void InvariantFilter::apply_correction() noexcept {
  // X <- exp(-xi) X on the group of rotation, velocity, position and feet, about the origin.
  const Eigen::Vector3d theta = -xi_.segment<3>(kTheta);
  const Eigen::Quaterniond q = math::exp_so3(theta);
  const Eigen::Matrix3d J = math::left_jacobian_so3(theta);
  state_.q_WB = (q * state_.q_WB).normalized();
  state_.v_WB_W = q * state_.v_WB_W - J * xi_.segment<3>(kVelocity);
  state_.p_WB = origin_W_ + q * (state_.p_WB - origin_W_) - J * xi_.segment<3>(kPosition);
  for (std::size_t i = 0; i < kFeet; ++i) {
    const int at = kFoot + 3 * static_cast<int>(i);
    state_.p_WS[i] = origin_W_ + q * (state_.p_WS[i] - origin_W_) - J * xi_.segment<3>(at);
    state_.yaw_WS_rad[i] =
        math::wrap_angle(state_.yaw_WS_rad[i] - xi_[kFootYaw + static_cast<int>(i)]);
  }
  state_.gyro_bias_B_rad_s -= xi_.segment<3>(kGyroBias);
  state_.accelerometer_bias_B_m_s2 -= xi_.segment<3>(kAccelerometerBias);
}

void InvariantFilter::rebase() noexcept {
  // xi_position = dp - xi_theta x (p - origin), so moving the origin by D adds xi_theta x D.
  const Eigen::Matrix3d D = skew(state_.p_WB - origin_W_);
  for (int side = 0; side < 2; ++side) {
    const Eigen::Matrix<double, kSize, 3> turn = P_.middleCols<3>(kTheta).lazyProduct(D);
    P_.middleCols<3>(kPosition) += turn;
    for (int i = 0; i < kFeet; ++i) P_.middleCols<3>(kFoot + 3 * i) += turn;
    P_.transposeInPlace();
  }
  origin_W_ = state_.p_WB;
}

void InvariantFilter::move_frame(double yaw_rad, const Eigen::Vector3d& shift) noexcept {
  const Eigen::Quaterniond q = math::quaternion_z(yaw_rad);
  const Eigen::Matrix3d R = q.toRotationMatrix();
  state_.q_WB = (q * state_.q_WB).normalized();
  state_.v_WB_W = R * state_.v_WB_W;
  state_.p_WB = R * state_.p_WB + shift;
  for (std::size_t i = 0; i < kFeet; ++i) {
    state_.p_WS[i] = R * state_.p_WS[i] + shift;
    state_.yaw_WS_rad[i] = math::wrap_angle(state_.yaw_WS_rad[i] + yaw_rad);
  }
  origin_W_ = R * origin_W_ + shift;
  for (int side = 0; side < 2; ++side) {
    for (int at = 0; at < kFootYaw; at += 3) {
      const Eigen::Matrix<double, kSize, 3> turned =
          P_.middleCols<3>(at).lazyProduct(R.transpose());
      P_.middleCols<3>(at) = turned;
    }
    P_.transposeInPlace();
  }
}

void InvariantFilter::add_frame_uncertainty(double position_sigma_m,
                                            double yaw_sigma_rad) noexcept {
  rebase();  // so that the heading turns about the base
  for (int a = kPosition; a < kFootYaw; a += 3)
    for (int b = kPosition; b < kFootYaw; b += 3)
      P_.block<3, 3>(a, b).diagonal().array() += square(position_sigma_m);
  for (const int a : {kTheta + 2, kFootYaw + 0, kFootYaw + 1})
    for (const int b : {kTheta + 2, kFootYaw + 0, kFootYaw + 1}) P_(a, b) += square(yaw_sigma_rad);
}

void InvariantFilter::loosen(double tilt_sigma_rad, double velocity_sigma_m_s) noexcept {
  P_.diagonal().segment<2>(kTheta).array() += square(tilt_sigma_rad);
  P_.diagonal().segment<3>(kVelocity).array() += square(velocity_sigma_m_s);
}

double InvariantFilter::position_sigma_m() const noexcept {
  // dp = xi_position + xi_theta x (p - origin), and of its covariance the larger horizontal axis.
  const Eigen::Matrix3d S = skew(state_.p_WB - origin_W_);
  const Eigen::Matrix3d cross = P_.block<3, 3>(kPosition, kTheta) * S;
  const Eigen::Matrix3d C = P_.block<3, 3>(kPosition, kPosition) + cross + cross.transpose() -
                            S * P_.block<3, 3>(kTheta, kTheta) * S;
  const double mean = 0.5 * (C(0, 0) + C(1, 1));
  const double spread = std::hypot(0.5 * (C(0, 0) - C(1, 1)), C(0, 1));
  return std::sqrt(std::max(mean + spread, 0.0));
}

double InvariantFilter::yaw_sigma_rad() const noexcept {
  return std::sqrt(std::max(P_(kTheta + 2, kTheta + 2), 0.0));
}

bool InvariantFilter::finite() const noexcept {
  double sum = state_.q_WB.coeffs().sum() + state_.v_WB_W.sum() + state_.p_WB.sum() + P_.sum();
  for (std::size_t i = 0; i < kFeet; ++i) sum += state_.p_WS[i].sum() + state_.yaw_WS_rad[i];
  sum += state_.gyro_bias_B_rad_s.sum() + state_.accelerometer_bias_B_m_s2.sum();
  return std::isfinite(sum);
}

InvariantFilter::Vector InvariantFilter::error_against(const BaseState& truth) const noexcept {
  Vector xi;
  const Eigen::Quaterniond q = state_.q_WB * truth.q_WB.conjugate();
  const Eigen::Matrix3d R = q.toRotationMatrix();
  xi.segment<3>(kTheta) = math::log_so3(q);
  const Eigen::Matrix3d J_inverse = math::left_jacobian_so3(xi.segment<3>(kTheta)).inverse();
  auto vector_error = [&](const Eigen::Vector3d& estimate, const Eigen::Vector3d& actual) {
    return Eigen::Vector3d(J_inverse * (estimate - R * actual));
  };
  xi.segment<3>(kVelocity) = vector_error(state_.v_WB_W, truth.v_WB_W);
  xi.segment<3>(kPosition) = vector_error(state_.p_WB - origin_W_, truth.p_WB - origin_W_);
  for (std::size_t i = 0; i < kFeet; ++i) {
    xi.segment<3>(kFoot + 3 * static_cast<int>(i)) =
        vector_error(state_.p_WS[i] - origin_W_, truth.p_WS[i] - origin_W_);
    xi[kFootYaw + static_cast<int>(i)] =
        math::wrap_angle(state_.yaw_WS_rad[i] - truth.yaw_WS_rad[i]);
  }
  xi.segment<3>(kGyroBias) = state_.gyro_bias_B_rad_s - truth.gyro_bias_B_rad_s;
  xi.segment<3>(kAccelerometerBias) =
      state_.accelerometer_bias_B_m_s2 - truth.accelerometer_bias_B_m_s2;
  return xi;
}

}  // namespace longmen::estimation
