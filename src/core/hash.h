#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace longmen {

/// Running 64-bit hash of the bits of states and commands, to compare runs bit for bit (FNV-1a over
/// 64-bit words). It finds differences between honest runs; it proves nothing against an attacker:
/// the record uses SHA-256.
class StateHash {
 public:
  void add(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    add_word(bits);
  }
  void add_word(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x100000001B3ull;
    value_ ^= value_ >> 29;
  }
  template <typename Derived>
  void add_all(const Derived& vector) {
    for (Eigen_index i = 0; i < static_cast<Eigen_index>(vector.size()); ++i) add(vector.coeff(i));
  }

  [[nodiscard]] std::uint64_t value() const { return value_; }
  [[nodiscard]] std::string hex() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (int i = 0; i < 16; ++i)
      text[static_cast<std::size_t>(i)] = kDigits[(value_ >> (60 - 4 * i)) & 15];
    return text;
  }

 private:
  using Eigen_index = std::ptrdiff_t;
  std::uint64_t value_ = 0xCBF29CE484222325ull;
};

}  // namespace longmen
