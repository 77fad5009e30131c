#include "core/utf8.h"

#include <gtest/gtest.h>

namespace longmen {
namespace {

TEST(Utf8, EveryCodePointComesBackFromItsBytes) {
  for (char32_t value = 0; value <= 0x10FFFF; value += 7) {
    if (value >= 0xD800 && value <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, value);
    const CodePoint point = decode_utf8(text, 0);
    ASSERT_EQ(point.value, value);
    ASSERT_EQ(point.size_bytes, text.size());
  }
}

TEST(Utf8, OverlongSurrogateCutAndStrayBytesAreRefused) {
  for (const char* text : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
                           "\xE8\xB5", "\xFF", "a\xC3"})
    EXPECT_FALSE(is_valid_utf8(text));
  EXPECT_TRUE(is_valid_utf8("走到 shelf"));
  EXPECT_EQ(count_code_points("走到 shelf"), 8u);
}

}  // namespace
}  // namespace longmen
