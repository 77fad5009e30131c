#include "estimation/estimator_config.h"

#include <fmt/format.h>

#include "config/config_reader.h"

namespace longmen::estimation {
namespace {

constexpr config::Reader::Range kPositive{.min = 1e-9, .max = 1e6};
constexpr config::Reader::Range kSigma{.min = 1e-9, .max = 1e3};
constexpr config::Reader::Range kShortTime{.min = 0.0, .max = 0.05};

Result<void> read_base(const YAML::Node& node, const std::string& where,
                       InvariantFilterConfig& base) {
  config::Reader reader(node, where);
  reader.optional("gyro_density_rad_sqrt_s", base.gyro_density_rad_sqrt_s, kSigma);
  reader.optional("accelerometer_density_m_s15", base.accelerometer_density_m_s15, kSigma);
  reader.optional("gyro_bias_walk_rad_s15", base.gyro_bias_walk_rad_s15, kSigma);
  reader.optional("accelerometer_bias_walk_m_s25", base.accelerometer_bias_walk_m_s25, kSigma);
  reader.optional("foot_walk_m_sqrt_s", base.foot_walk_m_sqrt_s, kSigma);
  reader.optional("foot_yaw_walk_rad_sqrt_s", base.foot_yaw_walk_rad_sqrt_s, kSigma);
  reader.optional("foot_position_sigma_m", base.foot_position_sigma_m, kSigma);
  reader.optional("foot_yaw_sigma_rad", base.foot_yaw_sigma_rad, kSigma);
  reader.optional("attitude_sigma_rad", base.attitude_sigma_rad, kSigma);
  reader.optional("start_attitude_sigma_rad", base.start_attitude_sigma_rad, kSigma);
  reader.optional("start_velocity_sigma_m_s", base.start_velocity_sigma_m_s, kSigma);
  reader.optional("start_gyro_bias_sigma_rad_s", base.start_gyro_bias_sigma_rad_s, kSigma);
  reader.optional("start_accelerometer_bias_sigma_m_s2", base.start_accelerometer_bias_sigma_m_s2,
                  kSigma);
  return reader.finish();
}

Result<void> read_joints(const YAML::Node& node, const std::string& where,
                         JointObserverConfig& joints) {
  config::Reader reader(node, where);
  reader.optional("acceleration_sigma_rad_s2", joints.acceleration_sigma_rad_s2, kPositive);
  reader.optional("position_sigma_rad", joints.position_sigma_rad, kSigma);
  reader.optional("velocity_sigma_rad_s", joints.velocity_sigma_rad_s, kSigma);
  reader.optional("surprise_rad_s", joints.surprise_rad_s, kPositive);
  return reader.finish();
}

Result<void> read_contact(const YAML::Node& node, const std::string& where,
                          ContactConfig& contact) {
  config::Reader reader(node, where);
  reader.optional("force_none_N", contact.force_none_N, {.min = 0.0, .max = 1e4});
  reader.optional("force_full_N", contact.force_full_N, {.min = 1.0, .max = 1e4});
  reader.optional("settle_ratio", contact.settle_ratio, {.min = 0.0, .max = 1e4});
  reader.optional("settle_time_s", contact.settle_time_s, {.min = 1e-4, .max = 1.0});
  reader.optional("slip_m", contact.slip_m, kPositive);
  reader.optional("slip_time_s", contact.slip_time_s, {.min = 1e-4, .max = 1.0});
  return reader.finish();
}

Result<void> read_guard(const YAML::Node& node, const std::string& where,
                        SensorGuardConfig& guard) {
  config::Reader reader(node, where);
  reader.optional("gyro_max_rad_s", guard.gyro_max_rad_s, kPositive);
  reader.optional("gyro_jump_rad_s", guard.gyro_jump_rad_s, kPositive);
  reader.optional("accelerometer_max_m_s2", guard.accelerometer_max_m_s2, kPositive);
  reader.optional("accelerometer_trust_m_s2", guard.accelerometer_trust_m_s2, kPositive);
  reader.optional("joint_position_jump_rad", guard.joint_position_jump_rad, kPositive);
  reader.optional("joint_velocity_jump_rad_s", guard.joint_velocity_jump_rad_s, kPositive);
  reader.optional("joint_position_frozen_rad", guard.joint_position_frozen_rad, kPositive);
  reader.optional("joint_velocity_frozen_rad_s", guard.joint_velocity_frozen_rad_s, kPositive);
  reader.optional("gyro_frozen_rad_s", guard.gyro_frozen_rad_s, kPositive);
  reader.optional("accelerometer_frozen_m_s2", guard.accelerometer_frozen_m_s2, kPositive);
  reader.optional("foot_force_max_N", guard.foot_force_max_N, kPositive);
  reader.optional("stamp_slack_s", guard.stamp_slack_s, kShortTime);
  reader.optional("gap_max_s", guard.gap_max_s, {.min = 0.001, .max = 1.0});
  reader.optional("airborne_max_s", guard.airborne_max_s, {.min = 0.05, .max = 5.0});
  return reader.finish();
}

Result<void> read_pose_fix(const YAML::Node& node, const std::string& where, PoseFixConfig& fix) {
  config::Reader reader(node, where);
  std::int64_t rejected_max = fix.rejected_max;
  reader.optional("position_sigma_m", fix.position_sigma_m, kSigma);
  reader.optional("yaw_sigma_rad", fix.yaw_sigma_rad, kSigma);
  reader.optional("age_max_s", fix.age_max_s, {.min = 0.01, .max = 2.0});
  reader.optional("gate_nis", fix.gate_nis, {.min = 1.0, .max = 1e4});
  reader.optional("rejected_max", rejected_max, 1, 1000);
  reader.optional("slew_time_s", fix.slew_time_s, {.min = 0.001, .max = 10.0});
  reader.optional("slew_max_m_s", fix.slew_max_m_s, kPositive);
  reader.optional("slew_max_rad_s", fix.slew_max_rad_s, kPositive);
  reader.optional("unknown_position_sigma_m", fix.unknown_position_sigma_m, kPositive);
  reader.optional("unknown_yaw_sigma_rad", fix.unknown_yaw_sigma_rad, kPositive);
  fix.rejected_max = static_cast<int>(rejected_max);
  return reader.finish();
}

}  // namespace

Result<void> EstimatorConfig::validate() const {
  if (!(contact.force_full_N > contact.force_none_N))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("contact: force_full_N is {}, must be above force_none_N, {}",
                            contact.force_full_N, contact.force_none_N));
  if (!(guard.joint_position_frozen_rad < guard.joint_position_jump_rad))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("guard: joint_position_frozen_rad is {}, must be below "
                            "joint_position_jump_rad, {}",
                            guard.joint_position_frozen_rad, guard.joint_position_jump_rad));
  if (!(guard.joint_velocity_frozen_rad_s < guard.joint_velocity_jump_rad_s))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("guard: joint_velocity_frozen_rad_s is {}, must be below "
                            "joint_velocity_jump_rad_s, {}",
                            guard.joint_velocity_frozen_rad_s, guard.joint_velocity_jump_rad_s));
  if (!(prediction_s >= 0.0 && prediction_s <= 0.05))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("prediction_s is {}, must be 0 to 0.05", prediction_s));
  return {};
}

Result<EstimatorConfig> read_estimator_config(const YAML::Node& node, const std::string& where) {
  EstimatorConfig config;
  config::Reader reader(node, where);
  struct Section {
    YAML::Node node;
    std::string where;
  };
  const auto section = [&](const std::string& key) {
    return Section{reader.child(key, false), reader.path(key)};
  };
  const Section base = section("base");
  const Section joints = section("joints");
  const Section contact = section("contact");
  const Section guard = section("guard");
  const Section pose_fix = section("pose_fix");
  reader.optional("prediction_s", config.prediction_s, kShortTime);
  reader.optional("predict_base_with_model", config.predict_base_with_model);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());

  const auto read = [](const Section& s, auto&& into, auto& part) -> Result<void> {
    return s.node.IsDefined() ? into(s.node, s.where, part) : Result<void>{};
  };
  for (const Result<void>& done :
       {read(base, read_base, config.base), read(joints, read_joints, config.joints),
        read(contact, read_contact, config.contact), read(guard, read_guard, config.guard),
        read(pose_fix, read_pose_fix, config.pose_fix), config.validate()})
    if (!done) {
      Error error = done.error();
      if (error.where.empty()) error.where = where;
      return tl::make_unexpected(error);
    }
  return config;
}

}  // namespace longmen::estimation
