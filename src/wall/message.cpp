#include "wall/message.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <type_traits>

namespace longmen::wall {
namespace {

/// Appends fields in their order.
struct Writer {
  static constexpr bool kReads = false;
  std::string& out;

  template <typename T>
  void number(const T& value) {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));  // x86-64 is little-endian, as the form is
    out.append(bytes, sizeof(T));
  }
  /// Up to the end of the packet.
  void tail(const std::string& text) { out.append(text, 0, kPayloadMax_bytes); }
  template <typename T>
  void choice(const T& value, T) {
    number(value);
  }
};

/// Takes the same fields back; past the end, or at a value out of its range, `ok` turns false.
struct Reader {
  static constexpr bool kReads = true;
  std::string_view in;
  bool ok = true;

  template <typename T>
  void number(T& value) {
    static_assert(std::is_arithmetic_v<T>);
    if (in.size() < sizeof(T)) {
      ok = false;
      return;
    }
    std::memcpy(&value, in.data(), sizeof(T));
    in.remove_prefix(sizeof(T));
    if constexpr (std::is_floating_point_v<T>) ok = ok && std::isfinite(value);
  }
  void tail(std::string& text) {
    ok = ok && in.size() <= kPayloadMax_bytes;
    if (ok) text.assign(in);
    in = {};
  }
  template <typename T>
  void choice(T& value, T last) {
    std::underlying_type_t<T> raw{};
    number(raw);
    if (raw > static_cast<std::underlying_type_t<T>>(last))
      ok = false;
    else
      value = static_cast<T>(raw);
  }
};

template <typename Io, typename T, std::size_t N>
void numbers(Io& io, std::array<T, N>& values) {
  for (T& value : values) io.number(value);
}

// One list of fields a message, for both directions.

template <typename Io>
void fields(Io& io, Hello& m) {
  io.choice(m.role, Role::kOperator);
  numbers(io, m.name.bytes);
}
template <typename Io>
void fields(Io& io, PlanProposal& m) {
  io.number(m.request);
  io.tail(m.plan);
}
template <typename Io>
void fields(Io& io, StopRequest& m) {
  io.number(m.request);
  io.choice(m.act, StopRequest::Act::kGoOn);
}
template <typename Io>
void fields(Io& io, LeaseRequest& m) {
  io.number(m.request);
  io.choice(m.act, LeaseRequest::Act::kGiveBack);
}
template <typename Io>
void fields(Io& io, DriveCommand& m) {
  io.number(m.request);
  numbers(io, m.velocity_H_m_s);
  io.number(m.yaw_rate_rad_s);
}
template <typename Io>
void fields(Io& io, FaultRequest& m) {
  io.number(m.request);
  io.tail(m.fault);
}
template <typename Io>
void fields(Io& io, Welcome& m) {
  numbers(io, m.robot.bytes);
  numbers(io, m.world.bytes);
  io.number(m.period_ns);
  io.number(m.bodies);
  io.number(m.joints);
}
template <typename Io>
void fields(Io& io, DocumentPart& m) {
  numbers(io, m.name.bytes);
  io.number(m.offset);
  io.number(m.total);
  io.tail(m.bytes);
}
template <typename Io>
void fields(Io& io, Receipt& m) {
  io.number(m.request);
  io.number(m.tick);
  io.choice(m.outcome, Outcome::kRefused);
}
template <typename Io>
void fields(Io& io, TrackedThing& m) {
  io.number(m.id);
  io.number(m.is_person);
  numbers(io, m.p_W_m);
  numbers(io, m.v_W_m_s);
  io.number(m.radius_m);
  io.number(m.height_m);
}
template <typename Io>
void fields(Io& io, State& m) {
  io.number(m.tick);
  io.number(m.time_s);
  for (std::uint8_t* flag : {&m.armed, &m.lease_held, &m.emergency, &m.standing, &m.recorded})
    io.number(*flag);
  io.choice(m.rung, StopRung::kBrace);
  io.choice(m.source, CommandSource::kBrace);
  // The gate's rules grow; the reader shows what it knows.
  if constexpr (Io::kReads) {
    std::uint8_t rule = 0;
    io.number(rule);
    m.rule = static_cast<MotionRule>(rule);
  } else {
    io.number(m.rule);
  }
  io.number(m.joint);
  io.number(m.margin);
  for (std::uint64_t* count : {&m.gate_changed, &m.gate_stopped, &m.late_ticks}) io.number(*count);
  io.number(m.tick_us_mean);
  io.number(m.tick_us_max);
  io.number(m.tick_us_p99);
  io.choice(m.plan, PlanStage::kFailed);
  io.number(m.fault);
  io.number(m.step);
  io.number(m.step_count);
  io.number(m.progress);
  io.number(m.step_time_s);
  numbers(io, m.p_WB_m);
  for (float* value : {&m.yaw_rad, &m.speed_m_s, &m.tilt_rad, &m.position_sigma_m})
    io.number(*value);
  numbers(io, m.foot_force_N);
  numbers(io, m.torque_share);
  numbers(io, m.speed_share);
  numbers(io, m.range_share);
  io.number(m.track_count);
  for (TrackedThing& track : m.tracks) fields(io, track);
  io.number(m.body_count);
  if constexpr (Io::kReads) {
    if (m.track_count > kMaxTracks || m.body_count > kMaxBodies) io.ok = false;
    if (!io.ok) return;
  }
  for (std::size_t b = 0; b < m.body_count; ++b) {
    numbers(io, m.bodies[b].p_WB_m);
    numbers(io, m.bodies[b].q_WB);
  }
}
template <typename Io>
void fields(Io& io, Event& m) {
  io.choice(m.kind, Event::Kind::kRecord);
  io.number(m.tick);
  io.number(m.time_s);
  io.number(m.request);
  io.number(m.step);
  io.number(m.joint);
  if constexpr (Io::kReads) {
    std::uint8_t rule = 0;
    io.number(rule);
    m.rule = static_cast<MotionRule>(rule);
  } else {
    io.number(m.rule);
  }
  io.number(m.detail);
  io.number(m.margin);
  io.number(m.value);
  io.tail(m.text);
}

template <typename Io>
void fields(Io& io, PolicyStart& m) {
  numbers(io, m.robot.bytes);
  io.number(m.joints);
  for (auto* values : {&m.home_rad, &m.torque_max_Nm, &m.stiffness_Nm_rad, &m.damping_Nms_rad})
    numbers(io, *values);
  if constexpr (Io::kReads) io.ok = io.ok && m.joints <= kMaxJoints;
}
template <typename Io>
void fields(Io& io, PolicyReady& m) {
  io.number(m.walls);
}
template <typename Io>
void fields(Io& io, PolicyObservation& m) {
  io.number(m.tick);
  io.number(m.count);
  if constexpr (Io::kReads) {
    io.ok = io.ok && m.count <= kMaxObservation;
    if (!io.ok) return;
  }
  for (std::size_t i = 0; i < m.count; ++i) io.number(m.values[i]);
}
template <typename Io>
void fields(Io& io, PolicyCommand& m) {
  io.number(m.tick);
  io.number(m.joints);
  if constexpr (Io::kReads) {
    io.ok = io.ok && m.joints <= kMaxJoints;
    if (!io.ok) return;
  }
  for (auto* values :
       {&m.torque_Nm, &m.position_rad, &m.velocity_rad_s, &m.stiffness_Nm_rad, &m.damping_Nms_rad})
    for (std::size_t j = 0; j < m.joints; ++j) io.number((*values)[j]);
}

/// The place of a kind of message in the variant.
template <typename T, std::size_t kKind = 0>
constexpr std::uint16_t kind_of() {
  if constexpr (std::is_same_v<std::variant_alternative_t<kKind, Message>, T>)
    return static_cast<std::uint16_t>(kKind);
  else
    return kind_of<T, kKind + 1>();
}

/// A packet that is to be of one kind alone.
template <typename T>
bool decode_one(std::string_view packet, T& message) noexcept {
  Reader reader{packet};
  std::uint16_t version = 0;
  std::uint16_t kind = 0;
  reader.number(version);
  reader.number(kind);
  if (!reader.ok || version != kVersion || kind != kind_of<T>()) return false;
  fields(reader, message);
  return reader.ok && reader.in.empty();
}

/// Every message begins with the version and its place in the variant.
void write_head(Writer& writer, std::size_t kind) {
  writer.number(kVersion);
  writer.number(static_cast<std::uint16_t>(kind));
}

template <std::size_t kKind = 0>
Message empty_message(std::size_t kind) {
  if constexpr (kKind + 1 < std::variant_size_v<Message>)
    if (kind != kKind) return empty_message<kKind + 1>(kind);
  return Message(std::in_place_index<kKind>);
}

}  // namespace

std::string encode(const Message& message) {
  std::string packet;
  Writer writer{packet};
  write_head(writer, message.index());
  // The field lists serve both directions, so they take what a reader can change; a writer does
  // not.
  std::visit([&](const auto& m) { fields(writer, const_cast<std::decay_t<decltype(m)>&>(m)); },
             message);
  return packet;
}

void encode(const State& state, std::string& packet) {
  packet.clear();
  Writer writer{packet};
  write_head(writer, kind_of<State>());
  fields(writer, const_cast<State&>(state));
}

void encode(const PolicyObservation& observation, std::string& packet) {
  packet.clear();
  Writer writer{packet};
  write_head(writer, kind_of<PolicyObservation>());
  fields(writer, const_cast<PolicyObservation&>(observation));
}

bool decode(std::string_view packet, PolicyReady& ready) noexcept {
  return decode_one(packet, ready);
}
bool decode(std::string_view packet, PolicyCommand& command) noexcept {
  return decode_one(packet, command);
}

Result<Message> decode(std::string_view packet) {
  Reader reader{packet};
  std::uint16_t version = 0;
  std::uint16_t kind = 0;
  reader.number(version);
  reader.number(kind);
  if (!reader.ok || packet.size() > kMessageMax_bytes)
    return fail(ErrorCode::kParse,
                fmt::format("a message of {} bytes; 4 to {}", packet.size(), kMessageMax_bytes));
  if (version != kVersion)
    return fail(ErrorCode::kParse, fmt::format("version {}; this is {}", version, kVersion));
  if (kind >= std::variant_size_v<Message>)
    return fail(ErrorCode::kParse, fmt::format("unknown kind of message {}", kind));
  Message message = empty_message(kind);
  std::visit([&](auto& m) { fields(reader, m); }, message);
  if (!reader.ok || !reader.in.empty())
    return fail(ErrorCode::kParse, fmt::format("message of kind {} is not of its form", kind));
  return message;
}

}  // namespace longmen::wall
