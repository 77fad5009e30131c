#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "trust/signing.h"

namespace longmen::registry {

/// What a member of the register says to a proposal.
struct Ballot {
  std::string member;
  bool is_for = false;
  std::int64_t time_us = 0;  ///< Unix time when it was signed: the latest of a member counts
  std::string signature;     ///< base64, of the proposal and all that stands before
};

/// One line, "MEMBER for|against TIME_US SIGNATURE". `proposal` is what names it to its last
/// letter.
[[nodiscard]] std::string sign_ballot(const std::string& proposal, const std::string& member,
                                      bool is_for, std::int64_t time_us,
                                      const trust::SigningKey& key);
/// Who votes and how, by what it says of itself. Error: kParse.
Result<Ballot> read_ballot(const std::string& line);
/// Did the holder of this key, as the register has it, vote so on this proposal?
[[nodiscard]] bool is_signed_by(const Ballot& ballot, const std::string& proposal,
                                const std::string& public_key);

}  // namespace longmen::registry
