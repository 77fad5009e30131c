#include "core/digest.h"

#include <openssl/evp.h>

#include <new>

namespace longmen {
namespace {

// No call on a context that was begun can fail but for want of memory.
void demand(int done) {
  if (done != 1) throw std::bad_alloc();
}

}  // namespace

std::string Digest::hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

void Sha256::Deleter::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  static EVP_MD* const kFunction = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // looked up once
  if (context_ == nullptr) throw std::bad_alloc();
  demand(EVP_DigestInit_ex2(context_.get(), kFunction, nullptr));
}

Sha256& Sha256::add(std::span<const std::uint8_t> bytes) {
  demand(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  return *this;
}

Sha256& Sha256::add(std::string_view text) {
  return add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Digest Sha256::digest() const {
  const Sha256 copy;
  demand(EVP_MD_CTX_copy_ex(copy.context_.get(), context_.get()));
  Digest digest;
  demand(EVP_DigestFinal_ex(copy.context_.get(), digest.bytes.data(), nullptr));
  return digest;
}

Digest sha256(std::string_view bytes) { return Sha256().add(bytes).digest(); }

}  // namespace longmen
