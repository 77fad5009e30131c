#include "runtime/policy_seat.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>

namespace longmen::runtime {
namespace {

namespace fs = std::filesystem;

// Gains of a policy's position targets: half the torque limit at a quarter of a radian, and damped
// for the inertia that a joint turns at home.
constexpr double kStiffnessPerTorque_1_rad = 2.0;
constexpr double kDampingRatio = 0.7;

/// Beside the running program, or where it was built.
fs::path policy_program() {
  std::error_code error;
  const fs::path beside =
      fs::read_symlink("/proc/self/exe", error).parent_path() / "longmen-policy";
  return !error && fs::exists(beside, error) ? beside : fs::path(LONGMEN_POLICY_PROGRAM);
}

/// The body was on its way to where it must not be; nobody's stop, and no late command.
bool is_rescue(const GateReport& gate) {
  switch (gate.rule) {
    case MotionRule::kBalance:
    case MotionRule::kTilt:
    case MotionRule::kVelocity:
    case MotionRule::kRange:
      return true;
    default:
      return false;
  }
}

wall::PolicyStart greeting_of(const model::RobotModel& robot) {
  wall::PolicyStart start;
  start.robot = wall::Name<32>(robot.name());
  start.joints = static_cast<std::uint16_t>(robot.na());
  for (int j = 0; j < robot.na(); ++j) {
    const auto slot = static_cast<std::size_t>(j);
    const model::JointInfo& joint = robot.joint(j);
    start.home_rad[slot] = robot.home_rad()[j];
    start.torque_max_Nm[slot] = joint.torque_max_Nm;
    start.stiffness_Nm_rad[slot] = kStiffnessPerTorque_1_rad * joint.torque_max_Nm;
    start.damping_Nms_rad[slot] =
        2.0 * kDampingRatio * std::sqrt(start.stiffness_Nm_rad[slot] * joint.inertia_kg_m2);
  }
  return start;
}

}  // namespace

Result<policy::PolicyHost> start_policy(const fs::path& model, const model::RobotModel& robot,
                                        bool lock_step) {
  std::error_code error;
  if (!fs::is_regular_file(model, error))
    return fail(ErrorCode::kNotFound, "there is no such policy", model.string());
  policy::HostConfig config;
  config.lock_step = lock_step;
  config.arguments = {policy_program().string(), fs::absolute(model).string()};
  if (model.extension() == ".onnx") {
    const fs::path python(LONGMEN_PYTHON);
    // Behind the interpreter: its packages, and where it lies itself.
    for (const fs::path& path :
         {python, fs::path(LONGMEN_ONNX_RUNNER), fs::path(LONGMEN_PYTHON_PACKAGES),
          fs::canonical(python, error).parent_path().parent_path()})
      config.arguments.push_back(path.string());
  } else if (model.extension() != ".policy") {
    return fail(ErrorCode::kUnsupported, "a policy is a file *.policy or *.onnx", model.string());
  }
  return policy::PolicyHost::start(config, greeting_of(robot));
}

void observe(const Loop& loop, const model::RobotModel& robot, double seated_s,
             wall::PolicyObservation& observation) noexcept {
  using namespace policy;
  const RobotState& state = loop.state();
  const WholeBodyReference& reference = loop.reference();
  const planning::WalkingPlanner& planner = loop.planner();
  const auto na = static_cast<std::size_t>(robot.na());
  auto& values = observation.values;
  observation.tick = state.tick;
  observation.count = static_cast<std::uint16_t>(observation_size(robot.na()));
  const auto put = [&](std::size_t at, double value) {
    values[at] = static_cast<float>(std::isfinite(value) ? value : 0.0);
  };
  const auto put_vector = [&](std::size_t at, const auto& vector) {
    for (Eigen::Index i = 0; i < vector.size(); ++i)
      put(at + static_cast<std::size_t>(i), vector[i]);
  };
  const Eigen::Quaterniond q_BW = state.q_WB.conjugate();
  put_vector(kGravity_B, Eigen::Vector3d(q_BW * -Eigen::Vector3d::UnitZ()));
  put_vector(kTurning_B, state.w_WB_B);
  put_vector(kVelocity_B, Eigen::Vector3d(q_BW * state.v_WB_W));
  const Goal& goal = loop.goal();
  const bool walks = goal.locomotion == Goal::Locomotion::kWalk;
  put(kCommand_H, walks ? goal.velocity_H_m_s.x() : 0.0);
  put(kCommand_H + 1, walks ? goal.velocity_H_m_s.y() : 0.0);
  put(kCommand_H + 2, walks ? goal.yaw_rate_rad_s : 0.0);
  const double weight_N = kGravity_m_s2 * robot.mass_kg();
  for (std::size_t foot = 0; foot < kFeet; ++foot)
    put(kFootShare + foot, state.foot_force_N[foot] / weight_N);
  const bool steps = planner.phase() == planning::GaitPhase::kWalk;
  put(kStands, planner.phase() == planning::GaitPhase::kStand ? 1.0 : 0.0);
  put(kPrepares, planner.phase() == planning::GaitPhase::kPrepare ? 1.0 : 0.0);
  put(kStance, steps ? lateral_sign(reference.stance) : 0.0);
  put(kStepShare, steps ? planner.step_time_s() / planner.step_duration_s() : 0.0);
  put(kStepLeft_s, steps ? planner.step_duration_s() - planner.step_time_s() : 0.0);
  const double c = std::cos(planner.heading_rad());
  const double s = std::sin(planner.heading_rad());
  const auto put_point = [&](std::size_t at, const Eigen::Vector2d& p_W) {
    const Eigen::Vector2d off_W = p_W - state.p_WB.head<2>();
    put(at, c * off_W.x() + s * off_W.y());
    put(at + 1, c * off_W.y() - s * off_W.x());
  };
  if (steps)
    put_point(kFoothold_H, reference.next_foothold_W.head<2>());
  else
    put_vector(kFoothold_H, Eigen::Vector2d::Zero().eval());
  put_point(kDcm_H, reference.dcm_W);
  put_point(kPressure_H, reference.cop_command_W);
  put(kTime_s, seated_s);
  put_vector(kJoints, JointVector(state.joint_position_rad - robot.home_rad()));
  put_vector(kJoints + na, state.joint_velocity_rad_s);
}

PolicySeat::PolicySeat(policy::PolicyHost host, const Loop& loop, const model::RobotModel& robot,
                       const Config& config)
    : host_(std::move(host)), loop_(loop), robot_(robot), config_(config) {}

void PolicySeat::touch(ProposedCommand& proposal) noexcept {
  proposes_ = false;
  const Tick tick = proposal.tick;
  host_.receive(tick);
  report_.loss = host_.loss();
  if (report_.loss != policy::Loss::kNone) report_.is_out = true;
  if (!is_in()) return;
  if (host_.is_due(tick)) {
    observe(loop_, robot_, static_cast<double>(report_.ticks) * kTick_s, observation_);
    observation_.tick = tick;
    host_.send(observation_);
  }
  ++report_.ticks;
  const wall::PolicyCommand* command = host_.command();
  if (command == nullptr) return;
  proposes_ = true;
  const Eigen::Index na = command->joints;
  const auto take = [na](JointVector& to, const std::array<double, kMaxJoints>& from) {
    to = Eigen::Map<const JointVector>(from.data(), na);
  };
  take(proposal.torque_Nm, command->torque_Nm);
  take(proposal.position_rad, command->position_rad);
  take(proposal.velocity_rad_s, command->velocity_rad_s);
  take(proposal.stiffness_Nm_rad, command->stiffness_Nm_rad);
  take(proposal.damping_Nms_rad, command->damping_Nms_rad);
  // A held command is one of this tick as long as it is fresh enough; then it shows its age.
  if (tick - command->tick > config_.command_age_max) proposal.tick = command->tick;
}

void PolicySeat::watch(const GateReport& gate) noexcept {
  const bool drives = proposes_ && gate.source == CommandSource::kProposal;
  if (drives) ++report_.driven_ticks;
  if (drove_ && proposes_ && !drives && is_rescue(gate) && ++report_.rescues > config_.rescues_max)
    report_.is_out = true;
  drove_ = drives;
}

}  // namespace longmen::runtime
