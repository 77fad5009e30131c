#include "io/sim/sim_plant.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "io/sim/delay_line.h"
#include "io/sim/scene.h"
#include "io/sim/sensor_suite.h"

namespace longmen::io {
namespace {

constexpr double kPhysicsStepMax_s = 0.001;
// Gradient of the contact problem, scaled by the engine, at its last iteration; solved ones end
// near 1e-10.
constexpr double kUnsolvedGradient = 1e-4;
/// A contact bears on upward ground when its normal is within 60 degrees of the vertical.
constexpr double kUpwardNormalMin = 0.5;
constexpr double kLookAhead_s = 0.1;      // a walking person faces where it will be then
constexpr double kWalkingMin_m_s = 0.05;  // slower is standing
constexpr double kWeakShare = 0.5;        // of a weak motor's torque
constexpr double kSagShare = 0.5;         // of every torque limit, while the voltage is low
constexpr double kObjectMassError = 0.1;
constexpr double kTouchEnd_s = 0.5;  // without touch this long: the next one is another

/// Streams of a run's seed: a draw more in one shifts nothing in another.
enum RandomStream : std::uint64_t {
  kStreamModel = 1,
  kStreamGround,
  kStreamSensors,
  kStreamWorld,
  kStreamObjects
};

std::uint64_t stream_seed(std::uint64_t seed, RandomStream stream) {
  return Random::stream(seed, stream).next();
}

/// What a geom is to the metrics.
enum class GeomKind : std::uint8_t {
  kOther,
  kGround,
  kLeftFoot,
  kRightFoot,
  kLink,
  kPerson,
  kObject
};

struct ScheduledPush {
  std::int64_t begin_step = 0;
  std::int64_t end_step = 0;
  int body = 0;
  bool in_heading_frame = true;
  Eigen::Vector3d force_N = Eigen::Vector3d::Zero();  // turned into W when it begins
};

}  // namespace

struct SimPlant::Impl {
  SimRobot description;
  SceneOptions scene_options;
  ModelPtr scene;
  DataPtr data;
  int na = 0;
  int substeps = 1;
  double step_s = 0.001;
  double friction = 0.0;
  double motor_strength = 1.0;
  double home_height_m = 0.0;
  double mass_kg = 0.0;
  int base_body = 0;
  std::array<int, kFeet> foot_body{};
  std::array<SoleRectangle, kFeet> soles{};
  std::vector<int> qpos_of_joint, dof_of_joint, actuator_of_joint;
  std::vector<GeomKind> kind_of_geom;
  std::vector<int> body_of_object;
  std::vector<int> mocap_of_person;
  std::vector<world::Person> people;
  std::vector<world::Person> people_now;  ///< where they are, without a path
  std::vector<double> people_time_s;      ///< how far each is on the way
  std::vector<std::int64_t> people_touch_step;
  double people_halt_m = 0.0;
  PeopleTouched touched;
  std::vector<ScheduledPush> pushes;
  JointLimits limits;
  LimitMonitor monitor;
  SensorSuite sensors;
  WorldSensing world_sensing;
  DelayLine<ProposedCommand> commands;
  MotorMask powered;
  MotorFaults motor_faults;
  Tick tick = 0;
  std::int64_t step_count = 0;
  std::int64_t unsolved_steps = 0;
  Truth truth;
  StateHash hash;
  JointVector torque_asked_Nm;

  const mjModel& model() const { return *scene; }

  Result<void> find_names(const SimRobot& robot);
  void classify_geoms();
  void stand_at(const SimRobot& robot, const PlantOptions& options);
  Result<void> schedule(const SimRobot& robot, const PlantOptions& options);

  void step() noexcept;
  void drive_motors() noexcept;
  bool apply_pushes() noexcept;
  void move_people() noexcept;
  void watch_people() noexcept;
  void read_contacts() noexcept;
  void read_state(const Eigen::Vector3d& v_before_W) noexcept;
  void read_objects() noexcept;
  void sample() noexcept;
};

Result<void> SimPlant::Impl::find_names(const SimRobot& robot) {
  const mjModel& m = model();
  const auto body_of_role = [&](const std::string& role) -> Result<int> {
    const auto found = robot.roles.find(role);
    const int id =
        found == robot.roles.end() ? -1 : mj_name2id(&m, mjOBJ_BODY, found->second.c_str());
    if (id <= 0)
      return fail(ErrorCode::kUnknownName,
                  fmt::format("role '{}' names no body of the model", role), robot.name);
    return id;
  };
  const auto base = body_of_role("base");
  const auto left = body_of_role("left_foot");
  const auto right = body_of_role("right_foot");
  for (const auto* found : {&base, &left, &right})
    if (!*found) return tl::make_unexpected(found->error());
  base_body = *base;
  foot_body = {*left, *right};
  if (m.body_jntnum[base_body] != 1 || m.jnt_type[m.body_jntadr[base_body]] != mjJNT_FREE)
    return fail(ErrorCode::kInvalidArgument, "the base body must have one free joint", robot.name);

  na = static_cast<int>(robot.joints.size());
  if (na == 0 || na > kMaxJoints)
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} joints; 1 to {}", na, kMaxJoints),
                robot.name);
  for (JointVector* v : {&limits.torque_max_Nm, &limits.position_min_rad, &limits.position_max_rad,
                         &limits.speed_max_rad_s, &torque_asked_Nm})
    v->setZero(na);
  for (int j = 0; j < na; ++j) {
    const auto slot = static_cast<std::size_t>(j);
    const std::string& name = robot.joints[slot];
    const int joint = mj_name2id(&m, mjOBJ_JOINT, name.c_str());
    if (joint < 0 || m.jnt_type[joint] != mjJNT_HINGE)
      return fail(ErrorCode::kUnknownName, fmt::format("'{}' is no hinge of the model", name),
                  robot.name);
    int actuator = -1;
    for (int a = 0; a < m.nu; ++a)
      if (m.actuator_trntype[a] == mjTRN_JOINT && m.actuator_trnid[2 * a] == joint) actuator = a;
    if (actuator < 0 || !m.actuator_ctrllimited[actuator])
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("joint '{}' needs a motor with a ctrlrange", name), robot.name);
    qpos_of_joint.push_back(m.jnt_qposadr[joint]);
    dof_of_joint.push_back(m.jnt_dofadr[joint]);
    actuator_of_joint.push_back(actuator);
    limits.torque_max_Nm[j] = m.actuator_ctrlrange[2 * actuator + 1];
    const bool limited = m.jnt_limited[joint];
    limits.position_min_rad[j] = limited ? m.jnt_range[2 * joint] : -mjMAXVAL;
    limits.position_max_rad[j] = limited ? m.jnt_range[2 * joint + 1] : mjMAXVAL;
    limits.speed_max_rad_s[j] = robot.speed_max_rad_s[slot];
  }
  return {};
}

void SimPlant::Impl::classify_geoms() {
  const mjModel& m = model();
  const int root = m.body_rootid[base_body];
  kind_of_geom.assign(static_cast<std::size_t>(m.ngeom), GeomKind::kOther);
  for (int g = 0; g < m.ngeom; ++g) {
    const int body = m.geom_bodyid[g];
    GeomKind& kind = kind_of_geom[static_cast<std::size_t>(g)];
    if (m.body_mocapid[body] >= 0)
      kind = GeomKind::kPerson;
    else if (m.body_weldid[body] == 0)
      kind = GeomKind::kGround;
    else if (body == foot_body[kLeft])
      kind = GeomKind::kLeftFoot;
    else if (body == foot_body[kRight])
      kind = GeomKind::kRightFoot;
    else if (m.body_rootid[body] == root)
      kind = GeomKind::kLink;
    else if (std::find(body_of_object.begin(), body_of_object.end(), body) != body_of_object.end())
      kind = GeomKind::kObject;
  }
}

void SimPlant::Impl::stand_at(const SimRobot& robot, const PlantOptions& options) {
  const mjModel& m = model();
  mjData& d = *data;
  const int base_q = m.jnt_qposadr[m.body_jntadr[base_body]];
  for (int j = 0; j < na; ++j)
    d.qpos[qpos_of_joint[static_cast<std::size_t>(j)]] =
        robot.home_rad[static_cast<std::size_t>(j)];
  d.qpos[base_q] = options.spawn_p_W.x();
  d.qpos[base_q + 1] = options.spawn_p_W.y();
  d.qpos[base_q + 2] = 0.0;
  d.qpos[base_q + 3] = std::cos(0.5 * options.spawn_yaw_rad);
  d.qpos[base_q + 6] = std::sin(0.5 * options.spawn_yaw_rad);
  mj_kinematics(&m, &d);
  double lowest_m = 0.0;
  for (std::size_t side = 0; side < kFeet; ++side) {
    const mjtNum* p_WF = d.xpos + 3 * foot_body[side];
    const mjtNum* R_WF = d.xmat + 9 * foot_body[side];
    const SoleRectangle& sole = soles[side];
    for (const double x : {sole.fore_m, -sole.aft_m})
      for (const double y : {sole.left_m, -sole.right_m})
        lowest_m = std::min(lowest_m, p_WF[2] + R_WF[6] * x + R_WF[7] * y - R_WF[8] * sole.down_m);
  }
  home_height_m = -lowest_m;
  d.qpos[base_q + 2] = home_height_m;
  mass_kg = m.body_subtreemass[m.body_rootid[base_body]];
}

Result<void> SimPlant::Impl::schedule(const SimRobot& robot, const PlantOptions& options) {
  const mjModel& m = model();
  for (const Push& push : options.pushes) {
    const auto name = resolve_body(robot, m, push.body);
    if (!name) return tl::make_unexpected(name.error());
    if (!(push.duration_s > 0.0))
      return fail(ErrorCode::kInvalidArgument, "a push must last longer than 0 s");
    ScheduledPush planned;
    planned.begin_step = std::llround(push.t_s / step_s);
    planned.end_step =
        planned.begin_step + std::max<std::int64_t>(1, std::llround(push.duration_s / step_s));
    planned.body = mj_name2id(&m, mjOBJ_BODY, name->c_str());
    planned.in_heading_frame = push.in_heading_frame;
    planned.force_N =
        push.impulse_Ns / (static_cast<double>(planned.end_step - planned.begin_step) * step_s);
    pushes.push_back(planned);
  }
  people = options.people;
  people_halt_m = options.people_halt_m;
  people_time_s.assign(people.size(), 0.0);
  people_touch_step.assign(people.size(), std::numeric_limits<std::int64_t>::min() / 2);
  people_now = people;
  for (world::Person& person : people_now) {
    person.p_W_m = person.position_at(0.0);
    person.path.clear();
  }
  for (const world::Person& person : people) {
    const int body = mj_name2id(&m, mjOBJ_BODY, person_body(person).c_str());
    mocap_of_person.push_back(body < 0 ? -1 : m.body_mocapid[body]);
  }
  return {};
}

void SimPlant::Impl::drive_motors() noexcept {
  const ProposedCommand& command = commands.oldest();
  const JointVector& q = sensors.encoder_position_rad();
  const JointVector& qd = sensors.encoder_velocity_rad_s();
  for (int j = 0; j < na; ++j) {
    const auto slot = static_cast<std::size_t>(j);
    const double asked = command.torque_Nm[j] +
                         command.stiffness_Nm_rad[j] * (command.position_rad[j] - q[j]) +
                         command.damping_Nms_rad[j] * (command.velocity_rad_s[j] - qd[j]);
    torque_asked_Nm[j] = asked;
    const double limit = limits.torque_max_Nm[j];
    // A drive that is asked for no number gives no torque.
    double given = std::isfinite(asked) ? std::clamp(asked, -limit, limit) : 0.0;
    given *= motor_strength;
    if (motor_faults.sag) given = std::clamp(given, -kSagShare * limit, kSagShare * limit);
    if (motor_faults.weak[slot]) given *= kWeakShare;
    if (motor_faults.reversed[slot]) given = -given;
    if (motor_faults.stuck[slot]) given = truth.motor_torque_Nm[j];
    truth.motor_torque_Nm[j] = powered[slot] ? given : 0.0;
    data->ctrl[actuator_of_joint[slot]] = truth.motor_torque_Nm[j];
  }
}

bool SimPlant::Impl::apply_pushes() noexcept {
  bool acting = false;
  for (ScheduledPush& push : pushes) {
    if (step_count < push.begin_step || step_count > push.end_step) continue;
    mjtNum* force_W = data->xfrc_applied + 6 * push.body;
    if (step_count == push.begin_step && push.in_heading_frame) {
      const Eigen::AngleAxisd R_WH(truth.yaw_rad(), Eigen::Vector3d::UnitZ());
      push.force_N = R_WH * push.force_N;
    }
    const double sign = step_count == push.begin_step ? 1.0
                        : step_count == push.end_step ? -1.0
                                                      : 0.0;
    for (int i = 0; i < 3; ++i) force_W[i] += sign * push.force_N[i];
    acting = acting || step_count < push.end_step;
  }
  return acting;
}

void SimPlant::Impl::move_people() noexcept {
  for (std::size_t i = 0; i < people.size(); ++i) {
    const double apart_m = (people_now[i].p_W_m.value() - truth.p_WB.head<2>()).norm();
    if (people_halt_m == 0.0 || apart_m >= people_halt_m) people_time_s[i] += step_s;
    const Eigen::Vector2d p_W = people[i].position_at(people_time_s[i]);
    people_now[i].p_W_m = p_W;
    if (mocap_of_person[i] < 0) continue;
    mjtNum* position = data->mocap_pos + 3 * mocap_of_person[i];
    position[0] = p_W.x();
    position[1] = p_W.y();
    // Who walks looks ahead; who stands keeps looking where it looked.
    const Eigen::Vector2d way_W = people[i].position_at(people_time_s[i] + kLookAhead_s) - p_W;
    if (way_W.norm() < kLookAhead_s * kWalkingMin_m_s) continue;
    const double yaw_rad = std::atan2(way_W.y(), way_W.x());
    mjtNum* attitude = data->mocap_quat + 4 * mocap_of_person[i];
    attitude[0] = std::cos(0.5 * yaw_rad);
    attitude[1] = attitude[2] = 0.0;
    attitude[3] = std::sin(0.5 * yaw_rad);
  }
}

/// After the contacts of the new state are known.
void SimPlant::Impl::watch_people() noexcept {
  const mjModel& m = model();
  const mjData& d = *data;
  for (const world::Person& person : people_now) {
    const double distance_m =
        (person.p_W_m.value() - truth.p_WB.head<2>()).norm() - person.radius_m;
    touched.distance_min_m = std::min(touched.distance_min_m.value_or(distance_m), distance_m);
  }
  for (int i = 0; i < d.ncon; ++i) {
    const mjContact& contact = d.contact[i];
    int person_geom = contact.geom[0];
    int robot_geom = contact.geom[1];
    if (kind_of_geom[static_cast<std::size_t>(person_geom)] != GeomKind::kPerson)
      std::swap(person_geom, robot_geom);
    const GeomKind kind = kind_of_geom[static_cast<std::size_t>(robot_geom)];
    const bool is_robot =
        kind == GeomKind::kLink || kind == GeomKind::kLeftFoot || kind == GeomKind::kRightFoot;
    if (kind_of_geom[static_cast<std::size_t>(person_geom)] != GeomKind::kPerson || !is_robot ||
        contact.dist > 0.0)
      continue;
    const int mocap = m.body_mocapid[m.geom_bodyid[person_geom]];
    const auto person = std::find(mocap_of_person.begin(), mocap_of_person.end(), mocap);
    if (person == mocap_of_person.end()) continue;
    std::int64_t& last_step =
        people_touch_step[static_cast<std::size_t>(person - mocap_of_person.begin())];
    const bool is_new = static_cast<double>(step_count - last_step) * step_s > kTouchEnd_s;
    last_step = step_count;
    if (!is_new) continue;
    const int body = m.geom_bodyid[robot_geom];
    std::array<mjtNum, 6> twist_W{};
    mj_objectVelocity(&m, &d, mjOBJ_XBODY, body, twist_W.data(), 0);
    const Eigen::Vector3d arm_W = Eigen::Map<const Eigen::Vector3d>(contact.pos) -
                                  Eigen::Map<const Eigen::Vector3d>(d.xpos + 3 * body);
    const double speed_m_s = (Eigen::Map<const Eigen::Vector3d>(twist_W.data() + 3) +
                              Eigen::Map<const Eigen::Vector3d>(twist_W.data()).cross(arm_W))
                                 .norm();
    ++touched.touches;
    touched.speed_max_m_s = std::max(touched.speed_max_m_s, speed_m_s);
    if (speed_m_s > PeopleTouched::kSpeedAllowed_m_s) ++touched.too_fast;
  }
}

void SimPlant::Impl::read_contacts() noexcept {
  const mjModel& m = model();
  mjData& d = *data;
  std::array<double, kFeet> normal_N{};
  std::array<Eigen::Vector3d, kFeet> slip_W{Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero()};
  truth.foot_force_N = {};
  truth.link_on_ground = false;
  truth.links_touch = false;
  for (int i = 0; i < d.ncon; ++i) {
    const mjContact& contact = d.contact[i];
    if (contact.efc_address < 0) continue;
    GeomKind kind = kind_of_geom[static_cast<std::size_t>(contact.geom[1])];
    GeomKind kind_other = kind_of_geom[static_cast<std::size_t>(contact.geom[0])];
    // The contact frame's x axis points from geom 0 to geom 1; up: from the ground to the robot.
    double up = 1.0;
    const auto can_be_stood_on = [](GeomKind k) {
      return k == GeomKind::kGround || k == GeomKind::kObject;
    };
    if (can_be_stood_on(kind)) {
      std::swap(kind, kind_other);
      up = -1.0;
    }
    const auto is_robot = [](GeomKind k) {
      return k == GeomKind::kLink || k == GeomKind::kLeftFoot || k == GeomKind::kRightFoot;
    };
    if (is_robot(kind) && is_robot(kind_other)) truth.links_touch = true;
    if (!can_be_stood_on(kind_other)) continue;
    const Eigen::Vector3d n_W = up * Eigen::Map<const Eigen::Vector3d>(contact.frame);
    if (kind == GeomKind::kLink) {
      if (kind_other == GeomKind::kGround && n_W.z() > kUpwardNormalMin)
        truth.link_on_ground = true;
      continue;
    }
    if (kind != GeomKind::kLeftFoot && kind != GeomKind::kRightFoot) continue;
    const std::size_t side = kind == GeomKind::kLeftFoot ? kLeft : kRight;
    const int body = foot_body[side];
    std::array<mjtNum, 6> wrench{};
    mj_contactForce(&m, &d, i, wrench.data());
    // Rows of `frame` are the contact's axes in W.
    const Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> R_CW(contact.frame);
    const Eigen::Vector3d force_W =
        up * (R_CW.transpose() * Eigen::Map<const Eigen::Vector3d>(wrench.data()));
    const Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> R_WF(d.xmat + 9 * body);
    truth.foot_force_N[side] += force_W.dot(R_WF.col(2));

    std::array<mjtNum, 6> twist_W{};  // angular, then linear, of the body's origin
    mj_objectVelocity(&m, &d, mjOBJ_XBODY, body, twist_W.data(), 0);
    const Eigen::Vector3d arm_W = Eigen::Map<const Eigen::Vector3d>(contact.pos) -
                                  Eigen::Map<const Eigen::Vector3d>(d.xpos + 3 * body);
    const Eigen::Vector3d v_W = Eigen::Map<const Eigen::Vector3d>(twist_W.data() + 3) +
                                Eigen::Map<const Eigen::Vector3d>(twist_W.data()).cross(arm_W);
    normal_N[side] += wrench[0];
    slip_W[side] += wrench[0] * (v_W - v_W.dot(n_W) * n_W);
  }
  for (std::size_t side = 0; side < kFeet; ++side)
    truth.v_slip_W[side] = normal_N[side] > 0.0 ? Eigen::Vector3d(slip_W[side] / normal_N[side])
                                                : Eigen::Vector3d::Zero();
}

void SimPlant::Impl::read_state(const Eigen::Vector3d& v_before_W) noexcept {
  const mjModel& m = model();
  const mjData& d = *data;
  const int joint = m.body_jntadr[base_body];
  const mjtNum* q = d.qpos + m.jnt_qposadr[joint];
  const mjtNum* v = d.qvel + m.jnt_dofadr[joint];
  truth.tick = tick;
  truth.time_s = static_cast<double>(step_count) * step_s;
  truth.p_WB = Eigen::Map<const Eigen::Vector3d>(q);
  truth.q_WB = Eigen::Quaterniond(q[3], q[4], q[5], q[6]);  // MuJoCo stores wxyz
  truth.v_WB_W = Eigen::Map<const Eigen::Vector3d>(v);
  truth.w_WB_B = Eigen::Map<const Eigen::Vector3d>(v + 3);
  truth.a_WB_W = (truth.v_WB_W - v_before_W) / step_s;
  for (int j = 0; j < na; ++j) {
    const auto slot = static_cast<std::size_t>(j);
    truth.joint_position_rad[j] = d.qpos[qpos_of_joint[slot]];
    truth.joint_velocity_rad_s[j] = d.qvel[dof_of_joint[slot]];
  }
  for (std::size_t side = 0; side < kFeet; ++side) {
    const Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> R_WF(d.xmat +
                                                                              9 * foot_body[side]);
    truth.p_WS[side] = Eigen::Map<const Eigen::Vector3d>(d.xpos + 3 * foot_body[side]) -
                       soles[side].down_m * R_WF.col(2);
  }
}

void SimPlant::Impl::read_objects() noexcept {
  const mjModel& m = model();
  for (std::size_t i = 0; i < body_of_object.size(); ++i) {
    const mjtNum* q = data->qpos + m.jnt_qposadr[m.body_jntadr[body_of_object[i]]];
    truth.objects[i].p_WO = Eigen::Map<const Eigen::Vector3d>(q);
    truth.objects[i].q_WO = Eigen::Quaterniond(q[3], q[4], q[5], q[6]);
  }
}

void SimPlant::Impl::sample() noexcept {
  sensors.sample(truth);
  world_sensing.step(truth, people_now);
}

void SimPlant::Impl::step() noexcept {
  const Eigen::Vector3d v_before_W = truth.v_WB_W;
  drive_motors();
  const bool pushed = apply_pushes();
  monitor.step(torque_asked_Nm, truth.joint_position_rad, truth.joint_velocity_rad_s, pushed);
  move_people();
  // Forces of the contacts found at the end of the last step, then motion, then the kinematics and
  // contacts of the new state: the same work as mj_step, ending with everything up to date.
  mj_step2(&model(), data.get());
  if (const int n = std::min(data->solver_niter[0], mjNSOLVER);
      n > 0 && data->solver[n - 1].gradient > kUnsolvedGradient)
    ++unsolved_steps;
  read_contacts();
  mj_step1(&model(), data.get());
  ++step_count;
  if (step_count % substeps == 0) ++tick;
  read_state(v_before_W);
  read_objects();
  if (!people.empty()) watch_people();
  const mjData& d = *data;
  if (d.warning[mjWARN_BADQPOS].number + d.warning[mjWARN_BADQVEL].number +
          d.warning[mjWARN_BADQACC].number >
      0)
    truth.diverged = true;
  for (int i = 0; i < model().nq; ++i) hash.add(d.qpos[i]);
  for (int i = 0; i < model().nv; ++i) hash.add(d.qvel[i]);
  hash.add_all(truth.motor_torque_Nm);
  sample();
}

Result<SimPlant> SimPlant::create(const SimRobot& robot, const PlantOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->substeps =
      std::max(1, static_cast<int>(std::ceil(options.period_s / kPhysicsStepMax_s - 1e-9)));
  impl->step_s = options.period_s / impl->substeps;
  if (!(impl->step_s > 1e-5))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a period of {} s; more than 0.00001 s", options.period_s));
  if (robot.home_rad.size() != robot.joints.size() ||
      robot.speed_max_rad_s.size() != robot.joints.size())
    return fail(ErrorCode::kInvalidArgument, "home and speed limits need one value a joint",
                robot.name);
  impl->soles = robot.soles;
  impl->friction = Random(stream_seed(options.seed, kStreamGround))
                       .uniform(options.ground_friction.low, options.ground_friction.high);

  impl->description = robot;
  SceneOptions& scene_options = impl->scene_options;
  scene_options.world_file = options.world_file;
  scene_options.terrain = options.terrain;
  scene_options.ground_friction = impl->friction;
  scene_options.step_s = impl->step_s;
  scene_options.people = options.people;
  scene_options.objects = options.objects;
  auto scene = compose_scene(robot, scene_options);
  if (!scene) return tl::make_unexpected(scene.error());
  impl->scene = std::move(*scene);
  mjModel& model = *impl->scene;
  if (auto found = impl->find_names(robot); !found) return tl::make_unexpected(found.error());
  if (options.model_error)
    perturb_plant(model, impl->base_body, robot.plant_error,
                  stream_seed(options.seed, kStreamModel));
  if (options.model_error) impl->motor_strength = robot.plant_error.motor_strength;
  if (options.model_error)
    perturb_objects(model, options.objects, kObjectMassError,
                    stream_seed(options.seed, kStreamObjects));
  for (const Payload& payload : options.payloads) {
    const auto name = resolve_body(robot, model, payload.body);
    if (!name) return tl::make_unexpected(name.error());
    add_payload(model, mj_name2id(&model, mjOBJ_BODY, name->c_str()), payload.mass_kg);
  }
  impl->data.reset(mj_makeData(&model));
  mj_setConst(&model, impl->data.get());
  mj_resetData(&model, impl->data.get());
  for (const world::Object& object : options.objects)
    impl->body_of_object.push_back(mj_name2id(&model, mjOBJ_BODY, object_body(object).c_str()));
  impl->truth.object_count = static_cast<int>(options.objects.size());
  impl->classify_geoms();
  impl->stand_at(robot, options);
  if (auto scheduled = impl->schedule(robot, options); !scheduled)
    return tl::make_unexpected(scheduled.error());

  const int na = impl->na;
  const double sensing_latency_s = options.sensing_latency_s.value_or(robot.sensing_latency_s);
  impl->monitor = LimitMonitor(impl->limits, impl->step_s,
                               sensing_latency_s + options.period_s + robot.actuation_latency_s);
  const int sensing_steps = static_cast<int>(std::lround(sensing_latency_s / impl->step_s));
  const int actuation_steps =
      static_cast<int>(std::lround(robot.actuation_latency_s / impl->step_s));
  impl->sensors = SensorSuite(robot.noise, options.sensor_noise, sensing_steps, impl->step_s, na,
                              stream_seed(options.seed, kStreamSensors));
  WorldSensingOptions world_sensing = options.world_sensing;
  world_sensing.noisy = options.sensor_noise;
  impl->world_sensing =
      WorldSensing(world_sensing, impl->step_s, stream_seed(options.seed, kStreamWorld));
  ProposedCommand none;
  none.resize(na);
  impl->commands = DelayLine<ProposedCommand>(actuation_steps, none);
  impl->powered.set();

  // At rest since long: fill the sensors' delay line with samples of the standing robot.
  impl->truth.motor_torque_Nm.setZero(na);
  impl->truth.joint_position_rad.setZero(na);
  impl->truth.joint_velocity_rad_s.setZero(na);
  mj_step1(&model, impl->data.get());
  impl->read_state(Eigen::Vector3d::Zero());
  impl->read_objects();
  impl->truth.foot_force_N.fill(0.5 * impl->mass_kg * kGravity_m_s2);
  for (int i = sensing_steps; i > 0; --i) {
    impl->truth.tick = -((i + impl->substeps - 1) / impl->substeps);
    impl->sensors.sample(impl->truth);
  }
  impl->truth.tick = 0;
  impl->sample();
  return SimPlant(std::move(impl));
}

SimPlant::SimPlant(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SimPlant::SimPlant(SimPlant&&) noexcept = default;
SimPlant& SimPlant::operator=(SimPlant&&) noexcept = default;
SimPlant::~SimPlant() = default;

void SimPlant::read(SensorFrame& frame) noexcept {
  frame = impl_->sensors.frame();
  frame.tick = impl_->tick;
  impl_->world_sensing.deliver(frame);
}

WriteStatus SimPlant::write(SafeCommand&& command) noexcept {
  const SafeCommand consumed = std::move(command);
  return drive(consumed.values());
}

WriteStatus SimPlant::drive(const ProposedCommand& values) noexcept {
  if (values.tick != impl_->tick) return WriteStatus::kWrongTick;
  for (const JointVector* v : {&values.torque_Nm, &values.position_rad, &values.velocity_rad_s,
                               &values.stiffness_Nm_rad, &values.damping_Nms_rad})
    if (v->size() != impl_->na) return WriteStatus::kWrongJoints;
  impl_->world_sensing.end_tick();
  for (int i = 0; i < impl_->substeps; ++i) {
    // A command that comes too late: the motors go on with the one before.
    const ProposedCommand& obeyed = impl_->motor_faults.late ? impl_->commands.newest() : values;
    impl_->commands.push() = obeyed;
    if (impl_->truth.diverged) {
      ++impl_->step_count;
      if (impl_->step_count % impl_->substeps == 0) ++impl_->tick;
      continue;
    }
    impl_->step();
  }
  return WriteStatus::kAccepted;
}

void SimPlant::power_motors(const MotorMask& powered) noexcept { impl_->powered = powered; }
bool SimPlant::break_motors(const MotorFaults& faults) noexcept {
  impl_->motor_faults = faults;
  return true;
}
Tick SimPlant::tick() const noexcept { return impl_->tick; }
int SimPlant::joint_count() const noexcept { return impl_->na; }
const Truth& SimPlant::truth() const noexcept { return impl_->truth; }
const LimitViolations& SimPlant::violations() const noexcept { return impl_->monitor.violations(); }
std::int64_t SimPlant::unsolved_steps() const noexcept { return impl_->unsolved_steps; }
const PeopleTouched& SimPlant::people_touched() const noexcept { return impl_->touched; }
const StateHash& SimPlant::state_hash() const noexcept { return impl_->hash; }
double SimPlant::mass_kg() const noexcept { return impl_->mass_kg; }
double SimPlant::home_height_m() const noexcept { return impl_->home_height_m; }
double SimPlant::ground_friction() const noexcept { return impl_->friction; }
const JointLimits& SimPlant::limits() const noexcept { return impl_->limits; }

int SimPlant::self_collision_pairs() const noexcept {
  const mjModel& m = impl_->model();
  const int root = m.body_rootid[impl_->base_body];
  const auto collide = [&](int a, int b) {
    for (int i = 0; i < m.body_geomnum[a]; ++i)
      for (int k = 0; k < m.body_geomnum[b]; ++k) {
        const int g = m.body_geomadr[a] + i;
        const int h = m.body_geomadr[b] + k;
        if (((m.geom_contype[g] & m.geom_conaffinity[h]) |
             (m.geom_contype[h] & m.geom_conaffinity[g])) != 0)
          return true;
      }
    return false;
  };
  int pairs = 0;
  for (int a = 1; a < m.nbody; ++a) {
    for (int b = a + 1; b < m.nbody; ++b) {
      if (m.body_rootid[a] != root || m.body_rootid[b] != root) continue;
      const int weld_a = m.body_weldid[a];
      const int weld_b = m.body_weldid[b];
      if (weld_a == weld_b || m.body_weldid[m.body_parentid[weld_b]] == weld_a ||
          m.body_weldid[m.body_parentid[weld_a]] == weld_b)
        continue;  // MuJoCo never lets parent and child collide
      bool excluded = false;
      for (int e = 0; e < m.nexclude; ++e)
        excluded = excluded || m.exclude_signature[e] == (a << 16) + b ||
                   m.exclude_signature[e] == (b << 16) + a;
      if (!excluded && collide(a, b)) ++pairs;
    }
  }
  return pairs;
}

Result<std::shared_ptr<const mjModel_>> SimPlant::scene_to_draw() const {
  SceneOptions options = impl_->scene_options;
  options.to_draw = true;
  return compose_scene(impl_->description, options);
}
std::span<const double> SimPlant::scene_qpos() const noexcept {
  return {impl_->data->qpos, static_cast<std::size_t>(impl_->model().nq)};
}
std::span<const double> SimPlant::scene_mocap_quat() const noexcept {
  return {impl_->data->mocap_quat, 4 * static_cast<std::size_t>(impl_->model().nmocap)};
}
std::span<const double> SimPlant::scene_body_pos() const noexcept {
  return {impl_->data->xpos, 3 * static_cast<std::size_t>(impl_->model().nbody)};
}
std::span<const double> SimPlant::scene_body_quat() const noexcept {
  return {impl_->data->xquat, 4 * static_cast<std::size_t>(impl_->model().nbody)};
}
std::span<const double> SimPlant::scene_mocap_pos() const noexcept {
  return {impl_->data->mocap_pos, static_cast<std::size_t>(3 * impl_->model().nmocap)};
}

}  // namespace longmen::io
