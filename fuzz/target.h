#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/result.h"

/// Each fuzz target defines this: any bytes, no crash, and its promises held by fuzz::demand.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

/// Ends the program where a promise does not hold, so that the fuzzer keeps the input.
inline void demand(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

/// What every reader of text promises: a value, or one clear line of printable words.
template <typename T>
void demand_value_or_line(const longmen::Result<T>& result) {
  if (result) return;
  const std::string line = result.error().text();
  demand(!result.error().message.empty(), "an error has a message");
  demand(line.find_first_of("\n\r") == std::string::npos, "an error is one line");
  demand(line.size() < 4000, "an error is short");
}

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace fuzz
