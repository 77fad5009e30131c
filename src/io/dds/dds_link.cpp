#include "io/dds/dds_link.h"

#include <utility>

#include "io/dds/dds_node.h"
#include "io/dds/low_level_convert.h"

namespace longmen::io {
namespace {

using dds::dds_fails;
using dds::Inbox;
using dds::kBlockingMax_s;
using dds::Node;
using dds::Outbox;

constexpr const char* kStateTopic = "rt/lowstate";
constexpr const char* kWorldTopic = "rt/worldseen";
constexpr const char* kCommandTopic = "rt/lowcmd";

/// An end with its three topics, whichever way they lead.
template <typename Impl>
Result<std::unique_ptr<Impl>> opened(const DdsMeeting& meeting, int na) {
  auto node = Node::join(meeting);
  if (!node) return tl::make_unexpected(node.error());
  auto impl = std::make_unique<Impl>(std::move(*node));
  impl->na = na;
  if (auto open = impl->states.open(impl->node, longmen_dds_LowState_desc, kStateTopic); !open)
    return tl::make_unexpected(open.error());
  if (auto open = impl->seen.open(impl->node, longmen_dds_WorldSeen_desc, kWorldTopic); !open)
    return tl::make_unexpected(open.error());
  if (auto open = impl->commands.open(impl->node, longmen_dds_LowCmd_desc, kCommandTopic); !open)
    return tl::make_unexpected(open.error());
  return impl;
}

template <typename Impl>
Result<void> wait_for_other_end(const Impl& impl, double patience_s, const char* whom) {
  return dds::wait_for(
      [&] {
        return impl.states.is_matched() && impl.seen.is_matched() && impl.commands.is_matched();
      },
      patience_s, whom);
}

}  // namespace

struct DdsRobotEnd::Impl {
  Node node;
  int na = 0;
  Outbox<longmen_dds_LowState> states;
  Outbox<longmen_dds_WorldSeen> seen;
  Inbox<longmen_dds_LowCmd> commands;
  longmen_dds_LowState state{};
  longmen_dds_WorldSeen world{};
  longmen_dds_LowCmd message{};
  std::int64_t last_period = -1;  ///< that a command has answered
  std::int64_t passed_over = 0;

  explicit Impl(Node joined) : node(std::move(joined)) {}
};

Result<DdsRobotEnd> DdsRobotEnd::open(const DdsMeeting& meeting, int na) {
  auto impl = opened<Impl>(meeting, na);
  if (!impl) return tl::make_unexpected(impl.error());
  return DdsRobotEnd(std::move(*impl));
}

DdsRobotEnd::DdsRobotEnd(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DdsRobotEnd::DdsRobotEnd(DdsRobotEnd&&) noexcept = default;
DdsRobotEnd::~DdsRobotEnd() = default;

Result<void> DdsRobotEnd::wait_for_controller(double patience_s) {
  return wait_for_other_end(*impl_, patience_s, "controller");
}

Result<void> DdsRobotEnd::publish(const SensorFrame& frame) {
  Impl& i = *impl_;
  to_wire(frame, i.state);
  if (i.state.world_follows) {
    to_wire(frame, i.world);
    if (!i.seen.put(i.world)) return fail(ErrorCode::kIo, "what is seen cannot be sent", "DDS");
  }
  if (!i.states.put(i.state)) return fail(ErrorCode::kIo, "the state cannot be sent", "DDS");
  return {};
}

Result<void> DdsRobotEnd::publish_end() {
  impl_->state.over = true;
  impl_->state.world_follows = false;
  if (!impl_->states.put(impl_->state))
    return fail(ErrorCode::kIo, "the state cannot be sent", "DDS");
  return {};
}

bool DdsRobotEnd::take(LinkCommand& command, double patience_s) {
  Impl& i = *impl_;
  bool has_one = false;
  while (i.commands.take(i.message, has_one ? 0.0 : patience_s)) {
    // One that is no newer than the last was recorded and is sent again.
    if (i.message.period > i.last_period && from_wire(i.message, i.na, command)) {
      has_one = true;
      i.last_period = i.message.period;
    } else {
      ++i.passed_over;
    }
  }
  return has_one;
}

std::int64_t DdsRobotEnd::passed_over() const noexcept { return impl_->passed_over; }

struct DdsTerminal::Impl {
  Node node;
  int na = 0;
  bool is_simulated = false;
  Inbox<longmen_dds_LowState> states;
  Inbox<longmen_dds_WorldSeen> seen;
  Outbox<longmen_dds_LowCmd> commands;
  longmen_dds_LowState state{};
  longmen_dds_WorldSeen world{};
  longmen_dds_LowCmd message{};
  SensorFrame frame;
  MotorMask powered;
  Tick silence = 0;
  bool has_frame = false;

  explicit Impl(Node joined) : node(std::move(joined)) { powered.set(); }

  /// What is seen in the frame's period; older ones are of periods that were missed.
  void take_seen(double patience_s) noexcept {
    while (seen.take(world, patience_s)) {
      if (world.period < frame.tick) continue;
      if (world.period == frame.tick) (void)from_wire(world, frame);
      return;
    }
  }
};

Result<DdsTerminal> DdsTerminal::open(const DdsMeeting& meeting, int na, bool is_simulated) {
  auto impl = opened<Impl>(meeting, na);
  if (!impl) return tl::make_unexpected(impl.error());
  (*impl)->is_simulated = is_simulated;
  return DdsTerminal(std::move(*impl));
}

DdsTerminal::DdsTerminal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DdsTerminal::DdsTerminal(DdsTerminal&&) noexcept = default;
DdsTerminal::~DdsTerminal() = default;

Result<void> DdsTerminal::wait_for_robot(double patience_s) {
  return wait_for_other_end(*impl_, patience_s, "robot");
}

Result<DdsTerminal::News> DdsTerminal::wait(double patience_s) {
  Impl& i = *impl_;
  do {  // a state that is no newer than the last was recorded and is sent again
    if (!i.states.take(i.state, patience_s)) return News::kSilent;
    if (i.state.over) return News::kOver;
  } while (i.has_frame && i.state.period <= i.frame.tick);
  const Tick last = i.frame.joint_tick;
  if (!from_wire(i.state, i.na, i.frame))
    return fail(ErrorCode::kCorrupt,
                fmt::format("a state of {} joints; this robot has {}", i.state.motor_count, i.na),
                "DDS");
  i.silence = i.has_frame && i.frame.joint_tick == last ? i.silence + 1 : 0;
  i.has_frame = true;
  if (i.state.world_follows) i.take_seen(kBlockingMax_s);
  return News::kPeriod;
}

Tick DdsTerminal::silence() const noexcept { return impl_->silence; }
void DdsTerminal::read(SensorFrame& frame) noexcept { frame = impl_->frame; }

WriteStatus DdsTerminal::write(SafeCommand&& command) noexcept {
  const SafeCommand consumed = std::move(command);
  Impl& i = *impl_;
  if (consumed.tick() != i.frame.tick) return WriteStatus::kWrongTick;
  const ProposedCommand& values = consumed.values();
  for (const JointVector* v : {&values.torque_Nm, &values.position_rad, &values.velocity_rad_s,
                               &values.stiffness_Nm_rad, &values.damping_Nms_rad})
    if (v->size() != i.na) return WriteStatus::kWrongJoints;
  to_wire(values, i.powered, i.message);
  (void)i.commands.put(i.message);  // one that is lost is one that is lost on the way
  return WriteStatus::kAccepted;
}

void DdsTerminal::power_motors(const MotorMask& powered) noexcept { impl_->powered = powered; }
Tick DdsTerminal::tick() const noexcept { return impl_->frame.tick; }
int DdsTerminal::joint_count() const noexcept { return impl_->na; }
bool DdsTerminal::is_simulated() const noexcept { return impl_->is_simulated; }

}  // namespace longmen::io
