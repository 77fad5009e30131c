#include "trial/campaign.h"

#include <fmt/format.h>

#include <map>
#include <numbers>

#include "core/random.h"
#include "trial/process_pool.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPushShift_s = 1.0;
constexpr std::uint64_t kStreamVary = 100;

}  // namespace

Scenario vary(const Scenario& scenario, std::uint64_t seed, bool vary_pushes) {
  Scenario varied = scenario;
  varied.seed = seed;
  if (auto* boxes = std::get_if<io::terrain::RandomBoxes>(&varied.terrain)) boxes->seed = seed;
  if (!vary_pushes) return varied;
  Random random = Random::stream(seed, kStreamVary);
  for (io::Push& push : varied.pushes) {
    const double angle_rad = random.uniform(-std::numbers::pi, std::numbers::pi);
    push.impulse_Ns = Eigen::AngleAxisd(angle_rad, Eigen::Vector3d::UnitZ()) * push.impulse_Ns;
    push.t_s += random.uniform(0.0, kPushShift_s);
  }
  return varied;
}

Result<Json> run_campaign(const Scenario& scenario, const CampaignOptions& options,
                          const std::function<Result<Json>(const Scenario&)>& run_one,
                          const std::function<void(const Json&)>& on_result) {
  const auto seed_of = [&](std::size_t i) { return options.seed_from + i; };
  std::map<std::size_t, Json> waiting;  // for those before them
  std::vector<Json> results;
  const auto done = run_processes(
      options.seed_to - options.seed_from + 1, options.jobs,
      [&](std::size_t i) { return run_one(vary(scenario, seed_of(i), options.vary_pushes)); },
      [&](std::size_t i) { return fmt::format("the run of seed {}", seed_of(i)); },
      [&](std::size_t i, Json json) {
        waiting.emplace(i, std::move(json));
        while (!waiting.empty() && waiting.begin()->first == results.size()) {
          results.push_back(std::move(waiting.extract(waiting.begin()).mapped()));
          on_result(results.back());
        }
        return true;
      });
  if (!done) return tl::make_unexpected(done.error());
  return summarise(results);
}

Json summarise(const std::vector<Json>& results) {
  struct Spread {
    double sum = 0.0;
    double min = 0.0;
    double max = 0.0;
    std::size_t count = 0;
  };
  Json summary;
  std::vector<std::uint64_t> fell;
  std::vector<std::string> keys;  // in the order of the results
  std::map<std::string, Spread> spreads;
  for (const Json& result : results) {
    if (result.at("fell").get<bool>()) fell.push_back(result.at("seed").get<std::uint64_t>());
    for (const auto& [key, value] : result.items()) {
      if (!value.is_number() || key == "seed") continue;
      const auto number = value.get<double>();
      if (!spreads.contains(key)) keys.push_back(key);
      Spread& spread = spreads[key];
      if (spread.count == 0 || number < spread.min) spread.min = number;
      if (spread.count == 0 || number > spread.max) spread.max = number;
      spread.sum += number;
      ++spread.count;
    }
  }
  summary["runs"] = results.size();
  summary["falls"] = fell.size();
  summary["seeds_fell"] = fell;
  for (const std::string& key : keys) {
    const Spread& spread = spreads[key];
    summary[key] = {{"mean", spread.sum / static_cast<double>(spread.count)},
                    {"min", spread.min},
                    {"max", spread.max}};
  }
  return Json{{"summary", summary}};
}

}  // namespace longmen::trial
