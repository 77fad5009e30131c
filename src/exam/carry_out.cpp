#include "exam/carry_out.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "math/wilson.h"
#include "registry/certificate.h"
#include "skills/fault_text.h"
#include "trial/mission.h"
#include "trial/process_pool.h"

namespace longmen::exam {
namespace {

using OneJson = nlohmann::ordered_json;

constexpr double kTime_max_s = 180.0;  // three times what the longest plan of a bank takes

Result<OneJson> carry_out_one(const CarryOut& how, const Approved& approved, std::size_t index) {
  auto mission = trial::Mission::create({.project_folder = how.project_folder,
                                         .robot_folder = how.robot_folder,
                                         .world_folder = how.world_folder,
                                         .seed = how.seed + index + 1,
                                         .practice = true,
                                         .instruction = approved.text});
  if (!mission) return tl::make_unexpected(mission.error());
  mission->propose(approved.plan);
  const auto ticks_max = static_cast<Tick>(kTime_max_s / mission->session().period_s());
  while (mission->plant().tick() < ticks_max && mission->step()) {
  }
  const trial::MissionResult result = mission->finish();
  if (result.record_error) return tl::make_unexpected(*result.record_error);
  return OneJson{
      {"goal_met", result.goal_met && !result.fell},
      {"why", result.fell                                 ? "the robot fell"
              : result.fault != skills::SkillFault::kNone ? skills::fault_text(result.fault).en
              : result.stopped                            ? "stopped"
                                                          : "goal not met"},
      {"state_hash", result.state_hash}};
}

}  // namespace

Result<void> carry_out(const CarryOut& how, Report& report) {
  const std::size_t all = report.approved.size();
  const std::size_t count = std::min(how.plans, all);
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(i * all / count);
  std::vector<OneJson> results(count);
  const auto done = trial::run_processes(
      count, how.jobs,
      [&](std::size_t i) { return carry_out_one(how, report.approved[chosen[i]], i); },
      [&](std::size_t i) { return report.approved[chosen[i]].text; },
      [&](std::size_t i, OneJson result) {
        results[i] = std::move(result);
        return true;
      });
  if (!done) return done;
  int right = 0;
  std::string states;
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_right = results[i].at("goal_met").get<bool>();
    right += is_right ? 1 : 0;
    states += results[i].at("state_hash").get<std::string>() + "\n";
    if (!is_right)
      report.misses.push_back({"carried out", report.approved[chosen[i]].text,
                               results[i].at("why").get<std::string>()});
  }
  const int n = static_cast<int>(count);
  const double share = n == 0 ? 0.0 : static_cast<double>(right) / n;
  report.goals_met = right;
  report.carried_out = {n, n, share, math::wilson_95(share, n).low};
  report.carried_states = sha256(states);
  report.is_passed = report.is_passed && n > 0 && share >= registry::kGoalsMet_min;
  return {};
}

}  // namespace longmen::exam
