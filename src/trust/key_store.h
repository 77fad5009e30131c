#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "trust/signing.h"
#include "trust/trust_roots.h"

namespace longmen::trust {

/// The user's data of all Longmen programs: $XDG_DATA_HOME/longmen, else ~/.local/share/longmen.
/// Error: kNotFound when neither variable is set.
Result<std::filesystem::path> data_folder();

/// This machine's keys, one folder, outside any checkout: USE.key holds the private key in force
/// (mode 0600, one line), USE.pub all public keys that it ever had, oldest first, one a line. Safe
/// against other processes that do the same.
class KeyStore {
 public:
  /// Uses `folder`, which need not exist.
  explicit KeyStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// The one in the user's data folder.
  static Result<KeyStore> of_user();

  /// The key in force; made at first need. Errors: kIo; kParse for a damaged file;
  /// kInvalidArgument for a private key that others may read.
  [[nodiscard]] Result<SigningKey> key(KeyUse use) const;
  /// Makes a new one, which is in force from now on; the private half of the old one is destroyed.
  /// Its public half stays known, so that what it signed stays proved. Errors: as key().
  [[nodiscard]] Result<SigningKey> rotate(KeyUse use) const;
  /// All public keys that this machine ever had for the use, oldest first; none is no error.
  [[nodiscard]] Result<std::vector<PublicKey>> public_keys(KeyUse use) const;
  /// Adds them all to what is trusted: a machine believes its own signatures.
  [[nodiscard]] Result<void> add_to(TrustRoots& roots) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  [[nodiscard]] std::filesystem::path file(KeyUse use, const char* suffix) const;
  [[nodiscard]] Result<SigningKey> load(KeyUse use) const;
  [[nodiscard]] Result<SigningKey> replace(KeyUse use, std::string name) const;
  std::filesystem::path folder_;
};

/// What an installation trusts: the file's roots, and this machine's own keys.
Result<TrustRoots> trusted_here(const std::filesystem::path& trust_file, const KeyStore& keys);

}  // namespace longmen::trust
