#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"

namespace longmen::gate::plan {

inline constexpr std::size_t kFile_max_bytes = 1u << 20;  ///< of one file of rules

/// The files that make the rules on words and plans: plan/*.yaml, plan/*.rego, hazards/*.yaml. They
/// are read once and checked as they were read, so that what was signed is what judges.
class PackFiles {
 public:
  /// Reads them below `rules`, and checks rules/plan/pack.note where there is one: a C2SP signed
  /// note over manifest(), by a key of use "rules" that is trusted here. Where rules/trust.yaml
  /// names such a key, the note must be there. Errors: kNotFound, kIo; kCorrupt when the note is
  /// not of these files; those of TrustRoots::signer_of.
  enum class Check : std::uint8_t { kSignature, kUnsigned };  ///< kUnsigned: to be signed now
  static Result<PackFiles> load(const std::filesystem::path& rules,
                                Check check = Check::kSignature);

  /// "longmen plan rules", then a line "SHA-256 NAME" for each file, in the order of names.
  [[nodiscard]] std::string manifest() const;

  /// Name and text of the files below `folder` with this ending, in the order of names.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> all(
      const std::string& folder, const std::string& ending) const;
  /// Error: kNotFound.
  [[nodiscard]] Result<std::string> one(const std::string& name) const;

 private:
  explicit PackFiles(std::vector<std::pair<std::string, std::string>> files)
      : files_(std::move(files)) {}
  std::vector<std::pair<std::string, std::string>> files_;  ///< name below rules/, text
};

}  // namespace longmen::gate::plan
