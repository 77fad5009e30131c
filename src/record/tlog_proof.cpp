#include "record/tlog_proof.h"

#include <fmt/format.h>

#include "record/merkle.h"
#include "trust/signed_note.h"

namespace longmen::record {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kProofBytesMax = 32u << 20;
constexpr std::size_t kHashesMax = 64;

}  // namespace

std::string TlogProof::text() const {
  std::string text = fmt::format(
      "{}\nextra {}\nindex {}\n", kFirstLine,
      trust::to_base64({reinterpret_cast<const char*>(extra.data()), extra.size()}), index);
  for (const Digest& hash : hashes) text += to_base64(hash) + '\n';
  return text + '\n' + note;
}

Result<TlogProof> TlogProof::parse(std::string_view text) {
  if (text.size() > kProofBytesMax)
    return fail(ErrorCode::kParse, fmt::format("a proof has at most {} bytes", kProofBytesMax));
  bool is_ended = false;
  const auto line = [&] {
    const auto end = text.find('\n');
    const std::string_view taken = text.substr(0, end);
    if (end == std::string_view::npos) is_ended = true;
    text.remove_prefix(is_ended ? text.size() : end + 1);
    return taken;
  };
  TlogProof proof;
  if (line() != kFirstLine)
    return fail(ErrorCode::kParse,
                fmt::format("not a proof: it does not begin with {}", kFirstLine));
  std::string_view next = line();
  std::string extra;
  if (!next.starts_with("extra ") || !trust::from_base64(next.substr(6), extra))
    return fail(ErrorCode::kParse, "a proof without the leaf that it proves (line 'extra')");
  proof.extra.assign(extra.begin(), extra.end());
  next = line();
  if (!next.starts_with("index ") || !parse_count(next.substr(6), proof.index))
    return fail(ErrorCode::kParse, "a proof without the number of its leaf (line 'index')");
  while (!(next = line()).empty()) {
    Digest hash;
    if (proof.hashes.size() == kHashesMax || !from_base64(next, hash))
      return fail(ErrorCode::kParse,
                  fmt::format("hash {} of a proof is malformed", proof.hashes.size() + 1));
    proof.hashes.push_back(hash);
  }
  if (is_ended) return fail(ErrorCode::kParse, "a proof without a checkpoint");
  proof.note = text;
  return proof;
}

Result<TrustedCheckpoint> open_checkpoint(std::string_view bytes, const trust::TrustRoots& roots) {
  const auto note = trust::SignedNote::parse(bytes);
  if (!note) return tl::make_unexpected(note.error());
  auto signer = roots.signer_of(*note, trust::KeyUse::kRecord);
  if (!signer) return tl::make_unexpected(signer.error());
  auto checkpoint = Checkpoint::parse(note->text());
  if (!checkpoint) return tl::make_unexpected(checkpoint.error());
  return TrustedCheckpoint{std::move(*checkpoint), {signer->key.name(), signer->holder}};
}

Result<ProofReport> check_proof(const TlogProof& proof, const trust::TrustRoots& roots) {
  auto trusted = open_checkpoint(proof.note, roots);
  if (!trusted) return tl::make_unexpected(trusted.error());
  const Checkpoint& c = trusted->checkpoint;
  if (!verify_inclusion(leaf_hash(proof.extra), proof.index, c.size, proof.hashes, c.root))
    return fail(ErrorCode::kCorrupt, fmt::format("leaf {} is not in the log {} of size {}",
                                                 proof.index, c.origin, c.size));
  return ProofReport{std::move(trusted->checkpoint), std::move(trusted->signer)};
}

}  // namespace longmen::record
