#include "server/comments.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace longmen::server {
namespace {

std::filesystem::path fresh_file(const char* name) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("longmen_comments_" + std::to_string(getpid()) + "_" + name);
  std::filesystem::remove(file);
  return file;
}

TEST(Comments, AreHiddenUntilARegistrarShowsThem) {
  auto comments = Comments::open(fresh_file("hidden")).value();
  EXPECT_EQ(comments.add("rule:torque", "A", "<script>alert(1)</script>").value(), 1);
  EXPECT_TRUE(comments.list(false).empty());
  EXPECT_EQ(comments.list(true).size(), 1u);
  ASSERT_TRUE(comments.moderate(1, true).has_value());
  ASSERT_EQ(comments.list(false).size(), 1u);
  EXPECT_EQ(comments.list(false)[0]["text"], "<script>alert(1)</script>");  // kept as text
  ASSERT_TRUE(comments.moderate(1, false).has_value());
  EXPECT_TRUE(comments.list(false).empty());
  EXPECT_FALSE(comments.moderate(2, true).has_value());
  EXPECT_FALSE(comments.moderate(0, true).has_value());
}

TEST(Comments, OutliveTheServer) {
  const auto file = fresh_file("outlive");
  {
    auto comments = Comments::open(file).value();
    ASSERT_TRUE(comments.add("event:3", "", "第一").has_value());
    ASSERT_TRUE(comments.add("event:3", "B", "second").has_value());
    ASSERT_TRUE(comments.moderate(2, true).has_value());
  }
  const auto comments = Comments::open(file).value();
  EXPECT_EQ(comments.list(true).size(), 2u);
  ASSERT_EQ(comments.list(false).size(), 1u);
  EXPECT_EQ(comments.list(false)[0]["text"], "second");
}

TEST(Comments, AFileThatIsNoneOfOursIsRefused) {
  const auto file = fresh_file("corrupt");
  for (const char* line : {"garbage\n", "{}\n", "{\"moderated\": 1, \"shown\": true}\n"}) {
    std::ofstream(file) << line;
    const auto comments = Comments::open(file);
    ASSERT_FALSE(comments.has_value()) << line;
    EXPECT_EQ(comments.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace longmen::server
