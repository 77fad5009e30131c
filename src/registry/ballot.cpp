#include "registry/ballot.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace longmen::registry {
namespace {

std::string ballot_text(const std::string& proposal, const Ballot& ballot) {
  return fmt::format("longmen ballot\n{}\n{}\n{}\n{}\n", proposal, ballot.member,
                     ballot.is_for ? "for" : "against", ballot.time_us);
}

}  // namespace

std::string sign_ballot(const std::string& proposal, const std::string& member, bool is_for,
                        std::int64_t time_us, const trust::SigningKey& key) {
  const trust::Signature signature = key.sign(ballot_text(proposal, {member, is_for, time_us, {}}));
  return fmt::format(
      "{} {} {} {}", member, is_for ? "for" : "against", time_us,
      trust::to_base64({reinterpret_cast<const char*>(signature.data()), signature.size()}));
}

Result<Ballot> read_ballot(const std::string& line) {
  Ballot ballot;
  std::string vote, rest;
  std::istringstream words(line);
  words >> ballot.member >> vote >> ballot.time_us >> ballot.signature;
  if (ballot.signature.empty() || words >> rest || (vote != "for" && vote != "against"))
    return fail(ErrorCode::kParse, "a ballot is 'MEMBER for TIME SIGNATURE', or against");
  ballot.is_for = vote == "for";
  return ballot;
}

bool is_signed_by(const Ballot& ballot, const std::string& proposal,
                  const std::string& public_key) {
  const auto key = trust::PublicKey::parse(public_key);
  std::string bytes;
  trust::Signature signature{};
  if (!key || !trust::from_base64(ballot.signature, bytes) || bytes.size() != signature.size())
    return false;
  std::copy(bytes.begin(), bytes.end(), signature.begin());
  return key->verifies(ballot_text(proposal, ballot), signature);
}

}  // namespace longmen::registry
