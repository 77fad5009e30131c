#include "registry/model_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <fstream>
#include <sstream>

#include "trust/private_file.h"

namespace longmen::registry {
namespace {

constexpr std::size_t kPem_max_bytes = 4096;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

/// The hash that goes with a curve; nullptr for another one.
const EVP_MD* hash_of(const EVP_PKEY* key) {
  std::array<char, 64> curve{};
  std::size_t size = 0;
  if (key == nullptr || EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &size) != 1)
    return nullptr;
  const std::string_view name(curve.data(), size);
  if (name == "prime256v1") return EVP_sha256();
  if (name == "secp384r1") return EVP_sha384();
  if (name == "secp521r1") return EVP_sha512();
  return nullptr;
}

/// No key of ours has a password; nobody is asked for one.
int no_password(char*, int, int, void*) { return 0; }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Result<void> write_private(EVP_PKEY* key, const std::filesystem::path& file) {
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(ErrorCode::kInternal, "OpenSSL cannot write a key", file.string());
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  return trust::write_private(file, text_of(bio.get()));
}

}  // namespace

Result<ModelKey> ModelKey::checked(EVP_PKEY* key, const std::string& where) {
  std::shared_ptr<EVP_PKEY> owned(key, EVP_PKEY_free);
  if (hash_of(key) == nullptr)
    return fail(ErrorCode::kParse, "not a key in PEM over P-256, P-384 or P-521", where);
  return ModelKey(std::move(owned));
}

Result<ModelKey> ModelKey::of_file(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    auto made = checked(EVP_EC_gen("P-256"), file.string());
    if (!made) return made;
    if (auto written = write_private(made->key_.get(), file); !written)
      return tl::make_unexpected(written.error());
    return made;
  }
  if (trust::is_open_to_others(file))
    return fail(ErrorCode::kInvalidArgument, "a private key that others may read: chmod 600",
                file.string());
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string pem = text.str().substr(0, kPem_max_bytes);
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return checked(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr), file.string());
}

Result<ModelKey> ModelKey::parse_public(std::string_view pem) {
  if (pem.size() > kPem_max_bytes) return checked(nullptr, "signing_key");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return checked(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr), "signing_key");
}

std::string ModelKey::public_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PUBKEY(bio.get(), key_.get());
  return text_of(bio.get());
}

std::string ModelKey::sign(std::string_view message) const {
  const auto* data = reinterpret_cast<const unsigned char*>(message.data());
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, hash_of(key_.get()), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data, message.size()) != 1)
    return {};
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data,
                     message.size()) != 1)
    return {};
  signature.resize(size);
  return signature;
}

bool ModelKey::verifies(std::string_view message, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, hash_of(key_.get()), nullptr, key_.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                          message.size()) == 1;
}

}  // namespace longmen::registry
