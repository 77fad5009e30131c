#pragma once

#include <mujoco/mujoco.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "io/sim/sim_robot.h"
#include "io/sim/terrain.h"
#include "world/world.h"

namespace longmen::io {

struct SpecDeleter {
  void operator()(mjSpec* spec) const { mj_deleteSpec(spec); }
};
struct ModelDeleter {
  void operator()(mjModel* model) const { mj_deleteModel(model); }
};
struct DataDeleter {
  void operator()(mjData* data) const { mj_deleteData(data); }
};
using SpecPtr = std::unique_ptr<mjSpec, SpecDeleter>;
using ModelPtr = std::unique_ptr<mjModel, ModelDeleter>;
using DataPtr = std::unique_ptr<mjData, DataDeleter>;

struct SceneOptions {
  std::filesystem::path world_file;  ///< MJCF of a world; empty: `terrain`
  Terrain terrain = terrain::Flat{};
  double ground_friction = 0.8;  ///< sliding coefficient of everything that is fixed to the world
  double step_s = 0.001;
  std::vector<world::Person> people;
  std::vector<world::Object> objects;
  bool to_draw = false;  ///< with the geoms that touch nothing and only look like something
};

/// Names of the bodies that people and objects have in a scene (worlds/README.md).
[[nodiscard]] std::string person_body(const world::Person& person);
[[nodiscard]] std::string object_body(const world::Object& object);

/// Puts the robot's model, people and objects into the world's scene, or on a terrain, and compiles
/// both with the plant's own physics options: none are taken from the files. Names are those of the
/// two files. Objects lie free, with the mass, size and friction that the world gives them. Errors:
/// kNotFound, kParse (MuJoCo's own words), kUnknownName; kInvalidArgument for more objects than
/// there is room for, or one whose pose, size or mass is not known.
Result<ModelPtr> compose_scene(const SimRobot& robot, const SceneOptions& options);

/// Body of a role ("left_hand") or of the model. Error: kUnknownName with the valid names.
Result<std::string> resolve_body(const SimRobot& robot, const mjModel& model,
                                 const std::string& role_or_body);

/// Moves the compiled plant away from its description, as `error` bounds it; one draw per seed.
/// The caller must mj_setConst afterwards.
void perturb_plant(mjModel& model, int base_body, const PlantError& error, std::uint64_t seed);

/// The same for the masses of objects, each by up to `mass_relative`.
void perturb_objects(mjModel& model, const std::vector<world::Object>& objects,
                     double mass_relative, std::uint64_t seed);

/// Adds a small ball of this mass at the body's centre of mass. The caller must mj_setConst
/// afterwards.
void add_payload(mjModel& model, int body, double mass_kg);

}  // namespace longmen::io
