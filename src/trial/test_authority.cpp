#include "trial/test_authority.h"

#include <algorithm>

namespace longmen::trial {

gate::ArmingEvent TestAuthority::event_of(std::uint64_t sequence) noexcept {
  using Kind = gate::ArmingEvent::Kind;
  return {.kind = sequence == 1 ? Kind::kGrant : Kind::kHeartbeat,
          .lease = kLease,
          .sequence = sequence};
}

std::span<const gate::ArmingEvent> TestAuthority::events(
    Tick tick, std::optional<io::FaultKind> fault) noexcept {
  if (!is_simulated_ || tick % kHeartbeatPeriod != 0) return {};
  constexpr auto kLate =
      static_cast<std::uint64_t>(1000 * io::Fault::kHeartbeatDelay_s) / kHeartbeatPeriod;
  ++sent_;
  std::uint64_t sequence = sent_;
  if (fault == io::FaultKind::kHeartbeatLoss) return {};
  if (fault == io::FaultKind::kHeartbeatReplay) {
    sequence = 1 + sent_ % 2;  // the grant and the first heartbeat, again and again
  } else if (fault == io::FaultKind::kHeartbeatDelay) {
    if (sent_ <= arrived_ + kLate) return {};  // the next one is still on its way
    sequence = sent_ - kLate;
  }
  arrived_ = std::max(arrived_, sequence);
  event_[0] = event_of(sequence);
  return event_;
}

}  // namespace longmen::trial
