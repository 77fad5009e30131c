#pragma once

#include <algorithm>
#include <vector>

#include "core/random.h"
#include "core/types.h"

namespace longmen::io {

/// What is wrong with one direction of a link.
struct LinkFaults {
  /// Nothing that is sent from `begin` on, before `end`, arrives.
  struct Down {
    Tick begin = 0;
    Tick end = 0;
  };
  Tick latency = 0;   ///< from sending to arriving
  double loss = 0.0;  ///< share of the messages that never arrive, each by itself
  std::vector<Down> down;
};

/// One direction of a link in simulated time: at most one message is sent in each tick. All memory
/// is taken when it is made.
template <typename T>
class LossyLink {
 public:
  LossyLink(const LinkFaults& faults, const Random& random, const T& blank)
      : faults_(faults),
        random_(random),
        slots_(static_cast<std::size_t>(faults.latency) + 1, Slot{false, blank}) {}

  /// Once in each tick, ticks following each other. nullptr: nothing is sent in this one.
  void send(Tick now, const T* message) noexcept {
    newest_ = (newest_ + 1) % slots_.size();
    Slot& slot = slots_[newest_];
    if (message != nullptr) slot.message = *message;
    // Drawn in any case: who is down loses nothing else than those messages.
    const bool is_lost = random_.uniform() < faults_.loss;
    slot.arrives = message != nullptr && !is_lost && !is_down(now);
  }
  /// What arrives in the tick of the last send(); nullptr: nothing does.
  [[nodiscard]] const T* receive() const noexcept {
    const Slot& slot = slots_[(newest_ + 1) % slots_.size()];
    return slot.arrives ? &slot.message : nullptr;
  }

 private:
  struct Slot {
    bool arrives = false;
    T message;
  };
  [[nodiscard]] bool is_down(Tick now) const noexcept {
    return std::any_of(faults_.down.begin(), faults_.down.end(),
                       [&](const LinkFaults::Down& d) { return now >= d.begin && now < d.end; });
  }

  LinkFaults faults_;
  Random random_;
  std::vector<Slot> slots_;
  std::size_t newest_ = 0;
};

}  // namespace longmen::io
