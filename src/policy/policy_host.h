#pragma once

#include <sys/types.h>

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "policy/observation.h"
#include "wall/message.h"
#include "wall/socket.h"

namespace longmen::policy {

/// Why a policy has lost its place.
enum class Loss : std::uint8_t {
  kNone,
  kDied,     ///< its process ended
  kGarbage,  ///< it sent what is no command of this robot, or answered what nobody had asked
  kHung,     ///< it did not answer in time
  kLate,     ///< it was not ready in time
};
[[nodiscard]] std::string_view loss_name(Loss loss) noexcept;

struct HostConfig {
  std::vector<std::string> arguments;  ///< the program, then what it is told
  Tick period = 5;                     ///< between two observations; an answer drives from the next
  Tick answer_max = 50;                ///< ticks that an answer may take, by the clock of the loop
  bool lock_step = true;    ///< waits for each answer when it is due; else what is late comes late
  double wait_max_s = 2.0;  ///< in lock-step, for an answer, by the machine's clock
  Tick start_max = 10'000;  ///< ticks from start to ready; as many ms, where it is waited for
};

/// The robot's side of a motion policy: the process, and the pair of sockets to it. The loop hands
/// an observation in and takes the newest command out; what comes back is one command for each
/// observation, in their order, or the policy has lost its place for good and its process is
/// killed. Death, silence, garbage and a flood come to the same.
class PolicyHost {
 public:
  /// Starts the process; it is ready later. Errors: kIo.
  static Result<PolicyHost> start(const HostConfig& config, const wall::PolicyStart& greeting);

  /// Waits until the policy is ready or has lost its place. Not for a loop.
  bool wait_until_ready();
  /// Takes what has come. Before the loop, and in each tick. Real-time safe but for the waiting
  /// of lock-step: no allocation, no lock.
  void receive(Tick tick) noexcept;
  /// The policy's view of `observation.tick`; `is_due(tick)` says when one is wanted.
  void send(const wall::PolicyObservation& observation) noexcept;
  [[nodiscard]] bool is_due(Tick tick) const noexcept {
    return is_ready_ && loss_ == Loss::kNone && open_count_ < kOpenMax &&
           tick >= last_sent_ + config_.period;
  }

  [[nodiscard]] bool is_ready() const noexcept { return is_ready_; }
  [[nodiscard]] std::uint8_t walls() const noexcept { return walls_; }
  [[nodiscard]] Loss loss() const noexcept { return loss_; }
  /// The newest, nullptr before the first.
  [[nodiscard]] const wall::PolicyCommand* command() const noexcept {
    return has_command_ ? &command_ : nullptr;
  }
  [[nodiscard]] pid_t process() const noexcept { return pid_; }

  PolicyHost(PolicyHost&& other) noexcept;
  PolicyHost& operator=(PolicyHost&& other) noexcept;
  ~PolicyHost();

 private:
  PolicyHost() = default;
  static constexpr Tick kNever = std::numeric_limits<Tick>::min() / 2;
  /// False: none was there, or it cost the policy its place.
  bool take_packet() noexcept;
  void lose(Loss loss) noexcept;
  [[nodiscard]] bool wait_for_packet(double at_most_s) const noexcept;

  HostConfig config_;
  std::uint16_t joints_ = 0;
  pid_t pid_ = -1;
  wall::Descriptor socket_;
  bool is_ready_ = false;
  std::uint8_t walls_ = 0;
  Loss loss_ = Loss::kNone;
  static constexpr std::size_t kOpenMax = 8;  ///< observations that may wait for their answers
  std::array<Tick, kOpenMax> open_{};         ///< their ticks, the oldest first
  std::size_t open_count_ = 0;
  Tick last_sent_ = kNever;  ///< tick of the newest observation
  Tick starting_ticks_ = 0;  ///< in the loop, until it was ready
  bool has_command_ = false;
  wall::PolicyCommand command_, read_;
  std::string packet_, outgoing_;
};

}  // namespace longmen::policy
