#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "trial/campaign_file.h"
#include "trial/campaign_results.h"
#include "trial/episode.h"

namespace longmen::trial {

/// One run of a campaign, recorded if a file is given. Errors: those of the files.
Result<nlohmann::ordered_json> run_unit(const Campaign& campaign, const CampaignUnit& unit,
                                        const DataFolders& folders,
                                        const std::optional<std::filesystem::path>& record);

/// Runs what is not there yet, in processes, and keeps each result as it comes.
/// @param on_result  how many are there, of how many; false: begin no more.
/// Errors: those of a run; kIo.
Result<void> run_missing(const Campaign& campaign, const DataFolders& folders, int jobs,
                         CampaignResults& results,
                         const std::function<bool(std::size_t, std::size_t)>& on_result);

}  // namespace longmen::trial
