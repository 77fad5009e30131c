#include "io/sim/scene.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/random.h"
#include "io/sim/terrain_look.h"

namespace longmen::io {
namespace {

constexpr double kPayloadRadius_m = 0.05;  // of the sphere whose inertia a payload has
constexpr double kPersonMass_kg = 70.0;

void set_options(mjSpec& spec, double step_s) {
  mjOption& option = spec.option;
  mj_defaultOption(&option);
  option.timestep = step_s;
  option.gravity[2] = -kGravity_m_s2;
  option.integrator = mjINT_IMPLICITFAST;
  option.cone = mjCONE_ELLIPTIC;
  option.solver = mjSOL_NEWTON;
  option.impratio = 20.0;
  // A line search cut short ends with contact forces that are no solution: a foot is then kicked by
  // thousands of newtons in one step (SimPlant::unsolved_steps counts such steps).
  option.iterations = 50;
  option.ls_iterations = 50;
  option.tolerance = 1e-10;
  // A state that is not finite is an end to report, not one to reset silently.
  option.disableflags |= mjDSBL_AUTORESET;
  // One robot is one island: finding it costs 2 us a step and gains nothing.
  option.disableflags |= mjDSBL_ISLAND;
}

/// Sole contacts slide by the ground's coefficient alone: priority over the robot's own.
void set_ground_contact(mjsGeom& geom, double friction) {
  geom.priority = 1;
  geom.condim = 3;
  geom.friction[0] = friction;
}

void add_ground_plane(mjsBody& world, double z_m, double friction) {
  mjsGeom* plane = mjs_addGeom(&world, nullptr);
  mjs_setName(plane->element, "ground");
  plane->type = mjGEOM_PLANE;
  plane->pos[2] = z_m;
  plane->size[0] = plane->size[1] = 0.0;  // infinite
  plane->size[2] = 1.0;
  paint_ground(*plane);
  set_ground_contact(*plane, friction);
}

void add_terrain(mjSpec& spec, const Terrain& terrain, double friction) {
  mjsBody& world = *mjs_findBody(&spec, "world");
  const Ground ground = build_ground(terrain);
  add_ground_plane(world, ground.plane_z_m, friction);
  int index = 0;
  for (const GroundBox& box : ground.boxes) {
    mjsGeom* geom = mjs_addGeom(&world, nullptr);
    geom->type = mjGEOM_BOX;
    for (int i = 0; i < 3; ++i) {
      geom->pos[i] = box.centre_W[i];
      geom->size[i] = box.half_size_m[i];
    }
    geom->quat[0] = std::cos(0.5 * box.pitch_rad);
    geom->quat[2] = std::sin(0.5 * box.pitch_rad);
    paint_box(*geom, index++);
    set_ground_contact(*geom, friction);
  }
  add_terrain_look(spec);
}

Result<SpecPtr> parse(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return fail(ErrorCode::kNotFound, "no such file", file.string());
  std::string message(1000, '\0');
  SpecPtr spec(
      mj_parseXML(file.c_str(), nullptr, message.data(), static_cast<int>(message.size())));
  if (!spec) return fail(ErrorCode::kParse, message.c_str(), file.string());
  return spec;
}

void fix_world_geoms(mjSpec& spec, double friction) {
  mjsBody* world = mjs_findBody(&spec, "world");
  for (mjsElement* element = mjs_firstChild(world, mjOBJ_GEOM, 1); element != nullptr;
       element = mjs_nextChild(world, element, 1))
    set_ground_contact(*mjs_asGeom(element), friction);
}

void place_person(mjSpec& spec, const world::Person& person) {
  const std::string name = person_body(person);
  mjsBody* body = mjs_findBody(&spec, name.c_str());
  if (body == nullptr) {
    body = mjs_addBody(mjs_findBody(&spec, "world"), nullptr);
    mjs_setName(body->element, name.c_str());
    mjsGeom* geom = mjs_addGeom(body, nullptr);
    geom->type = mjGEOM_CAPSULE;
    geom->size[0] = person.radius_m;
    geom->size[1] = std::max(0.01, 0.5 * person.height_m - person.radius_m);
    geom->pos[2] = 0.5 * person.height_m;
    geom->mass = kPersonMass_kg;
  }
  body->mocap = true;
  const Eigen::Vector2d p_W = person.position_at(0.0);
  body->pos[0] = p_W.x();
  body->pos[1] = p_W.y();
}

/// A free body: its frame in the middle of its underside, its mass spread evenly over its box.
void place_object(mjSpec& spec, const world::Object& object) {
  const std::string name = object_body(object);
  const Eigen::Vector3d half_m = 0.5 * *object.size_m;
  mjsBody* body = mjs_findBody(&spec, name.c_str());
  if (body == nullptr) {
    body = mjs_addBody(mjs_findBody(&spec, "world"), nullptr);
    mjs_setName(body->element, name.c_str());
    mjsGeom* geom = mjs_addGeom(body, nullptr);
    geom->type = mjGEOM_BOX;
    for (int i = 0; i < 3; ++i) geom->size[i] = half_m[i];
    geom->pos[2] = half_m.z();
  }
  mjs_addFreeJoint(body);
  for (int i = 0; i < 3; ++i) body->pos[i] = (*object.p_W_m)[i];
  body->quat[0] = std::cos(0.5 * object.yaw_rad);
  body->quat[1] = body->quat[2] = 0.0;
  body->quat[3] = std::sin(0.5 * object.yaw_rad);
  body->explicitinertial = true;
  body->mass = *object.mass_kg;
  body->ipos[0] = body->ipos[1] = 0.0;
  body->ipos[2] = half_m.z();
  const Eigen::Vector3d square_m2 = half_m.cwiseAbs2();
  for (int i = 0; i < 3; ++i)
    body->inertia[i] = *object.mass_kg / 3.0 * (square_m2.sum() - square_m2[i]);
  for (mjsElement* element = mjs_firstChild(body, mjOBJ_GEOM, 1); element != nullptr;
       element = mjs_nextChild(body, element, 1)) {
    mjsGeom* geom = mjs_asGeom(element);
    geom->mass = 0.0;
    // Over what it stands on; a palm's own rubber has a higher priority (robots' model.xml).
    geom->priority = 1;
    geom->condim = 3;
    geom->friction[0] = object.friction;
  }
}

Result<void> check_objects(const std::vector<world::Object>& objects) {
  if (objects.size() > kMaxObjects)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} objects; at most {}", objects.size(), kMaxObjects), "objects");
  for (const world::Object& object : objects)
    if (!object.p_W_m || !object.size_m || !object.mass_kg)
      return fail(ErrorCode::kInvalidArgument, "needs a position, a size and a mass",
                  "objects: " + object.names.id);
  return {};
}

std::vector<std::string> body_names(const mjModel& model) {
  std::vector<std::string> names;
  for (int b = 1; b < model.nbody; ++b)
    if (const char* name = mj_id2name(&model, mjOBJ_BODY, b)) names.emplace_back(name);
  return names;
}

}  // namespace

std::string person_body(const world::Person& person) { return "person_" + person.names.id; }
std::string object_body(const world::Object& object) { return "object_" + object.names.id; }

Result<std::string> resolve_body(const SimRobot& robot, const mjModel& model,
                                 const std::string& role_or_body) {
  if (const auto role = robot.roles.find(role_or_body); role != robot.roles.end())
    return role->second;
  if (mj_name2id(&model, mjOBJ_BODY, role_or_body.c_str()) > 0) return role_or_body;
  std::vector<std::string> valid;
  for (const auto& [role, body] : robot.roles) valid.push_back(role);
  for (std::string& name : body_names(model)) valid.push_back(std::move(name));
  return fail(ErrorCode::kUnknownName,
              fmt::format("unknown body '{}'; valid: {}", role_or_body, fmt::join(valid, ", ")));
}

Result<ModelPtr> compose_scene(const SimRobot& robot, const SceneOptions& options) {
  // Warnings of the engine are counted in mjData, where the plant looks; the one on names without
  // a prefix does not concern a robot that is alone in its scene.
  mju_user_warning = [](const char*) {};
  if (auto ok = check_objects(options.objects); !ok) return tl::make_unexpected(ok.error());
  SpecPtr spec;
  if (options.world_file.empty()) {
    spec.reset(mj_makeSpec());
    add_terrain(*spec, options.terrain, options.ground_friction);
  } else {
    auto world = parse(options.world_file);
    if (!world) return tl::make_unexpected(world.error());
    spec = std::move(*world);
    for (const world::Person& person : options.people) place_person(*spec, person);
    fix_world_geoms(*spec, options.ground_friction);
  }
  for (const world::Object& object : options.objects) place_object(*spec, object);
  set_options(*spec, options.step_s);
  // The pose of what only looks like something would be followed in every step.
  spec->compiler.discardvisual = !options.to_draw;

  auto robot_spec = parse(robot.model_file);
  if (!robot_spec) return tl::make_unexpected(robot_spec.error());
  mjsBody* robot_world = mjs_findBody(robot_spec->get(), "world");
  mjsElement* root = mjs_firstChild(robot_world, mjOBJ_BODY, 0);
  if (root == nullptr)
    return fail(ErrorCode::kInvalidArgument, "the model has no body", robot.model_file.string());
  mjs_setDeepCopy(spec.get(), 1);
  mjsFrame* frame = mjs_addFrame(mjs_findBody(spec.get(), "world"), nullptr);
  if (mjs_attach(frame->element, root, "", "") == nullptr)
    return fail(ErrorCode::kParse,
                fmt::format("the robot does not fit into the scene: {}", mjs_getError(spec.get())),
                robot.model_file.string());

  ModelPtr model(mj_compile(spec.get(), nullptr));
  if (!model) {
    const std::string where =
        options.world_file.empty() ? robot.model_file.string() : options.world_file.string();
    return fail(ErrorCode::kParse, mjs_getError(spec.get()), where);
  }
  return model;
}

void perturb_plant(mjModel& model, int base_body, const PlantError& error, std::uint64_t seed) {
  Random random(seed);
  const double mass_scale = 1.0 + random.uniform(-error.mass_relative, error.mass_relative);
  std::array<double, 3> com_shift_m{};
  for (double& shift : com_shift_m) shift = random.uniform(-error.com_m, error.com_m);

  const int root = model.body_rootid[base_body];
  int heaviest = base_body;
  double robot_mass_kg = 0.0;
  for (int b = 1; b < model.nbody; ++b) {
    if (model.body_rootid[b] != root) continue;
    model.body_mass[b] *= mass_scale;
    for (int i = 0; i < 3; ++i) model.body_inertia[3 * b + i] *= mass_scale;
    robot_mass_kg += model.body_mass[b];
    if (model.body_mass[b] > model.body_mass[heaviest]) heaviest = b;
  }
  // The robot's centre of mass moves by moving that of its heaviest link.
  for (std::size_t i = 0; i < 3; ++i)
    model.body_ipos[3 * heaviest + static_cast<int>(i)] +=
        com_shift_m[i] * robot_mass_kg / model.body_mass[heaviest];
  // The compiler's short cuts for frames that coincide with the inertial one hold no more.
  model.body_sameframe[heaviest] = mjSAMEFRAME_NONE;
  for (int g = 0; g < model.ngeom; ++g)
    if (model.geom_bodyid[g] == heaviest) model.geom_sameframe[g] = mjSAMEFRAME_NONE;
  for (int s = 0; s < model.nsite; ++s)
    if (model.site_bodyid[s] == heaviest) model.site_sameframe[s] = mjSAMEFRAME_NONE;

  for (int dof = 0; dof < model.nv; ++dof) {
    if (model.body_rootid[model.dof_bodyid[dof]] != root) continue;
    const double scale = 1.0 + random.uniform(-error.friction_relative, error.friction_relative);
    model.dof_frictionloss[dof] *= scale;
    model.dof_damping[dof] *= scale;
  }
}

void perturb_objects(mjModel& model, const std::vector<world::Object>& objects,
                     double mass_relative, std::uint64_t seed) {
  Random random(seed);
  for (const world::Object& object : objects) {
    const int body = mj_name2id(&model, mjOBJ_BODY, object_body(object).c_str());
    const double scale = 1.0 + random.uniform(-mass_relative, mass_relative);
    model.body_mass[body] *= scale;
    for (int i = 0; i < 3; ++i) model.body_inertia[3 * body + i] *= scale;
  }
}

void add_payload(mjModel& model, int body, double mass_kg) {
  model.body_mass[body] += mass_kg;
  for (int i = 0; i < 3; ++i)
    model.body_inertia[3 * body + i] += 0.4 * mass_kg * kPayloadRadius_m * kPayloadRadius_m;
}

}  // namespace longmen::io
