#include "gate/motion/arming.h"

#include <algorithm>

namespace longmen::gate {

void Arming::lose_lease(Tick tick) noexcept {
  lease_ = 0;
  if (state_ != State::kArmed) return;
  state_ = State::kStopping;
  stopping_since_ = tick;
}

void Arming::step(Tick tick, std::span<const ArmingEvent> events) noexcept {
  using Kind = ArmingEvent::Kind;
  // A clock that does not go forward makes every age wrong: nobody holds a lease by it.
  if (tick <= last_tick_ && state_ != State::kDisarmed) {
    lose_lease(tick);
    stopping_since_ = tick;
  }
  last_tick_ = tick;

  const bool stop_now = std::any_of(events.begin(), events.end(), [](const ArmingEvent& event) {
    return event.kind == Kind::kEmergencyStop;
  });
  if (stop_now) {
    emergency_ = true;
    lose_lease(tick);
  }

  for (const ArmingEvent& event : events) {
    switch (event.kind) {
      case Kind::kReset:
        if (!stop_now && state_ == State::kDisarmed) emergency_ = false;
        break;
      case Kind::kGrant:
        if (state_ == State::kDisarmed && !emergency_ && event.lease != 0 &&
            event.sequence > sequence_) {
          state_ = State::kArmed;
          lease_ = event.lease;
          sequence_ = event.sequence;
          heartbeat_tick_ = tick;
        }
        break;
      case Kind::kHeartbeat:
        if (state_ == State::kArmed && event.lease == lease_ && event.sequence > sequence_) {
          sequence_ = event.sequence;
          heartbeat_tick_ = tick;
        }
        break;
      case Kind::kRelease:
        if (state_ == State::kArmed && event.lease == lease_) lose_lease(tick);
        break;
      case Kind::kEmergencyStop:
        break;  // taken first, above
    }
  }

  if (state_ == State::kArmed && tick - heartbeat_tick_ > config_.heartbeat_ticks_max)
    lose_lease(tick);
  if (state_ == State::kStopping && tick - stopping_since_ >= config_.stopping_ticks)
    state_ = State::kDisarmed;
}

}  // namespace longmen::gate
