#include "model/robot_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mujoco/mujoco.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "config/config_reader.h"

namespace longmen::model {
namespace {

constexpr std::array<std::string_view, kRoleCount> kRoleNames = {
    "base", "torso", "head", "left_hand", "right_hand", "left_foot", "right_foot"};
constexpr std::array<std::string_view, kGroupCount> kGroupNames = {"left_leg", "right_leg", "waist",
                                                                   "left_arm", "right_arm", "head"};
constexpr std::array<std::string_view, kFeet> kSideNames = {"left", "right"};

Result<Sole> read_sole(const YAML::Node& node, const std::string& where) {
  Sole sole;
  config::Reader reader(node, where);
  reader.required("fore_m", sole.fore_m, {.min = 0.01, .max = 1.0});
  reader.required("aft_m", sole.aft_m, {.min = 0.0, .max = 1.0});
  reader.required("left_m", sole.left_m, {.min = 0.005, .max = 0.5});
  reader.required("right_m", sole.right_m, {.min = 0.005, .max = 0.5});
  reader.required("down_m", sole.down_m, {.min = 0.0, .max = 0.5});
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return sole;
}

Result<Palm> read_palm(const YAML::Node& node, const std::string& where) {
  std::vector<double> position, fingers, normal;
  config::Reader reader(node, where);
  reader.required("position_m", position, 3);
  reader.required("fingers", fingers, 3);
  reader.required("normal", normal, 3);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  const Eigen::Vector3d x = Eigen::Map<const Eigen::Vector3d>(fingers.data());
  const Eigen::Vector3d z = Eigen::Map<const Eigen::Vector3d>(normal.data());
  constexpr double kOff = 1e-3;
  if (std::abs(x.norm() - 1.0) > kOff || std::abs(z.norm() - 1.0) > kOff ||
      std::abs(x.dot(z)) > kOff)
    return fail(ErrorCode::kInvalidArgument,
                "'fingers' and 'normal' must be of length 1 and perpendicular to each other",
                where);
  Palm palm;
  palm.p_HP = Eigen::Map<const Eigen::Vector3d>(position.data());
  palm.R_HP << x, z.cross(x), z;
  return palm;
}

Result<SensorNoise> read_noise(const YAML::Node& node, const std::string& where) {
  SensorNoise noise;
  config::Reader reader(node, where);
  const config::Reader::Range range{.min = 0.0, .max = 100.0};
  reader.required("gyro_rad_s", noise.gyro_rad_s, range);
  reader.required("gyro_bias_rad_s", noise.gyro_bias_rad_s, range);
  reader.required("accelerometer_m_s2", noise.accelerometer_m_s2, range);
  reader.required("accelerometer_bias_m_s2", noise.accelerometer_bias_m_s2, range);
  reader.required("attitude_rad", noise.attitude_rad, range);
  reader.required("attitude_bias_rad", noise.attitude_bias_rad, range);
  reader.required("joint_position_rad", noise.joint_position_rad, range);
  reader.required("joint_position_bias_rad", noise.joint_position_bias_rad, range);
  reader.required("joint_velocity_rad_s", noise.joint_velocity_rad_s, range);
  reader.required("foot_force_relative", noise.foot_force_relative, range);
  reader.required("foot_force_N", noise.foot_force_N, range);
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return noise;
}

std::vector<std::string> names_of(const mjModel* m, int type, mjtSize count) {
  std::vector<std::string> names;
  for (mjtSize i = 0; i < count; ++i)
    if (const char* name = mj_id2name(m, type, static_cast<int>(i))) names.emplace_back(name);
  return names;
}

}  // namespace

std::string_view role_name(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

std::optional<Role> role_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i)
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  return std::nullopt;
}

Result<RobotModel> RobotModel::load(const std::filesystem::path& dir) {
  RobotModel model;
  if (auto done = model.read_description(dir); !done) return tl::make_unexpected(done.error());
  if (auto done = model.bind_engine(); !done) return tl::make_unexpected(done.error());
  model.compute_home();
  return model;
}

Result<int> RobotModel::joint_index(std::string_view name) const {
  std::vector<std::string_view> valid;
  for (std::size_t j = 0; j < joints_.size(); ++j) {
    if (joints_[j].name == name) return static_cast<int>(j);
    valid.push_back(joints_[j].name);
  }
  return fail(ErrorCode::kUnknownName,
              fmt::format("unknown joint '{}'; valid joints: {}", name, fmt::join(valid, ", ")));
}

Result<void> RobotModel::read_description(const std::filesystem::path& dir) {
  directory_ = dir;
  const std::string where = (dir / "robot.yaml").string();
  const auto node = config::load_yaml(where);
  if (!node) return tl::make_unexpected(node.error());

  config::Reader reader(*node, where);
  reader.required("name", name_);
  reader.required("model", model_file_);
  std::vector<std::string> joint_names;
  reader.required("joints", joint_names);
  const YAML::Node roles = reader.child("roles", true);
  const YAML::Node speeds = reader.child("speed_max_rad_s", true);
  const YAML::Node soles = reader.child("soles", true);
  const YAML::Node palms = reader.child("palms", false);
  const YAML::Node groups = reader.child("groups", true);
  const YAML::Node home = reader.child("home", true);
  const YAML::Node noise = reader.child("noise", true);
  const YAML::Node latency = reader.child("latency_s", true);
  const YAML::Node plant_error = reader.child("plant_error", true);
  if (auto done = reader.finish(); !done) return done;

  if (joint_names.empty() || joint_names.size() > kMaxJoints)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} joints, must be 1 to {}", joint_names.size(), kMaxJoints),
                reader.path("joints"));
  for (const std::string& name : joint_names) {
    if (joint_index(name))
      return fail(ErrorCode::kInvalidArgument, fmt::format("joint '{}' stands twice", name), where);
    JointInfo joint;
    joint.name = name;
    joints_.push_back(std::move(joint));
  }

  config::Reader role_reader(roles, reader.path("roles"));
  for (std::size_t i = 0; i < kRoleNames.size(); ++i)
    role_reader.required(std::string(kRoleNames[i]), body_names_[i]);
  if (auto done = role_reader.finish(); !done) return done;

  config::Reader speed_reader(speeds, reader.path("speed_max_rad_s"));
  for (JointInfo& joint : joints_)
    speed_reader.required(joint.name, joint.velocity_max_rad_s, {.min = 0.01, .max = 1000.0});
  if (auto done = speed_reader.finish(); !done) return done;

  config::Reader sole_reader(soles, reader.path("soles"));
  std::array<YAML::Node, kFeet> sole_nodes;
  for (std::size_t i = 0; i < kFeet; ++i)
    sole_nodes[i].reset(sole_reader.child(std::string(kSideNames[i]), true));
  if (auto done = sole_reader.finish(); !done) return done;
  for (std::size_t i = 0; i < kFeet; ++i) {
    auto sole = read_sole(sole_nodes[i], sole_reader.path(std::string(kSideNames[i])));
    if (!sole) return tl::make_unexpected(sole.error());
    soles_[i] = *sole;
  }

  has_palms_ = palms.IsDefined();
  if (has_palms_) {
    config::Reader palm_reader(palms, reader.path("palms"));
    std::array<YAML::Node, kHands> palm_nodes;
    for (std::size_t i = 0; i < kHands; ++i)
      palm_nodes[i].reset(palm_reader.child(std::string(kSideNames[i]), true));
    if (auto done = palm_reader.finish(); !done) return done;
    for (std::size_t i = 0; i < kHands; ++i) {
      auto palm = read_palm(palm_nodes[i], palm_reader.path(std::string(kSideNames[i])));
      if (!palm) return tl::make_unexpected(palm.error());
      palms_[i] = *palm;
    }
  }

  config::Reader group_reader(groups, reader.path("groups"));
  for (std::size_t i = 0; i < kGroupNames.size(); ++i) {
    std::vector<std::string> names;
    group_reader.required(std::string(kGroupNames[i]), names);
    for (const std::string& name : names) {
      const auto index = joint_index(name);
      if (!index)
        return tl::make_unexpected(Error{index.error().code, index.error().message,
                                         group_reader.path(std::string(kGroupNames[i]))});
      groups_[i].push_back(*index);
    }
  }
  if (auto done = group_reader.finish(); !done) return done;

  home_rad_.setZero(na());
  config::Reader home_reader(home, reader.path("home"));
  for (std::size_t j = 0; j < joints_.size(); ++j)
    home_reader.optional(joints_[j].name, home_rad_[static_cast<Eigen::Index>(j)],
                         {.min = -7.0, .max = 7.0});
  if (auto done = home_reader.finish(); !done) return done;

  const auto parsed_noise = read_noise(noise, reader.path("noise"));
  if (!parsed_noise) return tl::make_unexpected(parsed_noise.error());
  noise_ = *parsed_noise;

  config::Reader latency_reader(latency, reader.path("latency_s"));
  latency_reader.required("sensing", sensing_latency_s_, {.min = 0.0, .max = 0.02});
  latency_reader.required("actuation", actuation_latency_s_, {.min = 0.0, .max = 0.02});
  if (auto done = latency_reader.finish(); !done) return done;

  config::Reader error_reader(plant_error, reader.path("plant_error"));
  error_reader.required("mass_relative", plant_error_.mass_relative, {.min = 0.0, .max = 0.5});
  error_reader.required("com_m", plant_error_.com_m, {.min = 0.0, .max = 0.1});
  error_reader.required("friction_relative", plant_error_.friction_relative,
                        {.min = 0.0, .max = 1.0});
  return error_reader.finish();
}

Result<void> RobotModel::bind_engine() {
  const std::string file = model_file().string();
  std::error_code missing;
  if (!std::filesystem::exists(file, missing))
    return fail(ErrorCode::kNotFound, "no such file", file);
  char message[500] = "";
  // Looks cost time in every kinematics pass and mean nothing to dynamics: leave them out.
  mjModel* loaded = nullptr;
  if (mjSpec* spec = mj_parseXML(file.c_str(), nullptr, message, sizeof message)) {
    spec->compiler.discardvisual = true;
    loaded = mj_compile(spec, nullptr);
    if (loaded == nullptr) std::snprintf(message, sizeof message, "%s", mjs_getError(spec));
    mj_deleteSpec(spec);
  }
  if (loaded == nullptr) {
    std::string line(message);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return fail(ErrorCode::kParse, fmt::format("not a valid MJCF model: {}", line), file);
  }
  engine_ = std::shared_ptr<const mjModel>(
      loaded, [](const mjModel* m) { mj_deleteModel(const_cast<mjModel*>(m)); });
  const mjModel* m = loaded;

  if (m->njnt < 1 || m->jnt_type[0] != mjJNT_FREE || m->jnt_bodyid[0] != 1)
    return fail(ErrorCode::kInvalidArgument,
                "the first body must carry a freejoint (the robot's base)", file);
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    bodies_[i] = mj_name2id(m, mjOBJ_BODY, body_names_[i].c_str());
    if (bodies_[i] < 0)
      return fail(ErrorCode::kUnknownName,
                  fmt::format("role '{}' names body '{}', which the model lacks; its bodies: {}",
                              kRoleNames[i], body_names_[i],
                              fmt::join(names_of(m, mjOBJ_BODY, m->nbody), ", ")),
                  file);
  }
  if (body(Role::kBase) != 1)
    return fail(ErrorCode::kInvalidArgument, "role 'base' must be the body with the freejoint",
                file);
  if (m->nv != nv())
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format(
            "the model has {} joints besides the base, robot.yaml lists {}; model joints: {}",
            m->nv - 6, na(), fmt::join(names_of(m, mjOBJ_JOINT, m->njnt), ", ")),
        file);

  for (JointInfo& joint : joints_) {
    const int id = mj_name2id(m, mjOBJ_JOINT, joint.name.c_str());
    if (id < 0 || m->jnt_type[id] != mjJNT_HINGE)
      return fail(
          ErrorCode::kUnknownName,
          fmt::format("robot.yaml lists joint '{}', which is no hinge of the model; its joints: {}",
                      joint.name, fmt::join(names_of(m, mjOBJ_JOINT, m->njnt), ", ")),
          file);
    const int dof_address = m->jnt_dofadr[id];
    dof_.push_back(dof_address);
    if (!m->jnt_limited[id])
      return fail(ErrorCode::kInvalidArgument, fmt::format("joint '{}' has no range", joint.name),
                  file);
    joint.position_min_rad = m->jnt_range[2 * id];
    joint.position_max_rad = m->jnt_range[2 * id + 1];
    joint.damping_Nms_rad = m->dof_damping[dof_address];
    joint.friction_Nm = m->dof_frictionloss[dof_address];
    for (int u = 0; u < m->nu; ++u) {
      if (m->actuator_trntype[u] != mjTRN_JOINT || m->actuator_trnid[2 * u] != id) continue;
      if (!m->actuator_ctrllimited[u] || m->actuator_gear[6 * u] != 1.0)
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("the motor of joint '{}' must have gear 1 and a ctrlrange in N.m",
                                joint.name),
                    file);
      joint.torque_max_Nm = m->actuator_ctrlrange[2 * u + 1];
    }
    if (!(joint.torque_max_Nm > 0.0))
      return fail(ErrorCode::kInvalidArgument, fmt::format("joint '{}' has no motor", joint.name),
                  file);
  }
  for (int j = 0; j < na(); ++j) {
    const JointInfo& info = joint(j);
    if (home_rad_[j] < info.position_min_rad || home_rad_[j] > info.position_max_rad)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("home of joint '{}' is {}, outside its range [{}, {}]", info.name,
                              home_rad_[j], info.position_min_rad, info.position_max_rad),
                  (directory_ / "robot.yaml").string());
  }
  for (int b = 1; b < m->nbody; ++b) mass_kg_ += m->body_mass[b];
  if (!(mass_kg_ > 1.0))
    return fail(ErrorCode::kInvalidArgument, fmt::format("total mass is {} kg", mass_kg_), file);
  return {};
}

void RobotModel::compute_home() {
  const mjModel* m = engine_.get();
  mjData* d = mj_makeData(m);
  mj_resetData(m, d);
  mju_zero(d->qpos, static_cast<int>(m->nq));
  d->qpos[3] = 1.0;
  for (int j = 0; j < na(); ++j) d->qpos[dof(j) + 1] = home_rad_[j];
  mj_forward(m, d);
  std::array<int, kFeet> feet = {body(Role::kLeftFoot), body(Role::kRightFoot)};
  double lowest = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < kFeet; ++i)
    lowest =
        std::min(lowest, d->xpos[3 * feet[i] + 2] - soles_[i].down_m * d->xmat[9 * feet[i] + 8]);
  home_height_m_ = -lowest;
  Eigen::MatrixXd M(m->nv, m->nv);
  mj_fullM(m, d, M.data());
  for (int j = 0; j < na(); ++j)
    joints_[static_cast<std::size_t>(j)].inertia_kg_m2 = M(dof(j), dof(j));
  compute_footprint(*d);
  mj_deleteData(d);
}

void RobotModel::compute_footprint(const mjData& home) {
  const mjModel& m = *engine_;
  for (int g = 0; g < m.ngeom; ++g) {
    const bool is_robot = m.body_rootid[m.geom_bodyid[g]] == m.body_rootid[body(Role::kBase)];
    if (!is_robot || (m.geom_contype[g] == 0 && m.geom_conaffinity[g] == 0)) continue;
    const Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> R(home.geom_xmat + 9 * g);
    const Eigen::Map<const Eigen::Vector3d> middle(m.geom_aabb + 6 * g);
    const Eigen::Map<const Eigen::Vector3d> half(m.geom_aabb + 6 * g + 3);
    const Eigen::Vector3d p = Eigen::Map<const Eigen::Vector3d>(home.geom_xpos + 3 * g) +
                              R * middle -
                              Eigen::Map<const Eigen::Vector3d>(home.xpos + 3 * body(Role::kBase));
    const Eigen::Vector3d reach = R.cwiseAbs() * half;
    footprint_.half_width_m = std::max(footprint_.half_width_m, std::abs(p.y()) + reach.y());
    footprint_.fore_m = std::max(footprint_.fore_m, p.x() + reach.x());
    footprint_.aft_m = std::max(footprint_.aft_m, reach.x() - p.x());
  }
}

}  // namespace longmen::model
