#include "server/statistics.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace longmen::server {
namespace {

/// A report that says how it was asked.
struct Reporter {
  std::filesystem::path program =
      std::filesystem::temp_directory_path() / ("longmen_report_" + std::to_string(getpid()));
  boost::asio::io_context context;

  explicit Reporter(const std::string& script) {
    std::ofstream(program) << "#!/bin/sh\n" << script << '\n';
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  }
  ~Reporter() { std::filesystem::remove(program); }
};

TEST(Statistics, OfAPeriodAreMadeOnceForAllWhoAsk) {
  Reporter reporter(R"sh(printf '{"runs": "%s", "made": "%s"}' "$*" "$(date +%s%N)")sh");
  Statistics statistics(reporter.context, {reporter.program, "report"});
  std::vector<nlohmann::json> told;
  const auto hear = [&](const nlohmann::json& report) { told.push_back(report); };
  EXPECT_TRUE(statistics.tell(7, hear));
  EXPECT_TRUE(statistics.tell(7, hear));
  EXPECT_TRUE(statistics.tell(0, hear));
  EXPECT_FALSE(statistics.tell(2, hear));
  reporter.context.run();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0], told[1]);
  EXPECT_EQ(told[0]["runs"].get<std::string>().find("report --json --from 20"), 0u);
  EXPECT_EQ(told[2]["runs"], "report --json");
  EXPECT_TRUE(statistics.tell(7, hear));
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[3], told[0]);
}

TEST(Statistics, ThatCannotBeMadeAreNoneAndAreTriedAgain) {
  Reporter reporter("echo nothing");
  Statistics statistics(reporter.context, {reporter.program});
  int none = 0;
  const auto hear = [&](const nlohmann::json& report) {
    if (report.is_null()) ++none;
  };
  EXPECT_TRUE(statistics.tell(1, hear));
  reporter.context.run();
  reporter.context.restart();
  EXPECT_TRUE(statistics.tell(1, hear));
  reporter.context.run();
  EXPECT_EQ(none, 2);
}

}  // namespace
}  // namespace longmen::server
