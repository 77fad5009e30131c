#include "trial/test_authority.h"

namespace longmen::trial {

std::span<const gate::ArmingEvent> TestAuthority::events(Tick tick) noexcept {
  if (tick % kHeartbeatPeriod != 0) return {};
  using Kind = gate::ArmingEvent::Kind;
  event_[0] = {.kind = sequence_ == 0 ? Kind::kGrant : Kind::kHeartbeat,
               .lease = kLease,
               .sequence = sequence_ + 1};
  ++sequence_;
  return event_;
}

}  // namespace longmen::trial
