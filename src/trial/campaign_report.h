#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "math/wilson.h"
#include "trial/campaign_file.h"
#include "trial/campaign_results.h"
#include "trial/statistics.h"

namespace longmen::trial {

/// One figure over the runs of a row that have it.
struct FigureSummary {
  std::string name;
  std::vector<double> values;        ///< rising
  std::string least_run;             ///< the run with the least value,
  std::string greatest_run;          ///< and with the greatest
  MeanDifference difference;         ///< to the other build on the same runs, this less that
  std::size_t difference_count = 0;  ///< of such runs

  /// The value that this share of the runs does not exceed.
  [[nodiscard]] double quantile(double share) const;
};

/// One row of the table.
struct RowSummary {
  std::string name;
  std::size_t planned = 0;  ///< runs that the campaign asks for
  std::size_t runs = 0;     ///< of them, those that are there
  std::size_t passed = 0;
  std::size_t falls = 0;
  math::Interval rate_95;           ///< of passing
  std::vector<std::string> failed;  ///< runs that did not pass
  std::vector<FigureSummary> figures;
  // Against another build, on the runs that both have.
  std::size_t pairs = 0;
  std::size_t only_here = 0;   ///< passed here and not there
  std::size_t only_there = 0;  ///< and the other way round
};

/// @param against  results of another build; may be null.
[[nodiscard]] std::vector<RowSummary> summarise(const Campaign& campaign,
                                                const CampaignResults& results,
                                                const CampaignResults* against);

[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<RowSummary>& rows);
/// A few lines for a terminal.
[[nodiscard]] std::string to_text(const std::vector<RowSummary>& rows);
/// A page that needs nothing else. `file` is the campaign's, for the commands that run a case
/// again.
[[nodiscard]] std::string to_html(const Campaign& campaign, const std::string& file,
                                  const std::vector<RowSummary>& rows,
                                  const CampaignResults& results, const CampaignResults* against);

}  // namespace longmen::trial
