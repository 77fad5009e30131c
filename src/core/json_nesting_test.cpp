#include "core/json_nesting.h"

#include <gtest/gtest.h>

#include <string>

namespace longmen {
namespace {

TEST(JsonNesting, CountsBracketsButNotThoseInStrings) {
  EXPECT_EQ(json_nesting(""), 0);
  EXPECT_EQ(json_nesting("12"), 0);
  EXPECT_EQ(json_nesting("{}"), 1);
  EXPECT_EQ(json_nesting(R"([{"a": [1, 2]}, [3]])"), 3);
  EXPECT_EQ(json_nesting(R"(["[[[[", "\"[[[", "\\"])"), 1);
  EXPECT_EQ(json_nesting(std::string(100'000, '[')), 100'000);
  EXPECT_EQ(json_nesting("]]]][["), 0) << "what closes first opens nothing";
  EXPECT_EQ(json_nesting(R"("unfinished \)"), 0);
}

}  // namespace
}  // namespace longmen
