#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/result.h"
#include "model/robot_model.h"
#include "policy/policy_host.h"
#include "runtime/loop.h"

namespace longmen::runtime {

/// Starts the process of a model: plain weights (.policy), or ONNX (.onnx). Errors: kNotFound,
/// kUnsupported for another ending; kIo.
Result<policy::PolicyHost> start_policy(const std::filesystem::path& model,
                                        const model::RobotModel& robot, bool lock_step);

/// What a policy sees of the loop in this tick.
void observe(const Loop& loop, const model::RobotModel& robot, double seated_s,
             wall::PolicyObservation& observation) noexcept;

/// Where an untrusted motion policy sits: it sees the loop, and its commands are proposed to the
/// motion gate in the place of the trusted controller's, which stays warm beside it and takes over
/// whenever the gate or the policy's silence says so. Who has to be taken over too often has lost
/// the seat, and so has whoever loses the process; then the trusted controller drives alone.
class PolicySeat final : public ProposalTap {
 public:
  struct Config {
    Tick command_age_max = 25;  ///< an older command is not proposed as one of this tick
    int rescues_max = 5;        ///< of the body from the policy, by the gate; then it is out
  };
  /// How it went, from the moment the policy was let in.
  struct Report {
    std::int64_t ticks = 0;         ///< with the policy in its seat
    std::int64_t driven_ticks = 0;  ///< its command left the gate, changed or not
    int rescues = 0;                ///< times that the gate took the body over from it
    policy::Loss loss = policy::Loss::kNone;
    bool is_out = false;  ///< it lost the seat: by its process, or by too many rescues
  };

  /// `loop` and `robot` must outlive the seat.
  PolicySeat(policy::PolicyHost host, const Loop& loop, const model::RobotModel& robot,
             const Config& config);
  PolicySeat(policy::PolicyHost host, const Loop& loop, const model::RobotModel& robot)
      : PolicySeat(std::move(host), loop, robot, Config()) {}

  /// Whether it may propose from the coming tick on.
  void let_in(bool in) noexcept { is_in_ = in; }
  [[nodiscard]] bool is_in() const noexcept { return is_in_ && !report_.is_out; }

  void touch(ProposedCommand& proposal) noexcept override;
  /// After each tick.
  void watch(const GateReport& gate) noexcept;

  [[nodiscard]] const Report& report() const noexcept { return report_; }
  [[nodiscard]] policy::PolicyHost& host() noexcept { return host_; }
  [[nodiscard]] const policy::PolicyHost& host() const noexcept { return host_; }

 private:
  policy::PolicyHost host_;
  const Loop& loop_;
  const model::RobotModel& robot_;
  Config config_;
  bool is_in_ = false;
  bool proposes_ = false;  ///< in this tick
  bool drove_ = false;     ///< in the tick before
  Report report_;
  wall::PolicyObservation observation_;
};

}  // namespace longmen::runtime
