#include "trial/campaign_run.h"

#include "gate/plan/plan_gate.h"
#include "trial/campaign.h"
#include "trial/linked.h"
#include "trial/process_pool.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Result<Json> run_unit(const Campaign& campaign, const CampaignUnit& unit,
                      const DataFolders& folders,
                      const std::optional<std::filesystem::path>& record) {
  const CampaignRow& row = campaign.rows[unit.row];
  const CampaignTest& test = row.tests[unit.test];
  if (const auto* errand = std::get_if<Errand>(&test.what))
    return run_errand(*errand, unit.seed, folders, record);
  return run_scenario(vary(std::get<Scenario>(test.what), unit.seed, row.vary_pushes), folders,
                      {.record = record, .recorded = record.has_value()});
}

Result<void> run_missing(const Campaign& campaign, const DataFolders& folders, int jobs,
                         CampaignResults& results,
                         const std::function<bool(std::size_t, std::size_t)>& on_result) {
  const std::vector<CampaignUnit> units = units_of(campaign);
  std::vector<CampaignUnit> missing;
  for (const CampaignUnit& unit : units)
    if (!results.has(name_of(campaign, unit), digest_of(campaign, unit))) missing.push_back(unit);
  std::size_t done = units.size() - missing.size();
  Result<void> kept;
  // Compiled here, the rule packs need not be compiled in each process.
  if (const auto gate = gate::plan::PlanGate::load(folders.rules); !gate)
    return tl::make_unexpected(gate.error());
  const auto ran = run_processes(
      missing.size(), jobs,
      [&](std::size_t i) { return run_unit(campaign, missing[i], folders, std::nullopt); },
      [&](std::size_t i) { return "the run '" + name_of(campaign, missing[i]) + "'"; },
      [&](std::size_t i, Json json) {
        const auto added =
            results.add(name_of(campaign, missing[i]), digest_of(campaign, missing[i]), json);
        if (!added && kept) kept = added;
        return on_result(++done, units.size()) && kept.has_value();
      });
  return kept ? ran : kept;
}

}  // namespace longmen::trial
