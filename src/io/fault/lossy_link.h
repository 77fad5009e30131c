#pragma once

#include <algorithm>
#include <vector>

#include "core/random.h"
#include "core/types.h"

namespace longmen::io {

/// What is wrong with one direction of a link.
struct LinkFaults {
  /// From `begin` on, before `end`.
  struct Stretch {
    Tick begin = 0;
    Tick end = 0;
  };
  Tick latency = 0;             ///< from sending to arriving
  double loss = 0.0;            ///< share of the messages that never arrive, each by itself
  std::vector<Stretch> down;    ///< nothing that is sent then arrives
  std::vector<Stretch> replay;  ///< somebody sends again, in the place of what is sent, what was
                                ///< sent in as long a stretch before it
};

/// One direction of a link in simulated time: at most one message is sent in each tick. All memory
/// is taken when it is made.
template <typename T>
class LossyLink {
 public:
  LossyLink(const LinkFaults& faults, const Random& random, const T& blank)
      : faults_(faults),
        random_(random),
        slots_(static_cast<std::size_t>(faults.latency + longest(faults.replay)) + 1,
               Slot{false, blank}) {}

  /// Once in each tick, ticks following each other. nullptr: nothing is sent in this one.
  void send(Tick now, const T* message) noexcept {
    newest_ = (newest_ + 1) % slots_.size();
    age_ = faults_.latency;
    if (const auto* replayed = stretch_at(faults_.replay, now))
      age_ += replayed->end - replayed->begin;
    Slot& slot = slots_[newest_];
    if (message != nullptr) slot.message = *message;
    // Drawn in any case: who is down loses nothing else than those messages.
    const bool is_lost = random_.uniform() < faults_.loss;
    slot.arrives = message != nullptr && !is_lost && stretch_at(faults_.down, now) == nullptr;
  }
  /// What arrives in the tick of the last send(); nullptr: nothing does.
  [[nodiscard]] const T* receive() const noexcept {
    const Slot& slot =
        slots_[(newest_ + slots_.size() - static_cast<std::size_t>(age_)) % slots_.size()];
    return slot.arrives ? &slot.message : nullptr;
  }

 private:
  struct Slot {
    bool arrives = false;
    T message;
  };
  using Stretches = std::vector<LinkFaults::Stretch>;
  [[nodiscard]] static const LinkFaults::Stretch* stretch_at(const Stretches& list,
                                                             Tick now) noexcept {
    const auto found = std::find_if(list.begin(), list.end(), [now](const auto& stretch) {
      return now >= stretch.begin && now < stretch.end;
    });
    return found == list.end() ? nullptr : &*found;
  }
  [[nodiscard]] static Tick longest(const Stretches& list) noexcept {
    Tick ticks = 0;
    for (const auto& stretch : list) ticks = std::max(ticks, stretch.end - stretch.begin);
    return ticks;
  }

  LinkFaults faults_;
  Random random_;
  std::vector<Slot> slots_;
  std::size_t newest_ = 0;
  Tick age_ = 0;  ///< of what arrives now
};

}  // namespace longmen::io
