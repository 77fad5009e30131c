// What must not compile, so that nothing but the plan gate can approve a plan. See
// cmake/CompileFail.cmake.
#include <array>
#include <bit>
#include <cstring>
#include <sstream>

#include "core/approved_plan.h"

namespace longmen {

struct Raw {
  alignas(ApprovedPlan) std::array<unsigned char, sizeof(ApprovedPlan)> bytes;
};
static_assert(!std::is_trivially_copyable_v<ApprovedPlan>);
static_assert(!std::is_aggregate_v<ApprovedPlan>);
static_assert(!std::is_default_constructible_v<ApprovedPlan>);
static_assert(!std::is_copy_constructible_v<ApprovedPlan>);
static_assert(!std::is_copy_assignable_v<ApprovedPlan>);
static_assert(std::is_nothrow_move_constructible_v<ApprovedPlan>);

[[maybe_unused]] void attempt([[maybe_unused]] ApprovedPlan& approved,
                              [[maybe_unused]] const Raw& raw) {
// CASE 1 EXPECT: (is private within this context|private (constructor|member))
#if LONGMEN_CASE == 1
  ApprovedPlan made(Plan{}, Digest{}, Digest{}, Authority::kLive, true, Tick{0});
#endif
// CASE 2 EXPECT: no matching (function|constructor)
#if LONGMEN_CASE == 2
  ApprovedPlan empty;
#endif
// CASE 3 EXPECT: (use of deleted function|deleted (constructor|function|operator|copy))
#if LONGMEN_CASE == 3
  ApprovedPlan copy = approved;
#endif
// CASE 4 EXPECT: (use of deleted function|deleted (constructor|function|operator|copy))
#if LONGMEN_CASE == 4
  ApprovedPlan other = std::move(approved);
  approved = other;
#endif
// CASE 5 EXPECT: (no matching (function|constructor)|constraint)
#if LONGMEN_CASE == 5
  auto cast = std::bit_cast<ApprovedPlan>(raw);
#endif
// CASE 6 EXPECT: (is private within this context|private (constructor|member))
#if LONGMEN_CASE == 6
  ApprovedPlan aggregate{Plan{}, Digest{}, Digest{}, Authority::kLive, true, Tick{0}};
#endif
// CASE 7 EXPECT: (no match for|no viable|invalid operands)
#if LONGMEN_CASE == 7
  std::istringstream bytes("{}");
  bytes >> approved;
#endif
// CASE 8 EXPECT: (is private within this context|private (constructor|member))
#if LONGMEN_CASE == 8
  approved.expiry_ = 1'000'000;
#endif
// CASE 9 EXPECT: (discards qualifiers|no match for|is not marked const|no viable)
#if LONGMEN_CASE == 9
  approved.plan().steps.clear();
#endif
// CASE 10 EXPECT: no matching (function|constructor)
#if LONGMEN_CASE == 10
  ApprovedPlan designated{.plan_ = Plan{}};
#endif
}

}  // namespace longmen
