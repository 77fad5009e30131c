#include "core/allocation_counter.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <memory>
#include <thread>
#include <vector>

namespace longmen {
namespace {

/// What is looked at from outside is not optimized away.
void look_at(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

TEST(AllocationScope, CountsEveryKindOfAllocationOfItsThread) {
  if (!allocations_are_counted()) GTEST_SKIP() << "a sanitizer has its own allocator";
  const AllocationScope scope;
  EXPECT_EQ(scope.count(), 0u);
  const auto number = std::make_unique<int>(3);
  look_at(number.get());
  EXPECT_EQ(scope.count(), 1u);
  const std::vector<double> list(100);
  look_at(list.data());
  EXPECT_EQ(scope.count(), 2u);
  const Eigen::VectorXd vector = Eigen::VectorXd::Zero(100);
  look_at(vector.data());
  EXPECT_EQ(scope.count(), 3u);
  EXPECT_EQ(*number + list[3] + vector[3], 3.0);
}

TEST(AllocationScope, DoesNotCountWhatOtherThreadsTake) {
  std::uint64_t in_thread = 0;
  std::thread([&] {
    const AllocationScope scope;
    const std::vector<double> list(100);
    look_at(list.data());
    in_thread = scope.count();
  }).join();
  const AllocationScope scope;
  EXPECT_EQ(scope.count(), 0u);
  EXPECT_EQ(in_thread, allocations_are_counted() ? 1u : 0u);
}

}  // namespace
}  // namespace longmen
