#pragma once

#include <functional>
#include <nlohmann/json.hpp>

#include "core/result.h"
#include "trial/scenario.h"

namespace longmen::trial {

struct CampaignOptions {
  std::uint64_t seed_from = 1;
  std::uint64_t seed_to = 1;  ///< included
  int jobs = 1;               ///< processes at a time
  bool vary_pushes = false;   ///< see vary()
};

/// The scenario as a campaign runs it with a seed: tiles take the seed as theirs; with
/// `vary_pushes` every push gets a random direction about the vertical and begins up to 1 s later.
[[nodiscard]] Scenario vary(const Scenario& scenario, std::uint64_t seed, bool vary_pushes);

/// Runs one seed after another, each in a process of its own, so that one run's memory and CPU time
/// are its own. Gives the results in the order of the seeds; `on_result` sees each as soon as all
/// before it are there.
/// Errors: the first error of a run; kInternal when a process dies.
Result<nlohmann::ordered_json> run_campaign(
    const Scenario& scenario, const CampaignOptions& options,
    const std::function<Result<nlohmann::ordered_json>(const Scenario&)>& run_one,
    const std::function<void(const nlohmann::ordered_json&)>& on_result);

/// Number of runs and falls, the seeds that fell, and mean, least and greatest of every figure.
[[nodiscard]] nlohmann::ordered_json summarise(const std::vector<nlohmann::ordered_json>& results);

}  // namespace longmen::trial
