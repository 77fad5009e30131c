#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace longmen {

/// One code point of a text and where its bytes lie.
struct CodePoint {
  char32_t value = 0;
  std::size_t size_bytes = 0;  ///< 0: the bytes at this place are not UTF-8
};

/// Decodes the code point that begins at `offset` (which must be inside the text). Refuses overlong
/// forms, surrogates and values beyond U+10FFFF (RFC 3629).
[[nodiscard]] CodePoint decode_utf8(std::string_view text, std::size_t offset) noexcept;
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;
/// Number of code points of a valid text.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;
void append_utf8(std::string& text, char32_t value);

}  // namespace longmen
