#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "record/byte_io.h"
#include "record/checkpoint.h"
#include "trust/trust_roots.h"

namespace longmen::record {

/// That one leaf is in a log, to be checked without the log (C2SP tlog-proof). `extra` holds the
/// leaf itself.
struct TlogProof {
  Bytes extra;
  std::uint64_t index = 0;
  std::vector<Digest> hashes;  ///< from the leaf's sibling up
  std::string note;            ///< the signed checkpoint, as it stands in the log

  [[nodiscard]] std::string text() const;
  /// Untrusted bytes, at most 32 MiB. Error: kParse.
  static Result<TlogProof> parse(std::string_view text);
};

/// Whose signature was believed.
struct Signer {
  std::string key_name;
  std::string holder;  ///< as the trust roots have it
};

struct ProofReport {
  Checkpoint checkpoint;
  Signer signer;
};
/// Checks the signature and the path from `extra` to the root. Errors: kCorrupt, kNotFound (no
/// trusted signature).
Result<ProofReport> check_proof(const TlogProof& proof, const trust::TrustRoots& roots);

/// The checkpoint in a note that somebody trusted for records signed. Errors: kParse, kCorrupt,
/// kNotFound.
struct TrustedCheckpoint {
  Checkpoint checkpoint;
  Signer signer;
};
Result<TrustedCheckpoint> open_checkpoint(std::string_view note, const trust::TrustRoots& roots);

}  // namespace longmen::record
