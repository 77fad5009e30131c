#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace longmen::trial {

/// Who drives in the controller's place, to find a way through the motion gate.
enum class AttackKind : std::uint8_t {
  kRandom,    ///< any torques, held for a random time
  kBangBang,  ///< all torque one way, then the other, each joint at a period of its own
  kWorst,     ///< up the gradient of the joints' barriers: faster, and towards the nearer end
  kDrift,     ///< the controller's command and a torque that grows slowly
  kStamps,    ///< all torque, stamped with ticks that are past, to come, or repeated
};
inline constexpr std::array<std::string_view, 5> kAttackNames{"random", "bang_bang", "worst",
                                                              "drift", "stamps"};

[[nodiscard]] inline std::optional<AttackKind> attack_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kAttackNames.size(); ++i)
    if (kAttackNames[i] == name) return static_cast<AttackKind>(i);
  return std::nullopt;
}

}  // namespace longmen::trial
