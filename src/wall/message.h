#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/gate_report.h"
#include "core/result.h"
#include "core/types.h"

/// What crosses the wall between the robot's process and all others: messages of a fixed form, one
/// a packet of a Unix socket (SOCK_SEQPACKET), little-endian, each at most kMessageMax_bytes. The
/// robot's side reads nothing else from outside; what is not exactly such a message ends its
/// connection.
namespace longmen::wall {

inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kPayloadMax_bytes = 64 * 1024;  ///< of a plan, a text, a document part
inline constexpr std::size_t kMessageMax_bytes = kPayloadMax_bytes + 512;
inline constexpr int kMaxBodies = 160;
inline constexpr int kMaxObservation = 160;

/// A name in a fixed field, cut to what fits, zero-terminated unless full.
template <std::size_t N>
struct Name {
  std::array<char, N> bytes{};

  Name() = default;
  explicit Name(std::string_view text) { text.copy(bytes.data(), N); }
  [[nodiscard]] std::string_view view() const {
    const std::string_view all(bytes.data(), N);
    return all.substr(0, all.find('\0'));
  }
};

/// What a connection may ask for. Anyone may stop the robot.
enum class Role : std::uint8_t {
  kWatcher,   ///< looks on
  kMind,      ///< proposes plans
  kOperator,  ///< proposes plans, holds the lease, clears stops
};

// ---- to the robot ------------------------------------------------------------------------------

/// The first message of every connection.
struct Hello {
  Role role = Role::kWatcher;
  Name<23> name;  ///< who speaks ("page", "mcp"); the record keeps it as the source of inputs
};

/// A plan as the bytes of core/plan_message.h. The plan gate judges it.
struct PlanProposal {
  std::uint64_t request = 0;  ///< the receipt carries it back
  std::string plan;
};

/// Stops and their end. Emergency stop: hold, then DISARMED until a reset. Hold: finish the step
/// and stand until go_on; a plan that is held for long ends.
struct StopRequest {
  enum class Act : std::uint8_t { kEmergency, kReset, kHold, kGoOn };
  std::uint64_t request = 0;
  Act act = Act::kEmergency;
};

/// The lease that arms the robot. The one who took it beats at 4 Hz or more: silence, a closed
/// connection or garbage from its holder is a hold and DISARMED.
struct LeaseRequest {
  enum class Act : std::uint8_t { kTake, kHeartbeat, kGiveBack };
  std::uint64_t request = 0;
  Act act = Act::kHeartbeat;
};

/// A velocity for the body, in its heading frame: only the holder of the lease is heard, and only
/// while a step of an approved plan lets his stream in. Sent at 10 Hz or more; silence is a stand.
struct DriveCommand {
  std::uint64_t request = 0;  ///< answered only when it is refused
  std::array<float, 2> velocity_H_m_s{};
  float yaw_rate_rad_s = 0;
};

/// Something is to break, for a test: "KIND TARGET DURATION_s" (docs/scenarios.md). Only an
/// operator's, and only a simulated robot does it; what cannot be injected is refused.
struct FaultRequest {
  std::uint64_t request = 0;
  std::string fault;
};

// ---- from the robot ----------------------------------------------------------------------------

/// The answer to Hello.
struct Welcome {
  Name<32> robot;
  Name<32> world;
  std::int64_t period_ns = 0;
  std::uint32_t bodies = 0;  ///< of the scene: poses in a State, in the order of document "scene"
  std::uint32_t joints = 0;  ///< na
};

/// Part of a document that does not change during a run: "scene", "session". After Welcome.
struct DocumentPart {
  Name<16> name;
  std::uint32_t offset = 0;
  std::uint32_t total = 0;
  std::string bytes;
};

enum class Outcome : std::uint8_t {
  kTaken,      ///< consumed by `tick`
  kRole,       ///< the connection's role may not ask for it
  kLeaseHeld,  ///< another connection holds the lease
  kNoLease,    ///< it is not the holder's, or was lost
  kBusy,       ///< too many inputs wait
  kRefused,    ///< a fault that cannot be injected: unknown, or the robot is no simulated one
};

/// What became of a request. For a plan, the verdict follows as an Event with the same request.
struct Receipt {
  std::uint64_t request = 0;
  Tick tick = 0;
  Outcome outcome = Outcome::kTaken;
};

/// A pose in W: position in m; quaternion xyzw, times kQuaternionScale.
struct BodyPose {
  std::array<float, 3> p_WB_m{};
  std::array<std::int16_t, 4> q_WB{};
};
inline constexpr double kQuaternionScale = 32767.0;

struct TrackedThing {
  std::int32_t id = -1;
  std::uint8_t is_person = 0;
  std::array<float, 2> p_W_m{}, v_W_m_s{};
  float radius_m = 0, height_m = 0;
};

enum class PlanStage : std::uint8_t { kNone, kWaiting, kRunning, kDone, kFailed };

/// How things stand, tens of times a second. A share is of the limit: 255 is at it or beyond.
struct State {
  Tick tick = 0;
  double time_s = 0.0;
  std::uint8_t armed = 0, lease_held = 0, emergency = 0, standing = 0, recorded = 0;
  StopRung rung = StopRung::kNone;
  CommandSource source = CommandSource::kBrace;
  MotionRule rule = MotionRule::kNone;  ///< the rule that bound most since the last State
  std::int16_t joint = -1;              ///< of that rule
  float margin = 0;                     ///< in the rule's unit, negative: outside
  std::uint64_t gate_changed = 0, gate_stopped = 0, late_ticks = 0;
  float tick_us_mean = 0, tick_us_max = 0;  ///< sensors to safe command, since the last State
  float tick_us_p99 = 0;                    ///< the same since the start
  PlanStage plan = PlanStage::kNone;
  std::uint8_t fault = 0;  ///< skills::SkillFault
  std::int16_t step = 0, step_count = 0;
  float progress = 0, step_time_s = 0;
  std::array<float, 3> p_WB_m{};  ///< estimated
  float yaw_rad = 0, speed_m_s = 0, tilt_rad = 0, position_sigma_m = 0;
  std::array<float, kFeet> foot_force_N{};
  std::array<std::uint8_t, kMaxJoints> torque_share{}, speed_share{}, range_share{};
  std::uint8_t track_count = 0;
  std::array<TrackedThing, kMaxTracks> tracks{};
  std::uint16_t body_count = 0;
  std::array<BodyPose, kMaxBodies> bodies{};
};

/// Something happened. Never dropped; `text` is JSON or a sentence, as the kind says.
struct Event {
  enum class Kind : std::uint8_t {
    kVerdict,       ///< text: JSON {"plan", "verdict", "steps"}; `request` of the proposal
    kStepBegan,     ///< `step`; text: its receipt, JSON
    kStepEnded,     ///< the same; `detail`: skills::SkillFault, 0 when done
    kPlanEnded,     ///< `detail`: skills::SkillFault, 0 when done
    kIntervention,  ///< `rule`, `joint`, `margin`, `value`: change of torque in N·m; text: joint
    kArming,        ///< `detail`: 0 disarmed, 1 armed, 2 stopping, 3 emergency stop
    kRung,          ///< `detail`: StopRung
    kSpeech,        ///< text: the words that the robot says
    kRecord,        ///< the record failed: the robot holds
  };
  static constexpr std::uint8_t kArmingStopping = 2;
  Kind kind = Kind::kVerdict;
  Tick tick = 0;
  double time_s = 0.0;
  std::uint64_t request = 0;
  std::int16_t step = -1, joint = -1;
  MotionRule rule = MotionRule::kNone;
  std::uint8_t detail = 0;
  double margin = 0.0, value = 0.0;
  std::string text;
};

// ---- between the robot and the process of a motion policy, on a pair of sockets of their own
// ------

/// The first message to a policy: what its outputs are measured by. Arrays over joints have
/// `joints` entries, the rest is zero.
struct PolicyStart {
  Name<32> robot;
  std::uint16_t joints = 0;  ///< na
  std::array<double, kMaxJoints> home_rad{}, torque_max_Nm{}, stiffness_Nm_rad{}, damping_Nms_rad{};
};

/// The answer: the model is loaded, and these walls stand round its process.
struct PolicyReady {
  std::uint8_t walls = 0;  ///< bit set of policy::Wall
};

/// What a policy sees. The layout of `values` is that of policy/observation.h.
struct PolicyObservation {
  Tick tick = 0;
  std::uint16_t count = 0;
  std::array<float, kMaxObservation> values{};
};

/// What it would like the motors to do: the answer to the observation of `tick`. The meaning of the
/// arrays is that of ProposedCommand.
struct PolicyCommand {
  Tick tick = 0;
  std::uint16_t joints = 0;
  std::array<double, kMaxJoints> torque_Nm{}, position_rad{}, velocity_rad_s{}, stiffness_Nm_rad{},
      damping_Nms_rad{};
};

using Message = std::variant<Hello, PlanProposal, StopRequest, LeaseRequest, Welcome, DocumentPart,
                             Receipt, State, Event, PolicyStart, PolicyReady, PolicyObservation,
                             PolicyCommand, DriveCommand, FaultRequest>;

/// The packet of a message. A text beyond kPayloadMax_bytes is cut: senders check before.
[[nodiscard]] std::string encode(const Message& message);
/// Into `packet`, whose memory is used again: no allocation once it is large enough.
void encode(const State& state, std::string& packet);
void encode(const PolicyObservation& observation, std::string& packet);

/// Reads a packet that nobody vouches for. Errors: kParse for anything but exactly one message.
[[nodiscard]] Result<Message> decode(std::string_view packet);
/// The same for the kinds that the control loop reads itself: no allocation, whatever comes.
[[nodiscard]] bool decode(std::string_view packet, PolicyReady& ready) noexcept;
[[nodiscard]] bool decode(std::string_view packet, PolicyCommand& command) noexcept;

}  // namespace longmen::wall
