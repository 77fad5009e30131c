#include "gate/plan/pack_files.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/digest.h"
#include "trust/key_store.h"

namespace longmen::gate::plan {
namespace {

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::file_size(path, error) > kFile_max_bytes || error)
    return fail(ErrorCode::kIo, "cannot be read, or is larger than 1 MiB", path.string());
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(ErrorCode::kIo, "cannot be read", path.string());
  return text.str();
}

Result<void> check_note(const std::filesystem::path& rules, const std::string& manifest) {
  const std::filesystem::path note_file = rules / "plan" / "pack.note";
  const auto store = trust::KeyStore::of_user();
  const auto roots = store ? trust::trusted_here(rules / "trust.yaml", *store)
                           : trust::TrustRoots::load(rules / "trust.yaml");
  std::error_code error;
  if (!std::filesystem::exists(note_file, error)) {
    if (!std::filesystem::exists(rules / "trust.yaml", error)) return {};
    const auto demanded = trust::TrustRoots::load(rules / "trust.yaml");
    if (!demanded) return tl::make_unexpected(demanded.error());
    const bool must_be_signed =
        std::any_of(demanded->roots().begin(), demanded->roots().end(),
                    [](const auto& root) { return root.use == trust::KeyUse::kRules; });
    if (!must_be_signed) return {};
    return fail(ErrorCode::kNotFound,
                "the rules are not signed, and trust.yaml names a key for rules",
                note_file.string());
  }
  if (!roots) return tl::make_unexpected(roots.error());
  const auto bytes = read_file(note_file);
  if (!bytes) return tl::make_unexpected(bytes.error());
  const auto note = trust::SignedNote::parse(*bytes);
  if (!note) return fail(note.error().code, note.error().text(), note_file.string());
  const auto signer = roots->signer_of(*note, trust::KeyUse::kRules);
  if (!signer) return fail(signer.error().code, signer.error().text(), note_file.string());
  if (note->text() == manifest) return {};
  std::istringstream have(manifest);
  std::istringstream said(note->text());
  std::string line;
  std::string other;
  while (std::getline(have, line) && std::getline(said, other) && line == other) continue;
  return fail(ErrorCode::kCorrupt,
              "the rules are not those that were signed: the first that differs is '" +
                  line.substr(line.find(' ') + 1) + "'",
              note_file.string());
}

}  // namespace

Result<PackFiles> PackFiles::load(const std::filesystem::path& rules, Check check) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const char* folder : {"hazards", "plan"}) {
    std::error_code error;
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(rules / folder, error)) {
      const std::string ending = entry.path().extension().string();
      if (ending != ".yaml" && ending != ".rego") continue;
      auto text = read_file(entry.path());
      if (!text) return tl::make_unexpected(text.error());
      files.emplace_back(std::string(folder) + "/" + entry.path().filename().string(),
                         std::move(*text));
      ++count;
    }
    if (error || count == 0)
      return fail(ErrorCode::kNotFound, "no rules here", (rules / folder).string());
  }
  std::sort(files.begin(), files.end());
  PackFiles pack(std::move(files));
  if (check == Check::kUnsigned) return pack;
  if (auto ok = check_note(rules, pack.manifest()); !ok) return tl::make_unexpected(ok.error());
  return pack;
}

std::string PackFiles::manifest() const {
  std::string text = "longmen plan rules\n";
  for (const auto& [name, content] : files_) text += sha256(content).hex() + " " + name + "\n";
  return text;
}

std::vector<std::pair<std::string, std::string>> PackFiles::all(const std::string& folder,
                                                                const std::string& ending) const {
  std::vector<std::pair<std::string, std::string>> some;
  for (const auto& [name, text] : files_)
    if (name.starts_with(folder + "/") && name.ends_with(ending))
      some.emplace_back(name.substr(folder.size() + 1), text);
  return some;
}

Result<std::string> PackFiles::one(const std::string& name) const {
  for (const auto& [known, text] : files_)
    if (known == name) return text;
  return fail(ErrorCode::kNotFound, "is missing among the rules", name);
}

}  // namespace longmen::gate::plan
