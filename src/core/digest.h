#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace longmen {

/// SHA-256 (FIPS 180-4) of a text or of bytes: names a plan, a world or a configuration so that
/// nobody can make another with the same name.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  [[nodiscard]] std::string hex() const;
  friend bool operator==(const Digest&, const Digest&) = default;
};

[[nodiscard]] Digest sha256(std::string_view bytes);

}  // namespace longmen
