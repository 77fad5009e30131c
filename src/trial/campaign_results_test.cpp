#include "trial/campaign_results.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "trial/campaign_report.h"
#include "trial/parquet.h"

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

class Results : public testing::Test {
 protected:
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("longmen_results_" + std::to_string(::getpid()));
  ~Results() override { std::filesystem::remove_all(folder_); }

  static Campaign campaign() {
    Campaign campaign{.name = "c", .title = "<c>"};
    campaign.rows.push_back({.name = "row",
                             .tests = {{"test", Scenario{}, "text"}},
                             .seed_from = 1,
                             .seed_to = 4,
                             .passes = {{"people.touches", 0, 0}},
                             .figures = {"speed"}});
    return campaign;
  }
  static void add(CampaignResults& results, std::uint64_t seed, bool fell, double speed,
                  int touches) {
    const Campaign c = campaign();
    const CampaignUnit unit{0, 0, seed};
    ASSERT_TRUE(results.add(name_of(c, unit), digest_of(c, unit),
                            Json{{"seed", seed},
                                 {"fell", fell},
                                 {"speed", speed},
                                 {"people", {{"touches", touches}}},
                                 {"hash", "abc"}}));
  }
};

TEST_F(Results, GoOnWhereTheyWereBrokenOffAndDropACutLine) {
  {
    auto results = CampaignResults::open(folder_, "build").value();
    add(results, 1, false, 1.0, 0);
    add(results, 2, false, 1.1, 0);
  }
  std::ofstream(folder_ / "results.jsonl", std::ios::app) << "{\"run\": \"row";
  auto results = CampaignResults::open(folder_, "build").value();
  EXPECT_TRUE(results.has("row/test/2", digest_of(campaign(), {0, 0, 2})));
  EXPECT_FALSE(results.has("row/test/2", "of another scenario"));
  EXPECT_FALSE(results.has("row/test/3", digest_of(campaign(), {0, 0, 3})));
  add(results, 3, false, 1.2, 0);
  EXPECT_NE(CampaignResults::read(folder_).value().find("row/test/3"), nullptr);

  const auto other = CampaignResults::open(folder_, "another build");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kUnsupported);
  std::ofstream(folder_ / "results.jsonl", std::ios::app) << "[1]\n";
  EXPECT_EQ(CampaignResults::read(folder_).error().code, ErrorCode::kCorrupt);
}

TEST_F(Results, AreCountedAndComparedRunByRun) {
  auto here = CampaignResults::open(folder_ / "here", "a").value();
  auto there = CampaignResults::open(folder_ / "there", "b").value();
  add(here, 1, false, 1.0, 0);
  add(here, 2, true, 1.0, 0);
  add(here, 3, false, 1.4, 1);
  add(there, 1, true, 0.8, 0);
  add(there, 2, true, 0.9, 0);
  add(there, 4, false, 1.0, 0);
  const auto rows = summarise(campaign(), here, &there);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].planned, 4u);
  EXPECT_EQ(rows[0].runs, 3u);
  EXPECT_EQ(rows[0].passed, 1u);
  EXPECT_EQ(rows[0].falls, 1u);
  EXPECT_EQ(rows[0].failed, (std::vector<std::string>{"row/test/2", "row/test/3"}));
  EXPECT_EQ(rows[0].pairs, 2u);
  EXPECT_EQ(rows[0].only_here, 1u);
  EXPECT_EQ(rows[0].only_there, 0u);
  const FigureSummary& speed = rows[0].figures.at(0);
  EXPECT_EQ(speed.quantile(0.5), 1.0);
  EXPECT_EQ(speed.greatest_run, "row/test/3");
  EXPECT_NEAR(speed.difference.mean, 0.15, 1e-12);
  const std::string page = to_html(campaign(), "it's.yaml", rows, here, &there);
  EXPECT_NE(page.find("&lt;c&gt;"), std::string::npos);
  EXPECT_NE(page.find("--run 'row/test/2'"), std::string::npos);
  EXPECT_NE(to_text(rows).find("1 of 3 pass"), std::string::npos);
}

// The writer is held to another's reader.
TEST_F(Results, BecomeATableThatAnyReaderOfParquetReads) {
  auto results = CampaignResults::open(folder_, "a").value();
  add(results, 1, false, 1.5, 0);
  const Campaign c = campaign();
  ASSERT_TRUE(results.add(name_of(c, {0, 0, 2}), "d", Json{{"seed", 2}, {"fell", nullptr}}));
  add(results, 3, true, -2.0, 7);
  ASSERT_TRUE(write_table(c, results, folder_ / "t.parquet"));
  const std::string script = std::string(LONGMEN_SOURCE_DIR) + "/src/trial/read_with_pyarrow.py";
  EXPECT_EQ(std::system((std::string(LONGMEN_PYTHON) + " " + script + " " +
                         (folder_ / "t.parquet").string())
                            .c_str()),
            0);
}

TEST_F(Results, ATableHasColumnsOfOneLength) {
  std::filesystem::create_directories(folder_);
  const std::vector<Column> columns{{"a", std::vector<std::optional<double>>{1.0}},
                                    {"b", std::vector<std::optional<bool>>{true, false}}};
  EXPECT_EQ(write_parquet(folder_ / "t.parquet", columns).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace longmen::trial
