// Fuzzes the motion gate with the raw bytes of commands, states, stamps and events, many ticks
// long: whatever comes in, what goes out is finite, of the tick, and inside the torque limits.

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "gate/motion/motion_gate.h"
#include "target.h"

namespace {

using namespace longmen;
constexpr int kJoints = 3;

/// Takes values from the input until it is used up.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::uint8_t byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  double number() {
    double value = 0.0;
    const std::size_t count = std::min(left_, sizeof value);
    std::memcpy(&value, data_, count);
    data_ += count;
    left_ -= count;
    return value;
  }
  /// Near a scale, or any bits at all.
  double value(double scale) {
    const std::uint8_t kind = byte();
    return kind < 16 ? number() : scale * (static_cast<double>(kind) - 128.0) / 64.0;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

gate::JointLimits limits() {
  gate::JointLimits limits;
  limits.resize(kJoints);
  limits.position_min_rad << -0.8, -0.5, -2.9;
  limits.position_max_rad << 1.8, 0.9, 2.9;
  limits.speed_max_rad_s << 19.0, 20.0, 6.0;
  limits.torque_max_Nm << 396.0, 58.5, 12.4;
  limits.inertia_min_kgm2 << 0.5, 0.017, 0.012;
  limits.inertia_max_kgm2 << 1.5, 0.020, 0.016;
  return limits;
}

void fill(Bytes& bytes, ProposedCommand& command, Tick tick) {
  const std::uint8_t shape = bytes.byte();
  command.resize(shape == 1 ? kJoints - 1 : kJoints);
  command.tick = shape == 2 ? tick - 1 : tick;
  for (Eigen::Index j = 0; j < command.torque_Nm.size(); ++j) {
    command.torque_Nm[j] = bytes.value(100.0);
    command.position_rad[j] = bytes.value(2.0);
    command.velocity_rad_s[j] = bytes.value(10.0);
    command.stiffness_Nm_rad[j] = bytes.value(100.0);
    command.damping_Nms_rad[j] = bytes.value(3.0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const gate::MotionRules rules =
      gate::load_motion_rules(LONGMEN_SOURCE_DIR "/rules/limits/motion.yaml").value();
  static const gate::JointLimits joints = limits();
  gate::MotionGate gate = gate::MotionGate::create(joints, rules.limits, 0.001).value();

  Bytes bytes(data, size);
  RobotState state;
  state.joint_position_rad.setZero(kJoints);
  state.joint_velocity_rad_s.setZero(kJoints);
  WorldState world;
  ProposedCommand proposal;
  ProposedCommand trusted;
  GateReport report;
  for (Tick tick = 1; !bytes.empty(); ++tick) {
    fill(bytes, trusted, tick);
    const bool is_trusted = bytes.byte() % 2 == 0;
    if (!is_trusted) fill(bytes, proposal, tick);
    const std::uint8_t flags = bytes.byte();
    state.tick = (flags & 1) != 0 ? tick - 1 : tick;
    state.valid = (flags & 2) == 0;
    world.tick =
        (flags & 4) != 0 ? static_cast<Tick>(bytes.number() > 0 ? INT64_MAX : INT64_MIN) : tick;
    if ((flags & 8) != 0) state.q_WB.x() = bytes.value(1.0);
    for (int j = 0; j < kJoints; ++j) {
      state.joint_position_rad[j] = bytes.value(1.5);
      state.joint_velocity_rad_s[j] = bytes.value(10.0);
    }
    const gate::ArmingEvent event{static_cast<gate::ArmingEvent::Kind>(bytes.byte() % 6),
                                  bytes.byte(), bytes.byte()};
    const gate::StopRequest request{static_cast<StopRung>(flags >> 5 > 4 ? 0 : flags >> 5),
                                    {&event, 1}};

    const SafeCommand safe =
        gate.filter(is_trusted ? trusted : proposal, state, world, trusted, request, tick, report);

    const ProposedCommand& out = safe.values();
    fuzz::demand(safe.tick() == tick, "the command is of this tick");
    fuzz::demand(out.torque_Nm.size() == kJoints, "the command has all joints");
    fuzz::demand(report.changed || report.source == CommandSource::kProposal,
                 "another source is a change");
    // The state counts where a joint can be in it; else the gate keeps the last one that did.
    const bool known = state.tick == tick && (state.joint_position_rad.array().abs() < 3.0).all() &&
                       (state.joint_velocity_rad_s.array().abs() < 30.0).all();
    for (int j = 0; j < kJoints; ++j) {
      fuzz::demand(std::isfinite(out.torque_Nm[j]) && std::isfinite(out.position_rad[j]) &&
                       std::isfinite(out.velocity_rad_s[j]) &&
                       std::isfinite(out.stiffness_Nm_rad[j]) &&
                       std::isfinite(out.damping_Nms_rad[j]),
                   "every value is a number");
      const double torque =
          out.torque_Nm[j] +
          out.stiffness_Nm_rad[j] * (out.position_rad[j] - state.joint_position_rad[j]) +
          out.damping_Nms_rad[j] * (out.velocity_rad_s[j] - state.joint_velocity_rad_s[j]);
      fuzz::demand(!known || std::abs(torque) <= joints.torque_max_Nm[j] * (1.0 + 1e-9),
                   "the torque is inside its limit");
    }
  }
  return 0;
}
