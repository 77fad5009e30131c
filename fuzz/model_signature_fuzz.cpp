// Bundles of OpenSSF Model Signing: as they are, and as statements that a developer signed.

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "registry/dsse.h"
#include "registry/model_signature.h"
#include "target.h"
#include "trust/signing.h"

namespace {
using namespace longmen;

const registry::ModelKey& key() {
  static const registry::ModelKey made = [] {
    const auto file = std::filesystem::temp_directory_path() /
                      ("model-signature-fuzz-" + std::to_string(getpid()) + ".pem");
    auto key = registry::ModelKey::of_file(file).value();
    std::filesystem::remove(file);
    return key;
  }();
  return made;
}

void demand_ordered(const Result<std::vector<registry::SignedFile>>& files) {
  fuzz::demand_value_or_line(files);
  if (!files) return;
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  fuzz::demand(std::is_sorted(files->begin(), files->end(), by_name), "in order of names");
  for (const auto& file : *files) fuzz::demand(file.sha256.size() == 64, "a digest is SHA-256");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text(data, size));
  demand_ordered(registry::read_model_signature(text, key()));
  const std::string bundle =
      R"({"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{"payload":")" +
      trust::to_base64(text) +
      R"(","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":")" +
      trust::to_base64(key().sign(registry::pre_authentication(registry::kInTotoPayload, text))) +
      R"("}]}})";
  demand_ordered(registry::read_model_signature(bundle, key()));
  return 0;
}
