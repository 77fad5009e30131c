#include "trial/campaign.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "trial/episode_result.h"

namespace longmen::trial {
namespace {

Scenario pushed() {
  Scenario scenario;
  scenario.terrain = io::terrain::RandomBoxes{.height_max_m = 0.03};
  scenario.pushes = {{.t_s = 5.0, .body = "base", .impulse_Ns = {50.0, 0.0, 0.0}}};
  return scenario;
}

TEST(Vary, KeepsAPushsStrengthAndDrawsItsDirectionAndTime) {
  const Scenario scenario = pushed();
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Scenario varied = vary(scenario, seed, true);
    EXPECT_EQ(varied.seed, seed);
    EXPECT_EQ(std::get<io::terrain::RandomBoxes>(varied.terrain).seed, seed);
    EXPECT_NEAR(varied.pushes[0].impulse_Ns.norm(), 50.0, 1e-9);
    EXPECT_NEAR(varied.pushes[0].impulse_Ns.z(), 0.0, 1e-12);
    EXPECT_GE(varied.pushes[0].t_s, 5.0);
    EXPECT_LT(varied.pushes[0].t_s, 6.0);
    sum += varied.pushes[0].impulse_Ns / 400.0;
  }
  EXPECT_LT(sum.norm(), 6.0) << "no direction is preferred";
  EXPECT_EQ(vary(scenario, 3, false).pushes[0].impulse_Ns.x(), 50.0);
}

TEST(Campaign, RunsEverySeedInOrderAndCountsFalls) {
  const auto run_one = [](const Scenario& scenario) -> Result<nlohmann::ordered_json> {
    EpisodeResult result;
    result.seed = scenario.seed;
    result.body.fell = scenario.seed == 5;
    result.body.speed_mean_m_s = static_cast<double>(scenario.seed);
    return to_json(result);
  };
  std::vector<std::uint64_t> seen;
  const auto summary =
      run_campaign(pushed(), {.seed_from = 3, .seed_to = 9, .jobs = 3}, run_one,
                   [&](const nlohmann::ordered_json& json) { seen.push_back(json["seed"]); });
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{3, 4, 5, 6, 7, 8, 9}));
  const auto& s = (*summary)["summary"];
  EXPECT_EQ(s["runs"], 7);
  EXPECT_EQ(s["falls"], 1);
  EXPECT_EQ(s["seeds_fell"], nlohmann::ordered_json::array({5}));
  EXPECT_NEAR(s["speed_mean_m_s"]["mean"].get<double>(), 6.0, 1e-12);
  EXPECT_EQ(s["speed_mean_m_s"]["max"], 9.0);
}

TEST(Campaign, AFailedRunAndADeadRunEndItWithTheirReason) {
  const auto refuse = [](const Scenario&) -> Result<nlohmann::ordered_json> {
    return fail(ErrorCode::kUnknownName, "unknown body 'tail'");
  };
  const auto ignore = [](const nlohmann::ordered_json&) {};
  const auto refused = run_campaign(pushed(), {.seed_from = 1, .seed_to = 4}, refuse, ignore);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("tail"), std::string::npos);

  const auto die = [](const Scenario&) -> Result<nlohmann::ordered_json> { std::_Exit(9); };
  const auto dead = run_campaign(pushed(), {.seed_from = 1, .seed_to = 1}, die, ignore);
  ASSERT_FALSE(dead);
  EXPECT_EQ(dead.error().code, ErrorCode::kInternal);
}

TEST(EpisodeResult, HasEveryFieldOfTheSchema) {
  EpisodeResult result;
  result.violations.torque_max_Nm = std::numeric_limits<double>::infinity();
  const auto json = to_json(result);
  for (const char* key : {"fell",
                          "fell_at_s",
                          "distance_m",
                          "speed_mean_m_s",
                          "speed_error_rms_m_s",
                          "lateral_drift_m",
                          "yaw_error_rad",
                          "foot_slip_max_m",
                          "torque_limit_violations",
                          "joint_limit_violations",
                          "joint_speed_violations",
                          "unsolved_physics_steps",
                          "max_abs_command_before_clamp",
                          "energy_J",
                          "cost_of_transport",
                          "joint_acceleration_rms_rad_s2",
                          "gate",
                          "tick_us",
                          "real_time_factor",
                          "allocations_in_loop",
                          "state_hash"})
    EXPECT_TRUE(json.contains(key)) << key;
  EXPECT_TRUE(json["max_abs_command_before_clamp"].is_null());
  for (const char* part : {"total", "estimator", "planner", "wbc", "gate", "record"})
    EXPECT_TRUE(json["tick_us"][part].contains("p999")) << part;
  EXPECT_TRUE(nlohmann::json::accept(json.dump()));
}

}  // namespace
}  // namespace longmen::trial
