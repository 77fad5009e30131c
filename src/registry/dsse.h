#pragma once

#include <string>
#include <string_view>

namespace longmen::registry {

inline constexpr std::string_view kInTotoPayload = "application/vnd.in-toto+json";
inline constexpr std::string_view kInTotoStatement = "https://in-toto.io/Statement/v1";

/// What is signed of a payload (DSSE v1): "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body.
[[nodiscard]] inline std::string pre_authentication(std::string_view type,
                                                    std::string_view payload) {
  std::string text = "DSSEv1 " + std::to_string(type.size()) + " ";
  text += type;
  text += " " + std::to_string(payload.size()) + " ";
  text += payload;
  return text;
}

}  // namespace longmen::registry
