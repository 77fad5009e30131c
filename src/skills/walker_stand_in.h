#pragma once

#include <filesystem>

#include "core/random.h"
#include "math/rotation.h"
#include "model/robot_model.h"
#include "model/robot_names.h"
#include "skills/skill.h"
#include "world/world.h"

namespace longmen::skills {

inline const std::filesystem::path kRobots = std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots";
inline constexpr double kPeriod_s = 0.02;  ///< between two ticks of a skill

/// The first of the robots.
inline const model::RobotModel& robot() {
  static const model::RobotModel model =
      model::RobotModel::load(kRobots / model::robot_names(kRobots).at(0)).value();
  return model;
}

inline const world::World& the_factory() {
  static const world::World world =
      world::load_world(kRobots.parent_path() / "worlds" / "factory").value();
  return world;
}

/// A walker without a body, for tests of skills alone: follows the commanded velocity with a lag,
/// sways with its steps, comes to rest a little off where it foresees it, and is seen with noise.
/// Its arms follow the goal's posture.
class WalkerStandIn {
 public:
  WalkerStandIn(const model::RobotModel& model, std::uint64_t seed) : model_(model), random_(seed) {
    state.valid = true;
    state.joint_position_rad = model.home_rad();
    state.joint_velocity_rad_s.setZero(model.na());
    state.p_WB.z() = model.home_height_m();
    state.position_sigma_m = 0.02;
    // Stopping carries the body by a few centimetres, differently each run.
    carry_H_m_ = {0.03 * random_.normal(), 0.02 * random_.normal()};
    carry_rad_ = 0.02 * random_.normal();
  }

  void step(const Goal& goal, double dt) {
    const bool walks = goal.locomotion == Goal::Locomotion::kWalk;
    const Eigen::Vector2d wanted =
        walks ? goal.velocity_H_m_s : Eigen::Vector2d(Eigen::Vector2d::Zero());
    velocity_H_ += dt / kLag_s * (wanted - velocity_H_);
    yaw_rate_ += dt / kLag_s * ((walks ? goal.yaw_rate_rad_s : 0.0) - yaw_rate_);
    p_W += math::rotation_2d(yaw) * velocity_H_ * dt;
    yaw += yaw_rate_ * dt;
    stopped_s_ = walks ? 0.0 : stopped_s_ + dt;
    const bool stood = standing;
    standing = stopped_s_ > 0.9;
    if (standing && !stood) {
      p_W += math::rotation_2d(yaw) * carry_H_m_;
      yaw += carry_rad_;
    }
    for (int j = 0; j < model_.na(); ++j) {
      const double wanted_rad = goal.posture_active[static_cast<std::size_t>(j)]
                                    ? goal.posture_rad[j]
                                    : model_.home_rad()[j];
      state.joint_position_rad[j] += dt / 0.25 * (wanted_rad - state.joint_position_rad[j]);
    }
    time_s_ += dt;
    see(dt);
  }

  [[nodiscard]] SkillView view(StopRung rung = StopRung::kNone,
                               MotionRule rule = MotionRule::kNone) const {
    return {state, world, standing, rung, rest, nullptr, rule};
  }

  RobotState state;
  WorldState world;
  RestPose rest;
  bool standing = true;
  Eigen::Vector2d p_W = Eigen::Vector2d::Zero();  ///< true
  double yaw = 0.0;                               ///< true

 private:
  static constexpr double kLag_s = 0.3;

  /// The estimate: slow error of a centimetre, sway while walking.
  void see(double dt) {
    const double share = dt / 0.5;
    noise_W_ += -share * noise_W_ +
                std::sqrt(2.0 * share) * 0.01 * Eigen::Vector2d(random_.normal(), random_.normal());
    noise_rad_ += -share * noise_rad_ + std::sqrt(2.0 * share) * 0.005 * random_.normal();
    const double sway = standing ? 0.0 : 0.025 * std::sin(2.0 * M_PI * time_s_ / 0.9);
    const Eigen::Vector2d seen =
        p_W + noise_W_ + math::rotation_2d(yaw) * Eigen::Vector2d(0.0, sway);
    state.p_WB.head<2>() = seen;
    state.q_WB = Eigen::Quaterniond(Eigen::AngleAxisd(yaw + noise_rad_, Eigen::Vector3d::UnitZ()));
    rest.p_WB_m = p_W + noise_W_ + math::rotation_2d(yaw) * velocity_H_ * kLag_s;
    rest.yaw_rad = yaw + noise_rad_ + yaw_rate_ * kLag_s;
    state.time_s = time_s_;
    state.tick = static_cast<Tick>(std::llround(time_s_ / 0.001));
  }

  const model::RobotModel& model_;
  Random random_;
  Eigen::Vector2d velocity_H_ = Eigen::Vector2d::Zero();
  double yaw_rate_ = 0.0;
  double stopped_s_ = 10.0;
  double time_s_ = 0.0;
  Eigen::Vector2d noise_W_ = Eigen::Vector2d::Zero();
  double noise_rad_ = 0.0;
  Eigen::Vector2d carry_H_m_;
  double carry_rad_ = 0.0;
};

}  // namespace longmen::skills
