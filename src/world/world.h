#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bilingual.h"
#include "core/digest.h"
#include "core/result.h"

namespace longmen::world {

inline constexpr std::size_t kThings_max = 256;  ///< places, objects or people of one world

/// What a thing is called. The id is how plans name it.
struct Names {
  std::string id;
  std::vector<std::string> en;
  std::vector<std::string> zh;

  [[nodiscard]] const std::string& first_en() const { return en.empty() ? id : en.front(); }
  [[nodiscard]] const std::string& first_zh() const { return zh.empty() ? first_en() : zh.front(); }
};

/// A base pose on the floor, in W.
struct StandPose {
  Eigen::Vector2d p_WB_m = Eigen::Vector2d::Zero();
  double yaw_rad = 0.0;
};

/// An upright box on the floor: position of its middle in W, and its size along W's axes.
struct Body {
  Eigen::Vector2d p_W_m = Eigen::Vector2d::Zero();
  Eigen::Vector3d size_m = Eigen::Vector3d::Zero();
};

/// Where things stand and are done. Facts that name a place without saying where it is leave the
/// poses open.
struct Place {
  Names names;
  std::optional<StandPose> stand;            ///< where the robot is when it is "at" the place
  std::optional<Eigen::Vector3d> faces_W_m;  ///< the point that "point at it" means
  std::optional<Body> body;
  std::optional<double> surface_height_m;  ///< where things are put down; none: nothing can be
};

struct Object {
  Names names;
  std::string at;  ///< id of the place where it is at the start, empty: not known
  std::optional<Eigen::Vector3d> p_W_m;  ///< middle of its underside
  std::optional<Eigen::Vector3d> size_m;
  double yaw_rad = 0.0;  ///< of its sides, at the start
  std::optional<double> mass_kg;
  double friction = 0.5;  ///< sliding coefficient on what it stands on
  bool is_hot = false;    ///< burns who touches it, or what it is put on too long
};

struct WayPoint {
  double time_s = 0.0;
  Eigen::Vector2d p_W_m = Eigen::Vector2d::Zero();
};

struct Person {
  Names names;
  std::optional<Eigen::Vector2d> p_W_m;
  double height_m = 1.7;
  double radius_m = 0.3;
  std::vector<WayPoint>
      path;  ///< walked straight between points, again from the start after the last

  /// Where the person is at a time of the run; `p_W_m` (or the origin) when there is no path.
  [[nodiscard]] Eigen::Vector2d position_at(double time_s) const;
};

enum class ZoneKind { kKeepOut, kSlow };

/// A part of the floor with a rule.
struct Zone {
  std::string id;
  ZoneKind kind = ZoneKind::kKeepOut;
  std::vector<Eigen::Vector2d> corners_W_m;

  [[nodiscard]] bool contains(const Eigen::Vector2d& p_W_m) const;
};

/// Something that stands in the way and that nobody names: a fence, a post, a cone.
struct Obstacle {
  std::string id;
  Body body;
};

/// What is known of the surroundings before the robot looks: world.yaml, or facts.
struct World {
  std::string name;
  Bilingual title;
  std::filesystem::path folder;  ///< empty for facts
  Eigen::Vector2d floor_min_m = Eigen::Vector2d::Zero();
  Eigen::Vector2d floor_max_m = Eigen::Vector2d::Zero();
  StandPose spawn;
  std::vector<Place> places;
  std::vector<Object> objects;
  std::vector<Person> people;
  std::vector<Obstacle> obstacles;
  std::vector<Zone> zones;
  Digest hash;  ///< of the text that it was read from

  /// By id; nullptr if there is none.
  [[nodiscard]] const Place* place(std::string_view id) const;
  [[nodiscard]] const Object* object(std::string_view id) const;
  [[nodiscard]] const Person* person(std::string_view id) const;
};

/// Reads FOLDER/world.yaml. The schema is written out in worlds/factory/world.yaml. Errors:
/// kNotFound, kParse, kUnknownKey, kMissingKey, kInvalidArgument, kUnknownName.
Result<World> load_world(const std::filesystem::path& folder);
/// The same from text; `where` names it in errors.
Result<World> parse_world(const std::string& text, const std::string& where);

/// The folder of a world given by name (under `worlds_folder`) or by path. Error: kNotFound, which
/// lists the worlds that there are.
Result<std::filesystem::path> find_world(const std::string& name_or_folder,
                                         const std::filesystem::path& worlds_folder);

/// Reads facts: {"places": [], "objects": [], "people": []}, each a list of names or of records
///   {"name": "shelf", "aliases": ["rack"], "names_en": [], "names_zh": [], "at": "shelf",
///    "position_m": [x, y, z], "yaw_deg": 0, "mass_kg": 2, "surface_height_m": 0.8}.
/// Records may hold further keys: they are facts for others. Errors as for a world.
Result<World> parse_facts(const std::string& json_text, const std::string& where);
Result<World> load_facts(const std::filesystem::path& file);

}  // namespace longmen::world
