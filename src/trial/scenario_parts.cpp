#include "trial/scenario_parts.h"

#include "trial/ground_map.h"
#include "trial/metrics.h"
#include "trial/sim_robot.h"
#include "world/world.h"

namespace longmen::trial {
namespace {

Result<std::optional<std::filesystem::path>> world_folder_of(const Scenario& scenario,
                                                             const DataFolders& folders) {
  if (!scenario.world) return std::optional<std::filesystem::path>();
  const auto found = world::find_world(*scenario.world, folders.worlds);
  if (!found) return tl::make_unexpected(found.error());
  return std::optional(*found);
}

record::Event event_of_kind(record::Event::Kind kind) {
  record::Event event;
  event.kind = kind;
  event.set_source("test authority");
  return event;
}

}  // namespace

Result<runtime::Session> session_of(const Scenario& scenario, const DataFolders& folders,
                                    bool foreign_proposals) {
  const auto robot_folder = find_robot(scenario.robot, folders.robots);
  if (!robot_folder) return tl::make_unexpected(robot_folder.error());
  const auto world_folder = world_folder_of(scenario, folders);
  if (!world_folder) return tl::make_unexpected(world_folder.error());
  return runtime::Session::create({.project_folder = folders.rules.parent_path(),
                                   .robot_folder = *robot_folder,
                                   .world_folder = *world_folder,
                                   .pilot = runtime::PilotKind::kStream,
                                   .foreign_proposals = foreign_proposals,
                                   .gets_up = scenario.gets_up,
                                   .period_s = kTick_s});
}

Result<io::SimPlant> plant_of(const Scenario& scenario, const DataFolders& folders,
                              const model::RobotModel& robot) {
  io::PlantOptions options;
  options.seed = scenario.seed;
  options.period_s = kTick_s;
  options.terrain = scenario.terrain;
  options.ground_friction = scenario.friction;
  options.sensor_noise = scenario.sensor_noise;
  options.sensing_latency_s = scenario.sensing_delay_s;
  options.world_sensing = scenario.people_sensing;
  options.world_sensing.pose_fix = scenario.pose_fix;
  options.people = scenario.people;
  options.people_halt_m = scenario.people_halt_m;
  options.pushes = scenario.pushes;
  options.start_pose = scenario.start;
  if (scenario.payload) options.payloads.push_back(*scenario.payload);
  const auto folder = world_folder_of(scenario, folders);
  if (!folder) return tl::make_unexpected(folder.error());
  if (*folder) {
    const auto world = world::load_world(**folder);
    if (!world) return tl::make_unexpected(world.error());
    options.world_file = **folder / "scene.xml";
    options.people = world->people;
    options.objects = world->objects;
    options.spawn_p_W = world->spawn.p_WB_m;
    options.spawn_yaw_rad = world->spawn.yaw_rad;
  }
  return io::SimPlant::create(sim_robot(robot), options);
}

Result<void> give_map(const Scenario& scenario, runtime::Session& session) {
  if (!scenario.map_error_m) return {};
  const auto map = ground_map(scenario.terrain, *scenario.map_error_m, scenario.seed);
  if (!map) return tl::make_unexpected(map.error());
  session.take(event_of_kind(record::Event::Kind::kMap), map->encode());
  return {};
}

void ScenarioInputs::lease(std::span<const gate::ArmingEvent> events, runtime::Session& session) {
  record::Event event = event_of_kind(record::Event::Kind::kLease);
  for (const gate::ArmingEvent& lease : events) {
    event.lease = {static_cast<record::Event::Lease::Act>(lease.kind), lease.lease, lease.sequence};
    session.take(event);
  }
}

void ScenarioInputs::command(const std::vector<CommandRow>& rows, Tick tick,
                             runtime::Session& session) {
  const CommandRow row = command_at(rows, static_cast<double>(tick) * kTick_s);
  if (commanded_ && commanded_->t_s == row.t_s) return;
  commanded_ = row;
  record::Event event = event_of_kind(record::Event::Kind::kVelocityCommand);
  event.velocity_H_m_s = {row.vx_m_s, row.vy_m_s};
  event.yaw_rate_rad_s = row.yaw_rate_rad_s;
  session.take(event);
}

}  // namespace longmen::trial
