#include "registry/certificate.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "registry/dsse.h"

namespace longmen::registry {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPredicateType = "urn:longmen:exam:v3";
constexpr std::size_t kEnvelope_max_bytes = 1u << 20;

/// in-toto wants a digest for each subject; an endpoint's is that of its name.
Json subject_of(const Certificate& c) {
  const bool has_weights = c.identity.rfind("sha256:", 0) == 0;
  return {{"name", c.model},
          {"digest", {{"sha256", has_weights ? c.identity.substr(7) : sha256(c.identity).hex()}}}};
}

/// As in-toto's resource descriptors.
Json inputs_json(const std::vector<Input>& inputs) {
  Json list = Json::array();
  for (const Input& input : inputs)
    list.push_back({{"name", input.name}, {"digest", {{"sha256", input.sha256}}}});
  return list;
}

}  // namespace

std::optional<std::string> first_difference(const std::vector<Input>& certified,
                                            const std::vector<Input>& now) {
  const auto [was, is] = std::mismatch(certified.begin(), certified.end(), now.begin(), now.end());
  if (was == certified.end() && is == now.end()) return std::nullopt;
  if (was == certified.end()) return is->name;
  if (is == now.end()) return was->name;
  return std::min(was->name, is->name);
}

std::string sign_certificate(const Certificate& c, const trust::SigningKey& key) {
  const Json statement = {{"_type", kInTotoStatement},
                          {"subject", Json::array({subject_of(c)})},
                          {"predicateType", kPredicateType},
                          {"predicate",
                           {{"identity", c.identity},
                            {"kind", name_of(c.kind)},
                            {"vertical", c.vertical},
                            {"passed", c.is_passed},
                            {"bank_sha256", c.bank},
                            {"inputs", inputs_json(c.inputs)},
                            {"program_sha256", c.program},
                            {"carried_out", {{"plans", c.carried_out}, {"goals_met", c.goals_met}}},
                            {"scores", Json::parse(c.scores, nullptr, false)},
                            {"issued_s", c.issued_s},
                            {"expires_s", c.expires_s}}}};
  const std::string payload = statement.dump();
  const trust::Signature signature = key.sign(pre_authentication(kInTotoPayload, payload));
  const std::string_view bytes(reinterpret_cast<const char*>(signature.data()), signature.size());
  const Json envelope = {
      {"payloadType", kInTotoPayload},
      {"payload", trust::to_base64(payload)},
      {"signatures",
       Json::array({{{"keyid", key.public_key().text()}, {"sig", trust::to_base64(bytes)}}})}};
  return envelope.dump();
}

Result<Certificate> read_certificate(std::string_view envelope, const trust::TrustRoots& roots) {
  const auto broken = [](const char* what) { return fail(ErrorCode::kParse, what, "certificate"); };
  if (envelope.size() > kEnvelope_max_bytes) return broken("larger than 1 MiB");
  try {
    const Json json = Json::parse(envelope);
    std::string payload;
    if (json.at("payloadType").get<std::string>() != kInTotoPayload ||
        !trust::from_base64(json.at("payload").get<std::string>(), payload))
      return broken("not a DSSE envelope of an in-toto statement");
    bool is_known = false;
    for (const Json& line : json.at("signatures")) {
      std::string bytes;
      if (!trust::from_base64(line.at("sig").get<std::string>(), bytes) || bytes.size() != 64)
        return broken("a signature is not 64 bytes in base64");
      trust::Signature signature;
      std::copy(bytes.begin(), bytes.end(), signature.begin());
      for (const auto& root : roots.roots()) {
        if (root.use != trust::KeyUse::kCertificate ||
            root.key.text() != line.at("keyid").get<std::string>())
          continue;
        if (!root.key.verifies(pre_authentication(kInTotoPayload, payload), signature))
          return fail(ErrorCode::kCorrupt, "the signature does not fit the certificate",
                      "certificate");
        is_known = true;
      }
    }
    if (!is_known)
      return fail(ErrorCode::kNotFound, "no key that may certify here signed it", "certificate");

    const Json statement = Json::parse(payload);
    if (statement.at("_type").get<std::string>() != kInTotoStatement ||
        statement.at("predicateType").get<std::string>() != kPredicateType ||
        statement.at("subject").size() != 1)
      return broken("not a statement of an exam");
    const Json& predicate = statement.at("predicate");
    Certificate c;
    c.model = statement.at("subject").at(0).at("name").get<std::string>();
    c.identity = predicate.at("identity").get<std::string>();
    const auto kind = kind_of(predicate.at("kind").get<std::string>());
    if (!kind) return broken(kind.error().message.c_str());
    c.kind = *kind;
    c.vertical = predicate.at("vertical").get<std::string>();
    c.is_passed = predicate.at("passed").get<bool>();
    c.bank = predicate.at("bank_sha256").get<std::string>();
    for (const Json& input : predicate.at("inputs"))
      c.inputs.push_back({input.at("name").get<std::string>(),
                          input.at("digest").at("sha256").get<std::string>()});
    c.program = predicate.at("program_sha256").get<std::string>();
    c.carried_out = predicate.at("carried_out").at("plans").get<int>();
    c.goals_met = predicate.at("carried_out").at("goals_met").get<int>();
    if (c.goals_met < 0 || c.goals_met > c.carried_out)
      return broken("more goals met than plans carried out");
    c.scores = predicate.at("scores").dump();
    c.issued_s = predicate.at("issued_s").get<std::int64_t>();
    c.expires_s = predicate.at("expires_s").get<std::int64_t>();
    if (statement.at("subject").at(0) != subject_of(c))
      return broken("the subject is not of the identity that it names");
    return c;
  } catch (const Json::exception&) {
    return broken("not a DSSE envelope of an in-toto statement");
  }
}

}  // namespace longmen::registry
