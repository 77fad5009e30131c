#include "server/comments.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace longmen::server {
namespace {

constexpr auto kComment = Comments::Kind::kComment, kProposal = Comments::Kind::kProposal;

std::filesystem::path fresh_file(const char* name) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("longmen_comments_" + std::to_string(getpid()) + "_" + name);
  std::filesystem::remove(file);
  return file;
}

TEST(Comments, AreHiddenUntilARegistrarShowsThem) {
  auto comments = Comments::open(fresh_file("hidden")).value();
  EXPECT_EQ(comments.add("rule:torque", "A", "<script>alert(1)</script>").value(), 1);
  EXPECT_TRUE(comments.list(kComment, false).empty());
  EXPECT_EQ(comments.list(kComment, true).size(), 1u);
  ASSERT_TRUE(comments.moderate(1, true).has_value());
  ASSERT_EQ(comments.list(kComment, false).size(), 1u);
  EXPECT_EQ(comments.list(kComment, false)[0]["text"],
            "<script>alert(1)</script>");  // kept as text
  ASSERT_TRUE(comments.moderate(1, false).has_value());
  EXPECT_TRUE(comments.list(kComment, false).empty());
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
  EXPECT_EQ(comments.list(kComment, true).size(), 2u);
  ASSERT_EQ(comments.list(kComment, false).size(), 1u);
  EXPECT_EQ(comments.list(kComment, false)[0]["text"], "second");
}

TEST(Proposals, AreVotedOnWhileShownAndAnsweredOnce) {
  const auto file = fresh_file("proposals");
  std::string mark;
  {
    auto book = Comments::open(file).value();
    ASSERT_EQ(book.add("rule:torque", "A", "a comment").value(), 1);
    ASSERT_EQ(book.propose("torque", "B", "100 Nm", "it is strong").value(), 2);
    EXPECT_TRUE(book.list(kProposal, false).empty());
    EXPECT_EQ(book.vote(2, {"sam", true, 1, "x"}).error().code, ErrorCode::kNotFound) << "hidden";
    EXPECT_EQ(book.vote(1, {"sam", true, 1, "x"}).error().code, ErrorCode::kNotFound)
        << "a comment";
    EXPECT_EQ(book.answer(1, true, "yes").error().code, ErrorCode::kNotFound);
    ASSERT_TRUE(book.moderate(2, true));
    mark = book.mark(2).value();
    EXPECT_EQ(mark.size(), 32u);
    ASSERT_TRUE(book.vote(2, {"sam", true, 1, "x"}));
    ASSERT_TRUE(book.vote(2, {"eva", true, 1, "y"}));
    ASSERT_TRUE(book.vote(2, {"sam", false, 2, "z"}));
    EXPECT_EQ(book.vote(2, {"sam", true, 1, "x"}).error().code, ErrorCode::kInvalidArgument)
        << "the old one again";
    EXPECT_FALSE(book.vote(2, {"sam", true, 2, "v"}));
  }
  auto book = Comments::open(file).value();
  EXPECT_EQ(book.mark(2).value(), mark);
  EXPECT_EQ(book.list(kComment, true).size(), 1u);
  auto entry = book.list(kProposal, false)[0];
  EXPECT_EQ(entry["reason"], "it is strong");
  EXPECT_EQ(entry["for"], 1);
  EXPECT_EQ(entry["against"], 1) << "a later vote takes the place of the one before";
  EXPECT_TRUE(entry["answer"].is_null());
  ASSERT_TRUE(book.answer(2, false, "not measured"));
  EXPECT_EQ(book.answer(2, true, "well").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(book.vote(2, {"rita", true, 1, "w"}).error().code, ErrorCode::kInvalidArgument);
  entry = Comments::open(file).value().list(kProposal, false)[0];
  EXPECT_EQ(entry["answer"]["accepted"], false);
  EXPECT_EQ(entry["answer"]["why"], "not measured");
  EXPECT_EQ(entry["for"], 1);
}

TEST(Comments, AFileThatIsNoneOfOursIsRefused) {
  const auto file = fresh_file("corrupt");
  for (const char* line :
       {"garbage\n", "{}\n", "{\"moderated\": 1, \"shown\": true}\n",
        "{\"voted\": 1, \"member\": \"sam\", \"for\": true, \"time_us\": 1}\n"}) {
    std::ofstream(file) << line;
    const auto comments = Comments::open(file);
    ASSERT_FALSE(comments.has_value()) << line;
    EXPECT_EQ(comments.error().code, ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace longmen::server
