#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace longmen::trust {

using Signature = std::array<std::uint8_t, 64>;

/// What a key may vouch for. A signature of the right key for the wrong use is worth nothing.
enum class KeyUse : std::uint8_t {
  kRecord,       ///< checkpoints of records and of this machine's log
  kRules,        ///< rule packs
  kCertificate,  ///< exam certificates of models
  kWitness,      ///< co-signatures of checkpoints that somebody else made
};
inline constexpr std::array kKeyUses = {KeyUse::kRecord, KeyUse::kRules, KeyUse::kCertificate,
                                        KeyUse::kWitness};

[[nodiscard]] std::string_view name_of(KeyUse use);
/// Error: kUnknownName with the valid names.
Result<KeyUse> use_of(std::string_view name);

/// Algorithm byte of C2SP signed notes: part of a key's id, so that a key is good for one kind of
/// signature only.
enum class KeyKind : std::uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

/// An Ed25519 public key with a name, in the text form of C2SP signed notes ("vkey"):
/// name+id+base64(kind || 32 bytes).
class PublicKey {
 public:
  PublicKey(std::string name, KeyKind kind, const std::array<std::uint8_t, 32>& bytes);
  /// Errors: kParse when it is not of the form, or the id is not that of the key.
  static Result<PublicKey> parse(std::string_view text);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] KeyKind kind() const { return kind_; }
  /// First four bytes of SHA-256(name || 0x0A || kind || key), big-endian.
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] const std::array<std::uint8_t, 32>& bytes() const { return bytes_; }
  [[nodiscard]] std::string text() const;
  /// RFC 8032, over exactly these bytes.
  [[nodiscard]] bool verifies(std::string_view message, const Signature& signature) const;

  friend bool operator==(const PublicKey&, const PublicKey&) = default;

 private:
  std::string name_;
  KeyKind kind_;
  std::array<std::uint8_t, 32> bytes_;
  std::uint32_t id_;
};

/// The private half. Its memory is wiped when it goes; it can be moved, not copied.
class SigningKey {
 public:
  /// A new key from the system's randomness. Error: kInvalidArgument for a name with white space or
  /// '+'.
  static Result<SigningKey> make(std::string name, KeyKind kind = KeyKind::kEd25519);
  /// From its text form, PRIVATE+KEY+name+id+base64(kind || 32 bytes of seed). Error: kParse, which
  /// never quotes the text.
  static Result<SigningKey> parse(std::string_view text);

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] Signature sign(std::string_view message) const;
  [[nodiscard]] std::string text() const;  ///< the private form: for the key's file only

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

 private:
  SigningKey(PublicKey public_key, const std::array<std::uint8_t, 64>& secret);
  PublicKey public_key_;
  std::array<std::uint8_t, 64> secret_;
};

/// Names of keys and origins of logs: 1 to 128 printable ASCII characters, neither space nor '+'.
[[nodiscard]] bool is_key_name(std::string_view name);

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Strict: standard alphabet, padded, nothing else. False: not of that form.
[[nodiscard]] bool from_base64(std::string_view text, std::string& bytes);

}  // namespace longmen::trust
