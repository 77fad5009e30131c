#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/result.h"

namespace longmen::record {

/// What a log vouches for at one size, as the text of a signed note (C2SP tlog-checkpoint):
///   origin
///   size
///   base64(root)
struct Checkpoint {
  std::string origin;      ///< names the log; a key name in form
  std::uint64_t size = 0;  ///< number of leaves
  Digest root;             ///< RFC 6962

  [[nodiscard]] std::string text() const;
  /// Untrusted text. Extension lines are refused: ours have none. Error: kParse.
  static Result<Checkpoint> parse(std::string_view text);

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

[[nodiscard]] std::string to_base64(const Digest& digest);
/// False: not the base64 of 32 bytes.
[[nodiscard]] bool from_base64(std::string_view text, Digest& digest);
/// ASCII decimal without leading zeroes, at most 2^62. False: not of that form.
[[nodiscard]] bool parse_count(std::string_view text, std::uint64_t& count);

}  // namespace longmen::record
