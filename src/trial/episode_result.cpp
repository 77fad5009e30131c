#include "trial/episode_result.h"

#include <cmath>

#include "gate/motion/motion_rules.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no infinity.
Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace

Json to_json(const GateCounts& counts) {
  Json json{{"ticks", counts.ticks}, {"changed", counts.changed}, {"stopped", counts.stopped}};
  json["changed_share"] =
      counts.ticks > 0
          ? Json(static_cast<double>(counts.changed) / static_cast<double>(counts.ticks))
          : Json(nullptr);
  json["changed_by"] = Json::object();
  for (const auto& [rule, ticks] : counts.changed_by)
    json["changed_by"][gate::name_of(rule)] = ticks;
  return json;
}

Json to_json(const io::PeopleTouched& people) {
  return {{"touches", people.touches},
          {"too_fast", people.too_fast},
          {"speed_max_m_s", people.speed_max_m_s},
          {"distance_min_m", or_null(people.distance_min_m)}};
}

Json to_json(const runtime::PolicySeat::Report& policy) {
  return {{"ticks", policy.ticks},
          {"driven_ticks", policy.driven_ticks},
          {"rescues", policy.rescues},
          {"loss", policy::loss_name(policy.loss)},
          {"lost_its_seat", policy.is_out}};
}

Json to_json(const EpisodeResult& result) {
  Json json;
  json["seed"] = result.seed;
  json["fell"] = result.body.fell;
  json["fell_at_s"] = or_null(result.body.fell_at_s);
  json["distance_m"] = result.body.distance_m;
  json["speed_mean_m_s"] = or_null(result.body.speed_mean_m_s);
  json["speed_error_rms_m_s"] = or_null(result.body.speed_error_rms_m_s);
  json["lateral_drift_m"] = or_null(result.body.lateral_drift_m);
  json["yaw_error_rad"] = or_null(result.body.yaw_error_rad);
  json["yaw_rate_mean_rad_s"] = or_null(result.body.yaw_rate_mean_rad_s);
  json["steps"] = result.body.steps;
  json["swing_p05_s"] = or_null(result.body.swing_p05_s);
  json["foot_slip_max_m"] = result.body.foot_slip_max_m;
  json["torque_limit_violations"] = result.violations.torque;
  json["joint_limit_violations"] = result.violations.position;
  json["joint_speed_violations"] = result.violations.speed;
  json["joint_speed_blows"] = result.violations.speed_blows;
  json["links_touched"] = result.links_touched;
  json["range_margin_min_rad"] = result.range_margin_min_rad;
  json["speed_share_max"] = result.speed_share_max;
  json["unsolved_physics_steps"] = result.unsolved_physics_steps;
  json["max_abs_command_before_clamp"] = finite_or_null(result.violations.torque_max_Nm);
  json["energy_J"] = result.body.energy_J;
  json["cost_of_transport"] = or_null(result.body.cost_of_transport);
  json["joint_acceleration_rms_rad_s2"] = result.body.joint_acceleration_rms_rad_s2;
  json["people"] = to_json(result.people);
  json["gate"] = to_json(result.gate);
  json["policy"] = result.policy ? to_json(*result.policy) : Json();
  Json tick_us;
  for (std::size_t part = 0; part < kTickPartNames.size(); ++part) {
    const Percentiles& p = result.tick_us[part];
    tick_us[std::string(kTickPartNames[part])] = {
        {"p50", p.p50}, {"p99", p.p99}, {"p999", p.p999}, {"max", p.max}};
  }
  json["tick_us"] = result.is_timed ? tick_us : Json();
  json["real_time_factor"] = result.real_time_factor;
  json["allocations_in_loop"] = or_null(result.allocations_in_loop);
  json["state_hash"] = result.state_hash;
  return json;
}

}  // namespace longmen::trial
