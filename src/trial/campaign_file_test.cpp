#include "trial/campaign_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace longmen::trial {
namespace {

const std::filesystem::path kProject = LONGMEN_SOURCE_DIR;

class CampaignFile : public testing::Test {
 protected:
  const std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                        ("longmen_campaign_file_" + std::to_string(::getpid()));
  CampaignFile() {
    std::filesystem::create_directories(folder_);
    write("stand.yaml", "{robot: any, duration_s: 1}");
  }
  ~CampaignFile() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  Result<Campaign> load(const std::string& text) const {
    write("campaign.yaml", text);
    return load_campaign(folder_ / "campaign.yaml");
  }
  void refuses(const std::string& rows, const std::string& words) const {
    const auto campaign = load("{title: t, rows: " + rows + "}");
    ASSERT_FALSE(campaign) << rows;
    EXPECT_NE(campaign.error().text().find(words), std::string::npos) << campaign.error().text();
  }
};

TEST_F(CampaignFile, NamesEveryRunAndItsDigestHangsOnWhatTheRunHangsOn) {
  const auto campaign = load(
      "{title: t, rows: [{name: a 1 m/s, scenarios: [stand.yaml], seeds: [3, 5], "
      "passes: {people.touches: [0, 0]}}]}");
  ASSERT_TRUE(campaign) << campaign.error().text();
  const auto units = units_of(*campaign);
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(name_of(*campaign, units[2]), "a 1 m/s/stand/5");
  EXPECT_NE(digest_of(*campaign, units[0]), digest_of(*campaign, units[1]));
  Campaign other = *campaign;
  other.rows[0].passes.clear();
  EXPECT_EQ(digest_of(*campaign, units[0]), digest_of(other, units[0]));
  other.rows[0].vary_pushes = true;
  EXPECT_NE(digest_of(*campaign, units[0]), digest_of(other, units[0]));
}

TEST_F(CampaignFile, WhatARowSetsTakesThePlaceOfItsScenariosKeysAndBelongsToTheDigest) {
  const auto load_with = [&](const std::string& duration_s) {
    return load(
               "{title: t, rows: [{name: a, scenarios: [stand.yaml], seeds: [1, 1], with: {"
               "friction: [0.4, 1], faults: "
               "[{t_s: 5, kind: motor_off, target: 'motor:all', duration_s: " +
               duration_s + "}]}}]}")
        .value();
  };
  const Campaign one = load_with("1");
  const auto& scenario = std::get<Scenario>(one.rows[0].tests[0].what);
  ASSERT_EQ(scenario.faults.size(), 1u);
  EXPECT_EQ(scenario.faults[0].target, "motor:all");
  EXPECT_EQ(scenario.friction.value().low, 0.4);
  EXPECT_NE(digest_of(one, {0, 0, 1}), digest_of(load_with("2"), {0, 0, 1}));
  refuses("[{name: a, scenarios: [stand.yaml], seeds: [1, 2], with: {faults: [{kind: x}]}}]",
          "t_s");
  refuses("[{name: a, scenarios: [stand.yaml], seeds: [1, 2], with: {frictoin: 1}}]", "frictoin");
  refuses("[{name: a, scenarios: [stand.yaml], seeds: [1, 2], with: 3}]", "keys of a scenario");
  refuses("[{name: a, errand: {}, seeds: [1, 2], with: {friction: 1}}]", "errand");
}

TEST_F(CampaignFile, SaysInOneLineWhatIsWrong) {
  refuses("[]", "list of rows");
  refuses("[{name: a, seeds: [1, 2]}]", "scenarios or an errand");
  refuses("[{name: a, scenarios: [stand.yaml], seeds: [2, 1]}]", "first at most last");
  refuses("[{name: a, scenarios: [stand.yaml], seeds: [1.5, 2]}]", "whole numbers");
  refuses("[{name: a, scenarios: [none.yaml], seeds: [1, 2]}]", "none.yaml");
  refuses("[{name: a, scenarios: [stand.yaml, stand.yaml], seeds: [1, 2]}]", "twice");
  refuses("[{name: a, scenarios: [stand.yaml], seeds: [1, 2], speed: 3}]", "speed");
  refuses("[{name: a, scenarios: [stand.yaml], seeds: [1, 9000000]}]", "first at most last");
  refuses("[{name: a, scenarios: [stand.yaml], seeds: [1, 2], passes: {fell: [1, 0]}}]",
          "[min, max]");
  refuses("[{name: a, errand: {robot: r, world: w, people: {count: [0, 99]}}, seeds: [1, 2]}]",
          "count");
  refuses(
      "[{name: a, scenarios: [stand.yaml], seeds: [1, 2]}, {name: a, errand: {robot: r, world: w}, "
      "seeds: "
      "[1, 2]}]",
      "another row");
}

TEST(Campaigns, ThatShipAreCampaigns) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kProject / "campaigns")) {
    const auto campaign = load_campaign(entry.path());
    EXPECT_TRUE(campaign) << campaign.error().text();
    ++count;
  }
  EXPECT_GE(count, 2);
}

}  // namespace
}  // namespace longmen::trial
