#include "registry/model_signature.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "core/json_nesting.h"
#include "registry/dsse.h"
#include "trust/signing.h"

namespace longmen::registry {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::string_view kBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
constexpr std::string_view kSignaturePredicate = "https://model_signing/signature/v1.0";
constexpr std::size_t kBundle_max_bytes = 4u << 20;

/// SHA-256 over the bytes of all digests in their order.
std::string root_of(const std::vector<SignedFile>& files) {
  std::string bytes;
  for (const SignedFile& file : files)
    for (std::size_t i = 0; i + 1 < file.sha256.size(); i += 2)
      bytes += static_cast<char>(std::stoi(file.sha256.substr(i, 2), nullptr, 16));
  return sha256(bytes).hex();
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool by_name(const SignedFile& a, const SignedFile& b) { return a.name < b.name; }

OrderedJson json_of(std::string_view text) {
  if (json_nesting(text) > kJsonNesting_max) return OrderedJson(OrderedJson::value_t::discarded);
  return OrderedJson::parse(text, nullptr, false);
}

Result<std::vector<SignedFile>> files_of(const OrderedJson& statement) {
  const auto broken = [](const char* what) {
    return fail(ErrorCode::kParse, what, "model signature");
  };
  const OrderedJson& predicate = statement.at("predicate");
  const OrderedJson& how = predicate.at("serialization");
  if (how.at("method") != "files" || how.at("hash_type") != "sha256")
    return fail(ErrorCode::kUnsupported, "signed in another way than file by file with SHA-256",
                "model signature");
  std::vector<SignedFile> files;
  for (const OrderedJson& resource : predicate.at("resources")) {
    SignedFile file{resource.at("name").get<std::string>(),
                    resource.at("digest").get<std::string>()};
    if (resource.at("algorithm") != "sha256" || !is_sha256(file.sha256))
      return broken("a digest is no SHA-256");
    files.push_back(std::move(file));
  }
  if (OrderedJson(root_of(files)) != statement.at("subject").at(0).at("digest").at("sha256"))
    return broken("the digest of the whole is not that of its files");
  std::sort(files.begin(), files.end(), by_name);
  const auto same = [](const SignedFile& a, const SignedFile& b) { return a.name == b.name; };
  if (std::adjacent_find(files.begin(), files.end(), same) != files.end())
    return broken("a file stands there twice");
  return files;
}

}  // namespace

std::string sign_model(const std::string& model, std::vector<SignedFile> files,
                       const std::vector<std::string>& ignored, const ModelKey& key) {
  std::sort(files.begin(), files.end(), by_name);
  OrderedJson resources = OrderedJson::array();
  for (const SignedFile& file : files)
    resources.push_back({{"name", file.name}, {"algorithm", "sha256"}, {"digest", file.sha256}});
  const OrderedJson statement = {
      {"_type", kInTotoStatement},
      {"subject",
       OrderedJson::array({{{"name", model}, {"digest", {{"sha256", root_of(files)}}}}})},
      {"predicateType", kSignaturePredicate},
      {"predicate",
       {{"serialization",
         {{"method", "files"},
          {"hash_type", "sha256"},
          {"allow_symlinks", false},
          {"ignore_paths", ignored}}},
        {"resources", resources}}}};
  const std::string payload = statement.dump();
  const std::string signature = key.sign(pre_authentication(kInTotoPayload, payload));
  const OrderedJson bundle = {
      {"mediaType", kBundle},
      {"verificationMaterial",
       {{"publicKey", {{"hint", sha256(key.public_pem()).hex()}}},
        {"tlogEntries", OrderedJson::array()}}},
      {"dsseEnvelope",
       {{"payload", trust::to_base64(payload)},
        {"payloadType", kInTotoPayload},
        {"signatures",
         OrderedJson::array({{{"sig", trust::to_base64(signature)}, {"keyid", ""}}})}}}};
  return bundle.dump();
}

Result<std::vector<SignedFile>> read_model_signature(std::string_view bundle, const ModelKey& key) {
  const auto broken = [](const char* what) {
    return fail(ErrorCode::kParse, what, "model signature");
  };
  if (bundle.size() > kBundle_max_bytes) return broken("larger than 4 MiB");
  try {
    const OrderedJson json = json_of(bundle);
    if (json.is_discarded() || json.at("mediaType") != kBundle)
      return broken("not a Sigstore bundle v0.3");
    const OrderedJson& envelope = json.at("dsseEnvelope");
    std::string payload;
    std::string signature;
    if (envelope.at("payloadType") != kInTotoPayload || envelope.at("signatures").size() != 1 ||
        !trust::from_base64(envelope.at("payload").get<std::string>(), payload) ||
        !trust::from_base64(envelope.at("signatures").at(0).at("sig").get<std::string>(),
                            signature))
      return broken("not a DSSE envelope of an in-toto statement with one signature");
    if (!key.verifies(pre_authentication(kInTotoPayload, payload), signature))
      return fail(ErrorCode::kCorrupt, "the key did not sign this", "model signature");
    const OrderedJson statement = json_of(payload);
    if (statement.is_discarded() || statement.at("_type") != kInTotoStatement ||
        statement.at("predicateType") != kSignaturePredicate || statement.at("subject").size() != 1)
      return broken("not a statement of OpenSSF Model Signing v1.0");
    return files_of(statement);
  } catch (const OrderedJson::exception&) {
    return broken("not a bundle of OpenSSF Model Signing v1.0");
  }
}

}  // namespace longmen::registry
