#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/result.h"
#include "trial/errand.h"
#include "trial/scenario.h"

namespace longmen::trial {

/// A figure of a result, nested keys joined by dots ("people.touches"), and where it has to be.
struct Bound {
  std::string figure;
  double min = 0.0;
  double max = 0.0;
};

/// Something that a campaign runs with many seeds.
struct CampaignTest {
  std::string name;  ///< of the scenario's file without its ending, or of the row for an errand
  std::variant<Scenario, Errand> what;
  std::string text;  ///< all that the test is, for its digest
};

/// One row of a campaign's table. A run passes when the robot has not fallen, unless `passes` says
/// of `fell` what it may be, and every figure of `passes` is within its bounds.
struct CampaignRow {
  std::string name;
  std::vector<CampaignTest> tests;
  std::uint64_t seed_from = 1;
  std::uint64_t seed_to = 1;  ///< included
  bool vary_pushes = false;   ///< see vary()
  std::vector<Bound> passes;
  std::vector<std::string> figures;  ///< shown in the report
};

/// A campaign as docs/campaigns.md describes its file.
struct Campaign {
  std::string name;  ///< of the file
  std::string title;
  std::vector<CampaignRow> rows;
};

/// One run of a campaign.
struct CampaignUnit {
  std::size_t row = 0;
  std::size_t test = 0;
  std::uint64_t seed = 0;
};

/// Reads a campaign and its scenarios strictly; their paths are relative to the file's folder.
/// Errors: those of load_scenario; kInvalidArgument for two rows of one name or too many runs.
Result<Campaign> load_campaign(const std::filesystem::path& file);

/// Every run, row by row.
[[nodiscard]] std::vector<CampaignUnit> units_of(const Campaign& campaign);
/// "ROW/TEST/SEED": names a run in its campaign.
[[nodiscard]] std::string name_of(const Campaign& campaign, const CampaignUnit& unit);
/// 16 hexadecimal digits: of all of the file that this run's result hangs on.
[[nodiscard]] std::string digest_of(const Campaign& campaign, const CampaignUnit& unit);

}  // namespace longmen::trial
