#include "registry/card.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "config/config_reader.h"

namespace longmen::registry {
namespace {

constexpr std::size_t kCard_max_bytes = 64 * 1024;
constexpr std::size_t kFiles_max = 1000;

bool is_inside(const std::string& name) {
  const std::filesystem::path path(name);
  return !name.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
}

}  // namespace

Result<Digest> digest_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file))
    return fail(ErrorCode::kNotFound, "cannot be read", file);
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::vector<char> block(1u << 20);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(block.data()),
                              static_cast<unsigned long long>(in.gcount()));
  Digest digest;
  crypto_hash_sha256_final(&state, digest.bytes.data());
  return digest;
}

Result<Digest> digest_of_weights(const std::filesystem::path& folder,
                                 std::vector<std::string> files) {
  std::sort(files.begin(), files.end());
  std::string manifest;
  for (const std::string& name : files) {
    const auto digest = digest_of_file(folder / name);
    if (!digest) return tl::make_unexpected(digest.error());
    manifest += digest->hex() + "  " + name + "\n";
  }
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
  const auto digest = digest_of_weights(file.parent_path(), card->weights);
  if (!digest) return tl::make_unexpected(digest.error());
  if (card->sha256.empty())
    return fail(ErrorCode::kMissingKey,
                fmt::format("key 'sha256' is missing; that of these weights is {}", digest->hex()),
                file);
  if (digest->hex() != card->sha256)
    return fail(ErrorCode::kCorrupt,
                fmt::format("the weights have the digest {}, the card says {}", digest->hex(),
                            card->sha256),
                file);
  return card;
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
  reader.optional("endpoint", card.endpoint);
  reader.section("summary", [&](config::Reader& summary) {
    summary.required("en", card.summary.en);
    summary.required("zh", card.summary.zh);
  });
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  if (kind != "planner" && kind != "policy")
    return fail(ErrorCode::kUnknownName, fmt::format("kind '{}'; valid: planner, policy", kind),
                where);
  card.kind = kind == "planner" ? ModelKind::kPlanner : ModelKind::kPolicy;
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
  card.identity = "sha256:" + card.sha256;
  return card;
}

}  // namespace longmen::registry
