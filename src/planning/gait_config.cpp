#include "planning/gait_config.h"

#include <cstdint>

#include "config/config_reader.h"

namespace longmen::planning {
namespace {

using config::Reader;
using Range = Reader::Range;

void read_arm_swing(Reader& parent, const model::RobotModel& model,
                    std::vector<GaitConfig::ArmSwing>& out) {
  parent.section("arm_swing", [&](Reader& reader) {
    for (int j = 0; j < model.na(); ++j) {
      const std::string& name = model.joint(j).name;
      reader.section(name, [&](Reader& item) {
        std::string foot;
        GaitConfig::ArmSwing swing;
        swing.joint = j;
        item.required("foot", foot);
        item.required("gain_rad_m", swing.gain_rad_m, {.min = -3.0, .max = 3.0});
        if (item.ok() && foot != "left" && foot != "right")
          item.reject(ErrorCode::kInvalidArgument, "must be left or right", "foot");
        swing.foot = foot == "right" ? kRight : kLeft;
        out.push_back(swing);
      });
    }
  });
}

}  // namespace

Result<GaitConfig> GaitConfig::read(const YAML::Node& node, const std::string& where,
                                    const model::RobotModel& model) {
  GaitConfig c;
  Reader reader(node, where);
  const Range seconds{.min = 0.001, .max = 5.0}, metres{.min = 0.0, .max = 3.0},
      positive{.min = 0.0, .max = 1e5};
  reader.section("timing", [&](Reader& r) {
    r.optional("slow_s", c.timing.slow_s, seconds);
    r.optional("fast_s", c.timing.fast_s, seconds);
    r.optional("fast_speed_m_s", c.timing.fast_speed_m_s, {.min = 0.1, .max = 5.0});
    r.optional("floor_s", c.timing.floor_s, seconds);
    r.optional("min_s", c.timing.min_s, seconds);
    r.optional("max_s", c.timing.max_s, seconds);
    r.optional("double_support_s", c.timing.double_support_s, seconds);
    r.optional("freeze_s", c.timing.freeze_s, seconds);
  });
  reader.section("steps", [&](Reader& r) {
    r.optional("width_m", c.steps.width_m, metres);
    r.optional("width_min_m", c.steps.width_min_m, metres);
    r.optional("width_max_m", c.steps.width_max_m, metres);
    r.optional("forward_max_m", c.steps.forward_max_m, metres);
    r.optional("backward_max_m", c.steps.backward_max_m, metres);
    r.optional("weight_location", c.steps.weight_location, positive);
    r.optional("weight_duration", c.steps.weight_duration, positive);
    r.optional("weight_offset", c.steps.weight_offset, positive);
  });
  reader.section("dcm", [&](Reader& r) {
    r.optional("gain_1_s", c.dcm.gain_1_s, positive);
    r.optional("angular_momentum", c.dcm.angular_momentum, {.min = 0.0, .max = 1.0});
    r.optional("cop_fore_m", c.dcm.cop_fore_m, metres);
    r.optional("cop_aft_m", c.dcm.cop_aft_m, metres);
    r.optional("cop_side_m", c.dcm.cop_side_m, metres);
    r.optional("cop_x_m", c.dcm.cop_x_m, {.min = -0.2, .max = 0.2});
  });
  reader.section("height", [&](Reader& r) {
    r.optional("lower_s", c.height.lower_s, {.min = 0.0, .max = 0.5});
    r.optional("stiffness_1_s2", c.height.stiffness_1_s2, positive);
    r.optional("acceleration_min_m_s2", c.height.acceleration_min_m_s2, {.min = -9.0, .max = 0.0});
    r.optional("acceleration_max_m_s2", c.height.acceleration_max_m_s2, {.min = 0.0, .max = 30.0});
    r.optional("ground_rate_m_s", c.height.ground_rate_m_s, positive);
  });
  reader.section("swing", [&](Reader& r) {
    r.optional("apex_m", c.swing.apex_m, metres);
    r.optional("apex_phase", c.swing.apex_phase, {.min = 0.1, .max = 0.9});
    r.optional("touchdown_speed_m_s", c.swing.touchdown_speed_m_s, metres);
    r.optional("late_speed_m_s", c.swing.late_speed_m_s, metres);
    r.optional("horizontal_speed_max_m_s", c.swing.horizontal_speed_max_m_s,
               {.min = 0.5, .max = 20.0});
    r.optional("touchdown_force_N", c.swing.touchdown_force_N, positive);
    r.optional("touchdown_phase_min", c.swing.touchdown_phase_min, {.min = 0.1, .max = 1.0});
  });
  reader.section("trip", [&](Reader& r) {
    std::int64_t careful = c.trip.careful_steps;
    r.optional("error_m", c.trip.error_m, metres);
    r.optional("speed_share", c.trip.speed_share, {.min = 0.0, .max = 1.0});
    r.optional("speed_min_m_s", c.trip.speed_min_m_s, metres);
    r.optional("back_m", c.trip.back_m, metres);
    r.optional("lift_m", c.trip.lift_m, metres);
    r.optional("lift_s", c.trip.lift_s, seconds);
    r.optional("land_s", c.trip.land_s, seconds);
    r.optional("careful_steps", careful, 0, 100);
    r.optional("careful_apex_m", c.trip.careful_apex_m, metres);
    c.trip.careful_steps = static_cast<int>(careful);
  });
  reader.section("speed", [&](Reader& r) {
    r.optional("accelerate_m_s2", c.speed.accelerate_m_s2, {.min = 0.05, .max = 10.0});
    r.optional("brake_m_s2", c.speed.brake_m_s2, {.min = 0.05, .max = 10.0});
    r.optional("yaw_acceleration_rad_s2", c.speed.yaw_acceleration_rad_s2,
               {.min = 0.05, .max = 20.0});
    r.optional("forward_max_m_s", c.speed.forward_max_m_s, metres);
    r.optional("backward_max_m_s", c.speed.backward_max_m_s, metres);
    r.optional("sideways_max_m_s", c.speed.sideways_max_m_s, metres);
    r.optional("yaw_rate_max_rad_s", c.speed.yaw_rate_max_rad_s, metres);
    r.optional("integral_gain", c.speed.integral_gain, {.min = 0.0, .max = 1.0});
    r.optional("integral_max_m_s", c.speed.integral_max_m_s, {.min = 0.0, .max = 1.0});
  });
  reader.section("stand", [&](Reader& r) {
    std::int64_t calm = c.stand.calm_steps;
    r.optional("cop_x_m", c.stand.cop_x_m, {.min = -0.2, .max = 0.2});
    r.optional("capture_fore_m", c.stand.capture_fore_m, metres);
    r.optional("capture_aft_m", c.stand.capture_aft_m, metres);
    r.optional("capture_side_m", c.stand.capture_side_m, metres);
    r.optional("prepare_s", c.stand.prepare_s, seconds);
    r.optional("calm_steps", calm, 1, 20);
    c.stand.calm_steps = static_cast<int>(calm);
  });
  reader.section("torso", [&](Reader& r) {
    r.optional("lean_rad", c.torso.lean_rad, {.min = -0.5, .max = 0.5});
  });
  reader.section("terrain", [&](Reader& r) {
    r.optional("clear_m", c.terrain.clear_m, metres);
    r.optional("clear_side_m", c.terrain.clear_side_m, metres);
    r.optional("overhang_fore_m", c.terrain.overhang_fore_m, metres);
    r.optional("overhang_aft_m", c.terrain.overhang_aft_m, metres);
    r.optional("margin_m", c.terrain.margin_m, metres);
    r.optional("rough_m", c.terrain.rough_m, metres);
    r.optional("slope_max", c.terrain.slope_max, {.min = 0.0, .max = 1.0});
    r.optional("slope_noise", c.terrain.slope_noise, {.min = 0.0, .max = 1.0});
    r.optional("rise_max_m", c.terrain.rise_max_m, metres);
    r.optional("drop_max_m", c.terrain.drop_max_m, metres);
    r.optional("lean_down_rad", c.terrain.lean_down_rad, {.min = 0.0, .max = 0.5});
    r.optional("toe_down", c.terrain.toe_down, {.min = 0.0, .max = 0.5});
    r.optional("swing_clear_m", c.terrain.swing_clear_m, metres);
    r.optional("slow_1_m", c.terrain.slow_1_m, {.min = 0.0, .max = 20.0});
    r.optional("lift_share", c.terrain.lift_share, {.min = -1.0, .max = 1.0});
  });
  read_arm_swing(reader, model, c.arm_swing);
  reader.optional("force_max_weights", c.force_max_weights, {.min = 1.1, .max = 10.0});
  if (c.timing.min_s >= c.timing.max_s)
    reader.reject(ErrorCode::kInvalidArgument, "min_s must be below max_s", "timing");
  if (c.steps.width_min_m >= c.steps.width_max_m)
    reader.reject(ErrorCode::kInvalidArgument, "width_min_m must be below width_max_m", "steps");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return c;
}

}  // namespace longmen::planning
