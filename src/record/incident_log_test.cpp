#include "record/incident_log.h"

#include <gtest/gtest.h>

namespace longmen::record {
namespace {

namespace fs = std::filesystem;

class IncidentLogTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::remove_all(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_ =
      fs::path(::testing::TempDir()) /
      (std::string("incidents_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
  MachineLog log_{folder_ / "log", trust::KeyStore(folder_ / "keys")};
};

TEST_F(IncidentLogTest, ACaseGoesThroughItsStatesAndNothingIsForgotten) {
  EXPECT_TRUE(incidents_of(log_)->empty());
  ASSERT_TRUE(log_.add("run", {{"state", "started"}}));
  ASSERT_TRUE(log_.add(
      "incident",
      {{"id", "a-1"}, {"state", "open"}, {"rung", "brace"}, {"from_s", 1.5}, {"to_s", 2.0}}));
  ASSERT_TRUE(advance(log_, "a-1", "explained", "the floor was wet"));
  ASSERT_TRUE(advance(log_, "a-1", "remedied", "the floor is dry"));
  ASSERT_TRUE(advance(log_, "a-1", "closed", "tried again"));
  const auto is = incident_of(log_, "a-1");
  ASSERT_TRUE(is) << is.error().text();
  EXPECT_EQ(is->state(), "closed");
  EXPECT_EQ(is->rung, "brace");
  EXPECT_EQ(is->from_s, 1.5);
  ASSERT_EQ(is->steps.size(), 4u);
  EXPECT_EQ(is->steps[1].text, "the floor was wet");
  EXPECT_GT(is->steps[1].time_s, 0);
}

TEST_F(IncidentLogTest, RefusesAStateOutOfOrderAndAnUnknownCase) {
  ASSERT_TRUE(log_.add("incident", {{"id", "a-1"}, {"state", "open"}}));
  EXPECT_EQ(advance(log_, "a-1", "closed", "x").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(advance(log_, "a-1", "explained", "").error().code, ErrorCode::kInvalidArgument);
  const auto unknown = incident_of(log_, "b-1");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().text().find("a-1"), std::string::npos);
}

}  // namespace
}  // namespace longmen::record
