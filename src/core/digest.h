#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // of OpenSSL

namespace longmen {

/// SHA-256 (FIPS 180-4) of a text or of bytes: names a plan, a world or a configuration so that
/// nobody can make another with the same name.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  [[nodiscard]] std::string hex() const;
  friend bool operator==(const Digest&, const Digest&) = default;
};

/// Takes a SHA-256 piece by piece. OpenSSL's, since it uses the processor's own instructions: a
/// record hashes each of its bytes twice.
class Sha256 {
 public:
  Sha256();
  Sha256& add(std::span<const std::uint8_t> bytes);
  Sha256& add(std::string_view text);
  /// Of all that was added so far; more may follow.
  [[nodiscard]] Digest digest() const;

 private:
  struct Deleter {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Deleter> context_;
};

[[nodiscard]] Digest sha256(std::string_view bytes);

}  // namespace longmen
