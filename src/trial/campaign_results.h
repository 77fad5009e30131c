#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "trial/campaign_file.h"

namespace longmen::trial {

/// Hash of the program and of all data under robots, worlds and rules: results of one build may be
/// put together, those of two are compared.
Result<std::string> build_digest(const std::filesystem::path& project_folder);

/// A folder with a campaign's results as they come: results.jsonl, one run a line, and build.txt. A
/// campaign that was broken off goes on where it was.
class CampaignResults {
 public:
  /// Opens or makes the folder. A last line that was cut is dropped.
  /// Errors: kUnsupported when it holds another build's results; kCorrupt; kIo.
  static Result<CampaignResults> open(const std::filesystem::path& folder,
                                      const std::string& build);
  /// Reads results of whatever build. Errors: kNotFound, kCorrupt.
  static Result<CampaignResults> read(const std::filesystem::path& folder);

  /// Is this run's result there, of the test as it is now?
  [[nodiscard]] bool has(const std::string& run, const std::string& digest) const;
  /// nullptr if there is none.
  [[nodiscard]] const nlohmann::ordered_json* find(const std::string& run) const;
  /// Keeps a result, in the file at once. Error: kIo.
  Result<void> add(const std::string& run, const std::string& digest,
                   const nlohmann::ordered_json& result);

  [[nodiscard]] const std::string& build() const { return build_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  Result<void> load();

  std::filesystem::path folder_;
  std::string build_;
  std::map<std::string, nlohmann::ordered_json> results_;
};

/// A figure of a result by its keys joined by dots; nothing if it is not there or no number. Truth
/// counts as 1.
[[nodiscard]] std::optional<double> figure_of(const nlohmann::ordered_json& result,
                                              const std::string& name);
/// Whether a run did what its row asks.
[[nodiscard]] bool passes(const CampaignRow& row, const nlohmann::ordered_json& result);

/// Every result of the campaign as a table: row, test, seed, passed, and all figures that are
/// numbers, truths or words, named by their keys joined by dots. Error: kIo.
Result<void> write_table(const Campaign& campaign, const CampaignResults& results,
                         const std::filesystem::path& file);

}  // namespace longmen::trial
