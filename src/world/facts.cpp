#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "core/utf8.h"
#include "world/names_check.h"
#include "world/world.h"

namespace longmen::world {
namespace {

using Json = nlohmann::json;

constexpr int kDepth_max = 16;

/// A text, or a list of texts, under any of `keys`.
Result<void> add_texts(const Json& record, std::initializer_list<const char*> keys,
                       std::vector<std::string>& texts, const std::string& where) {
  for (const char* key : keys) {
    const auto entry = record.find(key);
    if (entry == record.end() || entry->is_null()) continue;
    if (entry->is_string()) {
      texts.push_back(entry->get<std::string>());
      continue;
    }
    if (!entry->is_array())
      return fail(ErrorCode::kParse, fmt::format("'{}' must be a text or a list of texts", key),
                  where);
    for (const Json& text : *entry) {
      if (!text.is_string())
        return fail(ErrorCode::kParse, fmt::format("'{}' must be a text or a list of texts", key),
                    where);
      texts.push_back(text.get<std::string>());
    }
  }
  return {};
}

Result<std::optional<double>> read_number(const Json& record, const char* key,
                                          const std::string& where) {
  const auto entry = record.find(key);
  if (entry == record.end() || entry->is_null()) return std::optional<double>{};
  const double value = entry->is_number() ? entry->get<double>() : NAN;
  if (!std::isfinite(value) || std::abs(value) > 1e6)
    return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' must be a number within ±1e6", key),
                where);
  return std::optional<double>{value};
}

Result<std::vector<double>> read_position(const Json& record, const std::string& where) {
  std::vector<double> position;
  const auto entry = record.find("position_m");
  if (entry == record.end() || entry->is_null()) return position;
  if (entry->is_array())
    for (const Json& x : *entry) position.push_back(x.is_number() ? x.get<double>() : NAN);
  bool is_good = position.size() == 2 || position.size() == 3;
  for (const double x : position) is_good = is_good && std::isfinite(x) && std::abs(x) <= 1000.0;
  if (!is_good)
    return fail(ErrorCode::kInvalidArgument, "'position_m' must be [x, y] or [x, y, z] in metres",
                where);
  return position;
}

Result<Names> names_in(const Json& entry, const std::string& where) {
  Names names;
  if (entry.is_string()) {
    names.id = entry.get<std::string>();
    return names;
  }
  if (!entry.is_object())
    return fail(ErrorCode::kParse, "must be a name or a record with a \"name\"", where);
  std::vector<std::string> ids;
  if (auto ok = add_texts(entry, {"name", "id"}, ids, where); !ok)
    return tl::make_unexpected(ok.error());
  if (ids.empty()) return fail(ErrorCode::kMissingKey, "missing key 'name'", where);
  names.id = ids.front();
  names.en.assign(ids.begin() + 1, ids.end());
  if (auto ok = add_texts(entry,
                          {"names", "alias", "aliases", "synonyms", "label", "labels", "names_en",
                           "name_en", "aliases_en", "en"},
                          names.en, where);
      !ok)
    return tl::make_unexpected(ok.error());
  if (auto ok = add_texts(entry, {"names_zh", "name_zh", "aliases_zh", "zh"}, names.zh, where); !ok)
    return tl::make_unexpected(ok.error());
  return names;
}

Result<Place> place_in(const Json& entry, Names names, const std::string& where) {
  Place place;
  place.names = std::move(names);
  if (!entry.is_object()) return place;
  auto position = read_position(entry, where);
  if (!position) return tl::make_unexpected(position.error());
  auto yaw_deg = read_number(entry, "yaw_deg", where);
  if (!yaw_deg) return tl::make_unexpected(yaw_deg.error());
  if (!position->empty())
    place.stand = StandPose{{(*position)[0], (*position)[1]},
                            yaw_deg->value_or(0.0) * std::numbers::pi / 180.0};
  auto surface = read_number(entry, "surface_height_m", where);
  if (!surface) return tl::make_unexpected(surface.error());
  place.surface_height_m = *surface;
  return place;
}

Result<Object> object_in(const Json& entry, Names names, const std::string& where) {
  Object object;
  object.names = std::move(names);
  if (!entry.is_object()) return object;
  std::vector<std::string> at;
  if (auto ok = add_texts(entry, {"at", "on", "in", "place", "location"}, at, where); !ok)
    return tl::make_unexpected(ok.error());
  if (!at.empty()) object.at = at.front();
  auto position = read_position(entry, where);
  if (!position) return tl::make_unexpected(position.error());
  if (position->size() == 3)
    object.p_W_m = Eigen::Vector3d((*position)[0], (*position)[1], (*position)[2]);
  auto mass = read_number(entry, "mass_kg", where);
  if (!mass) return tl::make_unexpected(mass.error());
  object.mass_kg = *mass;
  return object;
}

Result<Person> person_in(const Json& entry, Names names, const std::string& where) {
  Person person;
  person.names = std::move(names);
  if (!entry.is_object()) return person;
  auto position = read_position(entry, where);
  if (!position) return tl::make_unexpected(position.error());
  if (!position->empty()) person.p_W_m = Eigen::Vector2d((*position)[0], (*position)[1]);
  return person;
}

template <typename T, typename ReadOne>
Result<std::vector<T>> read_list(const Json& root, const char* key, const std::string& where,
                                 ReadOne read_one) {
  std::vector<T> things;
  const auto list = root.find(key);
  if (list == root.end()) return things;
  const std::string list_where = where + ": " + key;
  if (!list->is_array()) return fail(ErrorCode::kParse, "must be a list", list_where);
  if (list->size() > kThings_max)
    return fail(ErrorCode::kInvalidArgument, fmt::format("more than {} entries", kThings_max),
                list_where);
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string entry_where = fmt::format("{}[{}]", list_where, i);
    auto names = names_in((*list)[i], entry_where);
    if (!names) return tl::make_unexpected(names.error());
    for (const T& other : things)
      if (other.names.id == names->id)
        return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is given twice", names->id),
                    list_where);
    auto thing = read_one((*list)[i], std::move(*names), entry_where);
    if (!thing) return tl::make_unexpected(thing.error());
    things.push_back(std::move(*thing));
  }
  return things;
}

Result<World> read_facts(const Json& root, const std::string& where) {
  if (!root.is_object())
    return fail(ErrorCode::kParse, R"(expected {"places": [], "objects": [], "people": []})",
                where);
  for (const auto& item : root.items())
    if (item.key() != "places" && item.key() != "objects" && item.key() != "people")
      return fail(ErrorCode::kUnknownKey,
                  fmt::format("unknown key '{}'; valid keys: places, objects, people", item.key()),
                  where);
  World world;
  world.name = "facts";
  world.title = {"the given facts", "给定的事实"};
  auto places = read_list<Place>(root, "places", where, place_in);
  if (!places) return tl::make_unexpected(places.error());
  world.places = std::move(*places);
  auto objects = read_list<Object>(root, "objects", where, object_in);
  if (!objects) return tl::make_unexpected(objects.error());
  world.objects = std::move(*objects);
  auto people = read_list<Person>(root, "people", where, person_in);
  if (!people) return tl::make_unexpected(people.error());
  world.people = std::move(*people);
  if (auto ok = check_names(world, where); !ok) return tl::make_unexpected(ok.error());
  return world;
}

}  // namespace

Result<World> parse_facts(const std::string& json_text, const std::string& where) {
  if (!is_valid_utf8(json_text)) return fail(ErrorCode::kParse, "not valid UTF-8", where);
  bool is_too_deep = false;
  try {
    const Json::parser_callback_t watch = [&](int depth, Json::parse_event_t, Json&) {
      if (depth > kDepth_max) is_too_deep = true;
      return !is_too_deep;
    };
    const Json root = Json::parse(json_text, watch, false);
    if (is_too_deep) return fail(ErrorCode::kParse, "nested too deeply", where);
    if (root.is_discarded()) return fail(ErrorCode::kParse, "not valid JSON", where);
    auto world = read_facts(root, where);
    if (world) world->hash = sha256(json_text);
    return world;
  } catch (const Json::exception& e) {
    return fail(ErrorCode::kParse, e.what(), where);
  }
}

}  // namespace longmen::world
