#pragma once

#include <Eigen/Core>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/types.h"

struct mjData_;
struct mjModel_;

namespace longmen::model {

/// Parts of a robot that code may ask for; robot.yaml maps each to a body of the model.
enum class Role : std::uint8_t {
  kBase,
  kTorso,
  kHead,
  kLeftHand,
  kRightHand,
  kLeftFoot,
  kRightFoot
};
inline constexpr int kRoleCount = 7;
[[nodiscard]] std::string_view role_name(Role role);
[[nodiscard]] std::optional<Role> role_from_name(std::string_view name);

/// Limbs; each is a list of joints in robot.yaml.
enum class Group : std::uint8_t { kLeftLeg, kRightLeg, kWaist, kLeftArm, kRightArm, kHead };
inline constexpr int kGroupCount = 6;
[[nodiscard]] constexpr Group leg(int side) {
  return side == kLeft ? Group::kLeftLeg : Group::kRightLeg;
}
[[nodiscard]] constexpr Group arm(int side) {
  return side == kLeft ? Group::kLeftArm : Group::kRightArm;
}

/// Limits and passive properties of one actuated joint, from the MJCF; speed from robot.yaml.
struct JointInfo {
  std::string name;
  double position_min_rad = 0.0;
  double position_max_rad = 0.0;
  double velocity_max_rad_s = 0.0;
  double torque_max_Nm = 0.0;
  double damping_Nms_rad = 0.0;
  double friction_Nm = 0.0;    ///< dry friction
  double inertia_kg_m2 = 0.0;  ///< diagonal of the mass matrix at home, armature included
};

/// Contact rectangle of a sole in the foot body's frame; its plane is parallel to that frame's xy.
struct Sole {
  double fore_m = 0.0, aft_m = 0.0, left_m = 0.0,
         right_m = 0.0;  ///< reach from the foot's origin, positive
  double down_m = 0.0;   ///< origin to sole plane, positive
};

/// Where a hand presses on things: frame P in the hand body's frame, its origin on the pad's
/// surface, X along the fingers, Z out of the palm.
struct Palm {
  Eigen::Vector3d p_HP = Eigen::Vector3d::Zero();
  Eigen::Matrix3d R_HP = Eigen::Matrix3d::Identity();
};

/// Spread of the sensors, 1 sigma; biases are constant within a run.
struct SensorNoise {
  double gyro_rad_s = 0.0, gyro_bias_rad_s = 0.0;
  double accelerometer_m_s2 = 0.0, accelerometer_bias_m_s2 = 0.0;
  double attitude_rad = 0.0, attitude_bias_rad = 0.0;
  double joint_position_rad = 0.0, joint_position_bias_rad = 0.0, joint_velocity_rad_s = 0.0;
  double foot_force_relative = 0.0, foot_force_N = 0.0;
};

/// How far a real robot may lie from its model.
struct PlantError {
  double mass_relative = 0.0, com_m = 0.0, friction_relative = 0.0;
};

/// How far the body reaches over the floor from the base's origin, standing at home, arms included.
struct Footprint {
  double half_width_m = 0.0;  ///< to either side
  double fore_m = 0.0;
  double aft_m = 0.0;
};

/// A robot as its data files describe it: MJCF, roles, joint order, limits, soles, home posture.
/// Immutable after load(); names become indices here, once. Joint arrays follow the order of
/// robot.yaml; `dof(j)` gives the position of joint j in a generalised velocity [nv] (0..5 are the
/// base).
class RobotModel {
 public:
  /// Reads `dir`/robot.yaml and the MJCF that it names. Errors name the file, the key or element,
  /// and what is valid.
  static Result<RobotModel> load(const std::filesystem::path& dir);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] std::filesystem::path model_file() const { return directory_ / model_file_; }

  [[nodiscard]] int na() const { return static_cast<int>(joints_.size()); }
  [[nodiscard]] int nv() const { return na() + 6; }
  [[nodiscard]] double mass_kg() const { return mass_kg_; }
  [[nodiscard]] const JointInfo& joint(int j) const { return joints_[static_cast<std::size_t>(j)]; }
  /// Index of a joint by name; kUnknownName lists the valid ones.
  [[nodiscard]] Result<int> joint_index(std::string_view name) const;
  [[nodiscard]] int dof(int j) const { return dof_[static_cast<std::size_t>(j)]; }

  [[nodiscard]] int body(Role role) const { return bodies_[static_cast<std::size_t>(role)]; }
  [[nodiscard]] const std::string& body_name(Role role) const {
    return body_names_[static_cast<std::size_t>(role)];
  }
  [[nodiscard]] const std::vector<int>& group(Group group) const {
    return groups_[static_cast<std::size_t>(group)];
  }
  [[nodiscard]] const Sole& sole(int side) const { return soles_[static_cast<std::size_t>(side)]; }
  /// True when robot.yaml says where both palms are: only then can the hands hold things.
  [[nodiscard]] bool has_palms() const { return has_palms_; }
  /// Without palms: the frames of the hands' bodies.
  [[nodiscard]] const Palm& palm(int side) const { return palms_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const JointVector& home_rad() const { return home_rad_; }
  /// Height of the base origin above the ground in the home posture, base level, lower sole on the
  /// ground.
  [[nodiscard]] double home_height_m() const { return home_height_m_; }

  [[nodiscard]] const Footprint& footprint() const { return footprint_; }

  [[nodiscard]] const SensorNoise& noise() const { return noise_; }
  [[nodiscard]] const PlantError& plant_error() const { return plant_error_; }
  [[nodiscard]] double sensing_latency_s() const { return sensing_latency_s_; }
  [[nodiscard]] double actuation_latency_s() const { return actuation_latency_s_; }

  /// The engine's model, for `model` and `io/sim` only.
  [[nodiscard]] const mjModel_* engine() const { return engine_.get(); }

 private:
  RobotModel() = default;
  Result<void> read_description(const std::filesystem::path& dir);
  Result<void> bind_engine();
  void compute_home();
  void compute_footprint(const mjData_& home);

  std::string name_;
  std::filesystem::path directory_;
  std::string model_file_;
  std::shared_ptr<const mjModel_> engine_;
  std::array<std::string, kRoleCount> body_names_;
  std::array<int, kRoleCount> bodies_{};
  std::vector<JointInfo> joints_;
  std::vector<int> dof_;
  std::array<std::vector<int>, kGroupCount> groups_;
  std::array<Sole, kFeet> soles_{};
  std::array<Palm, kHands> palms_{};
  bool has_palms_ = false;
  JointVector home_rad_;
  double home_height_m_ = 0.0;
  Footprint footprint_;
  double mass_kg_ = 0.0;
  SensorNoise noise_;
  PlantError plant_error_;
  double sensing_latency_s_ = 0.0;
  double actuation_latency_s_ = 0.0;
};

}  // namespace longmen::model
