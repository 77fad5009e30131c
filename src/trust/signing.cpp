#include "trust/signing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "core/digest.h"

namespace longmen::trust {
namespace {

constexpr std::string_view kPrivatePrefix = "PRIVATE+KEY+";
constexpr std::size_t kNameBytesMax = 128;

std::string_view view(const std::array<std::uint8_t, 32>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint32_t id_of(std::string_view name, KeyKind kind, const std::array<std::uint8_t, 32>& key) {
  std::string text(name);
  text += '\n';
  text += static_cast<char>(kind);
  text += view(key);
  const Digest digest = sha256(text);
  return static_cast<std::uint32_t>(digest.bytes[0]) << 24 |
         static_cast<std::uint32_t>(digest.bytes[1]) << 16 |
         static_cast<std::uint32_t>(digest.bytes[2]) << 8 | digest.bytes[3];
}

std::string form(std::string_view name, std::uint32_t id, KeyKind kind, std::string_view bytes) {
  std::string blob(1, static_cast<char>(kind));
  blob += bytes;
  std::string text = fmt::format("{}+{:08x}+{}", name, id, to_base64(blob));
  sodium_memzero(blob.data(), blob.size());
  return text;
}

struct Parts {
  std::string name;
  std::uint32_t id = 0;
  KeyKind kind = KeyKind::kEd25519;
  std::array<std::uint8_t, 32> bytes{};
};

// name+id+base64(kind || 32 bytes); the base64 alphabet has a '+' of its own.
bool split(std::string_view text, Parts& parts) {
  const auto first = text.find('+');
  if (first == std::string_view::npos) return false;
  const auto second = text.find('+', first + 1);
  if (second != first + 9) return false;
  parts.name = text.substr(0, first);
  const std::string_view id = text.substr(first + 1, 8);
  const auto read = std::from_chars(id.data(), id.data() + id.size(), parts.id, 16);
  std::string blob;
  const bool is_lower_case =
      std::none_of(id.begin(), id.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  if (!is_key_name(parts.name) || !is_lower_case || read.ec != std::errc() ||
      read.ptr != id.data() + id.size() || !from_base64(text.substr(second + 1), blob) ||
      blob.size() != 33)
    return false;
  parts.kind = static_cast<KeyKind>(blob[0]);
  std::copy(blob.begin() + 1, blob.end(), parts.bytes.begin());
  sodium_memzero(blob.data(), blob.size());
  return parts.kind == KeyKind::kEd25519 || parts.kind == KeyKind::kCosignature;
}

}  // namespace

std::string_view name_of(KeyUse use) {
  switch (use) {
    case KeyUse::kRecord:
      return "record";
    case KeyUse::kRules:
      return "rules";
    case KeyUse::kCertificate:
      return "certificate";
    case KeyUse::kWitness:
      break;
  }
  return "witness";
}

Result<KeyUse> use_of(std::string_view name) {
  std::vector<std::string_view> names;
  for (const KeyUse use : kKeyUses) {
    if (name_of(use) == name) return use;
    names.push_back(name_of(use));
  }
  return fail(ErrorCode::kUnknownName,
              fmt::format("no use of keys is called '{}'; uses: {}", name, fmt::join(names, ", ")));
}

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > ' ' && c < 0x7F && c != '+'; });
}

std::string to_base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return text;
}

bool from_base64(std::string_view text, std::string& bytes) {
  bytes.resize(text.size());
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
    return false;
  bytes.resize(size);
  return to_base64(bytes) == text;  // one text for one value
}

PublicKey::PublicKey(std::string name, KeyKind kind, const std::array<std::uint8_t, 32>& bytes)
    : name_(std::move(name)), kind_(kind), bytes_(bytes), id_(id_of(name_, kind, bytes)) {}

Result<PublicKey> PublicKey::parse(std::string_view text) {
  Parts parts;
  if (!split(text, parts))
    return fail(ErrorCode::kParse,
                fmt::format("'{}' is no public key; the form is name+id+base64, as './longmen key "
                            "show' prints it",
                            text.substr(0, 200)));
  PublicKey key(parts.name, parts.kind, parts.bytes);
  if (key.id() != parts.id)
    return fail(ErrorCode::kParse,
                fmt::format("the public key '{}' is altered: its id is {:08x}", text, key.id()));
  return key;
}

std::string PublicKey::text() const { return form(name_, id_, kind_, view(bytes_)); }

bool PublicKey::verifies(std::string_view message, const Signature& signature) const {
  return crypto_sign_verify_detached(signature.data(),
                                     reinterpret_cast<const unsigned char*>(message.data()),
                                     message.size(), bytes_.data()) == 0;
}

SigningKey::SigningKey(PublicKey public_key, const std::array<std::uint8_t, 64>& secret)
    : public_key_(std::move(public_key)), secret_(secret) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

Result<SigningKey> SigningKey::make(std::string name, KeyKind kind) {
  if (sodium_init() < 0) return fail(ErrorCode::kInternal, "the system gives no randomness");
  if (!is_key_name(name))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' cannot name a key: 1 to {} ASCII characters, no space, no '+'",
                            name, kNameBytesMax));
  std::array<std::uint8_t, 32> public_bytes{};
  std::array<std::uint8_t, 64> secret{};
  crypto_sign_keypair(public_bytes.data(), secret.data());
  SigningKey key(PublicKey(std::move(name), kind, public_bytes), secret);
  sodium_memzero(secret.data(), secret.size());
  return key;
}

Result<SigningKey> SigningKey::parse(std::string_view text) {
  Parts parts;
  if (!text.starts_with(kPrivatePrefix) || !split(text.substr(kPrivatePrefix.size()), parts))
    return fail(ErrorCode::kParse, "not a private key of the form PRIVATE+KEY+name+id+base64");
  std::array<std::uint8_t, 32> public_bytes{};
  std::array<std::uint8_t, 64> secret{};
  crypto_sign_seed_keypair(public_bytes.data(), secret.data(), parts.bytes.data());
  SigningKey key(PublicKey(parts.name, parts.kind, public_bytes), secret);
  sodium_memzero(secret.data(), secret.size());
  sodium_memzero(parts.bytes.data(), parts.bytes.size());
  if (key.public_key().id() != parts.id)
    return fail(ErrorCode::kParse, "the private key is altered: its id is not that of the key");
  return key;
}

Signature SigningKey::sign(std::string_view message) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       secret_.data());
  return signature;
}

std::string SigningKey::text() const {
  std::string text(kPrivatePrefix);  // libsodium keeps the seed in the first half of the secret
  text += form(public_key_.name(), public_key_.id(), public_key_.kind(),
               {reinterpret_cast<const char*>(secret_.data()), 32});
  return text;
}

}  // namespace longmen::trust
