#pragma once

// Limits, rules and states for the gate's own tests.

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/robot_state.h"
#include "core/world_state.h"
#include "gate/motion/motion_gate.h"
#include "model/robot_names.h"

namespace longmen::gate {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace longmen::gate

namespace longmen::gate::testing {

inline constexpr double kPeriod_s = 0.001;

/// Three joints of different strength: like a hip, an ankle and a wrist.
inline JointLimits three_joints() {
  JointLimits limits;
  limits.resize(3);
  limits.position_min_rad << -0.8, -0.5, -2.9;
  limits.position_max_rad << 1.8, 0.9, 2.9;
  limits.speed_max_rad_s << 19.0, 20.0, 6.0;
  limits.torque_max_Nm << 396.0, 58.5, 12.4;
  limits.inertia_min_kgm2 << 0.5, 0.017, 0.012;
  limits.inertia_max_kgm2 << 1.5, 0.020, 0.016;
  return limits;
}

inline MotionRules shipped_rules() {
  return load_motion_rules(std::filesystem::path(LONGMEN_SOURCE_DIR) / "rules/limits/motion.yaml")
      .value();
}

/// Folders of all robots, in order.
inline std::vector<std::filesystem::path> robot_folders() {
  const std::filesystem::path root = std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots";
  std::vector<std::filesystem::path> folders;
  for (const std::string& name : model::robot_names(root)) folders.push_back(root / name);
  return folders;
}

/// A gate with its inputs: a robot at rest in the middle of its ranges, a command without torque,
/// nobody near. Tests change what they are about and call tick().
struct Bench {
  MotionRules rules = shipped_rules();
  JointLimits limits = three_joints();
  MotionGate gate = MotionGate::create(limits, rules.limits, kPeriod_s).value();
  RobotState state;
  WorldState world;
  ProposedCommand trusted;
  ProposedCommand proposal;
  bool proposal_is_trusted = true;  ///< false: a policy's proposal of its own
  StopRung asked = StopRung::kNone;
  ForeignShares shares;
  bool rises = false;  ///< from the ground
  std::vector<ArmingEvent> events;
  bool beating = false;  ///< sends a heartbeat each tick
  Tick now = 0;
  GateReport report;

  Bench() {
    state.valid = true;
    state.joint_position_rad = 0.5 * (limits.position_min_rad + limits.position_max_rad);
    state.joint_velocity_rad_s = JointVector::Zero(3);
    trusted.resize(3);
    proposal.resize(3);
    proposal.torque_Nm.setConstant(1.0);  // so that its bits are not the trusted ones
  }

  /// Stamps every input with the next tick, unless `stale` says otherwise, and runs the gate.
  SafeCommand tick() {
    ++now;
    if (beating) {
      events.push_back({ArmingEvent::Kind::kHeartbeat, 7, ++sequence_});
    }
    state.tick = world.tick = trusted.tick = proposal.tick = now;
    return run();
  }
  /// Runs the gate with the stamps as they are.
  SafeCommand run() {
    const StopRequest request{asked, events, shares, rises};
    SafeCommand safe = gate.filter(proposal_is_trusted ? trusted : proposal, state, world, trusted,
                                   request, now, report);
    events.clear();
    return safe;
  }
  void ticks(int count) {
    for (int i = 0; i < count; ++i) static_cast<void>(tick());
  }
  /// Arms the gate and waits until it is off the stop ladder.
  void arm() {
    events.push_back({ArmingEvent::Kind::kGrant, 7, ++sequence_});
    beating = true;
    ticks(1000);
  }

 private:
  std::uint64_t sequence_ = 0;
};

inline double torque(const ProposedCommand& command, const RobotState& state, int j) {
  return command.torque_Nm[j] +
         command.stiffness_Nm_rad[j] * (command.position_rad[j] - state.joint_position_rad[j]) +
         command.damping_Nms_rad[j] * (command.velocity_rad_s[j] - state.joint_velocity_rad_s[j]);
}

inline bool all_finite(const ProposedCommand& c) {
  return c.torque_Nm.allFinite() && c.position_rad.allFinite() && c.velocity_rad_s.allFinite() &&
         c.stiffness_Nm_rad.allFinite() && c.damping_Nms_rad.allFinite();
}

inline bool same_bits(const JointVector& a, const JointVector& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}
inline bool same_bits(const ProposedCommand& a, const ProposedCommand& b) {
  return a.tick == b.tick && same_bits(a.torque_Nm, b.torque_Nm) &&
         same_bits(a.position_rad, b.position_rad) &&
         same_bits(a.velocity_rad_s, b.velocity_rad_s) &&
         same_bits(a.stiffness_Nm_rad, b.stiffness_Nm_rad) &&
         same_bits(a.damping_Nms_rad, b.damping_Nms_rad);
}

}  // namespace longmen::gate::testing
