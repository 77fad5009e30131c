#include "trust/trust_roots.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "config/config_reader.h"

namespace longmen::trust {
namespace {

Result<TrustRoots> read_roots(const YAML::Node& node, const std::string& where) {
  config::Reader reader(node, where);
  const YAML::Node keys = reader.child("keys", true);
  TrustRoots roots;
  if (keys.IsDefined() && !keys.IsSequence())
    reader.reject(ErrorCode::kParse, "is a list of keys", "keys");
  for (std::size_t i = 0; reader.ok() && i < keys.size(); ++i) {
    const std::string path = fmt::format("{}: keys[{}]", where, i);
    config::Reader item(keys[i], path);
    std::string key_text, use_text, holder;
    item.required("key", key_text);
    item.required("use", use_text);
    item.required("holder", holder);
    if (auto done = item.finish(); !done) return tl::make_unexpected(done.error());
    const auto key = PublicKey::parse(key_text);
    if (!key) return fail(key.error().code, key.error().message, path);
    const auto use = use_of(use_text);
    if (!use) return fail(use.error().code, use.error().message, path);
    roots.add({*use, *key, holder});
  }
  if (auto done = reader.finish(); !done) return tl::make_unexpected(done.error());
  return roots;
}

}  // namespace

Result<TrustRoots> TrustRoots::load(const std::filesystem::path& file) {
  const auto node = config::load_yaml(file);
  if (!node) return tl::make_unexpected(node.error());
  return read_roots(*node, file.string());
}

Result<TrustRoots> TrustRoots::parse(const std::string& text, const std::string& where) {
  const auto node = config::parse_yaml(text, where);
  if (!node) return tl::make_unexpected(node.error());
  return read_roots(*node, where);
}

void TrustRoots::add(Root root) { roots_.push_back(std::move(root)); }

Result<TrustRoots::Root> TrustRoots::signer_of(const SignedNote& note, KeyUse use) const {
  std::optional<Root> signer;
  for (const Root& root : roots_) {
    if (root.use != use) continue;
    switch (note.check(root.key)) {
      case SignedNote::Check::kSigned:
        if (!signer) signer = root;
        break;
      case SignedNote::Check::kInvalid:
        return fail(ErrorCode::kCorrupt,
                    fmt::format("the signature of {} does not fit the text", root.key.name()));
      case SignedNote::Check::kAbsent:
        break;
    }
  }
  if (signer) return *signer;
  std::vector<std::string> names;
  for (const SignedNote::Line& line : note.lines())
    names.push_back(fmt::format("{} ({:08x})", line.key_name, line.key_id));
  return fail(ErrorCode::kNotFound,
              fmt::format("signed by {}; no key that is trusted for '{}' is among them",
                          fmt::join(names, ", "), name_of(use)));
}

}  // namespace longmen::trust
