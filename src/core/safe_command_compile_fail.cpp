// What must not compile, so that nothing but the motion gate makes a command for the motors. See
// cmake/CompileFail.cmake.
#include <array>
#include <bit>
#include <sstream>
#include <type_traits>

#include "core/command.h"

namespace longmen {

struct Raw {
  alignas(SafeCommand) std::array<unsigned char, sizeof(SafeCommand)> bytes;
};
static_assert(!std::is_trivially_copyable_v<SafeCommand>);
static_assert(!std::is_aggregate_v<SafeCommand>);
static_assert(!std::is_default_constructible_v<SafeCommand>);
static_assert(!std::is_copy_constructible_v<SafeCommand>);
static_assert(!std::is_copy_assignable_v<SafeCommand>);
static_assert(!std::is_constructible_v<SafeCommand, ProposedCommand>);
static_assert(std::is_nothrow_move_constructible_v<SafeCommand>);

[[maybe_unused]] void attempt([[maybe_unused]] SafeCommand& safe, [[maybe_unused]] const Raw& raw) {
// CASE 1 EXPECT: (is private within this context|private (constructor|member))
#if LONGMEN_CASE == 1
  SafeCommand made(ProposedCommand{});
#endif
// CASE 2 EXPECT: no matching (function|constructor)
#if LONGMEN_CASE == 2
  SafeCommand empty;
#endif
// CASE 3 EXPECT: (use of deleted function|deleted (constructor|function|operator|copy))
#if LONGMEN_CASE == 3
  SafeCommand copy = safe;
#endif
// CASE 4 EXPECT: (use of deleted function|deleted (constructor|function|operator|copy))
#if LONGMEN_CASE == 4
  SafeCommand other = std::move(safe);
  safe = other;
#endif
// CASE 5 EXPECT: (no matching (function|constructor)|constraint)
#if LONGMEN_CASE == 5
  auto cast = std::bit_cast<SafeCommand>(raw);
#endif
// CASE 6 EXPECT: (is private within this context|private (constructor|member))
#if LONGMEN_CASE == 6
  SafeCommand aggregate{ProposedCommand{}};
#endif
// CASE 7 EXPECT: (no match for|no viable|invalid operands)
#if LONGMEN_CASE == 7
  std::istringstream bytes("{}");
  bytes >> safe;
#endif
// CASE 8 EXPECT: (is private within this context|private (constructor|member))
#if LONGMEN_CASE == 8
  safe.values_.torque_Nm.setZero();
#endif
// CASE 9 EXPECT: (discards qualifiers|passing 'const|no match for|assignment of|a const value)
#if LONGMEN_CASE == 9
  safe.values().tick = 1;
#endif
// CASE 10 EXPECT: (cannot derive from|marked 'final')
#if LONGMEN_CASE == 10
  struct Forged : SafeCommand {
    Forged() : SafeCommand(ProposedCommand{}) {}
  };
#endif
// CASE 11 EXPECT: (conversion from .* to non-scalar type|no viable conversion)
#if LONGMEN_CASE == 11
  SafeCommand parsed = ProposedCommand{};
#endif
}

}  // namespace longmen
