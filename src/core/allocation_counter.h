#pragma once

#include <cstdint>

namespace longmen {

/// True where the program counts its allocations: everywhere but under sanitizers, which bring
/// their own allocator.
[[nodiscard]] bool allocations_are_counted() noexcept;

/// Calls of malloc, new and their kin by this thread so far.
[[nodiscard]] std::uint64_t allocations_of_this_thread() noexcept;

/// Counts the allocations of this thread since it was made. For tests that a tick takes no memory,
/// and for the same claim about a whole run:
///   AllocationScope scope;
///   controller.tick(...);
///   EXPECT_EQ(scope.count(), 0u);
class AllocationScope {
 public:
  AllocationScope() noexcept : start_(allocations_of_this_thread()) {}
  [[nodiscard]] std::uint64_t count() const noexcept {
    return allocations_of_this_thread() - start_;
  }

 private:
  std::uint64_t start_;
};

}  // namespace longmen
