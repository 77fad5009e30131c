#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "trust/signed_note.h"
#include "trust/signing.h"

namespace longmen::trust {

/// Public keys and what each may vouch for.
class TrustRoots {
 public:
  struct Root {
    KeyUse use = KeyUse::kRecord;
    PublicKey key;
    std::string holder;  ///< who has the private half, for people
  };

  TrustRoots() = default;
  /// Reads rules/trust.yaml. Errors: those of a strict file.
  static Result<TrustRoots> load(const std::filesystem::path& file);
  static Result<TrustRoots> parse(const std::string& text, const std::string& where);

  void add(Root root);
  [[nodiscard]] const std::vector<Root>& roots() const { return roots_; }

  /// The root that signed the note for that use. Errors: kNotFound when none of them did, which
  /// names the note's signers; kCorrupt when a line says it is of a root and is not.
  Result<Root> signer_of(const SignedNote& note, KeyUse use) const;

 private:
  std::vector<Root> roots_;
};

}  // namespace longmen::trust
