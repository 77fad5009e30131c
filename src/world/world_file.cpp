#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "config/config_reader.h"
#include "core/utf8.h"
#include "world/free_space.h"
#include "world/names_check.h"
#include "world/world.h"

namespace longmen::world {
namespace {

using config::Reader;

constexpr double kExtent_m = 1000.0;  ///< no floor, place or person is farther from the origin
constexpr double kDegree_rad = std::numbers::pi / 180.0;

Error within_extent(const std::string& where) {
  return {ErrorCode::kInvalidArgument, fmt::format("positions are within ±{} m", kExtent_m), where};
}

/// Reads [x, y] or [x, y, z].
template <int kSize>
Eigen::Matrix<double, kSize, 1> read_vector(Reader& reader, const std::string& key) {
  std::vector<double> values;
  reader.required(key, values, kSize);
  Eigen::Matrix<double, kSize, 1> vector = Eigen::Matrix<double, kSize, 1>::Zero();
  if (!reader.ok()) return vector;
  for (int i = 0; i < kSize; ++i) vector[i] = values[static_cast<std::size_t>(i)];
  if (vector.cwiseAbs().maxCoeff() > kExtent_m)
    reader.reject(ErrorCode::kInvalidArgument, within_extent("").message, key);
  return vector;
}

/// Reads a list of rows with `columns` numbers each.
std::vector<std::vector<double>> read_rows(Reader& reader, const std::string& key,
                                           std::size_t columns, bool is_required) {
  std::vector<std::vector<double>> rows;
  const YAML::Node node = reader.child(key, is_required);
  if (!reader.ok() || !node.IsDefined()) return rows;
  const std::string wanted = fmt::format("must be a list of rows of {} numbers each", columns);
  if (!node.IsSequence() || node.size() > kThings_max) {
    reader.reject(ErrorCode::kInvalidArgument, wanted, key);
    return rows;
  }
  for (const YAML::Node& row : node) {
    try {
      rows.push_back(row.as<std::vector<double>>());
    } catch (const YAML::Exception&) {
      reader.reject(ErrorCode::kInvalidArgument, wanted, key);
      return {};
    }
    const bool is_bounded = std::all_of(rows.back().begin(), rows.back().end(), [](double x) {
      return std::isfinite(x) && std::abs(x) <= 1e6;
    });
    if (rows.back().size() != columns || !is_bounded) {
      reader.reject(ErrorCode::kInvalidArgument, wanted, key);
      return {};
    }
  }
  return rows;
}

Result<StandPose> read_stand(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  StandPose stand;
  double yaw_deg = 0.0;
  stand.p_WB_m = read_vector<2>(reader, "position_m");
  reader.required("yaw_deg", yaw_deg, {.min = -360, .max = 360});
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  stand.yaw_rad = yaw_deg * kDegree_rad;
  return stand;
}

Result<Body> read_body(const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Body body;
  body.p_W_m = read_vector<2>(reader, "position_m");
  body.size_m = read_vector<3>(reader, "size_m");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  if (body.size_m.minCoeff() <= 0.0)
    return fail(ErrorCode::kInvalidArgument, "key 'size_m' must be positive", where);
  return body;
}

Result<Obstacle> read_obstacle(const std::string& id, const YAML::Node& node,
                               const std::string& where) {
  auto body = read_body(node, where);
  if (!body) return tl::make_unexpected(body.error());
  return Obstacle{id, *body};
}

Names read_names(Reader& reader, const std::string& id) {
  Names names;
  names.id = id;
  reader.required("names_en", names.en);
  reader.required("names_zh", names.zh);
  return names;
}

Result<Place> read_place(const std::string& id, const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Place place;
  place.names = read_names(reader, id);
  const YAML::Node stand_node = reader.child("stand", true);
  const YAML::Node faces_node = reader.child("faces", true);
  const YAML::Node body_node = reader.child("body", false);
  if (reader.has("surface_height_m")) {
    double height_m = 0.0;
    reader.required("surface_height_m", height_m, {.min = 0, .max = 3});
    place.surface_height_m = height_m;
  }
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());

  auto stand = read_stand(stand_node, where + ": stand");
  if (!stand) return tl::make_unexpected(stand.error());
  place.stand = *stand;
  Reader faces(faces_node, where + ": faces");
  place.faces_W_m = read_vector<3>(faces, "position_m");
  if (auto done = faces.finish(); !done) return tl::make_unexpected(done.error());
  if (body_node.IsDefined()) {
    auto body = read_body(body_node, where + ": body");
    if (!body) return tl::make_unexpected(body.error());
    place.body = *body;
  }
  return place;
}

Result<Object> read_object(const std::string& id, const YAML::Node& node,
                           const std::string& where) {
  Reader reader(node, where);
  Object object;
  object.names = read_names(reader, id);
  reader.required("at", object.at);
  object.p_W_m = read_vector<3>(reader, "position_m");
  object.size_m = read_vector<3>(reader, "size_m");
  double mass_kg = 0.0;
  reader.required("mass_kg", mass_kg, {.min = 0.001, .max = 200});
  object.mass_kg = mass_kg;
  double yaw_deg = 0.0;
  reader.optional("yaw_deg", yaw_deg, {.min = -180, .max = 180});
  object.yaw_rad = yaw_deg * kDegree_rad;
  reader.optional("friction", object.friction, {.min = 0.05, .max = 2.0});
  reader.optional("hot", object.is_hot);
  if (reader.ok() && object.size_m->minCoeff() <= 0.0)
    reader.reject(ErrorCode::kInvalidArgument, "must be positive", "size_m");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return object;
}

Result<Person> read_person(const std::string& id, const YAML::Node& node,
                           const std::string& where) {
  Reader reader(node, where);
  Person person;
  person.names = read_names(reader, id);
  person.p_W_m = read_vector<2>(reader, "position_m");
  reader.required("height_m", person.height_m, {.min = 0.3, .max = 2.5});
  reader.required("radius_m", person.radius_m, {.min = 0.05, .max = 1.0});
  for (const auto& row : read_rows(reader, "path", 3, false)) {
    if (!person.path.empty() && row[0] <= person.path.back().time_s)
      reader.reject(ErrorCode::kInvalidArgument, "times must increase", "path");
    person.path.push_back({row[0], {row[1], row[2]}});
  }
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return person;
}

Result<Zone> read_zone(const std::string& id, const YAML::Node& node, const std::string& where) {
  Reader reader(node, where);
  Zone zone;
  zone.id = id;
  std::string kind;
  reader.required("kind", kind);
  if (reader.ok() && kind != "keep_out" && kind != "slow")
    reader.reject(ErrorCode::kUnknownName,
                  fmt::format("is '{}'; valid kinds: keep_out, slow", kind), "kind");
  zone.kind = kind == "slow" ? ZoneKind::kSlow : ZoneKind::kKeepOut;
  for (const auto& row : read_rows(reader, "corners_m", 2, true))
    zone.corners_W_m.emplace_back(row[0], row[1]);
  if (reader.ok() && zone.corners_W_m.size() < 3)
    reader.reject(ErrorCode::kInvalidArgument, "needs three corners or more", "corners_m");
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return zone;
}

/// Reads a map from ids to things.
template <typename T, typename ReadOne>
Result<std::vector<T>> read_things(const YAML::Node& node, const std::string& where,
                                   ReadOne read_one) {
  std::vector<T> things;
  if (!node.IsDefined()) return things;
  if (!node.IsMap()) return fail(ErrorCode::kParse, "expected a map of keys and values", where);
  if (node.size() > kThings_max)
    return fail(ErrorCode::kInvalidArgument, fmt::format("more than {} entries", kThings_max),
                where);
  std::set<std::string> ids;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) return fail(ErrorCode::kParse, "keys must be plain texts", where);
    const std::string id = entry.first.Scalar();
    if (!ids.insert(id).second)
      return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is given twice", id), where);
    auto thing = read_one(id, entry.second, where + ": " + id);
    if (!thing) return tl::make_unexpected(thing.error());
    things.push_back(std::move(*thing));
  }
  return things;
}

/// Nobody stands within a thing.
Result<void> check_stands(const World& world, const std::string& where) {
  const FreeSpace space(world);
  const auto check = [&](const StandPose& stand, const std::string& what) -> Result<void> {
    for (const Barrier& barrier : space.barriers())
      if (!barrier.is_zone && barrier.distance(stand.p_WB_m) <= 0.0)
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("the robot would stand within '{}'", barrier.id), where + what);
    return {};
  };
  if (auto ok = check(world.spawn, ": spawn"); !ok) return ok;
  for (const Place& place : world.places)
    if (auto ok = check(*place.stand, ": places: " + place.names.id + ": stand"); !ok) return ok;
  return {};
}

Result<void> check_world(const World& world, const std::string& where) {
  if ((world.floor_max_m - world.floor_min_m).minCoeff() <= 0.0)
    return fail(ErrorCode::kInvalidArgument, "max_m must be greater than min_m", where + ": floor");
  if (auto ok = check_names(world, where); !ok) return ok;
  const auto on_floor = [&](const Eigen::Vector2d& p) {
    return (p.array() >= world.floor_min_m.array()).all() &&
           (p.array() <= world.floor_max_m.array()).all();
  };
  if (!on_floor(world.spawn.p_WB_m))
    return fail(ErrorCode::kInvalidArgument, "is not on the floor", where + ": spawn");
  for (const Place& place : world.places)
    if (!on_floor(place.stand->p_WB_m))
      return fail(ErrorCode::kInvalidArgument, "is not on the floor",
                  where + ": places: " + place.names.id + ": stand");
  if (auto free = check_stands(world, where); !free) return free;
  for (const Object& object : world.objects) {
    if (world.place(object.at) != nullptr) continue;
    std::vector<std::string> ids;
    for (const Place& place : world.places) ids.push_back(place.names.id);
    return fail(
        ErrorCode::kUnknownName,
        fmt::format("key 'at' names no place: '{}'; places: {}", object.at, fmt::join(ids, ", ")),
        where + ": objects: " + object.names.id);
  }
  return {};
}

Result<World> read_world(const YAML::Node& root, const std::string& where) {
  Reader reader(root, where);
  World world;
  reader.required("name", world.name);
  const YAML::Node title_node = reader.child("title", true);
  const YAML::Node floor_node = reader.child("floor", true);
  const YAML::Node spawn_node = reader.child("spawn", true);
  const YAML::Node places_node = reader.child("places", true);
  const YAML::Node objects_node = reader.child("objects", false);
  const YAML::Node people_node = reader.child("people", false);
  const YAML::Node obstacles_node = reader.child("obstacles", false);
  const YAML::Node zones_node = reader.child("zones", false);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());

  Reader title(title_node, where + ": title");
  title.required("en", world.title.en);
  title.required("zh", world.title.zh);
  if (auto done = title.finish(); !done) return tl::make_unexpected(done.error());
  Reader floor(floor_node, where + ": floor");
  world.floor_min_m = read_vector<2>(floor, "min_m");
  world.floor_max_m = read_vector<2>(floor, "max_m");
  if (auto done = floor.finish(); !done) return tl::make_unexpected(done.error());
  auto spawn = read_stand(spawn_node, where + ": spawn");
  if (!spawn) return tl::make_unexpected(spawn.error());
  world.spawn = *spawn;

  auto places = read_things<Place>(places_node, where + ": places", read_place);
  if (!places) return tl::make_unexpected(places.error());
  world.places = std::move(*places);
  auto objects = read_things<Object>(objects_node, where + ": objects", read_object);
  if (!objects) return tl::make_unexpected(objects.error());
  world.objects = std::move(*objects);
  auto people = read_things<Person>(people_node, where + ": people", read_person);
  if (!people) return tl::make_unexpected(people.error());
  world.people = std::move(*people);
  auto obstacles = read_things<Obstacle>(obstacles_node, where + ": obstacles", read_obstacle);
  if (!obstacles) return tl::make_unexpected(obstacles.error());
  world.obstacles = std::move(*obstacles);
  auto zones = read_things<Zone>(zones_node, where + ": zones", read_zone);
  if (!zones) return tl::make_unexpected(zones.error());
  world.zones = std::move(*zones);

  if (auto ok = check_world(world, where); !ok) return tl::make_unexpected(ok.error());
  return world;
}

}  // namespace

Result<World> parse_world(const std::string& text, const std::string& where) {
  if (!is_valid_utf8(text)) return fail(ErrorCode::kParse, "not valid UTF-8", where);
  auto root = config::parse_yaml(text, where);
  if (!root) return tl::make_unexpected(root.error());
  try {
    auto world = read_world(*root, where);
    if (world) world->hash = sha256(text);
    return world;
  } catch (const YAML::Exception& e) {
    return fail(ErrorCode::kParse, e.msg, where);
  }
}

}  // namespace longmen::world
