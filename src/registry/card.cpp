#include "registry/card.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "config/config_reader.h"

namespace longmen::registry {
namespace {

constexpr std::size_t kCard_max_bytes = 64 * 1024;
constexpr std::size_t kFiles_max = 1000;
constexpr std::size_t kSignature_max_bytes = 4u << 20;

bool is_inside(const std::string& name) {
  const std::filesystem::path path(name);
  return !name.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
}

Result<std::string> read_at_most(const std::filesystem::path& file, std::size_t max_bytes) {
  std::ifstream in(file, std::ios::binary);
  std::string text(max_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (!in.eof()) return fail(ErrorCode::kNotFound, "cannot be read, or is too large", file);
  return text;
}

/// What was signed is what lies there, and all weights are among it.
Result<void> hold_to_signature(const Card& card, const std::vector<SignedFile>& weights,
                               const std::filesystem::path& folder) {
  const auto key = ModelKey::parse_public(card.signing_key);
  if (!key) return tl::make_unexpected(key.error());
  const std::filesystem::path file = folder / card.signature;
  const auto bundle = read_at_most(file, kSignature_max_bytes);
  if (!bundle) return tl::make_unexpected(bundle.error());
  const auto files = read_model_signature(*bundle, *key);
  if (!files) return fail(files.error().code, files.error().message, file);
  std::vector<std::string> others;
  for (const SignedFile& one : *files) {
    if (!is_inside(one.name) || files->size() > kFiles_max)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("at most {} files inside the card's folder", kFiles_max), file);
    if (!std::binary_search(card.weights.begin(), card.weights.end(), one.name))
      others.push_back(one.name);
  }
  auto there = hashed(folder, others);
  if (!there) return tl::make_unexpected(there.error());
  there->insert(there->end(), weights.begin(), weights.end());
  std::sort(there->begin(), there->end(),
            [](const SignedFile& a, const SignedFile& b) { return a.name < b.name; });
  const auto [signed_one, one] =
      std::mismatch(files->begin(), files->end(), there->begin(), there->end());
  if (signed_one == files->end() && one == there->end()) return {};
  return fail(ErrorCode::kCorrupt,
              fmt::format("'{}' is not what was signed",
                          one != there->end() ? one->name : signed_one->name),
              file);
}

}  // namespace

Result<Digest> digest_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    return fail(ErrorCode::kNotFound, "cannot be read", file);
  Sha256 hash;
  std::vector<char> block(1u << 20);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    hash.add(std::string_view(block.data(), static_cast<std::size_t>(in.gcount())));
  return hash.digest();
}

Result<std::vector<SignedFile>> hashed(const std::filesystem::path& folder,
                                       std::vector<std::string> files) {
  std::sort(files.begin(), files.end());
  std::vector<SignedFile> hashes;
  for (const std::string& name : files) {
    const auto digest = digest_of_file(folder / name);
    if (!digest) return tl::make_unexpected(digest.error());
    hashes.push_back({name, digest->hex()});
  }
  return hashes;
}

Digest digest_of_weights(const std::vector<SignedFile>& files) {
  std::string manifest;
  for (const SignedFile& file : files) manifest += file.sha256 + "  " + file.name + "\n";
  return sha256(manifest);
}

Result<Card> Card::load(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fail(ErrorCode::kNotFound, "there is no such card", file);
  if (size > kCard_max_bytes)
    return fail(ErrorCode::kParse, fmt::format("{} bytes; at most {}", size, kCard_max_bytes),
                file);
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  auto card = parse(text.str(), file.string());
  if (!card || !card->endpoint.empty()) return card;
  const auto weights = hashed(file.parent_path(), card->weights);
  if (!weights) return tl::make_unexpected(weights.error());
  const std::string digest = digest_of_weights(*weights).hex();
  if (card->sha256.empty())
    return fail(ErrorCode::kMissingKey,
                fmt::format("key 'sha256' is missing; that of these weights is {}", digest), file);
  if (digest != card->sha256)
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("the weights have the digest {}, the card says {}", digest, card->sha256),
        file);
  if (card->signature.empty() || card->signing_key.empty())
    return fail(ErrorCode::kMissingKey,
                "weights need 'signature' and 'signing_key': longmen register sign CARD", file);
  if (auto held = hold_to_signature(*card, *weights, file.parent_path()); !held)
    return tl::make_unexpected(held.error());
  return card;
}

std::string name_of(ModelKind kind) { return kind == ModelKind::kPlanner ? "planner" : "policy"; }

Result<ModelKind> kind_of(const std::string& name) {
  for (const ModelKind kind : {ModelKind::kPlanner, ModelKind::kPolicy})
    if (name == name_of(kind)) return kind;
  return fail(ErrorCode::kUnknownName, fmt::format("kind '{}'; valid: planner, policy", name));
}

Result<Card> Card::parse(std::string text, const std::string& where) {
  const auto node = config::parse_yaml(text, where);
  if (!node) return tl::make_unexpected(node.error());
  Card card;
  card.text = std::move(text);
  config::Reader reader(*node, where);
  std::string kind;
  reader.required("name", card.name);
  reader.required("kind", kind);
  reader.required("organisation", card.organisation);
  reader.required("licence", card.licence);
  reader.required("verticals", card.verticals);
  reader.optional("weights", card.weights);
  reader.optional("sha256", card.sha256);
  reader.optional("signature", card.signature);
  reader.optional("signing_key", card.signing_key);
  reader.optional("endpoint", card.endpoint);
  reader.section("summary", [&](config::Reader& words) {
    words.required("en", card.summary.en);
    words.required("zh", card.summary.zh);
  });
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  const auto known = kind_of(kind);
  if (!known) return fail(known.error().code, known.error().message, where);
  card.kind = *known;
  if (card.name.empty() || card.name.size() > 64 || card.organisation.empty() ||
      card.organisation.size() > 64 || card.verticals.empty())
    return fail(ErrorCode::kInvalidArgument,
                "name and organisation need 1 to 64 characters, and a vertical must be named",
                where);
  if (card.weights.empty() == card.endpoint.empty())
    return fail(ErrorCode::kMissingKey, "needs either 'weights' with 'sha256', or 'endpoint'",
                where);
  if (!card.endpoint.empty()) {
    if (card.endpoint.find("://") == std::string::npos ||
        card.endpoint.find('#') == std::string::npos)
      return fail(ErrorCode::kInvalidArgument, "endpoint is URL#NAME", where);
    card.identity = "endpoint:" + card.endpoint;
    return card;
  }
  if (card.weights.size() > kFiles_max ||
      !std::all_of(card.weights.begin(), card.weights.end(), is_inside))
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("weights are 1 to {} files inside the card's folder", kFiles_max),
                where);
  if (!card.signature.empty() && !is_inside(card.signature))
    return fail(ErrorCode::kInvalidArgument, "'signature' is a file inside the card's folder",
                where);
  std::sort(card.weights.begin(), card.weights.end());
  card.identity = "sha256:" + card.sha256;
  return card;
}

}  // namespace longmen::registry
