#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"
#include "skills/plan_executor.h"

namespace longmen::runtime {

/// What became of one action, that is of one step of a plan that was let through. The plan's
/// request and its approval are its own.
struct Receipt {
  enum class State : std::uint8_t {
    kApproved,
    kStarted,
    kDone,        ///< its result was seen: `evidence`
    kEnded,       ///< it is through, and no sensor can tell whether it was done
    kFailed,      ///< `fault` says why
    kNotStarted,  ///< and will not be: the plan is over
  };

  std::string id;   ///< of the plan's hash, the tick of its request and the step's number
  std::string key;  ///< the request's idempotency key and the number; the id where it had none
  int step = 0;     ///< from 0
  int count = 0;    ///< of the plan's steps
  SkillId skill = SkillId::kStand;
  State state = State::kApproved;
  skills::SkillFault fault = skills::SkillFault::kNone;
  std::uint64_t lease = 0;  ///< that armed the robot when the action started; 0: none yet
  Tick requested = 0, approved = 0;
  Tick started = kNever, ended = kNever;
  Tick deadline = 0;  ///< before it starts: if everything before it takes as long as it may
  skills::Evidence evidence;

  static constexpr Tick kNever = -1;
};

/// Enough for every receipt's JSON.
inline constexpr std::size_t kReceiptMax_bytes = 1024;

/// {"id", "key", "step", "count", "skill", "state", "fault", "lease", "requested_s", "approved_s",
/// "started_s", "deadline_s", "ended_s", "evidence": [{"what", "value", "at_most" or "at_least"}]},
/// written into `buffer` without taking memory. What is not a finite number is null.
[[nodiscard]] std::string_view receipt_json(const Receipt& receipt, double period_s,
                                            std::span<char, kReceiptMax_bytes> buffer) noexcept;

/// The receipts of the plan that runs or ran last.
class Receipts {
 public:
  using Tell = std::function<void(const Receipt&)>;

  /// A plan was let through. Takes memory.
  void begin(const skills::PlanExecutor& executor, Tick now, double period_s);
  /// After each tick: tells every receipt that starts or ends. Takes no memory.
  void watch(const skills::PlanExecutor& executor, std::uint64_t lease, Tick now,
             const Tell& tell) noexcept;
  /// Another plan takes over: what runs has failed, the rest will not start.
  void abandon(Tick now, const Tell& tell) noexcept;

  [[nodiscard]] const std::vector<Receipt>& all() const noexcept { return receipts_; }

 private:
  std::vector<Receipt> receipts_;
};

}  // namespace longmen::runtime
