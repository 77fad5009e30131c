#include "record/checkpoint.h"

#include <gtest/gtest.h>

namespace longmen::record {
namespace {

// The example of the C2SP tlog-checkpoint specification.
constexpr const char* kExample =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

TEST(Checkpoint, ReadsAndWritesTheExampleOfTheSpecification) {
  const auto checkpoint = Checkpoint::parse(kExample);
  ASSERT_TRUE(checkpoint) << checkpoint.error().text();
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20852163u);
  EXPECT_EQ(checkpoint->root.hex(),
            "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
  EXPECT_EQ(checkpoint->text(), kExample);
}

TEST(Checkpoint, RefusesEveryOtherForm) {
  const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
  for (const std::string& text : std::initializer_list<std::string>{
           "", "a\n1\n", "a\n1\n" + root, "a\n01\n" + root + "\n", "a\n-1\n" + root + "\n",
           "a\n\n" + root + "\n", "\n1\n" + root + "\n", "a b\n1\n" + root + "\n",
           "a\n1\n" + root + "\nextension\n", "a\n1\nAAAA\n",
           "a\n99999999999999999999\n" + root + "\n"})
    EXPECT_FALSE(Checkpoint::parse(text)) << text;
}

}  // namespace
}  // namespace longmen::record
