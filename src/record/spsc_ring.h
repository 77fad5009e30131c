#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace longmen::record {

/// Hands values from one thread to one other without locks, in memory taken once. The producer
/// fills the slot of claim() and publish()es it; the consumer works on front() and pop()s it. Slots
/// are reused as they are: the producer overwrites what it needs.
template <typename T>
class SpscRing {
 public:
  /// `capacity` is rounded up to a power of two.
  explicit SpscRing(std::size_t capacity) : slots_(std::bit_ceil(capacity)) {}

  /// Producer: the slot to fill, null when the ring is full.
  [[nodiscard]] T* claim() noexcept {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ == slots_.size()) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ == slots_.size()) return nullptr;
    }
    return &slots_[tail & (slots_.size() - 1)];
  }
  void publish() noexcept {
    tail_.store(tail_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// Consumer: the oldest value, null when there is none.
  [[nodiscard]] T* front() noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) return nullptr;
    }
    return &slots_[head & (slots_.size() - 1)];
  }
  void pop() noexcept {
    head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  /// Consumer: how many values wait.
  [[nodiscard]] std::size_t size() const noexcept {
    return static_cast<std::size_t>(tail_.load(std::memory_order_acquire) -
                                    head_.load(std::memory_order_relaxed));
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return slots_.size(); }
  /// Before the threads start: every slot, to take and touch its memory.
  [[nodiscard]] std::vector<T>& slots() noexcept { return slots_; }

 private:
  static constexpr std::size_t kCacheLine = 64;
  std::vector<T> slots_;
  // What one thread writes lies on its own cache line.
  alignas(kCacheLine) std::atomic<std::uint64_t> tail_{0};
  std::uint64_t head_seen_ = 0;  // the producer's last look at head_
  alignas(kCacheLine) std::atomic<std::uint64_t> head_{0};
  std::uint64_t tail_seen_ = 0;  // the consumer's last look at tail_
};

/// The same for bytes of any length: what goes in as a piece comes out in the same order.
class SpscBytes {
 public:
  explicit SpscBytes(std::size_t capacity) : bytes_(std::bit_ceil(capacity)) {}

  /// Producer: false when `text` does not fit now.
  [[nodiscard]] bool push(std::string_view text) noexcept {
    if (text.empty()) return true;  // memcpy takes no null pointer, not even for nothing
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (text.size() > bytes_.size() - (tail - head_.load(std::memory_order_acquire))) return false;
    const std::size_t at = tail & (bytes_.size() - 1);
    const std::size_t first = std::min(text.size(), bytes_.size() - at);
    std::memcpy(bytes_.data() + at, text.data(), first);
    std::memcpy(bytes_.data(), text.data() + first, text.size() - first);
    tail_.store(tail + text.size(), std::memory_order_release);
    return true;
  }
  /// Consumer: takes the next `count` bytes, which it knows to be there.
  void pop(std::size_t count, std::string& out) {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::size_t at = head & (bytes_.size() - 1);
    const std::size_t first = std::min(count, bytes_.size() - at);
    out.assign(bytes_.data() + at, first);
    out.append(bytes_.data(), count - first);
    head_.store(head + count, std::memory_order_release);
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return bytes_.size(); }

 private:
  std::vector<char> bytes_;
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  alignas(64) std::atomic<std::uint64_t> head_{0};
};

}  // namespace longmen::record
