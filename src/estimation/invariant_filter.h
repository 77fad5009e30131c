#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>

#include "core/types.h"

namespace longmen::estimation {

/// Noise of the base filter. Rates are continuous: a noise of density s adds s^2 dt of variance.
struct InvariantFilterConfig {
  double gyro_density_rad_sqrt_s = 5e-4;      ///< also covers scale errors while the base turns
  double accelerometer_density_m_s15 = 0.01;  ///< m/s per sqrt(s)
  double gyro_bias_walk_rad_s15 = 2e-4;       ///< rad/s per sqrt(s)
  double accelerometer_bias_walk_m_s25 = 2e-2;
  double foot_walk_m_sqrt_s = 0.0025;      ///< how a loaded foot creeps, per sqrt(s)
  double foot_yaw_walk_rad_sqrt_s = 0.02;  ///< how a loaded foot turns, per sqrt(s)
  double foot_position_sigma_m = 0.0015;   ///< sole against base from the encoders, one tick
  double foot_yaw_sigma_rad = 0.005;
  double attitude_sigma_rad = 0.1;  ///< roll and pitch of the IMU, one tick; large: it has a bias
  double start_attitude_sigma_rad = 0.02;
  double start_velocity_sigma_m_s = 0.1;
  double start_gyro_bias_sigma_rad_s = 0.02;
  double start_accelerometer_bias_sigma_m_s2 = 0.2;
};

/// What is known of the base: rotation, velocity, position, IMU biases and, for each foot, where
/// its sole rests and which way it points.
struct BaseState {
  Eigen::Quaterniond q_WB = Eigen::Quaterniond::Identity();
  Eigen::Vector3d v_WB_W = Eigen::Vector3d::Zero();
  Eigen::Vector3d p_WB = Eigen::Vector3d::Zero();
  std::array<Eigen::Vector3d, kFeet> p_WS{};  ///< sole origin of each foot
  std::array<double, kFeet> yaw_WS_rad{};     ///< heading of each sole
  Eigen::Vector3d gyro_bias_B_rad_s = Eigen::Vector3d::Zero();
  Eigen::Vector3d accelerometer_bias_B_m_s2 = Eigen::Vector3d::Zero();
};

/// One foot as the encoders see it.
struct FootMeasurement {
  Eigen::Vector3d p_BS = Eigen::Vector3d::Zero();
  Eigen::Matrix3d R_BS = Eigen::Matrix3d::Identity();
};

/// Contact-aided right-invariant extended Kalman filter (Hartley et al. 2020), with foot headings
/// added and the errors kept about an origin near the robot. Equations with these symbols:
/// docs/math/estimation.md. No method allocates or throws.
class InvariantFilter {
 public:
  /// Error vector xi, estimate times inverse truth, in W: rotation, velocity, position, feet, foot
  /// headings, gyro bias, accelerometer bias (biases in B).
  static constexpr int kTheta = 0, kVelocity = 3, kPosition = 6, kFoot = 9, kFootYaw = 15,
                       kGyroBias = 17, kAccelerometerBias = 20, kSize = 23;
  using Vector = Eigen::Matrix<double, kSize, 1>;
  using Covariance = Eigen::Matrix<double, kSize, kSize>;

  explicit InvariantFilter(const InvariantFilterConfig& config, double period_s);

  /// Starts at rest, heading 0, the mean of the soles at the origin of W. Roll and pitch are those
  /// of q_WB.
  void start(const Eigen::Quaterniond& q_WB,
             const std::array<FootMeasurement, kFeet>& feet) noexcept;

  /// One period of inertial propagation.
  /// @param noise_scale  multiplies both densities, for samples trusted less than usual.
  void propagate(const Eigen::Vector3d& gyro_B_rad_s, const Eigen::Vector3d& accelerometer_B_m_s2,
                 double gyro_noise_scale, double accelerometer_noise_scale) noexcept;

  /// Uses the feet: each rests on the ground with weight `contact` in [0, 1] and moves the freer
  /// the less it does; at no contact its place follows the base.
  void update_feet(const std::array<FootMeasurement, kFeet>& feet,
                   const std::array<double, kFeet>& contact) noexcept;

  /// Where the encoders put the foot against where it was believed to rest, before the last update,
  /// m in W; zero for a foot that was not used.
  [[nodiscard]] const Eigen::Vector3d& foot_innovation(int side) const noexcept {
    return foot_innovation_[static_cast<std::size_t>(side)];
  }

  /// Uses roll and pitch of the IMU's own attitude; its heading has no say.
  void update_attitude(const Eigen::Quaterniond& q_WB) noexcept;

  /// Compares a late pose fix with what was estimated at its time.
  struct Fix {
    Eigen::Vector3d p_WB = Eigen::Vector3d::Zero();
    double yaw_rad = 0.0;
    Eigen::Vector3d p_WB_then = Eigen::Vector3d::Zero();  ///< the estimate of that time
    double yaw_then_rad = 0.0;
    double position_sigma_m = 0.02;
    double yaw_sigma_rad = 0.0175;
  };
  /// Normalised innovation squared of a fix, 4 degrees of freedom.
  [[nodiscard]] double fix_nis(const Fix& fix) const noexcept;
  void update_fix(const Fix& fix) noexcept;

  /// Turns by `yaw_rad` about W's vertical and then shifts everything: a change of frame that
  /// leaves all that is relative as it is.
  void move_frame(double yaw_rad, const Eigen::Vector3d& shift) noexcept;
  /// Sets how well the frame itself is known: adds to the variance of heading and position.
  void add_frame_uncertainty(double position_sigma_m, double yaw_sigma_rad) noexcept;

  /// Forgets how well tilt and velocity were known: adds to their variance.
  void loosen(double tilt_sigma_rad, double velocity_sigma_m_s) noexcept;

  [[nodiscard]] const BaseState& state() const noexcept { return state_; }
  /// Correction of the last update_fix as a change of frame: what was estimated before at p, yaw is
  /// now at corrected(p), yaw + correction_yaw_rad().
  [[nodiscard]] Eigen::Vector3d corrected(const Eigen::Vector3d& p_W) const noexcept;
  [[nodiscard]] double correction_yaw_rad() const noexcept { return correction_yaw_rad_; }

  [[nodiscard]] double position_sigma_m() const noexcept;  ///< largest horizontal 1 sigma
  [[nodiscard]] double yaw_sigma_rad() const noexcept;
  [[nodiscard]] const Covariance& covariance() const noexcept { return P_; }
  [[nodiscard]] bool finite() const noexcept;

  /// Error of `truth` in the filter's own coordinates, for consistency tests.
  [[nodiscard]] Vector error_against(const BaseState& truth) const noexcept;

 private:
  /// One scalar measurement: innovation = h . xi + noise, with h non-zero at few places.
  template <int N>
  void update_scalar(const std::array<int, N>& at, const std::array<double, N>& h,
                     double innovation, double sigma) noexcept;
  void apply_correction() noexcept;
  void rebase() noexcept;

  InvariantFilterConfig config_;
  double dt_s_;
  BaseState state_;
  Eigen::Vector3d origin_W_ = Eigen::Vector3d::Zero();  ///< about which positions' errors are kept
  Covariance P_ = Covariance::Identity();
  Vector xi_ = Vector::Zero();  ///< correction gathered by the scalars of one update
  std::array<Eigen::Vector3d, kFeet> foot_innovation_;
  double correction_yaw_rad_ = 0.0;
  Eigen::Matrix3d correction_R_ = Eigen::Matrix3d::Identity();
  Eigen::Vector3d correction_shift_ = Eigen::Vector3d::Zero();
};

}  // namespace longmen::estimation
