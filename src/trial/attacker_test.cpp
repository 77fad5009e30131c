#include "trial/attacker.h"

#include <gtest/gtest.h>

#include "model/robot_names.h"
#include "trial/episode.h"

namespace longmen::trial {
namespace {

Scenario attacked(std::string_view kind, double duration_s, std::uint64_t seed = 3) {
  Scenario scenario;
  scenario.robot = model::robot_names(std::filesystem::path(LONGMEN_SOURCE_DIR) / "robots").back();
  scenario.seed = seed;
  scenario.duration_s = duration_s;
  scenario.command = {{.t_s = 0.5, .vx_m_s = 0.3}};
  scenario.attack = Scenario::Attack{attack_from_name(kind).value(), 1.0};
  return scenario;
}

EpisodeResult run_attacked(const Scenario& scenario) {
  auto episode = Episode::create(scenario, DataFolders::under(LONGMEN_SOURCE_DIR),
                                 {.record = std::nullopt, .recorded = false});
  EXPECT_TRUE(episode) << (episode ? "" : episode.error().text());
  while (episode->step()) {
  }
  return episode->finish().value();
}

class EveryAttack : public ::testing::TestWithParam<std::string_view> {};

TEST_P(EveryAttack, BreaksNoTorqueLimitAndNoLinkAndIsNoticed) {
  for (const std::uint64_t seed : {3, 4, 5}) {
    const EpisodeResult result = run_attacked(attacked(GetParam(), 3.0, seed));
    EXPECT_EQ(result.violations.torque, 0) << seed;
    EXPECT_EQ(result.links_touched, 0) << seed;
    EXPECT_GT(result.gate.changed, 0) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Attackers, EveryAttack, ::testing::ValuesIn(kAttackNames),
                         [](const auto& kind) { return std::string(kind.param); });

TEST(Attacker, IsTheSameForTheSameSeed) {
  EXPECT_EQ(run_attacked(attacked("random", 1.5)).state_hash,
            run_attacked(attacked("random", 1.5)).state_hash);
}

TEST(Attacker, UnknownNamesAreNone) { EXPECT_FALSE(attack_from_name("gentle")); }

}  // namespace
}  // namespace longmen::trial
