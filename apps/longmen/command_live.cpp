#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "agents.h"
#include "commands.h"
#include "io/dds/dds_stop.h"
#include "io/fault/fault_injector.h"
#include "io/sim/sim_plant.h"
#include "paths.h"
#include "registration.h"
#include "runtime/live_documents.h"
#include "runtime/live_robot.h"
#include "trial/sim_robot.h"
#include "view/scene_document.h"
#include "world/world.h"

namespace longmen::app {
namespace {

struct LiveOptions {
  std::string socket;
  std::string world = "factory";
  std::string robot = "qinglong";
  std::uint64_t seed = 1;
  std::string record;
  std::string model;
  std::string database;
  bool practice = false;
  std::optional<int> dds_domain;
};

volatile std::sig_atomic_t end_requested = 0;

/// Where everything in the simulated scene is, for eyes alone.
runtime::LiveRobot::Poses poses_of(const io::SimPlant& plant) {
  return [&plant](wall::State& state) {
    const auto positions = plant.scene_body_pos();
    const auto quaternions = plant.scene_body_quat();  // wxyz
    const std::size_t count =
        std::min(positions.size() / 3, static_cast<std::size_t>(wall::kMaxBodies));
    state.body_count = static_cast<std::uint16_t>(count);
    for (std::size_t b = 0; b < count; ++b) {
      wall::BodyPose& pose = state.bodies[b];
      for (std::size_t i = 0; i < 3; ++i) pose.p_WB_m[i] = static_cast<float>(positions[3 * b + i]);
      for (std::size_t i = 0; i < 4; ++i)
        pose.q_WB[i] = static_cast<std::int16_t>(
            std::lround(wall::kQuaternionScale * quaternions[4 * b + (i + 1) % 4]));
    }
  };
}

/// What the register says of the model that is to work here. The robot lives without it too: a
/// model that may not work is named, and the plan gate refuses its plans.
Admission admission_here(const LiveOptions& options, const world::World& world) {
  if (options.model.empty() || is_shipped(options.model) || options.practice) return {};
  auto admitted = admission_of(options.model, world, options.database);
  if (admitted) return std::move(*admitted);
  std::cerr << fmt::format("robot: {}; its plans are refused\n", admitted.error().text());
  return {};
}

int run(const LiveOptions& options) {
  const auto world_folder = world::find_world(options.world, project_folder() / "worlds");
  if (!world_folder) return refuse(world_folder.error());
  const auto robot_folder = find_robot(options.robot);
  if (!robot_folder) return refuse(robot_folder.error());
  const auto known_world = world::load_world(*world_folder);
  if (!known_world) return refuse(known_world.error());
  const Admission admission = admission_here(options, *known_world);
  auto session =
      runtime::Session::create({.project_folder = project_folder(),
                                .robot_folder = *robot_folder,
                                .world_folder = *world_folder,
                                .practice = options.practice,
                                .admitted = admission.name.empty() ? std::vector<std::string>{}
                                                                   : std::vector{admission.name},
                                .real_time = true});
  if (!session) return refuse(session.error());
  session->set_admission(is_admitted_by(admission.watch.get()));
  const world::World& world = session->world();
  io::PlantOptions plant_options;
  plant_options.seed = options.seed;
  plant_options.period_s = session->period_s();
  plant_options.world_file = *world_folder / "scene.xml";
  plant_options.people = world.people;
  plant_options.objects = world.objects;
  plant_options.spawn_p_W = world.spawn.p_WB_m;
  plant_options.spawn_yaw_rad = world.spawn.yaw_rad;
  auto plant = io::SimPlant::create(trial::sim_robot(session->model()), plant_options);
  if (!plant) return refuse(plant.error());
  const std::size_t bodies = plant->scene_body_pos().size() / 3;
  if (bodies > static_cast<std::size_t>(wall::kMaxBodies))
    return refuse({ErrorCode::kUnsupported,
                   fmt::format("a scene of {} bodies; at most {}", bodies, wall::kMaxBodies),
                   world_folder->string()});

  const std::string record = options.record.empty() ? new_record_file().string() : options.record;
  if (auto started = session->start_record(record, options.seed, {{"instruction", "live"}});
      !started)
    return refuse(started.error());
  const auto scene = plant->scene_to_draw();
  if (!scene) return refuse(scene.error());
  wall::Welcome welcome;
  welcome.robot = wall::Name<32>(session->model().name());
  welcome.world = wall::Name<32>(world.name);
  welcome.period_ns = std::llround(1e9 * session->period_s());
  welcome.bodies = static_cast<std::uint32_t>(bodies);
  welcome.joints = static_cast<std::uint32_t>(session->model().na());
  auto wall_server =
      runtime::WallServer::create(options.socket, welcome,
                                  {{"scene", view::scene_document(**scene)},
                                   {"session", runtime::session_document(*session, record)}});
  if (!wall_server) return refuse(wall_server.error());

  std::signal(SIGINT, [](int) { end_requested = 1; });
  std::signal(SIGTERM, [](int) { end_requested = 1; });
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // whoever started it is gone: hold and end
  std::cerr << fmt::format("robot: listening at {}; record: {}\n", options.socket, record);
  io::FaultInjector injector({}, session->period_s());
  io::FaultyIo faulty(*plant, injector);
  runtime::LiveRobot robot(*session, faulty, **wall_server, poses_of(*plant), &injector);
  std::optional<io::DdsStopListener> dds_stop;
  if (options.dds_domain) {
    auto listener = io::DdsStopListener::listen({*options.dds_domain, {}});
    if (!listener) return refuse(listener.error());
    dds_stop.emplace(std::move(*listener));
    robot.listen([&dds_stop] { return dds_stop->take(); }, "dds");
  }
  const auto lived = robot.run([] { return end_requested != 0; });
  if (auto closed = session->close_record(); !closed) return refuse(closed.error());
  if (!lived) return refuse(lived.error());
  const runtime::TickTimes& times = robot.tick_times();
  std::cerr << fmt::format(
      "robot: {} ticks, sensors to safe command p50 {:.0f} us, p99 {:.0f} us, p99.9 {:.0f} us; {} "
      "late, {} events lost\n",
      times.count(), times.quantile_us(0.5), times.quantile_us(0.99), times.quantile_us(0.999),
      robot.late_ticks(), robot.events_lost());
  return kExitGoalMet;
}

}  // namespace

void add_live(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<LiveOptions>();
  CLI::App* command = app.add_subcommand(
      "live",
      "The robot's process: a simulated robot that lives by the clock, DISARMED, behind a socket");
  command->add_option("--socket", options->socket, "where it listens")->required();
  command->add_option("--world", options->world, "name of a world, or its folder")
      ->capture_default_str();
  command->add_option("--robot", options->robot, "name of a robot, or its folder")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "of the plant's errors and the sensors' noise")
      ->check(CLI::Range(std::uint64_t{0}, kSeedMax))
      ->capture_default_str();
  command->add_option("--record", options->record, "file to record to; default: runs/TIME.mcap");
  command->add_option("--model", options->model,
                      "beside the models that are shipped, this one of the register may propose: "
                      "URL#NAME");
  command->add_option("--db", options->database, "the register; default: the user's register.db");
  command->add_flag("--practice", options->practice,
                    "models that are not registered may propose too; simulation only");
  command->add_option("--dds", options->dds_domain, "also stop by rt/emergency_stop of this domain")
      ->check(CLI::Range(0, 230));
  command->footer("Example: longmen live --socket robot.sock --world factory");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace longmen::app
