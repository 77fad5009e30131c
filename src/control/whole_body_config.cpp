#include "control/whole_body_config.h"

#include "config/config_reader.h"

namespace longmen::control {
namespace {

using config::Reader;
constexpr Reader::Range kPositive{.min = 0.0, .max = 1e6};

void posture(Reader& parent, const std::string& key, WholeBodyConfig::Posture& posture) {
  parent.section(key, [&](Reader& r) {
    r.optional("weight", posture.weight, kPositive);
    r.optional("stiffness_1_s2", posture.stiffness_1_s2, kPositive);
  });
}

void read_ranges(Reader& parent, const model::RobotModel& model,
                 std::vector<WholeBodyConfig::Range>& out) {
  parent.section("ranges_rad", [&](Reader& reader) {
    for (int j = 0; j < model.na(); ++j) {
      const model::JointInfo& joint = model.joint(j);
      std::vector<double> range;
      reader.optional(joint.name, range, 2);
      if (range.empty()) continue;
      if (range[0] < joint.position_min_rad || range[1] > joint.position_max_rad ||
          range[0] >= range[1])
        reader.reject(ErrorCode::kInvalidArgument, "must be [min, max] inside the model's range",
                      joint.name);
      out.push_back({joint.name, range[0], range[1]});
    }
  });
}

}  // namespace

Result<WholeBodyConfig> WholeBodyConfig::read(const YAML::Node& node, const std::string& where,
                                              const model::RobotModel& model) {
  WholeBodyConfig c;
  Reader reader(node, where);
  reader.section("stance", [&](Reader& r) {
    r.optional("weight_linear", c.stance.weight_linear, kPositive);
    r.optional("weight_angular", c.stance.weight_angular, kPositive);
    r.optional("damping_1_s", c.stance.damping_1_s, kPositive);
  });
  reader.section("swing", [&](Reader& r) {
    r.optional("weight_linear", c.swing.weight_linear, kPositive);
    r.optional("weight_angular", c.swing.weight_angular, kPositive);
    r.optional("stiffness_linear_1_s2", c.swing.stiffness_linear_1_s2, kPositive);
    r.optional("stiffness_angular_1_s2", c.swing.stiffness_angular_1_s2, kPositive);
    r.optional("acceleration_max_m_s2", c.swing.acceleration_max_m_s2, kPositive);
    r.optional("angular_acceleration_max_rad_s2", c.swing.angular_acceleration_max_rad_s2,
               kPositive);
  });
  reader.section("torso", [&](Reader& r) {
    r.optional("weight", c.torso.weight, kPositive);
    r.optional("stiffness_1_s2", c.torso.stiffness_1_s2, kPositive);
  });
  reader.section("palm", [&](Reader& r) {
    r.optional("weight_linear", c.palm.weight_linear, kPositive);
    r.optional("weight_angular", c.palm.weight_angular, kPositive);
    r.optional("stiffness_linear_1_s2", c.palm.stiffness_linear_1_s2, kPositive);
    r.optional("stiffness_angular_1_s2", c.palm.stiffness_angular_1_s2, kPositive);
    r.optional("acceleration_max_m_s2", c.palm.acceleration_max_m_s2, kPositive);
    r.optional("angular_acceleration_max_rad_s2", c.palm.angular_acceleration_max_rad_s2,
               kPositive);
    r.optional("posture_share", c.palm.posture_share, {.min = 0.0, .max = 1.0});
  });
  reader.section("momentum", [&](Reader& r) {
    r.optional("weight_horizontal", c.momentum.weight_horizontal, kPositive);
    r.optional("weight_vertical", c.momentum.weight_vertical, kPositive);
    r.optional("weight_angular", c.momentum.weight_angular, kPositive);
    r.optional("angular_damping_1_s", c.momentum.angular_damping_1_s, kPositive);
    r.optional("angular_inertia_kg_m2", c.momentum.angular_inertia_kg_m2,
               {.min = 0.01, .max = 1e3});
  });
  posture(reader, "posture_legs", c.posture_legs);
  posture(reader, "posture_waist", c.posture_waist);
  posture(reader, "posture_arms", c.posture_arms);
  posture(reader, "posture_head", c.posture_head);
  reader.section("contact", [&](Reader& r) {
    r.optional("friction", c.contact.friction, {.min = 0.05, .max = 2.0});
    r.optional("yaw_moment_m", c.contact.yaw_moment_m, {.min = 0.001, .max = 0.5});
    r.optional("margin_fore_m", c.contact.margin_fore_m, {.min = 0.0, .max = 0.2});
    r.optional("margin_aft_m", c.contact.margin_aft_m, {.min = 0.0, .max = 0.2});
    r.optional("margin_side_m", c.contact.margin_side_m, {.min = 0.0, .max = 0.2});
  });
  reader.section("joint_limits", [&](Reader& r) {
    r.optional("torque_fraction", c.joint_limits.torque_fraction, {.min = 0.1, .max = 1.0});
    r.optional("velocity_fraction", c.joint_limits.velocity_fraction, {.min = 0.1, .max = 1.0});
    r.optional("stiffness_1_s2", c.joint_limits.stiffness_1_s2, kPositive);
    r.optional("damping_1_s", c.joint_limits.damping_1_s, kPositive);
    r.optional("velocity_gain_1_s", c.joint_limits.velocity_gain_1_s, kPositive);
    r.optional("range_margin_rad", c.joint_limits.range_margin_rad, {.min = 0.0, .max = 0.2});
  });
  reader.section("friction", [&](Reader& r) {
    r.optional("scale", c.friction.scale, {.min = 0.0, .max = 1.5});
    r.optional("velocity_rad_s", c.friction.velocity_rad_s, {.min = 0.001, .max = 10.0});
    r.optional("lookahead_s", c.friction.lookahead_s, {.min = 0.0, .max = 0.2});
  });
  read_ranges(reader, model, c.ranges);
  reader.optional("regularization", c.regularization, {.min = 1e-9, .max = 1.0});
  reader.optional("force_regularization", c.force_regularization, {.min = 1e-12, .max = 1.0});
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return c;
}

}  // namespace longmen::control
