#pragma once

#include "core/stream_command.h"
#include "runtime/pilot.h"

namespace longmen::runtime {

/// Flies the last velocity command that came from outside, as it is: for simulated robots alone,
/// under scenarios and training. Where people are, a step of an approved plan lets a stream in
/// (skills::FollowStream).
class StreamPilot final : public Pilot {
 public:
  void command(const StreamCommand& command) noexcept { follow(command, goal_); }
  [[nodiscard]] const Goal& tick(const View&) noexcept override { return goal_; }

 private:
  Goal goal_;
};

}  // namespace longmen::runtime
