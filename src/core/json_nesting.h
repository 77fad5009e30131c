#pragma once

#include <algorithm>
#include <string_view>

namespace longmen {

/// No message of ours needs more.
inline constexpr int kJsonNesting_max = 64;

/// How deep brackets are nested in a JSON text, those inside strings left out. To be asked before
/// untrusted text is parsed: what was parsed is copied and written by recursion.
[[nodiscard]] inline int json_nesting(std::string_view text) noexcept {
  int depth = 0;
  int deepest = 0;
  bool is_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_string) {
      if (c == '\\') ++i;
      is_string = c != '"';
    } else if (c == '"') {
      is_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace longmen
