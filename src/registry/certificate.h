#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "trust/signing.h"
#include "trust/trust_roots.h"

namespace longmen::registry {

/// What an exam found of a model for one vertical, as it is certified.
struct Certificate {
  std::string model;
  std::string identity;  ///< of the card: "sha256:…" or "endpoint:…"
  std::string vertical;
  bool is_passed = false;
  std::string bank, rules, program;  ///< SHA-256, hex: what it was examined with
  std::string scores;                ///< JSON object: class -> {n, right, low}
  std::int64_t issued_s = 0;         ///< Unix time
  std::int64_t expires_s = 0;

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// The certificate as an in-toto Statement v1 in a DSSE envelope, signed with Ed25519 over DSSE's
/// pre-authentication encoding. JSON, one line.
[[nodiscard]] std::string sign_certificate(const Certificate& certificate,
                                           const trust::SigningKey& key);

/// Reads untrusted bytes: at most 1 MiB; the signature must be of a root that may certify.
/// Errors: kParse; kNotFound when no such root signed; kCorrupt when a signature is false.
Result<Certificate> read_certificate(std::string_view envelope, const trust::TrustRoots& roots);

}  // namespace longmen::registry
