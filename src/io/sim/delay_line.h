#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace longmen::io {

/// Gives back what was pushed `steps` pushes ago. All memory is taken when it is made.
template <typename T>
class DelayLine {
 public:
  DelayLine() : DelayLine(0, T{}) {}
  DelayLine(int steps, const T& initial)
      : slots_(static_cast<std::size_t>(steps) + 1, initial), newest_(0) {}

  /// The slot to fill with the newest value; the line moves on by one.
  [[nodiscard]] T& push() noexcept {
    newest_ = (newest_ + 1) % slots_.size();
    return slots_[newest_];
  }
  /// The value pushed `steps` before the newest.
  [[nodiscard]] const T& oldest() const noexcept { return slots_[(newest_ + 1) % slots_.size()]; }
  [[nodiscard]] const T& newest() const noexcept { return slots_[newest_]; }

 private:
  std::vector<T> slots_;
  std::size_t newest_;
};

}  // namespace longmen::io
