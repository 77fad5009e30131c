#include "trial/errand.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "agent/parser.h"
#include "config/config_reader.h"
#include "core/plan_message.h"
#include "core/random.h"
#include "core/skill_catalogue.h"
#include "skills/fault_text.h"
#include "trial/mission.h"
#include "world/way_finder.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;
using Eigen::Vector2d;

constexpr std::uint64_t kStreamWalk = 101;
constexpr std::uint64_t kStreamObjects = 102;
constexpr int kTriesMax = 10'000;
constexpr double kStartRoom_m = 0.5;    // around the robot
constexpr double kWayRoom_m = 0.30;     // along its way: what the plan gate asks for
constexpr double kApart_m = 1.5;        // the goal and the people, from the start
constexpr double kPersonRoom_m = 0.35;  // around a person
constexpr double kLeg_m = 1.0;          // a person goes at least so far before turning
constexpr int kLegs = 6;
constexpr double kGoalRoom_m = 0.9;  // nobody turns round on the robot's goal
constexpr int kStartTicks = 1000;    // the robot has to know where it is before it is asked

/// Draws points of the floor until one will do.
template <typename Good>
std::optional<Vector2d> draw_point(Random& random, const world::World& world, const Good& good) {
  for (int i = 0; i < kTriesMax; ++i) {
    const Vector2d p(random.uniform(world.floor_min_m.x(), world.floor_max_m.x()),
                     random.uniform(world.floor_min_m.y(), world.floor_max_m.y()));
    if (good(p)) return p;
  }
  return std::nullopt;
}

/// Someone who goes from point to point and back the same way.
std::optional<world::Person> draw_person(Random& random, const Errand& errand,
                                         const world::World& world, const world::WayFinder& ways,
                                         const Vector2d& robot_W, const Vector2d& goal_W) {
  const world::FreeSpace& space = ways.space();
  const auto is_free = [&](const Vector2d& a, const Vector2d& b) {
    if (std::min(space.distance_to_edge(a), space.distance_to_edge(b)) < kPersonRoom_m)
      return false;
    return std::all_of(
        space.barriers().begin(), space.barriers().end(),
        [&](const world::Barrier& barrier) { return barrier.is_clear_of(a, b, kPersonRoom_m); });
  };
  std::vector<Vector2d> points;
  const auto start = draw_point(random, world, [&](const Vector2d& p) {
    return is_free(p, p) && (p - robot_W).norm() >= kApart_m && (p - goal_W).norm() >= kGoalRoom_m;
  });
  if (!start) return std::nullopt;
  points.push_back(*start);
  for (int leg = 0; leg < kLegs; ++leg) {
    const auto next = draw_point(random, world, [&](const Vector2d& p) {
      return is_free(points.back(), p) && (p - points.back()).norm() >= kLeg_m &&
             (p - goal_W).norm() >= kGoalRoom_m;
    });
    if (!next) break;
    points.push_back(*next);
  }
  for (std::size_t i = points.size() - 1; i-- > 0;) points.push_back(points[i]);

  world::Person person;
  const double speed_m_s = random.uniform(errand.people_speed_min_m_s, errand.people_speed_max_m_s);
  double time_s = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0) time_s += (points[i] - points[i - 1]).norm() / speed_m_s;
    person.path.push_back({time_s, points[i]});
  }
  return person;
}

Result<Plan> plan_of(const Errand& errand, const world::World& world, const std::string& place) {
  if (errand.sentence.empty()) {
    Plan plan;
    plan.model = agent::Parser::kModel;
    plan.steps.push_back({std::string(skill(SkillId::kWalkTo).name), {{"place", place}}});
    return plan;
  }
  const auto parser = agent::Parser::create();
  if (!parser) return tl::make_unexpected(parser.error());
  const agent::Answer answer = parser->answer(errand.sentence, world);
  if (const auto* proposal = std::get_if<agent::Proposal>(&answer)) return proposal->plan;
  return fail(ErrorCode::kUnsupported,
              fmt::format("the parser makes no plan of '{}'", errand.sentence), "sentence");
}

Json figures_of(const MissionResult& result, const std::optional<DrawnWalk>& walk,
                std::uint64_t seed) {
  Json json;
  json["seed"] = seed;
  json["goal_met"] = result.goal_met;
  json["fell"] = result.fell;
  json["position_error_m"] = or_null(result.position_error_m);
  json["heading_error_rad"] = or_null(result.heading_error_rad);
  json["arrival_s"] = or_null(result.arrival_s);
  json["object_error_m"] = or_null(result.object_error_m);
  json["object_tilt_rad"] = or_null(result.object_tilt_rad);
  json["steps_done"] = result.steps_done;
  json["failed"] = skills::fault_text(result.fault).en;
  json["duration_s"] = result.duration_s;
  json["distance_m"] = result.distance_m;
  if (walk) {
    json["place"] = walk->place;
    json["shortest_m"] = walk->shortest_m;
    json["way_ratio"] = result.distance_m / walk->shortest_m;
    json["people_count"] = walk->people.size();
  }
  json["people"] = to_json(result.people);
  json["gate"] = to_json(result.gate);
  json["state_hash"] = result.state_hash;
  return json;
}

}  // namespace

Result<Errand> read_errand(const YAML::Node& node, const std::string& where) {
  config::Reader reader(node, where);
  Errand errand;
  reader.required("robot", errand.robot);
  reader.required("world", errand.world);
  reader.optional("sentence", errand.sentence);
  reader.section("objects", [&](config::Reader& part) {
    std::vector<double> position_m;
    double yaw_deg = 0.0;
    part.optional("position_m", position_m, 2);
    part.optional("yaw_deg", yaw_deg, {0.0, 180.0});
    part.optional("mass_relative", errand.objects.mass_relative, {0.0, 0.9});
    errand.objects.yaw_rad = yaw_deg * std::numbers::pi / 180.0;
    if (part.ok() && !position_m.empty())
      errand.objects.position_m = {position_m[0], position_m[1]};
  });
  if (errand.sentence.empty()) {
    reader.section("people", [&](config::Reader& part) {
      std::vector<double> count;
      std::vector<double> speed;
      part.required("count", count, 2);
      part.optional("speed_m_s", speed, 2);
      part.optional("halt_m", errand.people_halt_m, {0.0, 10.0});
      if (!part.ok()) return;
      const double most = static_cast<double>(kMaxDetections);
      if (!(count[0] >= 0.0 && count[0] <= count[1] && count[1] <= most &&
            count[0] == std::floor(count[0]) && count[1] == std::floor(count[1]))) {
        part.reject(ErrorCode::kInvalidArgument,
                    fmt::format("must be [least, most], whole numbers from 0 to {}", most),
                    "count");
        return;
      }
      errand.people_min = static_cast<int>(count[0]);
      errand.people_max = static_cast<int>(count[1]);
      if (speed.empty()) return;
      if (!(speed[0] > 0.0 && speed[0] <= speed[1] && speed[1] <= kSpeedMax_m_s)) {
        part.reject(ErrorCode::kInvalidArgument,
                    fmt::format("must be [least, most], above 0 and at most {}", kSpeedMax_m_s),
                    "speed_m_s");
        return;
      }
      errand.people_speed_min_m_s = speed[0];
      errand.people_speed_max_m_s = speed[1];
    });
  }
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return errand;
}

Result<DrawnWalk> draw_walk(const Errand& errand, const world::World& world, std::uint64_t seed) {
  Random random = Random::stream(seed, kStreamWalk);
  world::WayFinder ways{world::FreeSpace(world)};
  std::vector<const world::Place*> places;
  for (const world::Place& place : world.places)
    if (place.stand) places.push_back(&place);
  DrawnWalk walk;
  const auto start = draw_point(random, world, [&](const Vector2d& p) {
    if (places.empty() || ways.space().clearance(p) < kStartRoom_m) return false;
    const auto index =
        static_cast<std::size_t>(random.uniform(0.0, static_cast<double>(places.size())));
    const world::Place& place = *places[std::min(index, places.size() - 1)];
    const Vector2d goal = place.stand->p_WB_m;
    if ((goal - p).norm() < kApart_m) return false;
    if (ways.find({.from_W_m = p,
                   .to_W_m = goal,
                   .clearance_m = kWayRoom_m,
                   .disc_clearance_m = kWayRoom_m,
                   .goal_clearance_m = kWayRoom_m},
                  {}) != world::WayStatus::kFound)
      return false;
    walk.place = place.names.id;
    walk.shortest_m = ways.length_m();
    return true;
  });
  if (!start)
    return fail(ErrorCode::kUnsupported,
                fmt::format("the world '{}' has no walk to a place to draw", world.name));
  walk.from = {*start, random.uniform(-std::numbers::pi, std::numbers::pi)};
  const Vector2d goal = world.place(walk.place)->stand->p_WB_m;
  const int people =
      static_cast<int>(std::floor(random.uniform(errand.people_min, errand.people_max + 1.0)));
  for (int i = 0; i < people; ++i) {
    auto person = draw_person(random, errand, world, ways, *start, goal);
    if (!person)
      return fail(ErrorCode::kUnsupported,
                  fmt::format("the world '{}' has no room for people", world.name));
    person->names.id = fmt::format("{}", i);
    walk.people.push_back(std::move(*person));
  }
  return walk;
}

std::vector<world::Object> draw_objects(const Strewn& strewn, const world::World& world,
                                        std::uint64_t seed) {
  Random random = Random::stream(seed, kStreamObjects);
  const auto within = [&](double most) { return random.uniform(-most, most); };
  std::vector<world::Object> objects = world.objects;
  for (world::Object& object : objects) {
    const Vector2d off_m(within(strewn.position_m.x()), within(strewn.position_m.y()));
    const double turn_rad = within(strewn.yaw_rad);
    const double heavier = within(strewn.mass_relative);
    if (object.p_W_m) object.p_W_m->head<2>() += off_m;
    object.yaw_rad += turn_rad;
    if (object.mass_kg) *object.mass_kg *= 1.0 + heavier;
  }
  return objects;
}

Result<Json> run_errand(const Errand& errand, std::uint64_t seed, const DataFolders& folders,
                        const std::optional<std::filesystem::path>& record) {
  const auto robot_folder = find_robot(errand.robot, folders.robots);
  if (!robot_folder) return tl::make_unexpected(robot_folder.error());
  const auto world_folder = world::find_world(errand.world, folders.worlds);
  if (!world_folder) return tl::make_unexpected(world_folder.error());
  const auto world = world::load_world(*world_folder);
  if (!world) return tl::make_unexpected(world.error());

  MissionOptions options{.project_folder = folders.rules.parent_path(),
                         .robot_folder = *robot_folder,
                         .world_folder = *world_folder,
                         .seed = seed,
                         .objects = draw_objects(errand.objects, *world, seed),
                         .record = record.value_or(std::filesystem::path()),
                         .instruction = errand.sentence};
  std::optional<DrawnWalk> walk;
  if (errand.sentence.empty()) {
    auto drawn = draw_walk(errand, *world, seed);
    if (!drawn) return tl::make_unexpected(drawn.error());
    walk = std::move(*drawn);
    options.spawn = walk->from;
    options.people = walk->people;
    options.people_halt_m = errand.people_halt_m;
  }
  const auto plan = plan_of(errand, *world, walk ? walk->place : std::string());
  if (!plan) return tl::make_unexpected(plan.error());
  const auto message = encode_plan(*plan);
  if (!message) return tl::make_unexpected(message.error());
  auto mission = Mission::create(options);
  if (!mission) return tl::make_unexpected(mission.error());
  if (walk)
    for (int i = 0; i < kStartTicks; ++i) static_cast<void>(mission->step());
  mission->propose(*message);
  while (mission->step()) {
  }
  const MissionResult result = mission->finish();
  if (result.record_error) return tl::make_unexpected(*result.record_error);
  return figures_of(result, walk, seed);
}

}  // namespace longmen::trial
