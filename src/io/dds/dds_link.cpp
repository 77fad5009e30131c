#include "io/dds/dds_link.h"

#include <dds/dds.h>
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "io/dds/low_level_convert.h"

namespace longmen::io {
namespace {

constexpr const char* kStateTopic = "rt/lowstate";
constexpr const char* kWorldTopic = "rt/worldseen";
constexpr const char* kCommandTopic = "rt/lowcmd";
constexpr int kHistory = 64;
constexpr double kBlockingMax_s = 1.0;  // of a writer whose reader is full
constexpr double kLook_s = 0.002;       // between two looks whether the other end is there

// This machine's loopback and nothing else, whatever the user's own settings are.
constexpr const char* kLoopbackAlone =
    "<CycloneDDS><Domain Id=\"any\"><General>"
    "<Interfaces><NetworkInterface name=\"lo\" multicast=\"false\"/></Interfaces>"
    "<AllowMulticast>false</AllowMulticast></General>"
    "<Discovery><ParticipantIndex>auto</ParticipantIndex>"
    "<MaxAutoParticipantIndex>60</MaxAutoParticipantIndex>"
    "<Peers><Peer Address=\"127.0.0.1\"/></Peers></Discovery></Domain></CycloneDDS>";

tl::unexpected<Error> dds_fails(const char* what, dds_return_t code) {
  return fail(ErrorCode::kIo, fmt::format("{}: {}", what, dds_strretcode(code)), "DDS");
}

dds_duration_t duration(double s) {
  return static_cast<dds_duration_t>(std::llround(s * static_cast<double>(DDS_NSECS_IN_SEC)));
}

/// A participant and what belongs to it; ends together with its domain.
class Node {
 public:
  static Result<Node> join(const DdsMeeting& meeting) {
    Node node;
    node.meeting_ = meeting;
    // A domain that this process has joined already keeps its settings, which are the same.
    const auto id = static_cast<dds_domainid_t>(meeting.domain);
    const dds_entity_t domain = dds_create_domain(id, kLoopbackAlone);
    if (domain < 0 && domain != DDS_RETCODE_PRECONDITION_NOT_MET)
      return dds_fails("cannot join the domain", domain);
    node.participant_ = dds_create_participant(id, nullptr, nullptr);
    if (node.participant_ < 0) return dds_fails("no participant", node.participant_);
    return node;
  }
  Node() = default;
  Node(Node&& other) noexcept
      : meeting_(std::move(other.meeting_)), participant_(std::exchange(other.participant_, 0)) {}
  Node& operator=(Node&&) = delete;
  ~Node() {
    if (participant_ > 0) dds_delete(participant_);
  }

  Result<dds_entity_t> writer(const dds_topic_descriptor_t& type, const char* name) const {
    return open(type, name, dds_create_writer);
  }
  Result<dds_entity_t> reader(const dds_topic_descriptor_t& type, const char* name) const {
    return open(type, name, dds_create_reader);
  }
  [[nodiscard]] dds_entity_t participant() const { return participant_; }

 private:
  template <typename Create>
  Result<dds_entity_t> open(const dds_topic_descriptor_t& type, const char* name,
                            Create create) const {
    const dds_entity_t topic = dds_create_topic(participant_, &type, name, nullptr, nullptr);
    if (topic < 0) return dds_fails(name, topic);
    dds_qos_t* qos = dds_create_qos();
    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, duration(kBlockingMax_s));
    dds_qset_history(qos, DDS_HISTORY_KEEP_LAST, kHistory);
    if (!meeting_.partition.empty()) dds_qset_partition1(qos, meeting_.partition.c_str());
    const dds_entity_t entity = create(participant_, topic, qos, nullptr);
    dds_delete_qos(qos);
    if (entity < 0) return dds_fails(name, entity);
    return entity;
  }

  DdsMeeting meeting_;
  dds_entity_t participant_ = 0;
};

/// A reader that can be waited for.
template <typename T>
class Inbox {
 public:
  Result<void> open(const Node& node, const dds_topic_descriptor_t& type, const char* name) {
    const auto reader = node.reader(type, name);
    if (!reader) return tl::make_unexpected(reader.error());
    reader_ = *reader;
    waitset_ = dds_create_waitset(node.participant());
    if (waitset_ < 0) return dds_fails("no waitset", waitset_);
    dds_set_status_mask(reader_, DDS_DATA_AVAILABLE_STATUS);
    if (const auto attached = dds_waitset_attach(waitset_, reader_, 0); attached < 0)
      return dds_fails("no waitset", attached);
    return {};
  }
  /// The next message; waits for it. False: none came in that time.
  bool take(T& message, double patience_s) noexcept {
    const dds_time_t until = dds_time() + duration(patience_s);
    for (;;) {
      void* into[] = {&message};
      dds_sample_info_t info;
      const dds_return_t taken = dds_take(reader_, into, &info, 1, 1);
      if (taken > 0 && info.valid_data) return true;
      if (taken > 0) continue;  // word of a writer that came or went
      const dds_duration_t rest = until - dds_time();
      if (taken < 0 || rest <= 0) return false;
      dds_waitset_wait(waitset_, nullptr, 0, rest);
    }
  }
  [[nodiscard]] bool is_matched() const noexcept {
    dds_subscription_matched_status_t status{};
    return dds_get_subscription_matched_status(reader_, &status) == DDS_RETCODE_OK &&
           status.current_count > 0;
  }

 private:
  dds_entity_t reader_ = 0;
  dds_entity_t waitset_ = 0;
};

template <typename T>
class Outbox {
 public:
  Result<void> open(const Node& node, const dds_topic_descriptor_t& type, const char* name) {
    const auto writer = node.writer(type, name);
    if (!writer) return tl::make_unexpected(writer.error());
    writer_ = *writer;
    return {};
  }
  bool put(const T& message) noexcept { return dds_write(writer_, &message) == DDS_RETCODE_OK; }
  [[nodiscard]] bool is_matched() const noexcept {
    dds_publication_matched_status_t status{};
    return dds_get_publication_matched_status(writer_, &status) == DDS_RETCODE_OK &&
           status.current_count > 0;
  }

 private:
  dds_entity_t writer_ = 0;
};

template <typename IsThere>
Result<void> wait_for(const IsThere& is_there, double patience_s, const char* whom) {
  const dds_time_t until = dds_time() + duration(patience_s);
  while (!is_there()) {
    if (dds_time() > until)
      return fail(ErrorCode::kNotFound,
                  fmt::format("no {} on this machine's loopback within {:g} s", whom, patience_s),
                  "DDS");
    dds_sleepfor(duration(kLook_s));
  }
  return {};
}

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
  return wait_for(
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
    if (from_wire(i.message, i.na, command))
      has_one = true;
    else
      ++i.passed_over;
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
  if (!i.states.take(i.state, patience_s)) return News::kSilent;
  if (i.state.over) return News::kOver;
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
