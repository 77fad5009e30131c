#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "registry/model_key.h"

namespace longmen::registry {

/// A file of a model, and the SHA-256 of its bytes in hex.
struct SignedFile {
  std::string name;  ///< inside the model's folder
  std::string sha256;

  friend bool operator==(const SignedFile&, const SignedFile&) = default;
};

/// A model's files signed as OpenSSF Model Signing v1.0 does by a key
/// (https://github.com/ossf/model-signing-spec): an in-toto statement of predicate
/// https://model_signing/signature/v1.0 in a DSSE envelope, in a Sigstore bundle v0.3. JSON.
/// `ignored` are files of the folder that are not the model's.
[[nodiscard]] std::string sign_model(const std::string& model, std::vector<SignedFile> files,
                                     const std::vector<std::string>& ignored, const ModelKey& key);

/// The files that a bundle vouches for, in the order of their names. Untrusted: at most 4 MiB.
/// Errors: kParse; kUnsupported for another method or hash than files by SHA-256; kCorrupt when the
/// key did not sign it.
Result<std::vector<SignedFile>> read_model_signature(std::string_view bundle, const ModelKey& key);

}  // namespace longmen::registry
