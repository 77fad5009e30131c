#pragma once

#include <cstddef>
#include <vector>

#include "core/types.h"

namespace longmen::estimation {

/// Ring of the last ticks' poses, for measurements that come late.
class PoseHistory {
 public:
  struct Entry {
    Tick tick = -1;  ///< when the pose was true
    Eigen::Vector3d p_WB = Eigen::Vector3d::Zero();
    double yaw_rad = 0.0;
  };

  explicit PoseHistory(std::size_t ticks) : entries_(ticks) {}

  void remember(const Entry& entry) noexcept { entries_[slot(entry.tick)] = entry; }

  /// The pose of that tick, null if it is not remembered.
  [[nodiscard]] const Entry* find(Tick tick) const noexcept {
    const Entry& entry = entries_[slot(tick)];
    return tick >= 0 && entry.tick == tick ? &entry : nullptr;
  }

  /// Applies a change of frame to all that is remembered.
  template <typename Move>
  void move(Move&& move_entry) noexcept {
    for (Entry& entry : entries_)
      if (entry.tick >= 0) move_entry(entry);
  }
  void forget() noexcept {
    for (Entry& entry : entries_) entry.tick = -1;
  }

 private:
  [[nodiscard]] std::size_t slot(Tick tick) const noexcept {
    return static_cast<std::size_t>(tick < 0 ? 0 : tick) % entries_.size();
  }
  std::vector<Entry> entries_;
};

}  // namespace longmen::estimation
