#include "io/fault/fault.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>
#include <string_view>

namespace longmen::io {
namespace {

template <typename T>
struct Named {
  std::string_view name;
  T value;
};

constexpr std::array<Named<FaultKind>, 19> kKinds{
    {{"sensor_nan", FaultKind::kSensorNan},
     {"sensor_freeze", FaultKind::kSensorFreeze},
     {"sensor_delay", FaultKind::kSensorDelay},
     {"sensor_drift", FaultKind::kSensorDrift},
     {"sensor_swap", FaultKind::kSensorSwap},
     {"motor_off", FaultKind::kMotorOff},
     {"motor_weak", FaultKind::kMotorWeak},
     {"motor_stuck", FaultKind::kMotorStuck},
     {"motor_reversed", FaultKind::kMotorReversed},
     {"bad_command", FaultKind::kBadCommand},
     {"late_command", FaultKind::kLateCommand},
     {"late_tick", FaultKind::kLateTick},
     {"silent", FaultKind::kSilent},
     {"corrupt_plan", FaultKind::kCorruptPlan},
     {"power_sag", FaultKind::kPowerSag},
     {"power_loss", FaultKind::kPowerLoss},
     {"heartbeat_loss", FaultKind::kHeartbeatLoss},
     {"heartbeat_delay", FaultKind::kHeartbeatDelay},
     {"heartbeat_replay", FaultKind::kHeartbeatReplay}}};
constexpr std::array<Named<FaultPart>, 14> kParts{{{"imu_gyro", FaultPart::kImuGyro},
                                                   {"imu_acc", FaultPart::kImuAccelerometer},
                                                   {"imu_quat", FaultPart::kImuAttitude},
                                                   {"joint_pos", FaultPart::kJointPosition},
                                                   {"joint_vel", FaultPart::kJointVelocity},
                                                   {"foot_force", FaultPart::kFootForce},
                                                   {"motor", FaultPart::kMotor},
                                                   {"command", FaultPart::kCommand},
                                                   {"loop", FaultPart::kLoop},
                                                   {"skills", FaultPart::kSkills},
                                                   {"planner", FaultPart::kPlanner},
                                                   {"plan", FaultPart::kPlan},
                                                   {"power", FaultPart::kPower},
                                                   {"lease", FaultPart::kLease}}};

constexpr const char* kSensorTargets =
    "imu_gyro, imu_acc, imu_quat, joint_pos:NAME|all, joint_vel:NAME|all, foot_force:left|right";

template <typename T, std::size_t N>
std::optional<T> find(const std::array<Named<T>, N>& list, std::string_view name) {
  for (const auto& entry : list)
    if (entry.name == name) return entry.value;
  return std::nullopt;
}

/// What a kind can be done to.
const char* targets_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::kMotorOff:
    case FaultKind::kMotorWeak:
    case FaultKind::kMotorStuck:
    case FaultKind::kMotorReversed:
      return "motor:NAME|all";
    case FaultKind::kBadCommand:
    case FaultKind::kLateCommand:
      return "command";
    case FaultKind::kLateTick:
      return "loop";
    case FaultKind::kSilent:
      return "skills, planner";
    case FaultKind::kCorruptPlan:
      return "plan";
    case FaultKind::kPowerSag:
    case FaultKind::kPowerLoss:
      return "power";
    case FaultKind::kHeartbeatLoss:
    case FaultKind::kHeartbeatDelay:
    case FaultKind::kHeartbeatReplay:
      return "lease";
    case FaultKind::kSensorSwap:
      return "joint_pos:NAME, joint_vel:NAME, foot_force:left|right";
    default:
      return kSensorTargets;
  }
}

bool fits(FaultKind kind, FaultPart part) {
  switch (kind) {
    case FaultKind::kMotorOff:
    case FaultKind::kMotorWeak:
    case FaultKind::kMotorStuck:
    case FaultKind::kMotorReversed:
      return part == FaultPart::kMotor;
    case FaultKind::kBadCommand:
    case FaultKind::kLateCommand:
      return part == FaultPart::kCommand;
    case FaultKind::kLateTick:
      return part == FaultPart::kLoop;
    case FaultKind::kSilent:
      return part == FaultPart::kSkills || part == FaultPart::kPlanner;
    case FaultKind::kCorruptPlan:
      return part == FaultPart::kPlan;
    case FaultKind::kPowerSag:
    case FaultKind::kPowerLoss:
      return part == FaultPart::kPower;
    case FaultKind::kHeartbeatLoss:
    case FaultKind::kHeartbeatDelay:
    case FaultKind::kHeartbeatReplay:
      return part == FaultPart::kLease;
    case FaultKind::kSensorSwap:
      return part == FaultPart::kJointPosition || part == FaultPart::kJointVelocity ||
             part == FaultPart::kFootForce;
    default:
      return part < FaultPart::kMotor;  // the sensors come first
  }
}

}  // namespace

std::string fault_kinds() {
  std::vector<std::string_view> names;
  for (const auto& kind : kKinds) names.push_back(kind.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<Fault> make_fault(double t_s, const std::string& kind_name, const std::string& target,
                         double duration_s, const std::vector<std::string>& joints) {
  Fault fault{.t_s = t_s, .duration_s = duration_s};
  const auto kind = find(kKinds, kind_name);
  if (!kind)
    return fail(ErrorCode::kUnknownName,
                fmt::format("unknown fault kind '{}'; valid: {}", kind_name, fault_kinds()));
  fault.kind = *kind;

  const std::size_t colon = target.find(':');
  const std::string part_name = target.substr(0, colon);
  const auto part = find(kParts, part_name);
  const auto unsupported = [&] {
    return fail(ErrorCode::kUnsupported, fmt::format("fault {} cannot be on '{}'; valid: {}",
                                                     kind_name, target, targets_of(*kind)));
  };
  if (!part || !fits(*kind, *part)) return unsupported();
  fault.part = *part;

  const bool of_joint = *part == FaultPart::kJointPosition || *part == FaultPart::kJointVelocity ||
                        *part == FaultPart::kMotor;
  const bool of_foot = *part == FaultPart::kFootForce;
  if (of_joint != (colon != std::string::npos) && !of_foot) return unsupported();
  if (of_foot && colon == std::string::npos) return unsupported();
  if (!of_joint && !of_foot) return fault;

  const std::string name = target.substr(colon + 1);
  if (of_foot) {
    if (name != "left" && name != "right") return unsupported();
    fault.index = name == "left" ? kLeft : kRight;
    return fault;
  }
  if (name == "all") return *kind == FaultKind::kSensorSwap ? unsupported() : Result<Fault>(fault);
  const auto joint = std::find(joints.begin(), joints.end(), name);
  if (joint == joints.end())
    return fail(ErrorCode::kUnknownName, fmt::format("unknown joint '{}' in '{}'; valid: all, {}",
                                                     name, target, fmt::join(joints, ", ")));
  fault.index = static_cast<int>(joint - joints.begin());
  return fault;
}

Result<Fault> parse_fault(double t_s, const std::string& text,
                          const std::vector<std::string>& joints) {
  std::istringstream words(text);
  std::string kind, target, rest;
  double duration_s = 0.0;
  if (!(words >> kind >> target >> duration_s) || words >> rest)
    return fail(ErrorCode::kParse, fmt::format("'{}' is not: KIND TARGET DURATION_s", text));
  if (!(duration_s >= 0.0 && duration_s <= kFaultMax_s))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a fault of {} s; 0 to {:g}", duration_s, kFaultMax_s));
  return make_fault(t_s, kind, target, duration_s, joints);
}

}  // namespace longmen::io
