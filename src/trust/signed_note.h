#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "trust/signing.h"

namespace longmen::trust {

/// A text with signature lines below it, as C2SP signed-note has it: the text ends with a newline,
/// then comes an empty line, then "— name base64(id || signature)" for each signer. At most 64 KiB
/// and 16 signatures.
class SignedNote {
 public:
  struct Line {
    std::string key_name;
    std::uint32_t key_id = 0;
    std::string signature;  ///< 64 bytes; 8 bytes of time before them in a co-signature
  };

  /// Error: kInvalidArgument for a text that does not end with a newline or holds control
  /// characters or text that is not UTF-8.
  static Result<SignedNote> make(std::string text);
  /// Untrusted bytes. Error: kParse.
  static Result<SignedNote> parse(std::string_view bytes);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }
  [[nodiscard]] std::string bytes() const;

  /// Adds a signature; an older one of the same key goes. The key is of kind kEd25519.
  void sign(const SigningKey& key);
  /// Adds a co-signature (C2SP tlog-cosignature): "I saw this text and it follows from what I saw
  /// before". `time_s` is Unix time. The key is of kind kCosignature.
  void cosign(const SigningKey& key, std::uint64_t time_s);

  enum class Check : std::uint8_t {
    kSigned,   ///< the key signed this text
    kAbsent,   ///< no line is of that key
    kInvalid,  ///< a line says it is, and is not
  };
  [[nodiscard]] Check check(const PublicKey& key) const;
  /// Time of the key's co-signature, Unix seconds; 0 if there is none. Not checked: see check().
  [[nodiscard]] std::uint64_t cosigned_at(const PublicKey& key) const;

 private:
  void put(const PublicKey& key, std::string signature);
  std::string text_;
  std::vector<Line> lines_;
};

}  // namespace longmen::trust
