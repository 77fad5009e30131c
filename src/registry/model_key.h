#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

struct evp_pkey_st;

namespace longmen::registry {

/// A key of OpenSSF Model Signing's method "key": ECDSA over P-256, P-384 or P-521, hashed with
/// SHA-256, SHA-384 or SHA-512. Public, or with its private half.
class ModelKey {
 public:
  /// The private key of a PEM file, mode 0600; a new one of P-256 when there is no such file.
  /// Errors: kIo; kParse for another kind of key; kInvalidArgument when others may read it.
  static Result<ModelKey> of_file(const std::filesystem::path& file);
  /// A public key in PEM (SubjectPublicKeyInfo). Untrusted. Error: kParse.
  static Result<ModelKey> parse_public(std::string_view pem);

  [[nodiscard]] std::string public_pem() const;
  /// DER. Only with the private half.
  [[nodiscard]] std::string sign(std::string_view message) const;
  [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;

 private:
  explicit ModelKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  static Result<ModelKey> checked(evp_pkey_st* key, const std::string& where);
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace longmen::registry
