#include "trial/scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "config/config_reader.h"
#include "core/types.h"

namespace longmen::trial {
namespace {

using config::Reader;

constexpr double kDurationMax_s = 3600.0;
constexpr double kObstacleMin_m = 1.0;  // no terrain begins nearer to the start than this
/// Measuring begins this long after the last change of command.
constexpr double kSettle_s = 3.0;

/// One list of numbers from a YAML node, of a fixed length.
Result<std::vector<double>> numbers(const YAML::Node& node, std::size_t count,
                                    const std::string& where, const std::string& names) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("must be {} finite numbers: {}", count, names), where);
  };
  if (!node.IsSequence() || node.size() != count) return wrong();
  std::vector<double> values;
  for (const auto& entry : node) {
    double value = 0.0;
    if (!YAML::convert<double>::decode(entry, value) || !std::isfinite(value)) return wrong();
    values.push_back(value);
  }
  return values;
}

Result<io::Terrain> read_terrain(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  std::string kind;
  reader.required("kind", kind);
  io::Terrain terrain = io::terrain::Flat{};
  const Reader::Range ahead{kObstacleMin_m, 50.0};
  if (kind == "random_boxes") {
    io::terrain::RandomBoxes boxes;
    std::int64_t seed = 1;
    reader.required("height_max_m", boxes.height_max_m, {0.0, 0.5});
    reader.required("size_m", boxes.size_m, {0.1, 5.0});
    reader.optional("seed", seed, 0, std::int64_t{1} << 53);
    reader.optional("at_x_m", boxes.at_x_m, ahead);
    boxes.seed = static_cast<std::uint64_t>(seed);
    terrain = boxes;
  } else if (kind == "step") {
    io::terrain::Step step;
    reader.required("height_m", step.height_m, {-0.5, 0.5});
    reader.required("at_x_m", step.at_x_m, ahead);
    terrain = step;
  } else if (kind == "stairs") {
    io::terrain::Stairs stairs;
    std::int64_t count = 0;
    reader.required("rise_m", stairs.rise_m, {-0.3, 0.3});
    reader.required("run_m", stairs.run_m, {0.1, 2.0});
    if (!reader.has("count")) reader.reject(ErrorCode::kMissingKey, "required here", "count");
    reader.optional("count", count, 1, 100);
    reader.optional("landing_m", stairs.landing_m, {0.0, 20.0});
    reader.optional("at_x_m", stairs.at_x_m, ahead);
    stairs.count = static_cast<int>(count);
    terrain = stairs;
  } else if (kind == "slope") {
    io::terrain::Slope slope;
    double pitch_deg = 0.0;
    reader.required("pitch_deg", pitch_deg, {-30.0, 30.0});
    reader.optional("at_x_m", slope.at_x_m, ahead);
    slope.pitch_rad = pitch_deg * std::numbers::pi / 180.0;
    terrain = slope;
  } else if (kind != "flat" && reader.ok()) {
    return fail(ErrorCode::kUnknownName,
                fmt::format("unknown terrain kind '{}'; valid: flat, random_boxes, step, stairs, "
                            "slope",
                            kind),
                where);
  }
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return terrain;
}

Result<void> read_map(const YAML::Node& node, const std::string& where, Scenario& scenario) {
  Reader reader(node, where);
  bool known = false;
  double error_m = 0.0;
  reader.optional("known", known);
  reader.optional("error_m", error_m, {0.0, 1.0});
  if (known && scenario.world)
    reader.reject(ErrorCode::kUnsupported, "only a terrain's ground can be known", "known");
  if (auto done = reader.finish(); !done) return done;
  if (known) scenario.map_error_m = error_m;
  return {};
}

Result<void> read_sensors(const YAML::Node& node, const std::string& where, Scenario& scenario) {
  Reader reader(node, where);
  reader.optional("noise", scenario.sensor_noise);
  reader.optional("pose_fix", scenario.pose_fix);
  if (reader.has("delay_s")) {
    double delay_s = 0.0;
    reader.optional("delay_s", delay_s, {0.0, 0.5});
    scenario.sensing_delay_s = delay_s;
  }
  return reader.finish();
}

Result<std::vector<CommandRow>> read_command(const YAML::Node& node, const std::string& where) {
  if (!node.IsSequence())
    return fail(ErrorCode::kInvalidArgument,
                "must be a list of rows [t_s, vx_m_s, vy_m_s, yaw_rate_rad_s]", where);
  std::vector<CommandRow> rows;
  for (const auto& entry : node) {
    const std::string row_where = fmt::format("{}[{}]", where, rows.size());
    const auto row = numbers(entry, 4, row_where, "[t_s, vx_m_s, vy_m_s, yaw_rate_rad_s]");
    if (!row) return tl::make_unexpected(row.error());
    const CommandRow command{(*row)[0], (*row)[1], (*row)[2], (*row)[3]};
    if (command.t_s < 0.0 || (!rows.empty() && command.t_s <= rows.back().t_s))
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("time {} s must be 0 or more and later than the row before", command.t_s),
          row_where);
    if (std::hypot(command.vx_m_s, command.vy_m_s) > kSpeedMax_m_s ||
        std::abs(command.yaw_rate_rad_s) > kYawRateMax_rad_s)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("speeds must be at most {} m/s and {} rad/s", kSpeedMax_m_s,
                              kYawRateMax_rad_s),
                  row_where);
    rows.push_back(command);
  }
  return rows;
}

Result<io::Push> read_push(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  io::Push push;
  std::vector<double> impulse_Ns;
  std::string frame = "heading";
  reader.required("t_s", push.t_s, {0.0, kDurationMax_s});
  reader.required("body", push.body);
  reader.required("impulse_Ns", impulse_Ns, 3);
  reader.optional("duration_s", push.duration_s, {0.001, 60.0});
  reader.optional("frame", frame);
  if (frame != "heading" && frame != "world")
    reader.reject(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' is no frame; valid: heading, world", frame), "frame");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  push.impulse_Ns = Eigen::Vector3d(impulse_Ns[0], impulse_Ns[1], impulse_Ns[2]);
  push.in_heading_frame = frame == "heading";
  return push;
}

Result<io::Payload> read_payload(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  io::Payload payload;
  reader.required("body", payload.body);
  reader.required("mass_kg", payload.mass_kg, {0.0, 200.0});
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return payload;
}

Result<FaultRow> read_fault(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  FaultRow fault;
  reader.required("t_s", fault.t_s, {0.0, kDurationMax_s});
  reader.required("kind", fault.kind);
  reader.required("target", fault.target);
  reader.required("duration_s", fault.duration_s, {0.0, kDurationMax_s});
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return fault;
}

Result<Scenario::Attack> read_attack(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Scenario::Attack attack;
  std::string name;
  reader.required("kind", name);
  reader.optional("from_s", attack.from_s, {0.0, kDurationMax_s});
  const auto kind = attack_from_name(name);
  if (!kind)
    reader.reject(ErrorCode::kUnknownName,
                  fmt::format("'{}' is no attack; valid: {}", name, fmt::join(kAttackNames, ", ")),
                  "kind");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  attack.kind = *kind;
  return attack;
}

Result<Scenario::Policy> read_policy(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Scenario::Policy policy;
  reader.required("model", policy.model);
  reader.optional("from_s", policy.from_s, {0.0, kDurationMax_s});
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return policy;
}

Result<Scenario::Link::Down> read_down(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Scenario::Link::Down down;
  reader.required("t_s", down.t_s, {0.0, kDurationMax_s});
  reader.required("duration_s", down.duration_s, {0.0, kDurationMax_s});
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return down;
}

/// `people`: where they walk, and when they wait for the robot.
Result<void> read_people(const YAML::Node& node, const std::string& where, Scenario& scenario) {
  Reader reader(node, where);
  reader.optional("halt_m", scenario.people_halt_m, {0.0, 10.0});
  const YAML::Node walkers = reader.child("walk", true);
  if (const YAML::Node sensing = reader.child("sensing", false);
      reader.ok() && sensing.IsDefined()) {
    Reader part(sensing, reader.path("sensing"));
    io::WorldSensingOptions& options = scenario.people_sensing;
    part.optional("sigma_m", options.person_sigma_m, {0.0, 1.0});
    part.optional("missing", options.person_missing, {0.0, 1.0});
    part.optional("ghost", options.ghost, {0.0, 1.0});
    part.optional("delay_s", options.age_s, {0.0, 0.099});
    if (auto done = part.finish(); !done) return done;
  }
  if (auto done = reader.finish(); !done) return done;
  if (!walkers.IsSequence() || walkers.size() == 0 || walkers.size() > kMaxDetections)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("must be a list of 1 to {} paths, each a list of [t_s, x_m, y_m]",
                            kMaxDetections),
                reader.path("walk"));
  for (const auto& walker : walkers) {
    const std::string path_where =
        fmt::format("{}[{}]", reader.path("walk"), scenario.people.size());
    world::Person person;
    person.names.id = fmt::format("{}", scenario.people.size());
    if (!walker.IsSequence() || walker.size() == 0)
      return fail(ErrorCode::kInvalidArgument, "must be a list of [t_s, x_m, y_m]", path_where);
    for (const auto& entry : walker) {
      const auto row = numbers(entry, 3, fmt::format("{}[{}]", path_where, person.path.size()),
                               "[t_s, x_m, y_m]");
      if (!row) return tl::make_unexpected(row.error());
      if (!person.path.empty() && (*row)[0] <= person.path.back().time_s)
        return fail(ErrorCode::kInvalidArgument, "times must rise", path_where);
      person.path.push_back({(*row)[0], {(*row)[1], (*row)[2]}});
    }
    scenario.people.push_back(std::move(person));
  }
  return {};
}

/// Reads each entry of a list.
template <typename T, typename ReadOne>
Result<void> read_list(const YAML::Node& node, const std::string& where, std::vector<T>& list,
                       ReadOne read_one) {
  if (!node.IsSequence()) return fail(ErrorCode::kInvalidArgument, "must be a list", where);
  for (const auto& entry : node) {
    auto one = read_one(entry, fmt::format("{}[{}]", where, list.size()));
    if (!one) return tl::make_unexpected(one.error());
    list.push_back(*one);
  }
  return {};
}

/// Of an optional list.
template <typename T, typename ReadOne>
Result<void> read_list(Reader& reader, const std::string& key, std::vector<T>& list,
                       ReadOne read_one) {
  const YAML::Node node = reader.child(key, false);
  if (!reader.ok() || !node.IsDefined()) return {};
  return read_list(node, reader.path(key), list, read_one);
}

Result<Scenario::Link> read_link(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Scenario::Link link;
  reader.optional("latency_s", link.latency_s, {0.0, 0.1});
  reader.optional("loss", link.loss, {0.0, 1.0});
  if (auto down = read_list(reader, "down", link.down, read_down); !down)
    return tl::make_unexpected(down.error());
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return link;
}

/// measure_s, or from 3 s after the last change of command (0 at the earliest) to the end.
Result<void> read_measure(Reader& reader, Scenario& scenario) {
  double last_change_s = 0.0;
  for (const CommandRow& row : scenario.command)
    if (row.t_s < scenario.duration_s) last_change_s = row.t_s;
  scenario.measure_from_s = last_change_s + kSettle_s;
  if (scenario.measure_from_s >= scenario.duration_s) scenario.measure_from_s = last_change_s;
  scenario.measure_to_s = scenario.duration_s;
  if (!reader.has("measure_s")) return {};
  std::vector<double> measure_s;
  reader.optional("measure_s", measure_s, 2);
  if (measure_s.size() != 2) return {};  // finish() says what is wrong
  if (measure_s[0] < 0.0 || measure_s[1] <= measure_s[0] || measure_s[1] > scenario.duration_s)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("[{}, {}] must be within 0 and duration_s, and rise", measure_s[0],
                            measure_s[1]),
                reader.path("measure_s"));
  scenario.measure_from_s = measure_s[0];
  scenario.measure_to_s = measure_s[1];
  return {};
}

Result<Scenario> read_scenario(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Scenario scenario;
  std::int64_t seed = 1;
  reader.required("robot", scenario.robot);
  reader.required("duration_s", scenario.duration_s, {0.001, kDurationMax_s});
  std::string start(io::kStartPoseNames.front());
  reader.optional("start", start);
  const auto* pose = std::find(io::kStartPoseNames.begin(), io::kStartPoseNames.end(), start);
  if (pose == io::kStartPoseNames.end())
    reader.reject(
        ErrorCode::kUnknownName,
        fmt::format("'{}' is no start; valid: {}", start, fmt::join(io::kStartPoseNames, ", ")),
        "start");
  else
    scenario.start = static_cast<io::StartPose>(pose - io::kStartPoseNames.begin());
  reader.optional("gets_up", scenario.gets_up);
  reader.optional("seed", seed, 0, std::int64_t{1} << 53);
  scenario.seed = static_cast<std::uint64_t>(seed);
  if (reader.has("friction")) {
    double friction = 0.0;
    reader.optional("friction", friction, {0.01, 5.0});
    scenario.friction = friction;
  }
  if (reader.has("world")) {
    std::string world;
    reader.optional("world", world);
    scenario.world = world;
    if (reader.has("terrain"))
      reader.reject(ErrorCode::kInvalidArgument, "give world or terrain, not both", "terrain");
  }

  Result<void> part;
  if (const YAML::Node terrain = reader.child("terrain", false);
      reader.ok() && terrain.IsDefined()) {
    if (auto read = read_terrain(terrain, reader.path("terrain")); read)
      scenario.terrain = *read;
    else
      part = tl::make_unexpected(read.error());
  }
  if (const YAML::Node map = reader.child("map", false); part && reader.ok() && map.IsDefined())
    part = read_map(map, reader.path("map"), scenario);
  if (const YAML::Node sensors = reader.child("sensors", false);
      part && reader.ok() && sensors.IsDefined())
    part = read_sensors(sensors, reader.path("sensors"), scenario);
  if (const YAML::Node command = reader.child("command", false);
      part && reader.ok() && command.IsDefined()) {
    if (auto rows = read_command(command, reader.path("command")); rows)
      scenario.command = std::move(*rows);
    else
      part = tl::make_unexpected(rows.error());
  }
  if (part) part = read_list(reader, "pushes", scenario.pushes, read_push);
  if (const YAML::Node payload = reader.child("payload", false);
      part && reader.ok() && payload.IsDefined()) {
    if (auto read = read_payload(payload, reader.path("payload")); read)
      scenario.payload = *read;
    else
      part = tl::make_unexpected(read.error());
  }
  if (part) part = read_list(reader, "faults", scenario.faults, read_fault);
  if (const YAML::Node attack = reader.child("attack", false);
      part && reader.ok() && attack.IsDefined()) {
    if (auto read = read_attack(attack, reader.path("attack")); read)
      scenario.attack = *read;
    else
      part = tl::make_unexpected(read.error());
  }
  if (const YAML::Node policy = reader.child("policy", false);
      part && reader.ok() && policy.IsDefined()) {
    if (auto read = read_policy(policy, reader.path("policy")); !read)
      part = tl::make_unexpected(read.error());
    else if (scenario.attack)
      part = fail(ErrorCode::kInvalidArgument, "beside an attack no policy drives",
                  reader.path("policy"));
    else
      scenario.policy = *read;
  }
  if (const YAML::Node link = reader.child("link", false);
      part && reader.ok() && link.IsDefined()) {
    if (auto read = read_link(link, reader.path("link")); !read)
      part = tl::make_unexpected(read.error());
    else if (scenario.attack || scenario.policy || !scenario.faults.empty())
      part = fail(ErrorCode::kUnsupported, "over a link no attack, policy or fault is played",
                  reader.path("link"));
    else
      scenario.link = *read;
  }
  if (const YAML::Node people = reader.child("people", false);
      part && reader.ok() && people.IsDefined()) {
    part = read_people(people, reader.path("people"), scenario);
    if (part && scenario.world)
      part = fail(ErrorCode::kInvalidArgument, "a world has its own people", reader.path("people"));
  }
  if (part) part = read_measure(reader, scenario);
  if (!part) return tl::make_unexpected(part.error());
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return scenario;
}

}  // namespace

Result<std::vector<FaultRow>> read_faults(const YAML::Node& list, const std::string& where) {
  std::vector<FaultRow> faults;
  if (!list.IsDefined()) return faults;
  if (auto read = read_list(list, where, faults, read_fault); !read)
    return tl::make_unexpected(read.error());
  return faults;
}

Result<Scenario> load_scenario(const std::filesystem::path& file) {
  const auto node = config::load_yaml(file);
  if (!node) return tl::make_unexpected(node.error());
  return read_scenario(*node, file.string());
}

Result<Scenario> parse_scenario(const std::string& text, const std::string& where) {
  const auto node = config::parse_yaml(text, where);
  if (!node) return tl::make_unexpected(node.error());
  return read_scenario(*node, where);
}

}  // namespace longmen::trial
