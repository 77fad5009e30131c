#include "core/speech.h"

#include <gtest/gtest.h>

namespace longmen {
namespace {

TEST(Speech, ASentenceIsOneArgumentInItsLanguageAndNoOption) {
  const auto english = speech_command("espeak-ng", "--version; rm -rf /");
  EXPECT_EQ(english, (std::vector<std::string>{"espeak-ng", "-v", "en", "-b", "1", "--stdout", "--",
                                               "--version; rm -rf /"}));
  EXPECT_EQ(speech_command("espeak-ng", "go 到")[2], "cmn");
  EXPECT_EQ(speech_command("espeak-ng", "\xC3\xA9t\xC3\xA9 \xFF")[2], "en");
}

TEST(Speech, NoWordsArePhonemes) {
  for (const char* words : {"[[a]]", "a [[[b", "[[[[", "[ [["})
    EXPECT_EQ(speech_command("espeak-ng", words).back().find("[["), std::string::npos) << words;
}

}  // namespace
}  // namespace longmen
